"""Self-attention whose heads are global, intra-frame or windowed, and the two forms of
cross-attention that a fixed context leaves.
SPDX-License-Identifier: Apache-2.0"""
import functools
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from . import rope

GLOBAL, INTRA, WINDOW = 0, 1, 2
BLOCK = 8               # queries of a block on each axis, where windows are computed


class RMSNorm(nn.Module):
    """Over all heads at once, in float32, with a gain."""

    def __init__(self, dim, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.eps = eps

    def forward(self, x):
        y = F.rms_norm(x.float(), x.shape[-1:], self.weight.float(), self.eps)
        return y.to(x.dtype)


def axis_keys(length, size, border):
    """[length, min(size, length)] key indices that each query sees along one axis, and which of
    them are valid (`clip` sees fewer at the borders)."""
    i = torch.arange(length)
    if border == "shift":
        size = min(size, length)
        start = (i - size // 2).clamp(0, length - size)
        keys = start[:, None] + torch.arange(size)
        return keys, torch.ones_like(keys, dtype=torch.bool)
    keys = (i - size // 2)[:, None] + torch.arange(size)
    return keys.clamp(0, length - 1), (keys >= 0) & (keys < length)


@functools.lru_cache(maxsize=16)
def window_keys(grid, window, border, device):
    """[N, K] tokens that each token's window holds, and which of the K are valid."""
    axes = [axis_keys(n, k, border) for n, k in zip(grid, window)]
    (kt, vt), (kh, vh), (kw, vw) = axes
    f, h, w = grid
    index = ((kt[:, None, None, :, None, None] * h + kh[None, :, None, None, :, None]) * w
             + kw[None, None, :, None, None, :])
    valid = (vt[:, None, None, :, None, None] & vh[None, :, None, None, :, None]
             & vw[None, None, :, None, None, :])
    shape = (f, h, w, kt.shape[1], kh.shape[1], kw.shape[1])
    return (index.expand(shape).reshape(f * h * w, -1).to(device),
            valid.expand(shape).reshape(f * h * w, -1).to(device))


def axis_blocks(length, size, border):
    """One axis in blocks of queries: [n, block] queries (the last block repeats its last one),
    [n, reach] keys that hold all that a block's queries see, and [n, block, reach] which query sees
    which."""
    keys, valid = axis_keys(length, size, border)
    seen = torch.zeros(length, length).scatter_add_(1, keys, valid.float()) > 0
    block = min(BLOCK, length)
    reach = min(length, block + size - 1)
    first = torch.arange(0, length, block)
    queries = (first[:, None] + torch.arange(block)).clamp(max=length - 1)
    keys = (first - size // 2).clamp(0, length - reach)[:, None] + torch.arange(reach)
    return queries, keys, seen[queries[:, :, None], keys[:, None, :]]


@functools.lru_cache(maxsize=4)
def window_blocks(grid, window, border, device):
    """The windows of a grid in blocks of queries: [n, Q] queries, [n, K] keys, [n, Q, K] which
    query sees which, and [N] where in the blocks each token stands. The same for all layers, and
    kept."""
    (qt, kt, st), (qh, kh, sh), (qw, kw, sw) = (axis_blocks(n, k, border)
                                                for n, k in zip(grid, window))
    _, h, w = grid

    def tokens(t, y, x):
        index = ((t[:, None, None, :, None, None] * h + y[:, None, None, :, None]) * w
                 + x[:, None, None, :])
        return index.flatten(3).flatten(0, 2)

    queries = tokens(qt, qh, qw)
    seen = (st[:, None, None, :, None, None, :, None, None]
            & sh[:, None, None, :, None, None, :, None] & sw[:, None, None, :, None, None, :])
    place = torch.empty(math.prod(grid), dtype=torch.long)
    place[queries.flatten()] = torch.arange(queries.numel())
    return [x.to(device) for x in (queries, tokens(kt, kh, kw),
                                   seen.flatten(6).flatten(3, 5).flatten(0, 2), place)]


def window_attention(q, k, v, blocks):
    """[B, N, heads, head_dim] each; blocks: from window_blocks(). A block's queries see the keys
    around it under a mask: a small product in place of one over all tokens, or of gathering keys
    query by query."""
    queries, keys, seen, place = blocks

    def split(x, index):
        x = x.index_select(1, index.flatten()).unflatten(1, index.shape)
        return x.permute(1, 0, 3, 2, 4).flatten(1, 2)

    y = F.scaled_dot_product_attention(split(q, queries), split(k, keys), split(v, keys),
                                       attn_mask=seen[:, None])
    y = y.unflatten(1, (len(q), -1)).permute(1, 0, 3, 2, 4).flatten(1, 2)
    return y.index_select(1, place)


def full_attention(q, k, v):
    q, k, v = (t.transpose(1, 2) for t in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2)


class SelfAttention(nn.Module):
    def __init__(self, dim, kinds, window, border, eps):
        """kinds: for each head GLOBAL, INTRA or WINDOW."""
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(dim, dim) for _ in range(4))
        self.norm_q, self.norm_k = RMSNorm(dim, eps), RMSNorm(dim, eps)
        self.heads, self.kinds = len(kinds), tuple(kinds)
        self.window, self.border = tuple(window), border

    def project(self, u, table):
        """q and k, normalised and rotated, and v, each [B, N, heads, head_dim]."""
        def split(x):
            return x.unflatten(-1, (self.heads, -1))
        q = rope.rotate(split(self.norm_q(self.q(u))), table)
        k = rope.rotate(split(self.norm_k(self.k(u))), table)
        return q, k, split(self.v(u))

    @torch.compiler.disable
    def attend(self, q, k, v, grid):
        """Each group of heads by its own kernel. Outside of the compiled block, so that another
        routing compiles nothing anew."""
        parts, order = [], []
        for kind in sorted(set(self.kinds)):
            heads = [i for i, other in enumerate(self.kinds) if other == kind]
            order += heads
            if len(heads) == self.heads:
                part = (q, k, v)
            elif heads == list(range(heads[0], heads[-1] + 1)):
                part = tuple(t[:, :, heads[0]:heads[-1] + 1] for t in (q, k, v))
            else:
                part = tuple(t[:, :, heads] for t in (q, k, v))
            if kind == GLOBAL:
                y = full_attention(*part)
            elif kind == INTRA:
                frames = (t.unflatten(1, (grid[0], -1)).flatten(0, 1) for t in part)
                y = full_attention(*frames).unflatten(0, (-1, grid[0])).flatten(1, 2)
            else:
                y = window_attention(*part, window_blocks(grid, self.window, self.border,
                                                          q.device))
            parts.append(y)
        y = torch.cat(parts, 2)
        if order != sorted(order):
            y = y[:, :, [order.index(i) for i in range(self.heads)]]
        return y.flatten(2)

    def forward(self, u, table, grid):
        return self.o(self.attend(*self.project(u, table), grid))


class ConstantCrossAttention(nn.Module):
    """Attention over identical rows: a vector that does not depend on the query."""

    def __init__(self, dim):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(dim))

    def forward(self, x):
        return self.bias


class CachedCrossAttention(nn.Module):
    """Attention over stored keys (after their norm) and values."""

    def __init__(self, dim, heads, tokens, eps):
        super().__init__()
        self.q, self.o = nn.Linear(dim, dim), nn.Linear(dim, dim)
        self.norm_q = RMSNorm(dim, eps)
        self.k = nn.Parameter(torch.randn(tokens, dim))
        self.v = nn.Parameter(torch.randn(tokens, dim))
        self.heads = heads

    def forward(self, x):
        def split(t):
            return t.unflatten(-1, (self.heads, -1))
        q = split(self.norm_q(self.q(x)))
        k, v = (split(t).to(q.dtype).expand(len(x), -1, -1, -1) for t in (self.k, self.v))
        return self.o(full_attention(q, k, v).flatten(2))

"""The one-step transformer: patch embedding, blocks, head. Tensor names are the weight file's.
SPDX-License-Identifier: Apache-2.0"""
import torch
import torch.nn as nn
import torch.nn.functional as F

from . import attention, fold, rope


class Block(nn.Module):
    """The residual stream x stays in float32 under autocast, as in the engine."""

    def __init__(self, geometry, kinds):
        super().__init__()
        g = geometry
        self.self_attn = attention.SelfAttention(g.dim, kinds, g.window, g.border, g.eps)
        self.ffn = nn.Sequential(nn.Linear(g.dim, g.ffn), nn.GELU("tanh"), nn.Linear(g.ffn, g.dim))
        self.modulation = nn.Parameter(torch.zeros(6, g.dim))
        if g.cross == "const_bias":
            self.cross_attn = attention.ConstantCrossAttention(g.dim)
        elif g.cross == "cached_kv":
            self.norm3 = nn.LayerNorm(g.dim, g.eps)
            self.cross_attn = attention.CachedCrossAttention(g.dim, g.heads, g.cross_tokens, g.eps)
        self.eps, self.cross = g.eps, g.cross

    def attention_input(self, x):
        m = self.modulation.float()
        return self.norm(x) * (1 + m[1]) + m[0]

    def norm(self, x):
        return F.layer_norm(x.float(), x.shape[-1:], eps=self.eps)

    def forward(self, x, table, grid):
        m = self.modulation.float()
        y = self.self_attn(self.attention_input(x), table, grid)
        x = x + y.float() * m[2]
        if self.cross == "const_bias":
            x = x + self.cross_attn(x)
        elif self.cross == "cached_kv":
            x = x + self.cross_attn(self.norm3(x)).float()
        return x + self.ffn(self.norm(x) * (1 + m[4]) + m[3]).float() * m[5]


class Head(nn.Module):
    def __init__(self, geometry):
        super().__init__()
        g = geometry
        self.head = nn.Linear(g.dim, g.patch * g.patch * g.out_channels)
        self.modulation = nn.Parameter(torch.zeros(2, g.dim))
        self.eps = g.eps

    def forward(self, x):
        m = self.modulation.float()
        return self.head(F.layer_norm(x, x.shape[-1:], eps=self.eps) * (1 + m[1]) + m[0])


class Transformer(nn.Module):
    """Folded clip [B, C, f, H, W] -> latent [B, f, Z, H, W]."""

    def __init__(self, geometry):
        super().__init__()
        g = geometry
        self.patch_embedding = nn.Conv3d(g.in_channels, g.dim, (1, g.patch, g.patch),
                                         (1, g.patch, g.patch))
        self.blocks = nn.ModuleList(Block(g, kinds) for kinds in g.routing)
        self.head = Head(g)
        self.geometry = g

    def route(self, routing):
        """Gives every head its kind: [layers][heads]."""
        self.geometry.routing = [list(kinds) for kinds in routing]
        for block, kinds in zip(self.blocks, routing, strict=True):
            block.self_attn.kinds = tuple(kinds)

    def embed(self, folded):
        """Tokens [B, N, D] in float32 and their grid. One matrix product: the convolution's
        windows do not overlap."""
        p = self.geometry.patch
        grid = (folded.shape[2], folded.shape[3] // p, folded.shape[4] // p)
        weight = self.patch_embedding.weight.flatten(1)
        rows = fold.patchify(folded, p)
        return F.linear(rows, weight, self.patch_embedding.bias).float(), grid

    def layout(self, grid, device):
        """What all blocks need to know about a grid."""
        return rope.tables(grid, tuple(self.geometry.rope_pairs), device), grid

    def forward(self, folded):
        x, grid = self.embed(folded)
        layout = self.layout(grid, folded.device)
        for block in self.blocks:
            x = block(x, *layout)
        return fold.unpatchify(self.head(x), grid, self.geometry.patch)

"""Rotary position embedding in three axes.
SPDX-License-Identifier: Apache-2.0"""
import functools

import torch

THETA = 10000.0


@functools.lru_cache(maxsize=32)
def tables(grid, pairs, device):
    """cos and sin, each [N, head_dim/2] in float32, of every token's angle in every pair: runs of
    pairs[0] for time, pairs[1] for height, pairs[2] for width, made in double precision."""
    axes = []
    for axis, (length, n) in enumerate(zip(grid, pairs)):
        frequency = THETA ** (-torch.arange(n, dtype=torch.float64, device=device) / max(n, 1))
        angle = torch.outer(torch.arange(length, dtype=torch.float64, device=device), frequency)
        shape = [1, 1, 1, n]
        shape[axis] = length
        axes.append(angle.view(shape).expand(*grid, n))
    angle = torch.cat(axes, -1).reshape(-1, sum(pairs))
    return angle.cos().float(), angle.sin().float()


def rotate(x, table):
    """Turns the neighbours (x[2j], x[2j+1]) of [B, N, heads, head_dim] by their angle."""
    cos, sin = (t[:, None].to(x.dtype) for t in table)
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, even * sin + odd * cos], -1).flatten(-2)

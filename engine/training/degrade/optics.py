"""Blur, resizing and sharpening: what lenses, scalers and cameras do. Clips are [B, T, 3, H, W] in
0..1, here and in the whole folder. SPDX-License-Identifier: Apache-2.0"""
import math

import torch
import torch.nn.functional as F

KERNEL = 15
SIGMA_LEAST = 0.2
ISOTROPIC = 0.6
DOWNSCALERS = {"area": 1, "bilinear": 1, "bicubic": 2, "sharp": 1, "point": 1}
SHARP_DOWNSCALE = 0.25


def flat(clip):
    return clip.flatten(0, 1)


def box(clip, height, width):
    """Mean over height x width (odd), edges repeated."""
    y = F.pad(flat(clip), (width // 2, width // 2, height // 2, height // 2), mode="replicate")
    return F.avg_pool2d(y, (height, width), 1).view_as(clip)


def blur(clip, dice, most):
    """Gaussian with deviations from SIGMA_LEAST to `most` pixels, isotropic or turned."""
    b, t, c, h, w = clip.shape
    first = dice.each(b, t, SIGMA_LEAST, most)
    second = dice.each(b, t, SIGMA_LEAST, most)
    round_ = dice.flags(b, ISOTROPIC)[:, None]
    second = round_ * first + (1 - round_) * second
    angle = dice.each(b, t, 0, math.pi)
    r = torch.arange(KERNEL, device=clip.device) - KERNEL // 2
    y, x = torch.meshgrid(r, r, indexing="ij")
    cos, sin = angle.cos().view(-1, 1, 1), angle.sin().view(-1, 1, 1)
    u, v = cos * x + sin * y, cos * y - sin * x
    kernel = torch.exp(-0.5 * ((u / first.view(-1, 1, 1)) ** 2 + (v / second.view(-1, 1, 1)) ** 2))
    kernel = kernel / kernel.sum((1, 2), keepdim=True)
    kernel = kernel[:, None].repeat_interleave(c, 0)
    padded = F.pad(clip.reshape(1, b * t * c, h, w), (KERNEL // 2,) * 4, mode="reflect")
    return F.conv2d(padded, kernel, groups=b * t * c).view_as(clip)


def resize(clip, size, mode="bicubic"):
    """To (h, w), antialiased; area is the mean over each new pixel's area."""
    extra = {} if mode == "area" else {"antialias": True, "align_corners": False}
    y = F.interpolate(flat(clip), size=size, mode=mode, **extra)
    return y.view(*clip.shape[:3], *size)


def downscale(clip, size, dice):
    """By one of the scalers that cameras and programs have."""
    if tuple(clip.shape[-2:]) == tuple(size):
        return clip
    kind = dice.pick(DOWNSCALERS)
    if kind == "sharp":
        return sharpen(resize(clip, size), SHARP_DOWNSCALE)
    if kind == "point":
        y = F.interpolate(flat(clip), size=size, mode=dice.choice(["bilinear", "bicubic"]),
                          align_corners=False)
        return y.view(*clip.shape[:3], *size)
    return resize(clip, size, kind)


def sharpen(clip, amount, radius=1):
    return clip + amount * (clip - box(clip, 2 * radius + 1, 2 * radius + 1))


def lowered(side, scale):
    """The low-resolution side of a square crop: a multiple of 8."""
    return max(32, round(side / scale / 8) * 8)

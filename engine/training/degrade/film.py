"""Cine film, projected and scanned. SPDX-License-Identifier: Apache-2.0"""
import torch
import torch.nn.functional as F

from . import noise, optics

SCALES = [1.5, 2, 3]
CODECS = {"good": 1, "tape": 1, None: 1}
GRAIN, COARSE_GRAIN = (0.01, 0.08), 0.6
FLICKER_MOST = 0.03
SCRATCHES, SCRATCHES_MOST = 0.15, 2
DUST, DUST_A_FRAME = 0.15, 2
WEAVE, WEAVE_MOST = 0.3, 0.7            # pixels


def grain(clip, dice):
    """Strongest in the middle tones, the same in all channels."""
    b, t, _, h, w = clip.shape
    n = dice.normal(b * t, 1, h, w)
    if dice.chance(COARSE_GRAIN):
        n = F.avg_pool2d(n, 3, 1, 1) * 2.2
    tone = clip.mean(2, keepdim=True).clamp(0, 1)
    return clip + n.view(b, t, 1, h, w) * dice.uniform(*GRAIN) * (4 * tone * (1 - tone) + 0.2)


def scratches(clip, dice):
    """Vertical lines that stay for the whole clip and wander a little."""
    b, t, _, h, w = clip.shape
    x = torch.arange(w, device=clip.device)
    for _ in range(dice.integer(1, SCRATCHES_MOST)):
        centre = dice.uniform(0, w) + torch.cumsum(dice.normal(b, t, 1) * 0.4, 1)
        line = torch.exp(-0.5 * ((x - centre) / dice.uniform(0.3, 0.8)) ** 2)
        strength = dice.uniform(0.1, 0.5) * dice.choice([-1, 1])
        clip = clip + strength * line[:, :, None, None]
    return clip


def dust(clip, dice):
    """Specks and hairs, each for one frame only."""
    b, t, _, h, w = clip.shape
    y = torch.arange(h, device=clip.device)[:, None]
    x = torch.arange(w, device=clip.device)[None]
    clip = clip.clone()
    for i in range(b):
        for j in range(t):
            for _ in range(dice.integer(0, DUST_A_FRAME)):
                dy = (y - dice.uniform(0, h)) / dice.uniform(0.6, 3)
                dx = (x - dice.uniform(0, w)) / dice.uniform(0.6, 3)
                speck = torch.exp(-(dx * dx + dy * dy) ** 2)
                clip[i, j] += (dice.choice([0.02, 0.95]) - clip[i, j]) * speck
    return clip


def weave(clip, dice):
    """The frame that never stands quite still in its gate."""
    b, t, c, h, w = clip.shape
    move = dice.normal(b * t, 2) * dice.uniform(0, WEAVE_MOST)
    theta = torch.eye(2, 3, device=clip.device).repeat(b * t, 1, 1)
    theta[:, 0, 2], theta[:, 1, 2] = move[:, 0] * 2 / w, move[:, 1] * 2 / h
    grid = F.affine_grid(theta, (b * t, c, h, w), align_corners=False)
    return F.grid_sample(clip.flatten(0, 1), grid, padding_mode="reflection",
                         align_corners=False).view_as(clip)


def film(clip, dice):
    scale = dice.choice(SCALES)
    side = optics.lowered(clip.shape[-1], scale)
    clip = optics.blur(clip, dice, 0.5 * scale)
    clip = optics.downscale(clip, (side, side), dice)
    clip = grain(clip, dice)
    clip = noise.flicker(clip, dice, FLICKER_MOST)
    if dice.walk and dice.chance(WEAVE):
        clip = weave(clip, dice)
    if dice.chance(SCRATCHES):
        clip = scratches(clip, dice)
    if dice.chance(DUST):
        clip = dust(clip, dice)
    return clip, dice.pick(CODECS)

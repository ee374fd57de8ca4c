"""Analogue tape: VHS, Video 8, and what a capture card makes of them.
SPDX-License-Identifier: Apache-2.0"""
import torch
import torch.nn.functional as F

from . import noise, optics

SCALES = [1.5, 2, 2, 2.5]
CODECS = {"tape": 2, "good": 1, None: 1}
SIGNAL = 0.8            # chance that the tape's bandwidth shows
CHROMA_WIDTHS = [4, 6, 8, 12]
CHROMA_SHIFTS = [-2, -1, 0, 1, 2, 3]
CHROMA_GAIN = (0.75, 1.05)
RINGING = (0.0, 0.8)
NOISE = (0.05, 0.1)     # one of the two limits
COARSE_CHROMA, COARSE_CHROMA_AMOUNT = 0.5, (0.02, 0.1)
FLICKER, FLICKER_MOST = 0.4, 0.02
JITTER, JITTER_MOST = 0.15, 0.8         # pixels, line by line
HEAD_SWITCH, HEAD_SWITCH_ROWS, HEAD_SWITCH_SHIFT = 0.1, (2, 8), (2.0, 20.0)
DROPOUTS, DROPOUTS_A_FRAME = 0.1, 0.7
LUMA = (0.299, 0.587, 0.114)


def split(clip):
    """Luma [B, T, 1, H, W] and what is left of the three channels."""
    luma = sum(weight * clip[:, :, i:i + 1] for i, weight in enumerate(LUMA))
    return luma, clip - luma


def signal(clip, dice):
    """Colour of a fraction of the luma's bandwidth, late by some pixels and paler; luma a little
    soft, with the recorder's edge ringing."""
    luma, colour = split(clip)
    width = dice.choice(CHROMA_WIDTHS)
    pads = (width // 2, width - 1 - width // 2, 1, 1)
    colour = F.avg_pool2d(F.pad(colour.flatten(0, 1), pads, mode="replicate"),
                          (3, width), 1).view_as(clip)
    colour = colour.roll(dice.choice(CHROMA_SHIFTS), -1) * dice.uniform(*CHROMA_GAIN)
    soft = optics.box(luma, 1, 3)
    return soft + (soft - optics.box(soft, 1, 7)) * dice.uniform(*RINGING) + colour


def coarse_chroma(clip, dice):
    """Blotches of colour that change with every frame."""
    b, t, _, h, w = clip.shape
    blotches = F.interpolate(dice.normal(b * t, 3, h // 4, w // 2), size=(h, w), mode="bilinear")
    blotches = blotches.view_as(clip)
    blotches = blotches - blotches.mean(2, keepdim=True)
    return clip + blotches * dice.uniform(*COARSE_CHROMA_AMOUNT)


def shift_lines(clip, pixels):
    """Moves every line of [B, T, 3, H, W] by pixels [B, T, H] to the left."""
    b, t, c, h, w = clip.shape
    x = torch.arange(w, device=clip.device) + pixels.reshape(b * t, h, 1)
    x = (2 * x + 1) / w - 1
    y = (2 * torch.arange(h, device=clip.device) + 1) / h - 1
    grid = torch.stack([x, y[None, :, None].expand_as(x)], -1)
    y = F.grid_sample(clip.flatten(0, 1), grid, padding_mode="border", align_corners=False)
    return y.view_as(clip)


def jitter(clip, dice):
    """A time base that trembles from line to line."""
    b, t, _, h, _ = clip.shape
    return shift_lines(clip, dice.normal(b, t, h) * dice.uniform(0, JITTER_MOST))


def head_switch(clip, dice):
    """The torn and noisy lines at the foot of a frame, where the heads change over."""
    b, t, _, h, _ = clip.shape
    rows = min(h, dice.integer(*HEAD_SWITCH_ROWS))
    pixels = torch.zeros(b, t, h, device=clip.device)
    tear = torch.linspace(0.3, 1, rows, device=clip.device) * dice.uniform(*HEAD_SWITCH_SHIFT)
    pixels[:, :, h - rows:] = tear * (1 + 0.15 * dice.normal(b, t, 1))
    clip = shift_lines(clip, pixels)
    clip[..., h - rows:, :] += 0.08 * dice.normal(b, t, 1, rows, clip.shape[-1])
    return clip


def dropouts(clip, dice):
    """Short bright streaks in single lines, where the tape has lost its coating."""
    b, t, _, h, w = clip.shape
    clip = clip.clone()
    for i in range(b):
        for j in range(t):
            if dice.chance(DROPOUTS_A_FRAME):
                y, x = dice.integer(0, h - 1), dice.integer(0, w - 8)
                length = dice.integer(4, max(4, w // 3))
                fade = torch.linspace(1, 0, len(range(w)[x:x + length]), device=clip.device)
                line = clip[i, j, :, y, x:x + length]
                line += (dice.uniform(0.6, 1.1) - line) * fade * dice.uniform(0.4, 1)
    return clip


def tape(clip, dice):
    scale = dice.choice(SCALES)
    side = optics.lowered(clip.shape[-1], scale)
    clip = optics.blur(clip, dice, 0.5 * scale)
    clip = optics.downscale(clip, (side, side), dice)
    if dice.chance(SIGNAL):
        clip = signal(clip, dice)
    if dice.chance(JITTER):
        clip = jitter(clip, dice)
    clip = noise.noise(clip, dice, dice.choice(NOISE))
    if dice.chance(COARSE_CHROMA):
        clip = coarse_chroma(clip, dice)
    if dice.chance(FLICKER):
        clip = noise.flicker(clip, dice, FLICKER_MOST)
    if dice.chance(DROPOUTS):
        clip = dropouts(clip, dice)
    if dice.chance(HEAD_SWITCH):
        clip = head_switch(clip, dice)
    return clip, dice.pick(CODECS)

"""Telephones and compact cameras: low light, a denoiser that smears, a sharpener that rings.
SPDX-License-Identifier: Apache-2.0"""
import torch

from . import noise, optics

SCALES = [1, 1.5, 2, 2]
CODECS = {"good": 2, "web": 2, None: 1}
LOW_LIGHT, GAIN, NOISE_MOST = 0.5, (0.35, 0.8), 0.08
SMEAR, SMEAR_RADII, SMEAR_EDGE = 0.6, [2, 3, 4], (0.02, 0.08)
SHARPEN, SHARPEN_AMOUNT = 0.6, (0.4, 1.6)


def low_light(clip, dice):
    """A dark exposure, its noise, and the gain that brings both up again."""
    gain = dice.uniform(*GAIN)
    return noise.noise(clip * gain, dice, NOISE_MOST * gain) / gain ** dice.uniform(0.5, 1)


def smear(clip, dice):
    """A denoiser: means over small squares, except where the picture differs from its mean by more
    than a threshold. Faint texture goes, edges stay."""
    size = 2 * dice.choice(SMEAR_RADII) + 1
    mean = optics.box(clip, size, size)
    difference = (clip - mean).abs().mean(2, keepdim=True)
    keep = torch.sigmoid((optics.box(difference, 3, 3) / dice.uniform(*SMEAR_EDGE) - 1) * 6)
    return mean + (clip - mean) * keep


def phone(clip, dice):
    scale = dice.choice(SCALES)
    side = optics.lowered(clip.shape[-1], scale)
    clip = optics.blur(clip, dice, 0.3 * scale + 0.2)
    clip = optics.downscale(clip, (side, side), dice)
    if dice.chance(LOW_LIGHT):
        clip = low_light(clip, dice)
    if dice.chance(SMEAR):
        clip = smear(clip, dice)
    if dice.chance(SHARPEN):
        clip = optics.sharpen(clip, dice.uniform(*SHARPEN_AMOUNT))
    return clip, dice.pick(CODECS)

"""Uploads and attachments: scaled down, then coded hard. SPDX-License-Identifier: Apache-2.0"""
from . import noise, optics

WEB_SCALES = [1, 1.33, 1.5, 2, 2, 2, 2.5, 3]
SMALL_SCALES = [3, 4, 4, 4]
BLUR = 0.45
NOISE_BEFORE, NOISE_BEFORE_MOST = 0.25, 0.04
NOISE_AFTER, NOISE_AFTER_MOST = 0.4, [0.02, 0.02, 0.05]
SHARPEN, SHARPEN_AMOUNT = 0.15, (0.2, 1.0)
WEB_CODECS = {"web": 0.95, "good": 0.035, None: 0.015}
SMALL_CODECS = {"web": 0.6, "good": 0.28, None: 0.12}


def chain(clip, dice, scales, codecs):
    scale = dice.choice(scales)
    side = optics.lowered(clip.shape[-1], scale)
    if dice.chance(BLUR):
        clip = optics.blur(clip, dice, 0.35 * scale + 0.25)
    if dice.chance(NOISE_BEFORE):
        clip = noise.noise(clip, dice, NOISE_BEFORE_MOST)
    clip = optics.downscale(clip, (side, side), dice)
    if dice.chance(NOISE_AFTER):
        clip = noise.noise(clip, dice, dice.choice(NOISE_AFTER_MOST))
    if dice.chance(SHARPEN):
        clip = optics.sharpen(clip, dice.uniform(*SHARPEN_AMOUNT))
    return clip, dice.pick(codecs)


def web(clip, dice):
    return chain(clip, dice, WEB_SCALES, WEB_CODECS)


def small(clip, dice):
    return chain(clip, dice, SMALL_SCALES, SMALL_CODECS)

"""Good sources: they must come out no worse. SPDX-License-Identifier: Apache-2.0"""
from . import noise, optics

SCALES = [1, 1, 1.25, 1.5, 2]
CODECS = {"good": 0.6, None: 0.4}
BLUR, NOISE, NOISE_MOST = 0.3, 0.3, 0.015


def light(clip, dice):
    scale = dice.choice(SCALES)
    side = optics.lowered(clip.shape[-1], scale)
    if dice.chance(BLUR):
        clip = optics.blur(clip, dice, 0.3 * scale + 0.2)
    clip = optics.downscale(clip, (side, side), dice)
    if dice.chance(NOISE):
        clip = noise.noise(clip, dice, NOISE_MOST)
    return clip, dice.pick(CODECS)

"""The second-order synthetic chain of the super-resolution papers: blur, resize, noise, JPEG, and
all of it again. No codec follows; the result is back at the clip's own size.
SPDX-License-Identifier: Apache-2.0"""
from . import noise, optics, tape
from .jpeg import jpeg

SCALES = [1, 1.5, 2, 2, 2.5, 3, 4, 4]
MODES = ["area", "bilinear", "bicubic"]
FIRST_BLUR, SECOND_BLUR = 0.8, 0.5
FIRST_NOISE, SECOND_NOISE = 0.85, 0.5
FIRST_JPEG, SECOND_JPEG = 0.6, 0.85
TAPE = 0.25
MIDDLE = (0.6, 1.1)     # of the size between the two resizings, half of the time


def even(side):
    return max(32, round(side / 2) * 2)


def chain(clip, dice):
    b, t = clip.shape[:2]
    size = clip.shape[-2:]
    scale = dice.choice(SCALES)
    low = tuple(even(n / scale) for n in size)
    if dice.chance(FIRST_BLUR):
        clip = optics.blur(clip, dice, 2.4 * min(1, scale / 3) + 0.5)
    factor = dice.uniform(*MIDDLE) if dice.chance(0.5) else 1
    middle = tuple(max(32, round(n / max(1, scale * 0.7) * factor)) for n in size)
    clip = optics.resize(clip, middle, dice.choice(MODES))
    if dice.chance(FIRST_NOISE):
        clip = noise.noise(clip, dice, 0.09 if dice.chance(0.4) else 0.035)
    if dice.chance(TAPE):
        clip = tape.signal(clip, dice)
    if dice.chance(FIRST_JPEG):
        clip = jpeg(clip, dice.each(b, t, 35, 95))
    if dice.chance(SECOND_BLUR):
        clip = optics.blur(clip, dice, 1.2)
    clip = optics.resize(clip, low, dice.choice(MODES))
    if dice.chance(SECOND_NOISE):
        clip = noise.noise(clip, dice, 0.03)
    if dice.chance(SECOND_JPEG):
        clip = jpeg(clip, dice.each(b, t, 30, 95))
    return optics.resize(clip.clamp(0, 1), size), None

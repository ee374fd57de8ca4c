"""Sensor noise. SPDX-License-Identifier: Apache-2.0"""
import torch.nn.functional as F

GREY, SIGNAL_DEPENDENT, COARSE = 0.4, 0.4, 0.35


def noise(clip, dice, most):
    """Gaussian with a deviation of up to `most`; grey or coloured, now and then growing with the
    signal as photon noise does, or coarse as after a tape or an early scaler."""
    b, t, c, h, w = clip.shape
    amount = dice.each(b, t, 0.0, most)[:, :, None, None, None]
    n = dice.normal(b, t, c, h, w)
    grey = dice.flags(b, GREY).view(b, 1, 1, 1, 1)
    n = grey * n[:, :, :1] + (1 - grey) * n
    if dice.chance(SIGNAL_DEPENDENT):
        amount = amount * (clip.clamp(0, 1) + 0.02).sqrt() * 1.4
    if dice.chance(COARSE):
        n = F.avg_pool2d(n.flatten(0, 1), 3, 1, 1).view_as(n) * 2.2
    return clip + n * amount


def flicker(clip, dice, most):
    """Brightness that changes from frame to frame."""
    b, t = clip.shape[:2]
    return clip * (1 + dice.normal(b, t, 1, 1, 1) * dice.uniform(0, most))

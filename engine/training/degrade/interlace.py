"""Interlaced recordings after a poor deinterlacer. The other field is taken from the next frame,
which stands for the fiftieth of a second that really lies between fields.
SPDX-License-Identifier: Apache-2.0"""
import torch
import torch.nn.functional as F

from . import noise, optics

SCALES = [1, 1.5, 2]
CODECS = {"tape": 2, "good": 2, None: 1}
NOISE_MOST = 0.03
KINDS = {"weave": 1, "blend": 2, "bob": 2}


def other_field(clip):
    return torch.cat([clip[:, 1:], clip[:, -1:]], 1)


def weave(clip):
    """Both fields in one picture: combs wherever something moves."""
    clip = clip.clone()
    clip[..., 1::2, :] = other_field(clip)[..., 1::2, :]
    return clip


def blend(clip):
    """The fields' mean: every movement double."""
    return (clip + other_field(clip)) / 2


def bob(clip):
    """One field alone, stretched to full height: alternately the upper and the lower one."""
    h, w = clip.shape[-2:]
    out = clip.clone()
    for parity in (0, 1):
        field = clip[:, parity::2, :, parity::2]
        if field.shape[1]:
            shape = field.shape
            y = F.interpolate(field.flatten(0, 1), size=(h, w), mode="bilinear")
            out[:, parity::2] = y.view(*shape[:3], h, w)
    return out


def interlace(clip, dice):
    side = optics.lowered(clip.shape[-1], dice.choice(SCALES))
    clip = optics.downscale(clip, (side, side), dice)
    clip = {"weave": weave, "blend": blend, "bob": bob}[dice.pick(KINDS)](clip)
    return noise.noise(clip, dice, NOISE_MOST), dice.pick(CODECS)

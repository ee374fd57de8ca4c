"""What happens to home video, up to the low-resolution picture that a codec gets.

Each family is one function: clip [B, T, 3, H, W] in 0..1 and dice -> the low-resolution clip and
the family of codecs (codecs.FAMILIES) that follows it, or None. Ranges and chances stand at the
head of each family's file. SPDX-License-Identifier: Apache-2.0"""
from . import chain, film, interlace, light, phone, tape, web

FAMILIES = {"web": web.web, "small": web.small, "tape": tape.tape, "film": film.film,
            "light": light.light, "phone": phone.phone, "interlace": interlace.interlace,
            "chain": chain.chain}

# How often each family comes. The last two are young: the trials had none of them.
SHARES = {"web": 0.25, "small": 0.2, "tape": 0.2, "film": 0.08, "light": 0.14, "chain": 0.05,
          "phone": 0.05, "interlace": 0.03}


MONOCHROME_FILM = 0.3


def degrade(clip, dice):
    """-> reference, low-resolution clip in 0..1, family of codecs or None, family. The reference is
    the clip, made grey for a part of the films: nobody can know the colours of a grey one."""
    family = dice.pick(SHARES)
    if family == "film" and dice.chance(MONOCHROME_FILM):
        clip = clip.mean(2, keepdim=True).expand_as(clip).contiguous()
    low, codec = FAMILIES[family](clip, dice)
    return clip, low.clamp(0, 1), codec, family

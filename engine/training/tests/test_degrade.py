"""Degradations keep shape and range, repeat under a seed, and real codecs give back all frames.
SPDX-License-Identifier: Apache-2.0"""
import random

import numpy as np
import pytest
import torch

from .. import codecs, degrade
from ..degrade.dice import Dice

SEED = random.randrange(1 << 30)


def picture(frames=5, side=96):
    """A clip with structure at all scales, so that codecs have something to lose."""
    generator = torch.Generator().manual_seed(SEED)
    big = torch.nn.functional.interpolate(
        torch.rand((1, 3, 9, 9), generator=generator), size=(side, side), mode="bicubic")
    fine = torch.rand((1, 3, side, side), generator=generator) * 0.2
    still = (big + fine).clamp(0, 1)[0]
    return torch.stack([still.roll(2 * t, -1) for t in range(frames)])[None]


@pytest.mark.parametrize("walk", [0.0, Dice.WALK])
@pytest.mark.parametrize("family", degrade.FAMILIES)
def test_family(family, walk):
    print("seed", SEED)
    clip = picture()
    results = []
    for _ in range(2):
        dice = Dice(SEED, walk=walk)
        draws = [degrade.FAMILIES[family](clip, dice) for _ in range(12)]
        results.append(draws)
    for (low, codec), (again, codec_again) in zip(*results):
        assert torch.equal(low, again) and codec == codec_again
        assert low.shape[:3] == clip.shape[:3]
        assert torch.isfinite(low).all() and low.mean().item() == pytest.approx(0.6, abs=0.4)
        assert not low.shape[-1] % 2 and low.shape[-1] <= clip.shape[-1]
        assert codec is None or codec in codecs.FAMILIES


def test_inputs_are_left_alone():
    clip = picture()
    before = clip.clone()
    dice = Dice(SEED)
    for family in degrade.FAMILIES.values():
        for _ in range(6):
            family(clip, dice)
    assert torch.equal(clip, before)


def test_dice_go_on_from_a_state():
    dice = Dice(SEED)
    dice.uniform(0, 1), dice.normal(3)
    state = dice.state()
    first = dice.uniform(0, 1), dice.normal(3)
    other = Dice(SEED + 1)
    other.restore(state)
    assert other.uniform(0, 1) == first[0] and torch.equal(other.normal(3), first[1])


@pytest.mark.parametrize("family", codecs.FAMILIES)
def test_codecs(family):
    print("seed", SEED)
    clip = (picture()[0, ..., :64, :64].permute(0, 2, 3, 1).numpy() * 255).round().astype(np.uint8)
    for i in range(8):
        once = codecs.degrade(clip, family, random.Random(SEED + i))
        again = codecs.degrade(clip, family, random.Random(SEED + i))
        assert once.shape == clip.shape and once.dtype == np.uint8
        # Not equal to the byte: libx264 differs from run to run now and then at such sizes.
        assert np.abs(once.astype(int) - again).mean() < 0.5
        assert not np.array_equal(once, clip)


def test_lossless_files(tmp_path):
    clip = (picture()[0].permute(0, 2, 3, 1).numpy() * 255).astype(np.uint8)
    codecs.write_lossless(tmp_path / "clip.mkv", clip)
    assert np.array_equal(codecs.read(tmp_path / "clip.mkv"), clip)

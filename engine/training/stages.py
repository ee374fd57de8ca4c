"""The three stages of training and what differs between them.
SPDX-License-Identifier: Apache-2.0"""
import math
from dataclasses import dataclass

from .degrade.dice import Dice


@dataclass(frozen=True)
class Stage:
    walk: float                 # step of the degradations' random walk from frame to frame
    spectrum: float             # weights of the reconstruction's parts, Charbonnier being 1
    temporal: float
    bands: float                # band energies' gradient at the output, as a share of the
    #                             reconstruction's; 0 = none
    grid: float                 # weight of the penalty on the up-sampler's grid, which band
    #                             energies alone would reward
    muon_rate: float
    muon_decay: float
    adam_rate: float
    adam_betas: tuple
    adam_decay: float
    average: float              # share of the weights that enters the moving average a step
    warm_up: int                # steps
    floor: float                # rate at the end of the half cosine, as a share
    decays: bool                # whether the rate falls at all


STAGES = {
    # Degradations constant in time. The rate stays up: the next stage goes on from here.
    "consistent": Stage(
        walk=0.0, spectrum=0.2, temporal=0.2, bands=0.0, grid=0.0, muon_rate=1.2e-3,
        muon_decay=0.02, adam_rate=5e-4, adam_betas=(0.9, 0.95), adam_decay=1e-3, average=0.004,
        warm_up=150, floor=0.02, decays=False),
    # Degradations that wander, down to a small rate.
    "inconsistent": Stage(
        walk=Dice.WALK, spectrum=0.2, temporal=0.2, bands=0.0, grid=0.0, muon_rate=1.2e-3,
        muon_decay=0.02, adam_rate=5e-4, adam_betas=(0.9, 0.95), adam_decay=1e-3, average=0.004,
        warm_up=150, floor=0.02, decays=True),
    # As much texture as there should be.
    "detail": Stage(
        walk=Dice.WALK, spectrum=0.1, temporal=0.3, bands=0.6, grid=1.0, muon_rate=3e-4,
        muon_decay=0.0, adam_rate=2e-4, adam_betas=(0.8, 0.95), adam_decay=0.0, average=0.005,
        warm_up=80, floor=0.1, decays=True),
}

GAIN_RATE = 4           # q/k gains learn faster: logits must grow before heads become selective
CLIP = 0.3              # norm of the gradients that go to AdamW


def rate(stage, step, done):
    """Share of the stage's rates at a step when a share `done` of its time has passed."""
    warm = min(1.0, (step + 1) / stage.warm_up)
    if not stage.decays:
        return warm
    return warm * (0.5 * (1 + math.cos(math.pi * min(1.0, done))) * (1 - stage.floor) + stage.floor)

"""The stages of training and what differs between them.
SPDX-License-Identifier: Apache-2.0"""
import math
from dataclasses import dataclass

from .degrade.dice import Dice


@dataclass(frozen=True)
class Stage:
    walk: float = Dice.WALK     # step of the degradations' random walk from frame to frame
    steady: float = 0.0         # share of the stage, from its start, in which they do not walk yet
    hidden: float = 0.0         # share of the samples whose decoder is shown nothing of the source,
    #                             so that the latents have to carry it
    spectrum: float = 0.2       # weights of the reconstruction's parts, Charbonnier being 1
    temporal: float = 0.2
    bands: float = 0.0          # band energies' gradient at the output, as a share of the
    #                             reconstruction's; 0 = none
    taught: float = 0.0         # weight of the reconstruction of a teacher's output, that of the
    #                             reference being 1
    grid: float = 0.0           # weight of the penalty on the up-sampler's grid, which band
    #                             energies alone would reward
    muon_rate: float = 1.2e-3
    muon_decay: float = 0.02
    adam_rate: float = 5e-4
    adam_betas: tuple = (0.9, 0.95)
    adam_decay: float = 1e-3
    average: float = 0.004      # share of the weights that enters the moving average a step
    warm_up: int = 150          # steps
    floor: float = 0.02         # rate at the end of the half cosine, as a share
    decays: bool = True         # whether the rate falls at all


STAGES = {
    # Degradations constant in time. The rate stays up: the next stage goes on from here.
    "consistent": Stage(walk=0.0, decays=False),
    # Degradations that wander, down to a small rate.
    "inconsistent": Stage(),
    # Heads find their characters before they are routed. What the decoder is not shown, attention
    # has to bring.
    "awaken": Stage(hidden=0.25, muon_rate=6e-4, adam_rate=2.5e-4, warm_up=80, decays=False),
    # What follows a routing.
    "routed": Stage(muon_rate=6e-4, adam_rate=2.5e-4, warm_up=80),
    # A small model learns from a large one's output as well as from the reference.
    "distilled": Stage(taught=1.0),
    # As much texture as there should be.
    "detail": Stage(spectrum=0.1, temporal=0.3, bands=0.6, grid=1.0, muon_rate=3e-4, muon_decay=0.0,
                    adam_rate=2e-4, adam_betas=(0.8, 0.95), adam_decay=0.0, average=0.005,
                    warm_up=80, floor=0.1),
}

GAIN_RATE = 4           # q/k gains learn faster: logits must grow before heads become selective
CLIP = 0.3              # norm of the gradients that go to AdamW


def rate(stage, step, done):
    """Share of the stage's rates at a step when a share `done` of its time has passed."""
    warm = min(1.0, (step + 1) / stage.warm_up)
    if not stage.decays:
        return warm
    return warm * (0.5 * (1 + math.cos(math.pi * min(1.0, done))) * (1 - stage.floor) + stage.floor)

"""Random draws for degradations: one seed, one state that a checkpoint can hold.
SPDX-License-Identifier: Apache-2.0"""
import math
import random

import torch


class Dice:
    """Numbers on the host and tensors on the device, from one seed.

    `walk` is the step of the random walk that a parameter takes from frame to frame: 0 makes
    degradations consistent in time, WALK makes them inconsistent."""

    WALK = 0.06

    def __init__(self, seed, device="cpu", walk=0.0):
        self.host = random.Random(seed)
        self.generator = torch.Generator(device).manual_seed(seed)
        self.device, self.walk = device, walk

    def state(self):
        return {"host": self.host.getstate(), "device": self.generator.get_state()}

    def restore(self, state):
        self.host.setstate(state["host"])
        self.generator.set_state(state["device"].cpu())

    def chance(self, probability):
        return self.host.random() < probability

    def uniform(self, low, high):
        return self.host.uniform(low, high)

    def integer(self, low, high):
        """Both ends included."""
        return self.host.randint(low, high)

    def choice(self, values):
        return self.host.choice(values)

    def pick(self, weights):
        """A key of {key: weight}."""
        return self.host.choices(list(weights), list(weights.values()))[0]

    def normal(self, *shape):
        return torch.randn(shape, generator=self.generator, device=self.device)

    def host_normal(self, *shape):
        """On the host, for paths that are worked out there: no wait for the device."""
        n = math.prod(shape)
        return torch.tensor([self.host.gauss(0, 1) for _ in range(n)]).view(shape)

    def rand(self, *shape):
        return torch.rand(shape, generator=self.generator, device=self.device)

    def each(self, batch, frames, low, high):
        """[batch, frames] of a parameter: drawn once a clip, then walking within its range."""
        where = self.rand(batch, 1).expand(batch, frames)
        if self.walk:
            where = (where + torch.cumsum(self.normal(batch, frames) * self.walk, 1)).clamp(0, 1)
        return low + (high - low) * where

    def flags(self, batch, probability):
        """[batch] of 0 or 1."""
        return (self.rand(batch) < probability).float()

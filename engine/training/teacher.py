"""What a small model is to learn from: a large one's output. SPDX-License-Identifier: Apache-2.0"""
import torch

from . import model
from .pool import to_range
from .trainer import compile_parts


class Teacher:
    """A finished model as a function of sources as bytes, [n, T, 3, H, W]."""
    together = 24           # clips at a time, always as many, so that it is compiled once

    def __init__(self, path, device):
        self.net = model.load(path, device).requires_grad_(False)
        self.net.decoder.to(memory_format=torch.channels_last)
        if device.startswith("cuda"):
            compile_parts(self.net)
        self.device = torch.device(device)

    @torch.no_grad()
    def __call__(self, sources):
        with torch.autocast(self.device.type, torch.bfloat16):
            restored = self.net(to_range(sources))
        return ((restored + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)

"""Muon: momentum whose matrices are orthogonalised before they are subtracted.
SPDX-License-Identifier: Apache-2.0"""
import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)
STEPS = 5
UPDATE = 0.2            # of the root of the longer side: updates of about AdamW's size


def orthogonalise(stack):
    """[n, rows, columns] -> about the nearest matrices with orthonormal rows or columns, by
    Newton-Schulz steps in bf16."""
    a, b, c = COEFFICIENTS
    x = stack.bfloat16()
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.mT
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(STEPS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.mT if tall else x


class Muon:
    """Parameters of two and more dimensions, seen as rows x the rest; those of equal shape go
    through one batch of products. Has the part of torch.optim's interface that training uses."""

    def __init__(self, parameters, momentum=0.95, weight_decay=0.0):
        self.groups = {}
        for p in parameters:
            self.groups.setdefault((p.shape[0], p[0].numel()), []).append(p)
        self.momentum, self.weight_decay = momentum, weight_decay
        self.buffers = {shape: torch.zeros(len(group), *shape, device=group[0].device)
                        for shape, group in self.groups.items()}

    @torch.no_grad()
    def step(self, rate, good):
        """`good` is a 0-d bool tensor; where it is false nothing changes, and nobody waits."""
        for shape, group in self.groups.items():
            buffer = self.buffers[shape]
            gradient = torch.stack([p.grad.reshape(shape) for p in group]).float()
            gradient = torch.where(good, gradient, buffer)
            buffer.lerp_(gradient, 1 - self.momentum)
            update = orthogonalise(torch.lerp(gradient, buffer, self.momentum))
            update = torch.where(good, update, torch.zeros_like(update))
            if self.weight_decay:
                torch._foreach_mul_(group, 1 - rate * self.weight_decay * good.float())
            parts = [u.reshape(p.shape).to(p.dtype) for u, p in zip(update, group)]
            torch._foreach_add_(group, parts, alpha=-rate * UPDATE * max(shape) ** 0.5)

    def zero_grad(self):
        for group in self.groups.values():
            for p in group:
                p.grad = None

    def state_dict(self):
        return {"buffers": list(self.buffers.values())}

    def load_state_dict(self, state):
        for buffer, saved in zip(self.buffers.values(), state["buffers"], strict=True):
            buffer.copy_(saved)

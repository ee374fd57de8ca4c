"""One step of training, and all state that the next step depends on.
SPDX-License-Identifier: Apache-2.0"""
import os

import torch
import torch._functorch.config
import torch.nn as nn

from . import decoder, losses, stages
from .model import Geometry, Model
from .muon import Muon

EMA_START = 10          # the average forgets faster at first: 1/(step + 10)
BALANCE_EVERY = 4       # steps between measurements of the band energies' weight
BALANCE_MOST = 10.0


def split_parameters(model):
    """For Muon the matrices of the blocks and the decoder's inner convolutions; for AdamW the q/k
    gains, and the rest: embedding, head, modulation, norms, biases, condition and output."""
    muon, gains, rest = [], [], []
    outer = {id(p) for stage in model.decoder
             if isinstance(stage, (decoder.Condition, decoder.Output)) for p in stage.parameters()}
    for name, p in model.named_parameters():
        if not p.requires_grad:
            continue
        inner = name.startswith("transformer.blocks.") or name.startswith("decoder.")
        if ".norm_q." in name or ".norm_k." in name:
            gains.append(p)
        elif inner and p.ndim >= 2 and id(p) not in outer and "modulation" not in name:
            muon.append(p)
        else:
            rest.append(p)
    return muon, gains, rest


class Trainer:
    def __init__(self, model, stage):
        self.model, self.stage = model, stage
        self.device = next(model.parameters()).device
        muon, gains, rest = split_parameters(model)
        self.muon_parameters, self.adam_parameters = muon, rest + gains
        self.muon = Muon(muon, weight_decay=stage.muon_decay)
        self.adam = torch.optim.AdamW(
            [{"params": rest, "base": stage.adam_rate},
             {"params": gains, "base": stages.GAIN_RATE * stage.adam_rate, "weight_decay": 0.0}],
            lr=stage.adam_rate, betas=stage.adam_betas, weight_decay=stage.adam_decay, fused=True)
        self.average = {k: p.detach().clone() for k, p in model.named_parameters()}
        self.step_count, self.seconds = 0, 0.0
        self.balance = None     # weight of the band energies, once measured
        self.skipped = torch.zeros((), device=self.device)

    def loss(self, reference, source, taught=None):
        """-> loss and what a log wants to know."""
        stage, shown = self.stage, None
        if stage.hidden:
            seen = torch.rand(len(source), 1, 1, 1, 1, device=self.device) >= stage.hidden
            shown = source * seen
        with torch.autocast(self.device.type, torch.bfloat16):
            restored = self.model(source, shown)

        def distance(target):
            return losses.reconstruction(restored, target, source, stage.spectrum, stage.temporal)

        loss = distance(reference)
        if stage.taught:
            loss = loss + stage.taught * distance(taught)
        report = {"loss": loss, "mse": ((restored.detach() - reference) ** 2).mean(),
                  "source_mse": ((source - reference) ** 2).mean()}
        if stage.bands:
            first = self.step_count % 2     # every other frame is enough for energies
            bands = losses.band_loss(restored[:, first::2], reference[:, first::2])
            if self.balance is None or self.step_count % BALANCE_EVERY == 0:
                self.measure_balance(loss, bands)
            loss = loss + self.balance * bands
            report |= {"bands": bands, "balance": self.balance}
        if stage.grid:
            grid = losses.grid_loss(restored - reference)
            loss = loss + stage.grid * grid
            report["grid"] = grid
        return loss, report

    def measure_balance(self, reconstruction, bands):
        """A weight that keeps the gradient of the energies, where it enters the last convolution,
        at the stage's share of the reconstruction's."""
        last = self.model.decoder[-1].weight
        norms = [torch.autograd.grad(part, last, retain_graph=True)[0].norm()
                 for part in (reconstruction, bands)]
        now = self.stage.bands * norms[0] / (norms[1] + 1e-9)
        now = now.clamp(0, BALANCE_MOST).nan_to_num(0.0).detach()
        self.balance = now if self.balance is None else 0.95 * self.balance + 0.05 * now

    def step(self, reference, source, taught=None, done=0.0):
        """One update; a step with a number that is not finite changes nothing."""
        loss, report = self.loss(reference, source, taught)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.adam_parameters, stages.CLIP)
        muon_norms = torch._foreach_norm([p.grad for p in self.muon_parameters])
        good = torch.isfinite(loss) & torch.isfinite(norm) & torch.isfinite(
            torch.stack(muon_norms).sum())
        self.skipped += ~good
        rate = stages.rate(self.stage, self.step_count, done)
        for group in self.adam.param_groups:
            group["lr"] = group["base"] * rate
        self.adam.found_inf, self.adam.grad_scale = (~good).float(), None
        self.adam.step()
        self.muon.step(self.stage.muon_rate * rate, good)
        self.zero_grad()
        share = max(self.stage.average, 1 / (self.step_count + EMA_START))
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.values()),
                                 [p.data for p in self.model.parameters()], share)
        self.step_count += 1
        return {k: v.detach() for k, v in report.items()} | {"gradient": norm.detach()}

    def zero_grad(self):
        self.adam.zero_grad(set_to_none=True)
        self.muon.zero_grad()

    def swap_average(self):
        """Exchanges weights and their average: before and after an evaluation."""
        with torch.no_grad():
            for name, p in self.model.named_parameters():
                p.data, self.average[name] = self.average[name], p.data

    def averaged_model(self):
        """A copy for saving, on the host."""
        copy = Model(self.model.geometry)
        copy.load_state_dict({k: v.cpu() for k, v in self.average.items()})
        return copy

    def save(self, path, **more):
        """Everything the next step depends on but the pool. Some 400 MB: it stays where it was
        made; what travels is the weight file."""
        state = {"geometry": self.model.geometry.to_json(), "weights": self.model.state_dict(),
                 "average": self.average, "muon": self.muon.state_dict(),
                 "adam": self.adam.state_dict(), "steps": self.step_count,
                 "seconds": self.seconds, "balance": self.balance, **more}
        torch.save(state, f"{path}.part")
        os.replace(f"{path}.part", path)

    def restore(self, state):
        """Goes on from what `save` wrote."""
        if Geometry.from_json(state["geometry"]) != self.model.geometry:
            raise ValueError("the checkpoint belongs to a model of another geometry")
        self.model.load_state_dict(state["weights"])
        with torch.no_grad():
            for name, value in state["average"].items():
                self.average[name].copy_(value)
        self.muon.load_state_dict(state["muon"])
        self.adam.load_state_dict(state["adam"])
        self.step_count, self.seconds = state["steps"], state["seconds"]
        self.balance = state["balance"]


def compile_parts(model):
    """Each block on its own: shapes stay the same and one compiled block serves all. Past its
    limit of recompilations torch silently falls back, so the limit is high."""
    torch._dynamo.config.recompile_limit = 256
    torch._dynamo.config.accumulated_recompile_limit = 2048
    # The band energies' weight takes a second way back through the compiled losses.
    torch._functorch.config.donated_buffer = False
    for block in model.transformer.blocks:
        block.forward = torch.compile(block.forward, dynamic=False)
    for stage in model.decoder:
        if isinstance(stage, (decoder.Block, decoder.Temporal)):
            stage.forward = torch.compile(stage.forward, dynamic=False)


def compile_losses():
    losses.pixel_terms = torch.compile(losses.pixel_terms, dynamic=False)

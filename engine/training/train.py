"""Trains one stage after another, each for a given time. README.md has the commands of a whole
training.

    python -m training.train STAGE=MINUTES… --out RUN --data FOLDER… --devset DEVSET
                             [--init WEIGHTS.safetensors | --geometry FILE.json] [--resume]
                             [--teacher WEIGHTS.safetensors]

RUN/STAGE.safetensors holds the averaged weights (--init of a later piece, on any machine), from
which the next stage goes on; RUN/checkpoint.pt everything (--resume goes on from it, on the same
machine); RUN/log.jsonl the curves. SPDX-License-Identifier: Apache-2.0"""
import argparse
import json
import math
import pathlib
import time
from dataclasses import replace

import torch

from . import model
from .rig import Rig, add_arguments
from .stages import STAGES
from .trainer import Trainer

REPORT_EVERY = 100      # steps


class Clock:
    """How much of a stage is done, by time or, for tests, by steps."""

    def __init__(self, amount, unit):
        self.amount, self.unit = amount, unit

    @classmethod
    def parse(cls, text):
        """`MINUTES`, or for tests `Nsteps`."""
        unit = "steps" if text.endswith("steps") else "minutes"
        return cls(float(text.removesuffix("steps")), unit)

    def done(self, trainer):
        spent = {"minutes": trainer.seconds / 60, "steps": trainer.step_count}
        return spent[self.unit] / self.amount

    def shorten(self, minutes):
        if self.unit == "minutes":
            self.amount = max(0.1, min(self.amount, minutes))


def run(name, trainer, clock, rig):
    """Steps until the clock is done; evaluates and saves on the way and at the end. Returns the
    last scores."""
    rig.make_ready(trainer)
    evaluations = rig.args.evaluations
    reports, marks = [], int(clock.done(trainer) * evaluations)
    first_seconds, first_steps = trainer.seconds, trainer.step_count
    start = time.time()

    def keep(final):
        trainer.swap_average()
        scores = rig.devset.score(trainer.model) if rig.devset else {}
        trainer.swap_average()
        rig.log("devset", stage=name, steps=trainer.step_count, minutes=trainer.seconds / 60,
                **scores)
        trainer.save(rig.out / "checkpoint.pt", dice=rig.dice.state(), stage=name)
        notes = {"training": json.dumps({"stage": name, "steps": trainer.step_count,
                                         "minutes": round(trainer.seconds / 60, 2),
                                         "finished": final, "devset": scores})}
        model.save(rig.out / f"{name}.safetensors", trainer.averaged_model(), notes=notes)
        return scores

    spent = 0.0         # seconds of evaluating, which the stage's time does not hold
    while (done := clock.done(trainer)) < 1:
        rig.dice.walk = trainer.stage.walk if done >= trainer.stage.steady else 0.0
        reports.append(trainer.step(*rig.batch(), done=done))
        trainer.seconds = first_seconds + time.time() - start - spent
        if len(reports) == REPORT_EVERY:
            mean = {k: torch.stack([r[k] for r in reports]).float().nanmean().item()
                    for k in reports[0]}
            gain = 10 * math.log10(max(mean.pop("source_mse"), 1e-9) / max(mean.pop("mse"), 1e-9))
            rig.log("train", steps=trainer.step_count, gain=gain, **mean, made=rig.pool.made,
                    skipped=int(trainer.skipped), videos=len(rig.material.videos),
                    ms=1000 * (trainer.seconds - first_seconds)
                    / (trainer.step_count - first_steps), errors=rig.pool.errors)
            reports.clear()
        if done * evaluations >= marks + 1:
            marks = int(done * evaluations)
            pause = time.time()
            keep(False)
            spent += time.time() - pause
    return keep(True)


def plan_entry(text):
    stage, _, amount = text.partition("=")
    if stage not in STAGES:
        raise argparse.ArgumentTypeError(f"{stage} is none of {', '.join(STAGES)}")
    return stage, Clock.parse(amount)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("plan", nargs="+", type=plan_entry, metavar="STAGE=MINUTES")
    add_arguments(parser)
    parser.add_argument("--init", type=pathlib.Path, help="weight file to go on from")
    parser.add_argument("--geometry", type=pathlib.Path, help="JSON of a new model")
    parser.add_argument("--teacher", type=pathlib.Path, help="weight file that `distilled` follows")
    parser.add_argument("--resume", action="store_true", help="go on from OUT/checkpoint.pt")
    parser.add_argument("--rate", type=float, default=1.0,
                        help="share of the stages' rates, to go on where they had fallen")
    parser.add_argument("--profile", action="store_true", help="write OUT/profile.txt first")
    args = parser.parse_args()
    if any(STAGES[stage].taught for stage, _ in args.plan) != bool(args.teacher):
        parser.error("the stage `distilled` and --teacher need each other")
    return args


def first_model(args):
    if args.init:
        return model.load(args.init).train()
    geometry = model.home()
    if args.geometry:
        geometry = model.Geometry.from_json(args.geometry.read_text())
    torch.manual_seed(args.seed)
    return model.initialise(model.Model(geometry))


def main():
    args = parse()
    rig = Rig(args, first_model(args), args.teacher)
    plan, saved = args.plan, None
    if args.resume:
        saved = torch.load(args.out / "checkpoint.pt", map_location=args.device, weights_only=False)
        plan = plan[[stage for stage, _ in plan].index(saved["stage"]):]
        rig.dice.restore(saved["dice"])

    for name, clock in plan:
        stage = STAGES[name]
        trainer = Trainer(rig.net, replace(stage, muon_rate=args.rate * stage.muon_rate,
                                           adam_rate=args.rate * stage.adam_rate))
        if saved:
            trainer.restore(saved)
        saved = None
        rig.log("stage", stage=name, steps=trainer.step_count,
                parameters=sum(p.numel() for p in rig.net.parameters()))
        if args.profile:
            rig.make_ready(trainer)
            rig.profile(trainer)
            args.profile = False
        run(name, trainer, clock, rig)
        trainer.swap_average()
    rig.close()


if __name__ == "__main__":
    main()

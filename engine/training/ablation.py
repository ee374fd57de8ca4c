"""Trains one model in several ways for the same time each, on the same material and draws, and
tables what each is worth.

    python -m training.ablation START.safetensors ROW=MINUTES… [--awaken MINUTES --budget G,I,W]
                                --out RUN --data FOLDER… --devset DEVSET [--within SECONDS]

With --awaken the rows fine-tune: all of START's heads become global and find their characters, and
each row goes on from there. Without it every row begins anew, START giving the form and the routing
alone. The rows:

    global       nothing is routed
    kl           the most local heads by KL(local || global), in counts of the whole model; anew,
                 START's own routing
    random       the same counts, heads drawn by lot
    window       every head sees its 3x5x5 tokens
    intra        every head sees its frame
    progressive  as kl, but degradations keep still for the first two fifths
    decoder      no transformer at all: the decoder alone

RUN/routing.json holds the heads' statistics, RUN/rows.json the table, RUN/ROW.safetensors the
weights. SPDX-License-Identifier: Apache-2.0"""
import argparse
import json
import pathlib
import time
from dataclasses import replace

import torch

from . import model, routing, train
from .attention import GLOBAL, INTRA, WINDOW
from .rig import Rig, add_arguments
from .stages import STAGES
from .trainer import Trainer

ROWS = ("global", "kl", "random", "window", "intra", "progressive", "decoder")
STEADY = 0.4
COST_GRID = (5, 48, 48)     # of the engine's tile
CALIBRATION_CLIPS = 32


def silence(net, silent):
    """Leaves the decoder alone, or gives it its transformer back."""
    net.silent = silent
    net.transformer.requires_grad_(not silent)
    if silent:
        for p in net.transformer.head.head.parameters():
            p.data.zero_()      # so that the saved weights say the same


def routings(kl, seed):
    """{row: routing} from that of the row `kl`."""
    layers, heads = len(kl), len(kl[0])
    counts = [sum(row.count(kind) for row in kl) for kind in (GLOBAL, INTRA, WINDOW)]

    def all_of(kind):
        return [[kind] * heads for _ in range(layers)]

    return {"global": all_of(GLOBAL), "kl": kl, "progressive": kl, "decoder": all_of(GLOBAL),
            "random": routing.at_random(layers, heads, counts, seed),
            "window": all_of(WINDOW), "intra": all_of(INTRA)}


def awaken(rig, clock):
    """All heads global, trained on; returns their statistics."""
    g = rig.net.geometry.transformer
    rig.net.transformer.route([[GLOBAL] * g.heads] * g.layers)
    trainer = Trainer(rig.net, STAGES["awaken"])
    train.run("awaken", trainer, clock, rig)
    trainer.swap_average()
    with torch.compiler.set_stance("force_eager"):
        table = routing.statistics(rig.net, rig.devset.entries, CALIBRATION_CLIPS)
    table["halves_same_kinds"] = routing.same_kinds(
        *(routing.by_budget(half, rig.args.budget) for half in table["halves"]))
    return table


def row_entry(text):
    name, _, amount = text.partition("=")
    if name not in ROWS:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(ROWS)}")
    return name, train.Clock.parse(amount)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("start", type=pathlib.Path)
    parser.add_argument("rows", nargs="+", type=row_entry, metavar="ROW=MINUTES")
    parser.add_argument("--awaken", type=train.Clock.parse, metavar="MINUTES",
                        help="fine-tune: all heads global for that long, then the rows")
    parser.add_argument("--budget", type=routing.counts,
                        help="global,intra,window heads of the whole model, for --awaken")
    parser.add_argument("--within", type=float, default=float("inf"),
                        help="seconds from now on; a row that would end later is cut short")
    add_arguments(parser)
    parser.set_defaults(evaluations=1)
    args = parser.parse_args()
    if args.devset is None:
        parser.error("--devset is needed: heads and rows are measured on it")
    if bool(args.awaken) != bool(args.budget):
        parser.error("--awaken and --budget need each other")
    return args


def first_model(args):
    net = model.load(args.start).train()
    if not args.awaken:
        torch.manual_seed(args.seed)
        net = model.initialise(model.Model(net.geometry))
    return net


def main():
    args, began = parse(), time.time()
    rig = Rig(args, first_model(args))
    geometry = rig.net.geometry.transformer
    kl, stage = geometry.routing, STAGES["inconsistent"]
    if args.awaken:
        table = awaken(rig, args.awaken)
        (rig.out / "routing.json").write_text(json.dumps(table, indent=1) + "\n")
        kl, stage = routing.by_budget(table, args.budget), STAGES["routed"]
    start = {k: v.clone() for k, v in rig.net.state_dict().items()}
    patterns = routings(kl, args.seed)

    results = {}
    for name, clock in args.rows:
        rig.renew()
        rig.net.load_state_dict(start)
        rig.net.transformer.route(patterns[name])
        stage = replace(stage, steady=STEADY if name == "progressive" else 0.0)
        silence(rig.net, name == "decoder")
        trainer = Trainer(rig.net, stage)
        clock.shorten((began + args.within - time.time()) / 60)
        scores = train.run(name, trainer, clock, rig)
        results[name] = {"routing": patterns[name], "steps": trainer.step_count,
                         "minutes": trainer.seconds / 60, "scores": scores,
                         "attention": {} if name == "decoder" else
                         routing.cost(geometry, patterns[name], COST_GRID)}
        (rig.out / "rows.json").write_text(json.dumps(results, indent=1) + "\n")
    rig.close()


if __name__ == "__main__":
    main()

"""Trains one stage after another, each for a given time. README.md has the commands of a whole
training.

    python -m training.train STAGE=MINUTES… --out RUN --data FOLDER… --devset DEVSET
                             [--init WEIGHTS.safetensors | --geometry FILE.json] [--resume]

RUN/STAGE.safetensors holds the averaged weights (--init of a later piece, on any machine), from
which the next stage goes on; RUN/checkpoint.pt everything (--resume goes on from it, on the same
machine); RUN/log.jsonl the curves. SPDX-License-Identifier: Apache-2.0"""
import argparse
import json
import math
import pathlib
import time

import torch

from . import evaluate, make_devset, metrics, model
from .degrade.dice import Dice
from .stages import STAGES
from .trainer import Trainer, compile_parts

REPORT_EVERY = 100      # steps
EVALUATIONS = 4         # in a stage, the last one at its end
POOL_START = 6          # batches in the pool before the first step
POOL_WAIT_SECONDS = 120
PROFILED_STEPS = 5


class Log:
    """One line a record on the terminal, the same as JSON in RUN/log.jsonl."""

    def __init__(self, path):
        self.file = open(path, "a", buffering=1)
        self.start = time.time()

    def __call__(self, event, **values):
        record = {"seconds": round(time.time() - self.start, 1), "event": event} | values
        self.file.write(json.dumps(record) + "\n")
        text = " ".join(f"{k}={v:.4g}" if isinstance(v, float) else f"{k}={v}"
                        for k, v in values.items())
        print(f"[{record['seconds']:7.1f}] {event} {text}", flush=True)


class Devset:
    """The development set, read when it is first needed and scored in batches of the training's
    shape, so that no compiled block is compiled anew."""

    def __init__(self, folder, batch, device):
        self.folder, self.batch, self.device = folder, batch, device
        self.families = []

    def read(self):
        entries = make_devset.load(self.folder)
        self.families = [family for family, _, _, _ in entries]
        self.reference = [make_devset.to_tensor(r) for _, _, r, _ in entries]
        self.source = [evaluate.bicubic(low, r.shape[1:3]) for _, _, r, low in entries]

    def score(self, net):
        """Gain in RGB PSNR over bicubic by family, the same with silent latents, the worst clip's,
        and temporal errors."""
        if not self.families:
            self.read()

        def psnr(x, y):
            return metrics.decibels(x - y, (2, 3, 4)).mean(1)

        def unsteady(x, y):
            return (x.diff(dim=1) - y.diff(dim=1)).abs().mean((1, 2, 3, 4)) * 255

        rows = []
        for i in range(0, len(self.source), self.batch):
            index = [min(j, len(self.source) - 1) for j in range(i, i + self.batch)]
            source = torch.stack([self.source[j] for j in index]).to(self.device)
            reference = torch.stack([self.reference[j] for j in index]).to(self.device)
            with torch.autocast(source.device.type, torch.bfloat16):
                latent = net.latent(source * 2 - 1).detach()    # with gradients: the trained graph
                pair = [net.decoder(z, source * 2 - 1).detach() for z in (latent, latent * 0)]
            restored, silent = (((x.float() + 1) / 2).clamp(0, 1) for x in pair)
            rows += torch.stack([psnr(restored, reference) - psnr(source, reference),
                                 psnr(silent, reference) - psnr(source, reference),
                                 unsteady(source, reference), unsteady(restored, reference)],
                                1).tolist()[:min(self.batch, len(self.source) - i)]
        gain, silent, unsteady_source, unsteady_restored = (sum(c) / len(rows) for c in zip(*rows))
        result = {"gain": gain, "latents_off": silent, "worst": min(r[0] for r in rows),
                  "temporal_source": unsteady_source, "temporal": unsteady_restored}
        for family in dict.fromkeys(self.families):
            gains = [r[0] for r, f in zip(rows, self.families) if f == family]
            result[family] = sum(gains) / len(gains)
        return result


class Clock:
    """How much of a stage is done, by time or, for tests, by steps."""

    def __init__(self, amount, unit):
        self.amount, self.unit = amount, unit

    def done(self, trainer):
        spent = {"minutes": trainer.seconds / 60, "steps": trainer.step_count}
        return spent[self.unit] / self.amount


def fill(pool, wanted, fresh, log):
    start = time.time()
    while pool.filled < min(wanted, len(pool.pairs)) and time.time() - start < POOL_WAIT_SECONDS:
        pool.pump(fresh)
        time.sleep(0.002)
    if not pool.filled:
        raise RuntimeError(f"no sample came back from the workers: {pool.errors}")
    log("pool", filled=pool.filled, made=pool.made, errors=pool.errors)


def rehearse(trainer, pool, args):
    """Compiles everything before the clock starts; updates nothing."""
    for _ in range(2):
        loss, _ = trainer.loss(*pool.batch(args.batch))
        loss.backward()
    trainer.zero_grad()
    loss.item()


def profile(trainer, pool, args):
    """RUN/profile.txt: where the time of a few steps (that count) goes, on the host and
    on the device."""
    kinds = [torch.profiler.ProfilerActivity.CPU, torch.profiler.ProfilerActivity.CUDA]
    with torch.profiler.profile(activities=kinds) as profiler:
        start = time.time()
        for _ in range(PROFILED_STEPS):
            pool.pump(args.fresh)
            last = trainer.step(*pool.batch(args.batch))["loss"]
        host = time.time() - start
        last.item()
        whole = time.time() - start
    events = profiler.key_averages()
    device = sum(e.self_device_time_total for e in events) / 1e6
    head = f"{PROFILED_STEPS} steps: host {host:.3f} s, whole {whole:.3f} s, device {device:.3f} s"
    tables = [events.table(sort_by=key, row_limit=40, max_name_column_width=90)
              for key in ("self_device_time_total", "self_cpu_time_total")]
    (args.out / "profile.txt").write_text("\n".join([head, *tables]))


def run(stage, trainer, pool, devset, clock, args, log):
    """Steps until the clock is done; evaluates and saves on the way and at the end."""
    reports, marks = [], int(clock.done(trainer) * EVALUATIONS)
    first_seconds, first_steps = trainer.seconds, trainer.step_count
    start = time.time()

    def keep(final):
        trainer.swap_average()
        scores = devset.score(trainer.model) if devset else {}
        trainer.swap_average()
        log("devset", stage=stage, steps=trainer.step_count, minutes=trainer.seconds / 60, **scores)
        trainer.save(args.out / "checkpoint.pt", dice=pool.dice.state(), stage=stage)
        notes = {"training": json.dumps({"stage": stage, "steps": trainer.step_count,
                                         "minutes": round(trainer.seconds / 60, 2),
                                         "finished": final, "devset": scores})}
        model.save(args.out / f"{stage}.safetensors", trainer.averaged_model(), notes=notes)

    spent = 0.0         # seconds of evaluating, which the stage's time does not hold
    while (done := clock.done(trainer)) < 1:
        pool.pump(args.fresh)
        reports.append(trainer.step(*pool.batch(args.batch), done))
        trainer.seconds = first_seconds + time.time() - start - spent
        if len(reports) == REPORT_EVERY:
            mean = {k: torch.stack([r[k] for r in reports]).float().nanmean().item()
                    for k in reports[0]}
            gain = 10 * math.log10(max(mean.pop("source_mse"), 1e-9) / max(mean.pop("mse"), 1e-9))
            log("train", steps=trainer.step_count, gain=gain, **mean, made=pool.made,
                skipped=int(trainer.skipped), videos=len(pool.material.videos),
                ms=1000 * (trainer.seconds - first_seconds) / (trainer.step_count - first_steps),
                errors=pool.errors)
            reports.clear()
        if done * EVALUATIONS >= marks + 1:
            marks = int(done * EVALUATIONS)
            pause = time.time()
            keep(False)
            spent += time.time() - pause
    keep(True)


def plan_entry(text):
    """`STAGE=MINUTES`, or for tests `STAGE=Nsteps`."""
    stage, _, amount = text.partition("=")
    if stage not in STAGES:
        raise argparse.ArgumentTypeError(f"{stage} is none of {', '.join(STAGES)}")
    unit = "steps" if amount.endswith("steps") else "minutes"
    return stage, Clock(float(amount.removesuffix("steps")), unit)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("plan", nargs="+", type=plan_entry, metavar="STAGE=MINUTES")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--data", nargs="+", required=True, help="folders; may fill up later")
    parser.add_argument("--devset", type=pathlib.Path, help="from make_devset")
    parser.add_argument("--init", type=pathlib.Path, help="weight file to go on from")
    parser.add_argument("--geometry", type=pathlib.Path, help="JSON of a new model")
    parser.add_argument("--resume", action="store_true", help="go on from OUT/checkpoint.pt")
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--frames", type=int, default=17)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--fresh", type=int, default=6, help="new samples a step")
    parser.add_argument("--pool", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=14)
    parser.add_argument("--synthetic", type=int, default=120)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--profile", action="store_true", help="write OUT/profile.txt first")
    return parser.parse_args()


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
    args.out.mkdir(parents=True, exist_ok=True)
    log = Log(args.out / "log.jsonl")
    # Imported late, and workers made first: they fork, and must not inherit a CUDA context.
    from .pool import Pool, Workers
    workers = Workers(args.workers, args.frames * args.side * args.side * 3, seed=args.seed)
    from .data import Material
    cuda = args.device.startswith("cuda")
    if cuda:
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
    material = Material(args.data, args.side, args.frames, args.device, args.synthetic)
    log("material", videos=len(material.videos), pictures=len(material.pictures),
        synthetic=len(material.synthetic))
    net = first_model(args).to(args.device)
    net.decoder.to(memory_format=torch.channels_last)
    if cuda:
        compile_parts(net)
    dice = Dice(args.seed, args.device)
    devset = Devset(args.devset, args.batch, args.device) if args.devset else None
    pool = Pool(material, workers, dice, args.pool)
    plan, saved = args.plan, None
    if args.resume:
        saved = torch.load(args.out / "checkpoint.pt", map_location=args.device, weights_only=False)
        plan = plan[[stage for stage, _ in plan].index(saved["stage"]):]
        dice.restore(saved["dice"])

    for stage, clock in plan:
        trainer = Trainer(net, STAGES[stage])
        if saved:
            trainer.restore(saved)
        saved, dice.walk = None, STAGES[stage].walk
        log("stage", stage=stage, parameters=sum(p.numel() for p in net.parameters()),
            steps=trainer.step_count)
        if not pool.filled:
            fill(pool, POOL_START * args.batch, args.fresh, log)
            material.watch()
        if cuda:
            rehearse(trainer, pool, args)
            log("rehearsed", gib=torch.cuda.max_memory_allocated() / 2 ** 30)
            if args.profile:
                profile(trainer, pool, args)
                args.profile = False
        run(stage, trainer, pool, devset, clock, args, log)
        trainer.swap_average()
    workers.close()


if __name__ == "__main__":
    main()

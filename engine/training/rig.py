"""What every training stands on: material and its workers, the pool, the development set, the log,
and a model compiled block by block. SPDX-License-Identifier: Apache-2.0"""
import json
import pathlib
import time

import torch

from . import evaluate, make_devset, metrics
from .degrade.dice import Dice
from .trainer import compile_losses, compile_parts

POOL_START = 6          # batches in the pool before the first step
MATERIAL_WAIT_SECONDS, POOL_WAIT_SECONDS = 300, 120
PROFILED_STEPS = 5


def add_arguments(parser):
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--data", nargs="+", required=True, help="folders; may fill up later")
    parser.add_argument("--devset", type=pathlib.Path, help="from make_devset")
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--frames", type=int, default=17)
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--fresh", type=int, default=6, help="new samples a step")
    parser.add_argument("--pool", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=14)
    parser.add_argument("--synthetic", type=int, default=120)
    parser.add_argument("--evaluations", type=int, default=4,
                        help="of a stage, the last one at its end")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--device", default="cuda")


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
        self.entries = []

    def read(self):
        self.entries = make_devset.load(self.folder)
        self.families = [family for family, _, _, _ in self.entries]
        self.reference = [make_devset.to_tensor(r) for _, _, r, _ in self.entries]
        self.source = [evaluate.bicubic(low, r.shape[1:3]) for _, _, r, low in self.entries]

    def score(self, net):
        """Gain in RGB PSNR over bicubic by family, the same with silent latents, the worst clip's,
        and temporal errors."""
        if not self.entries:
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


class Rig:
    def __init__(self, args, net, teacher=None):
        """Takes the model over: onto the device, compiled; `teacher` is a weight file."""
        args.out.mkdir(parents=True, exist_ok=True)
        self.args, self.out = args, args.out
        self.log = Log(args.out / "log.jsonl")
        # Imported late, and workers made first: they fork, and must not inherit a CUDA context.
        from .pool import Pool, Workers
        self.workers = Workers(args.workers, args.frames * args.side * args.side * 3,
                               seed=args.seed)
        from .data import Material
        from .teacher import Teacher
        self.cuda = args.device.startswith("cuda")
        if self.cuda:
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
            torch.backends.cudnn.benchmark = True
        self.material = Material(args.data, args.side, args.frames, args.device, args.synthetic)
        self.material.watch()
        self.net = net.to(args.device)
        self.net.decoder.to(memory_format=torch.channels_last)
        if self.cuda:
            compile_losses()
            compile_parts(self.net)
        self.teacher = teacher and Teacher(teacher, args.device)
        self.dice = Dice(args.seed, args.device)
        self.devset = Devset(args.devset, args.batch, args.device) if args.devset else None
        self.pool = Pool(self.material, self.workers, self.dice, args.pool, self.teacher)

    def batch(self):
        """The next one, and whatever is ready on the way into the pool."""
        self.pool.pump(self.args.fresh)
        return self.pool.batch(self.args.batch)

    def renew(self):
        """An empty pool and the draws of a first start: what follows owes nothing to what was."""
        self.pool.clear()
        self.dice.restore(Dice(self.args.seed, self.args.device).state())

    def make_ready(self, trainer):
        """Compiles before the clock starts, the first time while material is still being read;
        updates nothing."""
        if self.cuda:
            clips = torch.rand(self.args.batch, *self.pool.samples.shape[1:],
                               device=self.args.device)
            for _ in range(2):
                loss, _ = trainer.loss(*clips.unbind(1))
                loss.backward()
            trainer.zero_grad()
            if self.teacher:
                self.teacher(self.pool.samples[:self.teacher.together, 1])
            loss.item()
            self.log("rehearsed", gib=torch.cuda.max_memory_allocated() / 2 ** 30)
        if not self.pool.filled:
            self.fill()

    def fill(self):
        start, wanted = time.time(), min(POOL_START * self.args.batch, len(self.pool.samples))
        while not self.material.found and time.time() - start < MATERIAL_WAIT_SECONDS:
            time.sleep(0.1)
        self.log("material", videos=len(self.material.videos),
                 pictures=len(self.material.pictures), synthetic=len(self.material.synthetic))
        start = time.time()
        while self.pool.filled < wanted and time.time() - start < POOL_WAIT_SECONDS:
            self.pool.pump(self.args.fresh)
            time.sleep(0.002)
        if not self.pool.filled:
            raise RuntimeError(f"no sample came back from the workers: {self.pool.errors}")
        self.log("pool", filled=self.pool.filled, made=self.pool.made, errors=self.pool.errors)

    def profile(self, trainer):
        """OUT/profile.txt: where the time of a few steps (that count) goes, on the host and
        on the device."""
        kinds = [torch.profiler.ProfilerActivity.CPU, torch.profiler.ProfilerActivity.CUDA]
        with torch.profiler.profile(activities=kinds) as profiler:
            start = time.time()
            for _ in range(PROFILED_STEPS):
                last = trainer.step(*self.batch())["loss"]
            host = time.time() - start
            last.item()
            whole = time.time() - start
        events = profiler.key_averages()
        device = sum(e.self_device_time_total for e in events) / 1e6
        head = (f"{PROFILED_STEPS} steps: host {host:.3f} s, whole {whole:.3f} s, "
                f"device {device:.3f} s")
        tables = [events.table(sort_by=key, row_limit=40, max_name_column_width=90)
                  for key in ("self_device_time_total", "self_cpu_time_total")]
        (self.out / "profile.txt").write_text("\n".join([head, *tables]))

    def close(self):
        self.workers.close()

"""Scores models and peers on the development set, side by side.

    python -m training.evaluate DEVSET [MODEL.safetensors…] [--out table.json]
                                [--crops 0,1] [--clips NAME,…] [--families NAME,…]
                                [--strengths 0.5,0.75,1] [--latents-off] [--peers] [--jod]
                                [--engine PROGRAM] [--bf16] [--device cpu]

Rows are bicubic, then each model, then the peers; columns are means over a family of the gain in
RGB PSNR over bicubic and of the other metrics; the worst clip is named.
SPDX-License-Identifier: Apache-2.0"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch

from . import codecs, fold, make_devset, metrics, model, peers
from .make_devset import to_tensor


def bicubic(low, size):
    """What every model starts from, and the row that all others are compared with."""
    return fold.resize(to_tensor(low), size).clamp(0, 1)


class Restored:
    """A model as a function of a low-resolution clip and a size, at any strength; the last clip's
    result is kept, for rows that differ in strength alone."""
    last = None, None

    def at(self, strength):
        def restore(low, size):
            if self.last[0] is not low:
                source = bicubic(low, size)
                self.last = low, (source, self.run(low, source))
            source, restored = self.last[1]
            return torch.lerp(source, restored, strength).clamp(0, 1)
        return restore


class PyTorch(Restored):
    def __init__(self, path, device="cpu", latents=True, narrow=False):
        self.model = model.load(path, device)
        self.device, self.latents, self.narrow = device, latents, narrow

    def run(self, low, source):
        source = source[None].to(self.device) * 2 - 1
        with torch.no_grad(), torch.autocast(self.device, torch.bfloat16, self.narrow):
            if self.latents:
                restored = self.model.restore(source)
            else:
                restored = self.model.decoder(self.model.latent(source) * 0, source)
        return (restored[0].float().cpu() + 1) / 2


class Engine(Restored):
    """What users run: the engine's own program, whose result is eight-bit video."""

    def __init__(self, program, path):
        self.program, self.path = program.split(), path.resolve()

    def run(self, low, source):
        with tempfile.TemporaryDirectory() as folder:
            given, made = (pathlib.Path(folder) / name for name in ("given.mkv", "made.mkv"))
            codecs.write_lossless(given, low)
            subprocess.run([*self.program, "restore", given, made, "--model", self.path,
                            "--height", str(source.shape[2]), "--codec", "ffv1"],
                           check=True, capture_output=True)
            return to_tensor(codecs.read(made))


def score(devset, rows, jod=False):
    """{row: [one dict a clip]}."""
    table = {name: [] for name in rows}
    for i, (family, clip, reference, low) in enumerate(devset):
        print(f"{i + 1} of {len(devset)}: {family}/{clip}", file=sys.stderr)
        size = reference.shape[1:3]
        target = to_tensor(reference)
        for name, restore in rows.items():
            step = getattr(restore, "step", 1)
            start = time.perf_counter()
            result = restore(low[::step], size)
            seconds = (time.perf_counter() - start) / len(result)
            scores = metrics.all_metrics(result, target[::step])
            if jod:
                scores["jod"] = metrics.jod(result, target[::step])
            table[name].append({"family": family, "clip": clip, "seconds": seconds} | scores)
    return table


SCALARS = ("psnr", "psnr_luma", "ssim", "jod", "temporal", "grid", "seconds")


def summarise(table, base="bicubic"):
    """{row: {family or "all": means}}; gain and worst clip are against the base row."""
    summary = {}
    for name, scores in table.items():
        gains = [s["psnr"] - b["psnr"] for s, b in zip(scores, table[base])]
        summary[name] = {}
        for family in ["all"] + sorted({s["family"] for s in scores}):
            chosen = [i for i, s in enumerate(scores) if family in ("all", s["family"])]
            mean = {key: float(np.mean([scores[i][key] for i in chosen]))
                    for key in SCALARS if key in scores[0]}
            mean["bands"] = np.mean([scores[i]["bands"] for i in chosen], 0).tolist()
            mean["gain"] = float(np.mean([gains[i] for i in chosen]))
            worst = min(chosen, key=lambda i: gains[i])
            mean["worst"] = gains[worst]
            mean["worst_clip"] = f"{scores[worst]['family']}/{scores[worst]['clip']}"
            summary[name][family] = mean
    return summary


def markdown(summary):
    lines = ["| row | family | gain dB | PSNR | luma | SSIM | JOD | temporal | bands | grid "
             "| worst | s/frame |",
             "|---|---|---|---|---|---|---|---|---|---|---|---|"]
    for name, families in summary.items():
        for family, m in families.items():
            bands = " ".join(f"{b:.2f}" for b in m["bands"])
            jod = f"{m['jod']:.2f}" if "jod" in m else ""
            lines.append(
                f"| {name} | {family} | {m['gain']:+.2f} | {m['psnr']:.2f} | {m['psnr_luma']:.2f} "
                f"| {m['ssim']:.4f} | {jod} | {m['temporal']:.2f} | {bands} "
                f"| {m['grid']:.3f} | {m['worst']:+.2f} {m['worst_clip'].split('/')[1]} "
                f"| {m['seconds']:.2f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("devset", type=pathlib.Path)
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, help="all scores as JSON")
    parser.add_argument("--crops", default="0,1", help="which of each clip's two crops")
    parser.add_argument("--clips", default="", help="only these, by the start of their names")
    parser.add_argument("--families", default="", help="only these")
    parser.add_argument("--strengths", default="1", help="a row for each")
    parser.add_argument("--latents-off", action="store_true",
                        help="also a row of each model's decoder alone")
    parser.add_argument("--peers", action="store_true", help="also rows of other programs")
    parser.add_argument("--jod", action="store_true", help="also ColorVideoVDP")
    parser.add_argument("--engine", metavar="PROGRAM",
                        help="models by the engine's own program, as '../dev cli', not by PyTorch")
    parser.add_argument("--bf16", action="store_true", help="as training and the engine do")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()

    wanted = tuple(f"-{k}" for k in args.crops.split(","))
    families = tuple(args.families.split(",")) if args.families else ()
    devset = [entry for entry in make_devset.load(args.devset)
              if (not families or entry[0] in families) and entry[1].endswith(wanted)
              and entry[1].startswith(tuple(args.clips.split(",")))]
    rows = {"bicubic": bicubic}
    for path in args.models:
        restore = (Engine(args.engine, path) if args.engine else
                   PyTorch(path, args.device, narrow=args.bf16))
        for strength in args.strengths.split(","):
            name = path.stem if strength == "1" else f"{path.stem} × {strength}"
            rows[name] = restore.at(float(strength))
        if args.latents_off:
            rows[f"{path.stem}, latents off"] = PyTorch(
                path, args.device, latents=False, narrow=args.bf16).at(1)
    if args.peers:
        rows |= {name: make() for name, make in peers.ALL.items()}
    table = score(devset, rows, args.jod)
    summary = summarise(table)
    print(markdown(summary))
    if args.out:
        args.out.write_text(json.dumps({"clips": table, "summary": summary}, indent=1) + "\n")


if __name__ == "__main__":
    main()

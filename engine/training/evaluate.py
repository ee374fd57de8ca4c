"""Scores models and peers on the development set, side by side.

    python -m training.evaluate DEVSET [MODEL.safetensors…] [--out table.json]
                                [--crops 0,1] [--clips NAME,…] [--strength A] [--latents-off]
                                [--device cpu]

Rows are bicubic, then each model; columns are means over a family of the gain in RGB PSNR over
bicubic and of the other metrics; the worst clip is named. SPDX-License-Identifier: Apache-2.0"""
import argparse
import json
import pathlib
import time

import numpy as np
import torch

from . import fold, make_devset, metrics, model


def to_tensor(clip):
    """uint8 [T, h, w, 3] -> [T, 3, h, w] in 0..1."""
    return torch.from_numpy(clip).permute(0, 3, 1, 2).float() / 255


def bicubic(low, size):
    """What every model starts from, and the row that all others are compared with."""
    return fold.resize(to_tensor(low), size).clamp(0, 1)


class Restore:
    """A weight file as a function of a low-resolution clip and a size."""

    def __init__(self, path, device="cpu", strength=1.0, latents=True):
        self.model = model.load(path, device)
        self.device, self.strength, self.latents = device, strength, latents

    def __call__(self, low, size):
        source = bicubic(low, size)[None].to(self.device) * 2 - 1
        if self.latents:
            restored = self.model.restore(source)
        else:
            with torch.no_grad():
                restored = self.model.decoder(self.model.latent(source) * 0, source)
        mixed = source + self.strength * (restored - source)
        return ((mixed[0] + 1) / 2).clamp(0, 1).cpu()


def score(devset, rows):
    """{row: [one dict a clip]}."""
    table = {name: [] for name in rows}
    for family, clip, reference, low in devset:
        size = reference.shape[1:3]
        target = to_tensor(reference)
        for name, restore in rows.items():
            start = time.perf_counter()
            result = restore(low, size)
            seconds = (time.perf_counter() - start) / len(reference)
            table[name].append({"family": family, "clip": clip, "seconds": seconds}
                               | metrics.all_metrics(result, target))
    return table


def summarise(table, base="bicubic"):
    """{row: {family or "all": means}}; gain and worst clip are against the base row."""
    summary = {}
    for name, scores in table.items():
        gains = [s["psnr"] - b["psnr"] for s, b in zip(scores, table[base])]
        summary[name] = {}
        for family in ["all"] + sorted({s["family"] for s in scores}):
            chosen = [i for i, s in enumerate(scores) if family in ("all", s["family"])]
            mean = {key: float(np.mean([scores[i][key] for i in chosen]))
                    for key in ("psnr", "psnr_luma", "ssim", "temporal", "grid", "seconds")}
            mean["bands"] = np.mean([scores[i]["bands"] for i in chosen], 0).tolist()
            mean["gain"] = float(np.mean([gains[i] for i in chosen]))
            worst = min(chosen, key=lambda i: gains[i])
            mean["worst"] = gains[worst]
            mean["worst_clip"] = f"{scores[worst]['family']}/{scores[worst]['clip']}"
            summary[name][family] = mean
    return summary


def markdown(summary):
    lines = ["| row | family | gain dB | PSNR | luma | SSIM | temporal | bands | grid | worst "
             "| s/frame |",
             "|---|---|---|---|---|---|---|---|---|---|---|"]
    for name, families in summary.items():
        for family, m in families.items():
            bands = " ".join(f"{b:.2f}" for b in m["bands"])
            lines.append(
                f"| {name} | {family} | {m['gain']:+.2f} | {m['psnr']:.2f} | {m['psnr_luma']:.2f} "
                f"| {m['ssim']:.4f} | {m['temporal']:.2f} | {bands} | {m['grid']:.3f} "
                f"| {m['worst']:+.2f} {m['worst_clip'].split('/')[1]} | {m['seconds']:.2f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("devset", type=pathlib.Path)
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, help="all scores as JSON")
    parser.add_argument("--crops", default="0,1", help="which of each clip's two crops")
    parser.add_argument("--clips", default="", help="only these, by the start of their names")
    parser.add_argument("--strength", type=float, default=1.0)
    parser.add_argument("--latents-off", action="store_true",
                        help="also a row of each model's decoder alone")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    args = parser.parse_args()

    wanted = tuple(f"-{k}" for k in args.crops.split(","))
    devset = [entry for entry in make_devset.load(args.devset)
              if entry[1].endswith(wanted) and entry[1].startswith(tuple(args.clips.split(",")))]
    rows = {"bicubic": bicubic}
    for path in args.models:
        rows[path.stem] = Restore(path, args.device, args.strength)
        if args.latents_off:
            rows[f"{path.stem}, latents off"] = Restore(path, args.device, latents=False)
    table = score(devset, rows)
    summary = summarise(table)
    print(markdown(summary))
    if args.out:
        args.out.write_text(json.dumps({"clips": table, "summary": summary}, indent=1) + "\n")


if __name__ == "__main__":
    main()

"""Makes the development set: reference clips degraded once, with fixed options, and stored.

    python -m training.make_devset REFERENCES OUT [--bix4]

Two 256x256 crops of each clip, 17 frames. OUT/reference/CLIP-K.mkv holds a crop, OUT/FAMILY/ the
same crop small and degraded as a user's file would be; both are lossless FFV1. OUT/manifest.json
lists them with hashes of their pixels. With --bix4 it is super-resolution's classic test instead:
whole frames, made a quarter of their size by bicubic interpolation and no more. Never train on
any of it and never publish it: not all of the references are free.
SPDX-License-Identifier: Apache-2.0"""
import argparse
import hashlib
import json
import pathlib
from dataclasses import dataclass

import numpy as np
import torch

from . import codecs
from .degrade import noise, optics, tape
from .degrade.dice import Dice

SIDE, FRAMES, SEED = 256, 17, 1000
TAPE_BLUR, TAPE_NOISE = 1.2, 0.07


@dataclass
class Family:
    scale: int
    generations: list           # of (encoder, options), one after the other
    tape: bool = False


def x264(crf):
    return "libx264", {"crf": crf, "preset": "medium"}


def quantised(encoder, quantiser):
    return encoder, {"qmin": quantiser, "qmax": quantiser, "b": "8M"}


# The codecs of msmpeg4 and wmv2 are never met in training.
FAMILIES = {
    "web": Family(2, [x264(31)]),
    "small": Family(4, [x264(25)]),
    "tape": Family(2, [quantised("mpeg2video", 6)], tape=True),
    "light": Family(1, [x264(24)]),
    "msmpeg4": Family(2, [quantised("msmpeg4v2", 7)]),
    "wmv2": Family(3, [quantised("wmv2", 5)]),
    "dv": Family(2, [("dvvideo", {})], tape=True),
    "second": Family(2, [quantised("mpeg4", 5), x264(28)]),
}


CLASSIC = {"bix4": Family(4, [])}


def to_tensor(clip):
    """uint8 [T, h, w, 3] -> [T, 3, h, w] in 0..1."""
    return torch.from_numpy(clip).permute(0, 3, 1, 2).float() / 255


def crops(clip):
    """Upper right and lower left."""
    h, w = clip.shape[1:3]
    return [clip[:, :SIDE, w - SIDE:], clip[:, h - SIDE:, :SIDE]]


def whole(clip):
    """All of it but for what is over multiples of 32."""
    h, w = (n // 32 * 32 for n in clip.shape[1:3])
    return [clip[:, :h, :w]]


def degrade(crop, family, seed):
    """uint8 [T, H, W, 3] -> uint8 [T, h, w, 3], both multiples of 8."""
    size = tuple(n // family.scale // 8 * 8 for n in crop.shape[1:3])
    clip = to_tensor(crop)[None]
    if family.tape:
        dice = Dice(seed)
        clip = optics.resize(optics.blur(clip, dice, TAPE_BLUR), size, "area")
        clip = noise.noise(tape.signal(clip, dice), dice, TAPE_NOISE)
    elif size != crop.shape[1:3]:
        clip = optics.resize(clip, size)
    low = (clip[0].clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).numpy()
    for encoder, options in family.generations:
        low = codecs.dv(low) if encoder == "dvvideo" else codecs.transcode(low, encoder, options)
    return low


def pixels_hash(clip):
    return hashlib.sha256(np.ascontiguousarray(clip).tobytes()).hexdigest()


def store(out, group, name, clip, manifest):
    (out / group).mkdir(parents=True, exist_ok=True)
    codecs.write_lossless(out / group / f"{name}.mkv", clip)
    manifest[f"{group}/{name}.mkv"] = pixels_hash(clip)


def make(references, out, cut=crops, families=FAMILIES):
    manifest = {}
    for path in sorted(references.glob("*.mp4")):
        clip = codecs.read(path, FRAMES)
        for k, crop in enumerate(cut(clip)):
            name = f"{path.stem}-{k}"
            store(out, "reference", name, crop, manifest)
            for group, family in families.items():
                store(out, group, name, degrade(crop, family, SEED + k), manifest)
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    return manifest


def load(folder):
    """[(family, name, reference, low)], every clip uint8 [T, h, w, 3] and checked."""
    manifest = json.loads((folder / "manifest.json").read_text())
    clips = {}
    for name, expected in manifest.items():
        clips[name] = codecs.read(folder / name)
        if pixels_hash(clips[name]) != expected:
            raise ValueError(f"{folder / name} is not what the manifest says; make the set anew")
    return [(family, pathlib.Path(name).stem, clips[f"reference/{pathlib.Path(name).name}"], clip)
            for name, clip in clips.items()
            if (family := name.split("/")[0]) != "reference"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("references", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--bix4", action="store_true")
    args = parser.parse_args()
    how = (whole, CLASSIC) if args.bix4 else (crops, FAMILIES)
    print(len(make(args.references, args.out, *how)), "files in", args.out)


if __name__ == "__main__":
    main()

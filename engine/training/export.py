"""Turns a training checkpoint into a weight file to ship, or cuts one into pieces that travel.

    python -m training.export RUN/checkpoint.pt OUT.safetensors [--name N] [--description TEXT]
                              [--strength A] [--float32]
    python -m training.export --pieces 15 WEIGHTS.safetensors FOLDER
    python -m training.export --join FOLDER/WEIGHTS.safetensors.* OUT.safetensors

SPDX-License-Identifier: Apache-2.0"""
import argparse
import pathlib

import torch

from . import model

SHIPPED_MOST = 56 * 2 ** 20     # what the GPU machine takes beside the rest


def from_checkpoint(path):
    """The averaged weights as a model."""
    state = torch.load(path, map_location="cpu", weights_only=False)
    net = model.Model(model.Geometry.from_json(state["geometry"]))
    net.load_state_dict(state["average"])
    return net.eval()


def cut(path, folder, mebibytes):
    folder.mkdir(parents=True, exist_ok=True)
    data = path.read_bytes()
    size = mebibytes * 2 ** 20
    for i, start in enumerate(range(0, len(data), size)):
        (folder / f"{path.name}.{i:02}").write_bytes(data[start:start + size])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--name")
    parser.add_argument("--description")
    parser.add_argument("--strength", type=float)
    parser.add_argument("--float32", action="store_true")
    parser.add_argument("--pieces", type=int, metavar="MIB")
    parser.add_argument("--join", action="store_true")
    args = parser.parse_args()
    *sources, out = args.files
    if not sources:
        parser.error("give an input and an output")
    if args.join:
        out.write_bytes(b"".join(p.read_bytes() for p in sorted(sources)))
    elif args.pieces:
        cut(sources[0], out, args.pieces)
    else:
        net = from_checkpoint(sources[0])
        for field in ("name", "description", "strength"):
            if getattr(args, field) is not None:
                setattr(net.geometry, field, getattr(args, field))
        model.save(out, net, torch.float32 if args.float32 else torch.bfloat16)
        if out.stat().st_size >= SHIPPED_MOST:
            print(f"{out} is larger than the {SHIPPED_MOST >> 20} MiB that can travel")


if __name__ == "__main__":
    main()

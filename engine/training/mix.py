"""The weights on the way between two stages of one net.

    python -m training.mix FIRST.safetensors SECOND.safetensors OUT.safetensors [--share 0.5]
                           [--description TEXT]

Where the second was trained on from the first, the net between them keeps most of what either has:
the first's faithfulness and a good part of the second's texture.
SPDX-License-Identifier: Apache-2.0"""
import argparse
import pathlib

import torch

from . import model


def mix(first, second, share):
    """`second` becomes the net a `share` of the way from `first` to it."""
    if first.geometry.transformer != second.geometry.transformer:
        raise ValueError("the two are not stages of one net")
    with torch.no_grad():
        for a, b in zip(first.parameters(), second.parameters(), strict=True):
            b.copy_(torch.lerp(a, b, share))
    return second


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("first", type=pathlib.Path)
    parser.add_argument("second", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--share", type=float, default=0.5)
    parser.add_argument("--description")
    args = parser.parse_args()
    net = mix(model.load(args.first), model.load(args.second), args.share)
    if args.description is not None:
        net.geometry.description = args.description
    model.save(args.out, net)


if __name__ == "__main__":
    main()

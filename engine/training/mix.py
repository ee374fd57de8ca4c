"""The weights on the way between two stages of one net, or that way gone from a third.

    python -m training.mix FIRST.safetensors SECOND.safetensors OUT.safetensors [--share 0.5]
                           [--onto THIRD.safetensors] [--description TEXT]

Where the second was trained on from the first, the net between them keeps most of what either has:
the first's faithfulness and a good part of the second's texture. A third net that was trained on
from the first in another direction takes a share of the same step.
SPDX-License-Identifier: Apache-2.0"""
import argparse
import pathlib

import torch

from . import model


def mix(first, second, share, onto=None):
    """`onto`, by default the first, goes a `share` of the way from `first` to `second`."""
    onto = first if onto is None else onto
    shapes = [[p.shape for p in net.parameters()] for net in (first, second, onto)]
    if shapes[0] != shapes[1] or shapes[0] != shapes[2]:
        raise ValueError("these are not stages of one net")
    with torch.no_grad():
        for a, b, c in zip(first.parameters(), second.parameters(), onto.parameters()):
            c.add_(b - a, alpha=share)
    return onto


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("first", type=pathlib.Path)
    parser.add_argument("second", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--share", type=float, default=0.5)
    parser.add_argument("--onto", type=pathlib.Path)
    parser.add_argument("--description")
    args = parser.parse_args()
    net = mix(model.load(args.first), model.load(args.second), args.share,
              model.load(args.onto) if args.onto else None)
    if args.description is not None:
        net.geometry.description = args.description
    model.save(args.out, net)


if __name__ == "__main__":
    main()

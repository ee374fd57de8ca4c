"""A new model whose decoder is one weight file's and whose transformer body is another's: a start
that already restores, for a transformer of another form.

    python -m training.graft DECODER.safetensors TRANSFORMER.safetensors OUT.safetensors
                             [--latent 128]

The head is silent at first, so the new model begins as the decoder alone. `--latent` changes how
many channels a latent has; the decoder's first convolution gets fresh columns for those it lacks.
SPDX-License-Identifier: Apache-2.0"""
import argparse
import copy
import pathlib

import torch

from . import model


def graft(trunk, body, latent):
    """trunk gives the decoder, body the transformer; both are left as they are."""
    g = copy.deepcopy(body.geometry)
    g.transformer.out_channels = latent
    first, *rest = copy.deepcopy(trunk.geometry.decoder.stages)
    g.decoder = copy.deepcopy(trunk.geometry.decoder)
    g.decoder.stages = [first | {"in": latent}, *rest]
    net = model.Model(g)

    own = net.state_dict()
    for name, value in body.transformer.state_dict().items():
        if not name.startswith("head.head."):
            own[f"transformer.{name}"].copy_(value)
    for name, value in trunk.decoder.state_dict().items():
        target = own[f"decoder.{name}"]
        if name == "0.weight":
            target = target[:, :value.shape[1]]
            value = value[:, :target.shape[1]]
        target.copy_(value)
    for part in ("weight", "bias"):
        own[f"transformer.head.head.{part}"].zero_()
    return net


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("decoder", type=pathlib.Path)
    parser.add_argument("transformer", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--latent", type=int, default=64)
    args = parser.parse_args()
    torch.manual_seed(1)
    model.save(args.out, graft(model.load(args.decoder), model.load(args.transformer), args.latent))


if __name__ == "__main__":
    main()

"""Turns a checkpoint of the trial scripts into a weight file.

    python -m training.import_trial CHECKPOINT OUT.safetensors [--name N] [--description TEXT]

A trial checkpoint is a torch file {cfg, ema_dec, ema_dit}; one that was packed in pieces is given
as its pieces in order. Three orders differ from ours: the trial folds (dt, c, dy, dx), its head
gives (c, ph, pw), and constants shared by all blocks are added to each block's modulation.
SPDX-License-Identifier: Apache-2.0"""
import argparse
import io

import torch

from . import decoder, model

LINEAR = {"q": "self_attn.q", "k": "self_attn.k", "v": "self_attn.v", "o": "self_attn.o",
          "up": "ffn.0", "dn": "ffn.2"}


def read(paths):
    data = b"".join(open(path, "rb").read() for path in paths)
    return torch.load(io.BytesIO(data), map_location="cpu", weights_only=False)


def geometry(cfg):
    """Older checkpoints hold the command line's strings, newer ones numbers."""
    if "dit" in cfg:
        dim, layers, heads, ffn = (int(v) for v in cfg["dit"].split(","))
        counts = [tuple(int(v) for v in cfg.get("route", f"{heads},0,0").split(","))] * layers
        patch = 2
    else:
        dim, layers, heads, ffn = (cfg[k] for k in ("dim", "layers", "heads", "ffn"))
        counts, patch = [tuple(c) for c in cfg["routes"]], cfg["patch"]
    eighth, quarter, half, n8, n4, _, norm = (
        int(v) for v in cfg.get("dec", "128,96,0,3,5,0,0").split(","))
    if (half, n8, n4, norm) != (0, 3, 5, 0):
        raise ValueError(f"decoder {cfg['dec']} is not the home model's")
    g = model.home(patch=patch, dim=dim, heads=heads, layers=layers, counts=counts,
                   latent=int(cfg["z"]))
    g.transformer.ffn = ffn
    g.decoder.stages = decoder.home_stages(int(cfg["z"]), eighth, quarter)
    return g


def convert_transformer(t, g):
    """Trial names -> ours."""
    dim, p, z = g.dim, g.patch, g.out_channels
    time, space = 4, 8
    embedding = t["pe.weight"].view(dim, time, 3, space * space, p, p).transpose(1, 2)
    head = t["head.weight"].view(z, p, p, dim).permute(1, 2, 0, 3)
    out = {
        "patch_embedding.weight": embedding.reshape(dim, g.in_channels, 1, p, p),
        "patch_embedding.bias": t["pe.bias"],
        "head.head.weight": head.reshape(-1, dim),
        "head.head.bias": t["head.bias"].view(z, p, p).permute(1, 2, 0).reshape(-1),
        "head.modulation": t["e2"],
    }
    for i in range(g.layers):
        theirs, ours = f"blocks.{i}.", f"blocks.{i}."
        for old, new in LINEAR.items():
            for part in (".weight", ".bias"):
                out[ours + new + part] = t[theirs + old + part]
        out[ours + "self_attn.norm_q.weight"] = t[theirs + "nq.w"]
        out[ours + "self_attn.norm_k.weight"] = t[theirs + "nk.w"]
        out[ours + "modulation"] = t[theirs + "mod"].float() + t["e"].float()
    return out


def convert_decoder(t):
    """The trial's parts in the order in which they run are the home decoder's stages."""
    order = ["i", "b8a.0", "b8a.1", "t1", "ut1", "b8b.0", "t2", "u1", "ut2", "lq4", "b4.0", "b4.1",
             "t4.0", "b4.2", "b4.3", "t4.1", "b4.4", "o"]
    out = {}
    for i, name in enumerate(order):
        for part in ("weight", "bias"):
            if name.startswith("b"):
                out[f"decoder.{i}.conv1.{part}"] = t[f"{name}.c1.{part}"]
                out[f"decoder.{i}.conv2.{part}"] = t[f"{name}.c2.{part}"]
            elif name.startswith("t"):
                value = t[f"{name}.c.{part}"]
                out[f"decoder.{i}.{part}"] = value.flatten(1) if part == "weight" else value
            else:
                out[f"decoder.{i}.{part}"] = t[f"{name}.{part}"]
    return out


def convert(checkpoint):
    net = model.Model(geometry(checkpoint["cfg"]))
    net.load_tensors(convert_transformer(checkpoint["ema_dit"], net.geometry.transformer)
                     | convert_decoder(checkpoint["ema_dec"]))
    return net.eval()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoint", nargs="+")
    parser.add_argument("out")
    parser.add_argument("--name", default="oasis-home")
    parser.add_argument("--description", default="")
    parser.add_argument("--strength", type=float, default=1.0)
    parser.add_argument("--float32", action="store_true", help="keep 32 bits, for comparisons")
    args = parser.parse_args()
    net = convert(read(args.checkpoint))
    net.geometry.name, net.geometry.description = args.name, args.description
    net.geometry.strength = args.strength
    model.save(args.out, net, torch.float32 if args.float32 else torch.bfloat16)


if __name__ == "__main__":
    main()

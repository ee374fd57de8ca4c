"""What both golden generators need around the transformer, written out plainly: the causal fold, a
small decoder that uses every stage, and the writing of the file. Shares no code with our model.
SPDX-License-Identifier: Apache-2.0"""
import json
import os

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

TIME, SPACE = 4, 2
CHANNELS = 3 * TIME * SPACE * SPACE


def clip(grid, patch, generator):
    """A random clip [T, H, W, 3] in [-1, 1] that folds to `grid` tokens."""
    f, h, w = grid
    shape = (4 * (f - 1) + 1, h * patch * SPACE, w * patch * SPACE, 3)
    return torch.rand(shape, generator=generator) * 2 - 1


def fold(image):
    """[T, H, W, 3] -> [C, f, H/s, W/s], channels (c, dt, dy, dx), frame 0 four times in group 0."""
    frames = torch.cat([image[:1]] * (TIME - 1) + [image])
    t, height, width, _ = frames.shape
    x = frames.view(t // TIME, TIME, height // SPACE, SPACE, width // SPACE, SPACE, 3)
    return x.permute(6, 1, 3, 5, 0, 2, 4).reshape(CHANNELS, t // TIME, height // SPACE,
                                                  width // SPACE)


def rows(folded, patch):
    """[C, f, H, W] -> one row a token, columns (channel, ph, pw)."""
    c, f, height, width = folded.shape
    x = folded.view(c, f, height // patch, patch, width // patch, patch)
    return x.permute(1, 2, 4, 0, 3, 5).reshape(-1, c * patch * patch)


def decoder(z, generator):
    """Stage list and random tensors of a decoder from z channels at half size to RGB."""
    c = 8
    stages = [
        {"op": "conv", "in": z, "out": c, "kernel": 3},
        {"op": "block", "channels": c},
        {"op": "temporal", "channels": c, "history": "repeat"},
        {"op": "time_up", "channels": c},
        {"op": "temporal", "channels": c, "history": "zero"},
        {"op": "time_up", "channels": c},
        {"op": "condition", "channels": c, "factor": 2},
        {"op": "space_up", "in": c, "out": 4, "factor": 2},
        {"op": "block", "channels": 4},
        {"op": "output", "in": 4, "factor": 1},
    ]
    shapes = {
        "conv": lambda s: {"": (s["out"], s["in"], s["kernel"], s["kernel"])},
        "block": lambda s: {"conv1.": (s["channels"],) * 2 + (3, 3),
                            "conv2.": (s["channels"],) * 2 + (3, 3)},
        "temporal": lambda s: {"": (s["channels"], 3 * s["channels"])},
        "time_up": lambda s: {"": (2 * s["channels"], s["channels"], 1, 1)},
        "space_up": lambda s: {"": (s["out"] * s["factor"] ** 2, s["in"], 1, 1)},
        "condition": lambda s: {"": (s["channels"], 3 * s["factor"] ** 2, 3, 3)},
        "output": lambda s: {"": (3 * s["factor"] ** 2, s["in"], 3, 3)},
    }
    tensors = {}
    for i, stage in enumerate(stages):
        for part, shape in shapes[stage["op"]](stage).items():
            fan_in = torch.Size(shape[1:]).numel()
            tensors[f"decoder.{i}.{part}weight"] = normal(shape, fan_in ** -0.5, generator)
            tensors[f"decoder.{i}.{part}bias"] = normal(shape[:1], 0.1, generator)
    return stages, tensors


def decode(stages, tensors, latent, image):
    """[f, H/s, W/s, z] and the source [T, H, W, 3] -> RGB [T, H, W, 3], source added."""
    x = latent.permute(0, 3, 1, 2)
    source = image.permute(0, 3, 1, 2)
    for i, stage in enumerate(stages):
        def conv(value, part=""):
            weight = tensors[f"decoder.{i}.{part}weight"].to(value)
            bias = tensors[f"decoder.{i}.{part}bias"].to(value)
            return F.conv2d(value, weight, bias, padding=weight.shape[-1] // 2)

        op = stage["op"]
        if op == "conv":
            x = conv(x)
        elif op == "block":
            x = x + conv(F.silu(conv(x, "conv1.")), "conv2.")
        elif op == "temporal":
            y = F.silu(x)
            before = torch.zeros_like(y[:1]) if stage["history"] == "zero" else y[:1]
            y = torch.cat([before, before, y])
            weight = tensors[f"decoder.{i}.weight"].to(y)
            taps = torch.cat([y[:-2], y[1:-1], y[2:]], 1)
            x = x + F.conv2d(taps, weight[:, :, None, None], tensors[f"decoder.{i}.bias"].to(y))
        elif op == "time_up":
            first, second = conv(x).chunk(2, 1)
            x = torch.stack([first, second], 1).flatten(0, 1)[1:]
        elif op == "space_up":
            x = F.pixel_shuffle(conv(x), stage["factor"])
        elif op == "condition":
            x = x + conv(F.pixel_unshuffle(source, stage["factor"]))
        elif op == "output":
            x = F.pixel_shuffle(conv(F.silu(x)), stage["factor"])
    return (x + source).permute(0, 2, 3, 1)


def normal(shape, scale, generator):
    return torch.randn(shape, generator=generator) * scale


def write(path, header, tensors, bf16):
    """Writes a weight file with golden tensors. Those of `bf16` names must be exact in bf16."""
    out = {}
    for name, value in tensors.items():
        value = value.detach().float().contiguous()
        if name in bf16:
            if not torch.equal(value, value.bfloat16().float()):
                raise ValueError(f"{name} does not fit bf16")
            value = value.bfloat16()
        out[name] = value.clone()
    save_file(out, path, metadata={"oasis": json.dumps(header)})
    os.chmod(path, 0o644)


def header(name, transformer, stages, one_step=None):
    return {
        "schema": 1, "name": name,
        "description": "random weights with golden values, for tests only", "strength": 1.0,
        "input": {"time": TIME, "space": SPACE, "resize": "bicubic"},
        "chunk": {"frames": 17, "overlap": 2},
        "tile": {"tokens": 0, "overlap": 0},
        "one_step": one_step or {"form": "direct"},
        "transformer": transformer,
        "decoder": {"residual": True, "band": 16, "halo": 16, "stages": stages},
    }

"""A weight file from checkpoints of Wan2.1's sizes and names: its transformer and its VAE decoder,
as the authors name their tensors or as diffusers does.

    python -m training.wan TRANSFORMER VAE OUT.safetensors [--space 8] [--form direct] [--sigma S]
                           [--seed N] [--timestep T] [--cross none|const_bias|cached_kv]
                           [--context ROWS.safetensors] [--routing ROUTING.json|G,I,W]
                           [--chunk 33,2]

TRANSFORMER and VAE are files (.safetensors, .pth) or folders of .safetensors. What the engine wants
constant is made so: the timestep goes into the modulation, the text into a bias or keys and values,
the latents' statistics into the decoder's first convolution, and nearest enlarging into the
convolution that follows it. Tensors are converted one by one, so no more than one is in memory.

A patch embedding of as many channels as the input asks for is taken over. Wan's own, of 16, is the
noise's part of the form "noise", beside zeros for the source; else it is drawn anew, as a start for
training.
SPDX-License-Identifier: Apache-2.0"""
import argparse
import json
import math
import os
import pathlib
import re
import struct

import torch
import torch.nn.functional as F
from safetensors import safe_open

from . import decoder, model

TIME, PATCH, FREQUENCIES, TEXT_LENGTH, EPS = 4, 2, 256, 512, 1e-6

LATENT_MEAN = [-0.7571, -0.7089, -0.9113, 0.1075, -0.1745, 0.9653, -0.1517, 1.5508,
               0.4134, -0.0715, 0.5517, -0.3632, -0.1922, -0.9497, 0.2503, -0.2921]
LATENT_DEVIATION = [2.8184, 1.4541, 2.3275, 2.6558, 1.2196, 1.7708, 2.6052, 2.0743,
                    3.2687, 2.1526, 2.8652, 1.5579, 1.6382, 1.1253, 2.8251, 1.9160]

# --- names: diffusers' -> Wan's own, which ours follow -------------------------------------------

TRANSFORMER_NAMES = [
    (r"condition_embedder\.text_embedder\.linear_1", "text_embedding.0"),
    (r"condition_embedder\.text_embedder\.linear_2", "text_embedding.2"),
    (r"condition_embedder\.time_embedder\.linear_1", "time_embedding.0"),
    (r"condition_embedder\.time_embedder\.linear_2", "time_embedding.2"),
    (r"condition_embedder\.time_proj", "time_projection.1"),
    (r"proj_out", "head.head"),
    (r"scale_shift_table", "head.modulation"),
    (r"(blocks\.\d+)\.scale_shift_table", r"\1.modulation"),
    (r"(blocks\.\d+)\.norm2", r"\1.norm3"),     # the affine one; the other two have no tensors
    (r"(blocks\.\d+)\.attn1\.(norm_.)", r"\1.self_attn.\2"),
    (r"(blocks\.\d+)\.attn2\.(norm_.)", r"\1.cross_attn.\2"),
    (r"(blocks\.\d+)\.attn1\.to_([qkv])", r"\1.self_attn.\2"),
    (r"(blocks\.\d+)\.attn2\.to_([qkv])", r"\1.cross_attn.\2"),
    (r"(blocks\.\d+)\.attn1\.to_out\.0", r"\1.self_attn.o"),
    (r"(blocks\.\d+)\.attn2\.to_out\.0", r"\1.cross_attn.o"),
    (r"(blocks\.\d+)\.ffn\.net\.0\.proj", r"\1.ffn.0"),
    (r"(blocks\.\d+)\.ffn\.net\.2", r"\1.ffn.2"),
]

RESIDUAL_NAMES = {"norm1": "residual.0", "conv1": "residual.2", "norm2": "residual.3",
                  "conv2": "residual.6", "conv_shortcut": "shortcut"}
VAE_NAMES = [
    (r"post_quant_conv", lambda m: "conv2"),
    (r"quant_conv", lambda m: "conv1"),
    (r"(\w+)\.conv_in", lambda m: f"{m[1]}.conv1"),
    (r"(\w+)\.norm_out", lambda m: f"{m[1]}.head.0"),
    (r"(\w+)\.conv_out", lambda m: f"{m[1]}.head.2"),
    (r"(\w+)\.mid_block\.resnets\.(\d)\.(\w+)",
     lambda m: f"{m[1]}.middle.{2 * int(m[2])}.{RESIDUAL_NAMES[m[3]]}"),
    (r"(\w+)\.mid_block\.attentions\.0\.(\w+)", lambda m: f"{m[1]}.middle.1.{m[2]}"),
    (r"decoder\.up_blocks\.(\d)\.resnets\.(\d)\.(\w+)",
     lambda m: f"decoder.upsamples.{4 * int(m[1]) + int(m[2])}.{RESIDUAL_NAMES[m[3]]}"),
    (r"decoder\.up_blocks\.(\d)\.upsamplers\.0\.(.+)",
     lambda m: f"decoder.upsamples.{4 * int(m[1]) + 3}.{m[2]}"),
    (r"encoder\.down_blocks\.(\d+)\.(norm1|conv1|norm2|conv2|conv_shortcut)",
     lambda m: f"encoder.downsamples.{m[1]}.{RESIDUAL_NAMES[m[2]]}"),
    (r"encoder\.down_blocks\.(\d+)\.(.+)", lambda m: f"encoder.downsamples.{m[1]}.{m[2]}"),
]


def original(name, table):
    """Wan's own name of a tensor, whichever it has."""
    module, dot, part = name.rpartition(".")
    if part not in ("weight", "bias", "gamma"):
        module, dot, part = name, "", ""
    for pattern, replacement in table:
        match = re.fullmatch(pattern, module)
        if match:
            new = replacement(match) if callable(replacement) else match.expand(replacement)
            return new + dot + part
    return name


def is_original(names):
    """Whether the names are Wan's own already: both layouts have names of the other's form."""
    return any(name == "head.head.weight" or ".residual." in name for name in names)


class Checkpoint:
    """Tensors by Wan's own names, read when they are asked for."""

    def __init__(self, readers, table):
        """readers: name -> (shape, function that reads it)."""
        translate = (lambda n: n) if is_original(readers) else lambda n: original(n, table)
        self.readers = {translate(name): reader for name, reader in readers.items()}

    @classmethod
    def of(cls, tensors, table):
        return cls({k: (tuple(v.shape), lambda v=v: v) for k, v in tensors.items()}, table)

    @classmethod
    def open(cls, path, table):
        path = pathlib.Path(path)
        if path.suffix in (".pth", ".pt"):
            return cls.of(torch.load(path, map_location="cpu", weights_only=True, mmap=True), table)
        readers = {}
        for part in sorted(path.glob("*.safetensors")) if path.is_dir() else [path]:
            file = safe_open(part, "pt")
            for name in file.keys():
                readers[name] = (tuple(file.get_slice(name).get_shape()),
                                 lambda file=file, name=name: file.get_tensor(name))
        return cls(readers, table)

    def __contains__(self, name):
        return name in self.readers

    def shape(self, name):
        return self.readers[name][0]

    def __getitem__(self, name):
        return self.readers[name][1]().float()

    def count(self, pattern):
        """Of consecutive numbers in names, {} standing for the number."""
        n = 0
        while any(k.startswith(pattern.format(n)) for k in self.readers):
            n += 1
        return n

    def linear(self, name, x):
        return F.linear(x, self[name + ".weight"], self[name + ".bias"])


# --- the transformer ------------------------------------------------------------------------------

def time_vector(timestep):
    """cos, then sin, of the timestep at falling frequencies."""
    half = FREQUENCIES // 2
    angles = timestep * 10000.0 ** (-torch.arange(half, dtype=torch.float64) / half)
    return torch.cat([angles.cos(), angles.sin()]).float()


class Modulation:
    """What a fixed timestep adds to the modulation of blocks and head."""

    def __init__(self, checkpoint, timestep):
        self.checkpoint, self.timestep, self.made = checkpoint, timestep, None

    def vectors(self):
        if self.made is None:
            width = self.checkpoint.shape("time_embedding.0.weight")[1]
            if width != FREQUENCIES:
                raise ValueError(f"the time embedding takes {width} numbers, not {FREQUENCIES}")
            e = self.checkpoint.linear("time_embedding.0", time_vector(self.timestep))
            e = self.checkpoint.linear("time_embedding.2", F.silu(e))
            rows = self.checkpoint.linear("time_projection.1", F.silu(e))
            self.made = e, rows.unflatten(0, (6, -1))
        return self.made

    def block(self, name):
        return self.checkpoint[name].reshape(6, -1) + self.vectors()[1]

    def head(self):
        return self.checkpoint["head.modulation"].reshape(2, -1) + self.vectors()[0]


class Context:
    """The text's rows as cross-attention sees them: padded with zeros, then embedded."""

    def __init__(self, checkpoint, rows):
        """rows: [L, text_dim], or None for no text at all."""
        self.checkpoint, self.rows, self.made = checkpoint, rows, None

    def embedded(self):
        if self.made is None:
            width = self.checkpoint.shape("text_embedding.0.weight")[1]
            rows = torch.zeros(1, width) if self.rows is None else F.pad(
                self.rows.float(), (0, 0, 0, max(0, TEXT_LENGTH - len(self.rows))))
            x = self.checkpoint.linear("text_embedding.0", rows)
            self.made = self.checkpoint.linear("text_embedding.2", F.gelu(x, approximate="tanh"))
        return self.made

    def keys(self, name):
        k = self.checkpoint.linear(f"{name}.k", self.embedded())
        scale = k.double().pow(2).mean(-1, keepdim=True).add(EPS).rsqrt()
        return (k * scale).float() * self.checkpoint[f"{name}.norm_k.weight"]

    def values(self, name):
        return self.checkpoint.linear(f"{name}.v", self.embedded())

    def bias(self, name):
        """What attention over equal rows returns, whatever the scores."""
        rows = self.embedded()
        if not torch.equal(rows, rows[:1].expand_as(rows)):
            raise ValueError("const_bias needs a context whose rows are all equal")
        value = self.checkpoint.linear(f"{name}.v", rows[0])
        return self.checkpoint.linear(f"{name}.o", value)


def embedding(checkpoint, channels, folded, form, seed):
    """The patch embedding's weight [D, channels, 1, p, p], of which `folded` are the source's."""
    weight = "patch_embedding.weight"
    d, own, *kernel = checkpoint.shape(weight)
    if own == channels:
        return checkpoint[weight]
    if form == "noise" and own == channels - folded:
        return torch.cat([torch.zeros(d, folded, *kernel), checkpoint[weight]], 1)
    generator = torch.Generator().manual_seed(seed)
    return torch.randn((d, channels, *kernel), generator=generator) * (
        channels * math.prod(kernel)) ** -0.5


def projection(checkpoint, z, folded, seed):
    if "projection.weight" in checkpoint:
        return checkpoint["projection.weight"]
    generator = torch.Generator().manual_seed(seed + 1)
    return torch.randn((z, folded, 1, 1, 1), generator=generator) * folded ** -0.5


def transformer(checkpoint, args):
    """Its geometry, and its tensors as name -> (shape, function that makes it)."""
    d = checkpoint.shape("patch_embedding.weight")[0]
    z = checkpoint.shape("head.head.weight")[0] // PATCH ** 2
    layers, ffn = checkpoint.count("blocks.{}."), checkpoint.shape("blocks.0.ffn.0.weight")[0]
    heads = args.heads or d // 128
    folded = 3 * TIME * args.space ** 2
    channels = folded + (z if args.form == "noise" else 0)
    modulation, context = Modulation(checkpoint, args.timestep), Context(checkpoint, args.context)
    tokens = 0
    if args.cross == "cached_kv":
        tokens = 1 if args.context is None else max(TEXT_LENGTH, len(args.context))
    made = {"patch_embedding.weight": (
        (d, channels, 1, PATCH, PATCH),
        lambda: embedding(checkpoint, channels, folded, args.form, args.seed))}

    def take(name):
        made[name] = (checkpoint.shape(name), lambda: checkpoint[name])

    take("patch_embedding.bias")
    if args.form == "residual":
        made["projection.weight"] = ((z, folded, 1, 1, 1),
                                     lambda: projection(checkpoint, z, folded, args.seed))
        made["projection.bias"] = ((z,), lambda: checkpoint["projection.bias"]
                                   if "projection.bias" in checkpoint else torch.zeros(z))
    for i in range(layers):
        block = f"blocks.{i}"
        made[f"{block}.modulation"] = ((6, d),
                                       lambda b=block: modulation.block(f"{b}.modulation"))
        names = [f"self_attn.{part}" for part in "qkvo"] + ["ffn.0", "ffn.2"]
        if args.cross == "cached_kv":
            names += ["norm3", "cross_attn.q", "cross_attn.o"]
        for name in names:
            take(f"{block}.{name}.weight")
            take(f"{block}.{name}.bias")
        take(f"{block}.self_attn.norm_q.weight")
        take(f"{block}.self_attn.norm_k.weight")
        cross = f"{block}.cross_attn"
        if args.cross == "const_bias":
            made[f"{cross}.bias"] = ((d,), lambda c=cross: context.bias(c))
        elif args.cross == "cached_kv":
            take(f"{cross}.norm_q.weight")
            made[f"{cross}.k"] = ((tokens, d), lambda c=cross: context.keys(c))
            made[f"{cross}.v"] = ((tokens, d), lambda c=cross: context.values(c))
    made["head.modulation"] = ((2, d), modulation.head)
    take("head.head.weight")
    take("head.head.bias")
    geometry = model.TransformerGeometry(
        in_channels=channels, out_channels=z, patch=PATCH, dim=d, heads=heads, layers=layers,
        ffn=ffn, rope_pairs=model.rope_pairs(d // heads), eps=EPS, cross=args.cross,
        cross_tokens=tokens, window=list(args.window), border=args.border,
        routing=routing(args.routing, layers, heads))
    return geometry, made


def routing(given, layers, heads):
    """None: all global; counts (global, intra, window) of each layer; or the table itself."""
    if given is None:
        given = (heads, 0, 0)
    table = model.routing([given] * layers) if isinstance(given, tuple) else given
    if len(table) != layers or any(len(row) != heads for row in table):
        raise ValueError(f"the routing is not {layers} rows of {heads} heads")
    return table


# --- the decoder ----------------------------------------------------------------------------------

def denormalise(weight, bias, mean, deviation):
    """conv2, which takes latents as the decoder was trained on, taking normalised ones."""
    w = weight.flatten(1)
    return ((w * deviation)[:, :, None, None], bias + w @ mean)


def enlarge(weight):
    """A 3x3 convolution after nearest enlarging by 2, [O, I, 3, 3], as one before a pixel shuffle,
    [4*O, I, 3, 3]: an output row looks at two rows of the small picture, 3 taps falling on two."""
    taps = torch.tensor([[[1, 0, 0], [0, 1, 1], [0, 0, 0]], [[0, 0, 0], [1, 1, 0], [0, 0, 1]]],
                        dtype=torch.float64)
    w = torch.einsum("oikl,yak,xbl->oyxiab", weight.double(), taps, taps)
    return w.float().flatten(0, 2)


class Stages:
    """The decoder's list of stages and their tensors, in the making."""

    def __init__(self, checkpoint):
        self.checkpoint, self.list, self.made = checkpoint, [], {}

    def add(self, stage, **tensors):
        """tensors: name -> (shape, function); dots are written as __."""
        at = len(self.list)
        self.list.append(stage)
        for name, made in tensors.items():
            self.made[f"decoder.{at}.{name.replace('__', '.')}"] = made

    def take(self, name, shape=None):
        shape = shape or self.checkpoint.shape(name)
        return shape, lambda: self.checkpoint[name].reshape(shape)

    def gain(self, name):
        return self.take(f"{name}.gamma", self.checkpoint.shape(f"{name}.gamma")[:1])

    def flat(self, name):
        """A 1x1 convolution's weight, of however many dimensions."""
        return self.take(f"{name}.weight", self.checkpoint.shape(f"{name}.weight")[:2] + (1, 1))

    def causal_conv(self, name):
        out, inputs = self.checkpoint.shape(f"{name}.weight")[:2]
        self.add({"op": "causal_conv", "in": inputs, "out": out},
                 weight=self.take(f"{name}.weight"), bias=self.take(f"{name}.bias"))

    def block(self, name):
        out, inputs = self.checkpoint.shape(f"{name}.residual.2.weight")[:2]
        tensors = {}
        if f"{name}.shortcut.weight" in self.checkpoint:
            tensors = {"shortcut__weight": self.flat(f"{name}.shortcut"),
                       "shortcut__bias": self.take(f"{name}.shortcut.bias")}
        self.add({"op": "causal_block", "in": inputs, "out": out},
                 norm1__weight=self.gain(f"{name}.residual.0"),
                 conv1__weight=self.take(f"{name}.residual.2.weight"),
                 conv1__bias=self.take(f"{name}.residual.2.bias"),
                 norm2__weight=self.gain(f"{name}.residual.3"),
                 conv2__weight=self.take(f"{name}.residual.6.weight"),
                 conv2__bias=self.take(f"{name}.residual.6.bias"), **tensors)

    def attention(self, name):
        self.add({"op": "attention", "channels": self.checkpoint.shape(f"{name}.proj.weight")[0]},
                 norm__weight=self.gain(f"{name}.norm"),
                 qkv__weight=self.flat(f"{name}.to_qkv"),
                 qkv__bias=self.take(f"{name}.to_qkv.bias"),
                 proj__weight=self.flat(f"{name}.proj"),
                 proj__bias=self.take(f"{name}.proj.bias"))

    def upsample(self, name):
        if f"{name}.time_conv.weight" in self.checkpoint:
            channels = self.checkpoint.shape(f"{name}.time_conv.weight")[1]
            self.add({"op": "causal_time_up", "channels": channels},
                     weight=self.take(f"{name}.time_conv.weight"),
                     bias=self.take(f"{name}.time_conv.bias"))
        conv = f"{name}.resample.1"
        out, inputs = self.checkpoint.shape(f"{conv}.weight")[:2]
        self.add({"op": "space_up", "in": inputs, "out": out, "factor": 2, "kernel": 3},
                 weight=((4 * out, inputs, 3, 3),
                         lambda: enlarge(self.checkpoint[f"{conv}.weight"])),
                 bias=((4 * out,),
                       lambda: self.checkpoint[f"{conv}.bias"].repeat_interleave(4)))

    def output(self):
        self.add({"op": "causal_output", "in": self.checkpoint.shape("decoder.head.0.gamma")[0]},
                 norm__weight=self.gain("decoder.head.0"),
                 conv__weight=self.take("decoder.head.2.weight"),
                 conv__bias=self.take("decoder.head.2.bias"))


def latent_statistics(z):
    """Of the latents that Wan's VAE was published with; none are known of others."""
    if z == len(LATENT_MEAN):
        return torch.tensor(LATENT_MEAN), torch.tensor(LATENT_DEVIATION)
    return torch.zeros(z), torch.ones(z)


def decoder_stages(checkpoint):
    """The VAE's decoder as stages and tensors; its encoder is left out."""
    stages = Stages(checkpoint)
    z = checkpoint.shape("conv2.weight")[0]

    def first():
        return denormalise(checkpoint["conv2.weight"], checkpoint["conv2.bias"],
                           *latent_statistics(z))

    stages.add({"op": "conv", "in": z, "out": z, "kernel": 1},
               weight=((z, z, 1, 1), lambda: first()[0]), bias=((z,), lambda: first()[1]))
    stages.causal_conv("decoder.conv1")
    stages.block("decoder.middle.0")
    stages.attention("decoder.middle.1")
    stages.block("decoder.middle.2")
    for i in range(checkpoint.count("decoder.upsamples.{}.")):
        name = f"decoder.upsamples.{i}"
        if f"{name}.residual.2.weight" in checkpoint:
            stages.block(name)
        else:
            stages.upsample(name)
    stages.output()
    return stages.list, stages.made


# --- the file -------------------------------------------------------------------------------------

def convert(transformer_checkpoint, vae_checkpoint, args):
    """A whole model's geometry and tensors, name -> (shape, function that makes it)."""
    geometry, tensors = transformer(transformer_checkpoint, args)
    stages, more = decoder_stages(vae_checkpoint)
    space = math.prod(s["factor"] for s in stages if s["op"] == "space_up")
    one_step = {"form": args.form}
    if args.form != "direct":
        one_step["sigma"] = args.sigma
    if args.form == "noise":
        one_step["seed"] = args.seed
    return model.Geometry(
        name=args.name, description=args.description,
        input={"time": TIME, "space": args.space,
               "resize": "bicubic" if args.space == space else "none"},
        chunk={"frames": args.chunk[0], "overlap": args.chunk[1]},
        tile={"tokens": 0, "overlap": 0}, one_step=one_step, transformer=geometry,
        decoder=model.DecoderGeometry(
            residual=False, band=args.band, halo=decoder.receptive_rows(stages, space),
            slice=args.slice, stages=stages)), tensors | more


def write(path, geometry, tensors, dtype=torch.bfloat16):
    """The weight file, one tensor after another, under another name until it is whole. Vectors and
    modulation stay in float32."""
    kinds = {torch.float32: ("F32", 4), torch.bfloat16: ("BF16", 2)}
    narrow = {name: torch.float32 if len(shape) < 2 or name.endswith("modulation") else dtype
              for name, (shape, _) in tensors.items()}
    order = sorted(tensors, key=lambda name: -kinds[narrow[name]][1])
    header, at = {"__metadata__": {"oasis": geometry.to_json()}}, 0
    for name in order:
        kind, size = kinds[narrow[name]]
        end = at + math.prod(tensors[name][0]) * size
        header[name] = {"dtype": kind, "shape": list(tensors[name][0]), "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(f"{path}.part", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in order:
            shape, make = tensors[name]
            value = make().detach()
            if tuple(value.shape) != tuple(shape):
                raise ValueError(f"{name} has shape {tuple(value.shape)}, not {tuple(shape)}")
            value = value.to(narrow[name]).contiguous().flatten()
            file.write(value.view(torch.uint8).numpy().data)
    os.chmod(f"{path}.part", 0o644)
    os.replace(f"{path}.part", path)


def read_routing(text):
    if text is None or re.fullmatch(r"\d+,\d+,\d+", text):
        return text and tuple(int(n) for n in text.split(","))
    table = json.loads(pathlib.Path(text).read_text())
    return table["routing"] if isinstance(table, dict) else table


def read_context(path):
    if path is None:
        return None
    with safe_open(path, "pt") as file:
        name, = file.keys()
        return file.get_tensor(name).float()


def numbers(text):
    return tuple(int(n) for n in text.split(","))


def arguments(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("transformer")
    parser.add_argument("vae")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--name", default="oasis-wan")
    parser.add_argument("--description", default="")
    parser.add_argument("--space", type=int, default=8, help="pixel-unshuffle: 8 resized, 2 native")
    parser.add_argument("--form", choices=("direct", "residual", "noise"), default="direct")
    parser.add_argument("--sigma", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timestep", type=float, default=1000.0)
    parser.add_argument("--heads", type=int, default=0, help="else of 128 channels each")
    parser.add_argument("--cross", choices=("none", "const_bias", "cached_kv"), default="none")
    parser.add_argument("--context", help="one tensor [L, text_dim], the text encoder's rows")
    parser.add_argument("--routing", help="JSON, or global,intra,window heads of each layer")
    parser.add_argument("--window", type=numbers, default=(3, 5, 5))
    parser.add_argument("--border", choices=("shift", "clip"), default="shift")
    parser.add_argument("--chunk", type=numbers, default=(33, 2), help="frames,overlap")
    parser.add_argument("--band", type=int, default=1152)
    parser.add_argument("--slice", type=int, default=1, help="latents that are decoded together")
    parser.add_argument("--float32", action="store_true")
    args = parser.parse_args(words)
    args.routing, args.context = read_routing(args.routing), read_context(args.context)
    return args


@torch.no_grad()
def main():
    args = arguments()
    geometry, tensors = convert(Checkpoint.open(args.transformer, TRANSFORMER_NAMES),
                                Checkpoint.open(args.vae, VAE_NAMES), args)
    write(args.out, geometry, tensors, torch.float32 if args.float32 else torch.bfloat16)


if __name__ == "__main__":
    main()

"""A whole model: its geometry as data, its forward pass, and its weight file.
The format stands in engine/model/weight-file.md. SPDX-License-Identifier: Apache-2.0"""
import dataclasses
import json
import os
from dataclasses import dataclass, field

import torch
import torch.nn as nn
from safetensors import safe_open
from safetensors.torch import save_file

from . import decoder, fold
from .attention import GLOBAL, INTRA, WINDOW
from .transformer import Transformer

SCHEMA = 1


@dataclass
class TransformerGeometry:
    in_channels: int = 768
    out_channels: int = 64
    patch: int = 2
    dim: int = 384
    heads: int = 6
    layers: int = 12
    ffn: int = 1536
    rope_pairs: list = field(default_factory=lambda: [12, 10, 10])
    eps: float = 1e-6
    cross: str = "none"
    cross_tokens: int = 0
    window: list = field(default_factory=lambda: [3, 5, 5])
    border: str = "shift"
    routing: list = field(default_factory=lambda: [[GLOBAL] * 6] * 12)


@dataclass
class DecoderGeometry:
    residual: bool = True
    band: int = 1152
    halo: int = 112
    slice: int = 0
    stages: list = field(default_factory=decoder.home_stages)


@dataclass
class Geometry:
    """The fields of the weight file's JSON, one for one."""
    name: str = "oasis-home"
    description: str = ""
    strength: float = 1.0
    input: dict = field(default_factory=lambda: {"time": 4, "space": 8, "resize": "bicubic"})
    chunk: dict = field(default_factory=lambda: {"frames": 17, "overlap": 2})
    tile: dict = field(default_factory=lambda: {"tokens": 48, "overlap": 8})
    one_step: dict = field(default_factory=lambda: {"form": "direct"})
    transformer: TransformerGeometry = field(default_factory=TransformerGeometry)
    decoder: DecoderGeometry = field(default_factory=DecoderGeometry)

    def to_json(self):
        fields = {"schema": SCHEMA} | dataclasses.asdict(self)
        if not self.decoder.slice:
            del fields["decoder"]["slice"]
        return json.dumps(fields)

    @classmethod
    def from_json(cls, text):
        fields = json.loads(text)
        schema = fields.pop("schema")
        if schema != SCHEMA:
            raise ValueError(f"schema {schema} is not {SCHEMA}")
        fields["transformer"] = TransformerGeometry(**fields["transformer"])
        fields["decoder"] = DecoderGeometry(**fields["decoder"])
        return cls(**fields)


def rope_pairs(head_dim):
    """Wan's split of a head's pairs into time, height and width."""
    side = head_dim // 6
    return [head_dim // 2 - 2 * side, side, side]


def routing(counts):
    """[(global, intra, window) heads of each layer] -> the table of a weight file."""
    return [[GLOBAL] * g + [INTRA] * i + [WINDOW] * w for g, i, w in counts]


def home(patch=2, dim=384, heads=6, layers=12, counts=None, latent=64, **names):
    """A geometry of the home model's family."""
    counts = counts or [(heads, 0, 0)] * layers
    stages = decoder.home_stages(latent)
    return Geometry(
        transformer=TransformerGeometry(
            out_channels=latent, patch=patch, dim=dim, heads=heads, layers=layers, ffn=4 * dim,
            rope_pairs=rope_pairs(dim // heads), routing=routing(counts)),
        decoder=DecoderGeometry(halo=decoder.receptive_rows(stages, 8), stages=stages), **names)


class Model(nn.Module):
    """Resized source [B, T, 3, H, W] in [-1, 1] -> restored clip of the same shape."""

    def __init__(self, geometry):
        super().__init__()
        g = geometry
        if g.one_step["form"] not in ("direct", "residual"):
            raise ValueError(f"one-step form {g.one_step['form']} cannot be trained here")
        self.transformer = Transformer(g.transformer)
        self.decoder = decoder.Decoder(g.decoder)
        if g.one_step["form"] == "residual":
            self.projection = nn.Conv3d(g.transformer.in_channels, g.transformer.out_channels, 1)
        self.geometry = g
        self.silent = False         # latents of 0: what the decoder alone can do

    def fold(self, source):
        return fold.fold(source, self.geometry.input["time"], self.geometry.input["space"])

    def latent(self, source):
        folded = self.fold(source)
        if self.silent:
            f, h, w = folded.shape[2:]
            return folded.new_zeros(len(folded), f, self.geometry.transformer.out_channels, h, w)
        latent = self.transformer(folded)
        if self.geometry.one_step["form"] == "residual":
            projected = self.projection(folded).transpose(1, 2)
            latent = projected - self.geometry.one_step["sigma"] * latent
        return latent

    def forward(self, source, shown=None):
        return self.decoder(self.latent(source), source, shown)

    @property
    def multiple(self):
        """What a source's height and width must be multiples of."""
        return self.geometry.input["space"] * self.geometry.transformer.patch

    @torch.no_grad()
    def restore(self, source):
        """Any size, without gradients: pads, runs, crops."""
        height, width = source.shape[-2:]
        return self(fold.pad(source, self.multiple))[..., :height, :width]

    def tensors(self):
        """The weight file's tensors by name."""
        return {k.removeprefix("transformer."): v for k, v in self.state_dict().items()}

    def load_tensors(self, tensors):
        own = self.state_dict()
        names = {k.removeprefix("transformer."): k for k in own}
        if names.keys() != tensors.keys():
            odd = sorted(names.keys() ^ tensors.keys())
            raise ValueError(f"missing or surplus tensors: {', '.join(odd[:5])}")
        self.load_state_dict({names[k]: v.to(own[names[k]].dtype) for k, v in tensors.items()})


def initialise(model):
    """Initial scales under which Muon's first steps neither blow up nor stall: small residual
    branches, an almost silent output, gates that let a fifth through, and attention logits wide
    enough to be selective (gains of 2)."""
    g = model.geometry.transformer
    with torch.no_grad():
        for stage in model.decoder:
            if isinstance(stage, decoder.Block):
                stage.conv2.weight.mul_(0.1)
                stage.conv2.bias.zero_()
            elif isinstance(stage, decoder.Temporal):
                stage.weight.mul_(0.1)
            elif isinstance(stage, decoder.Output):
                stage.weight.mul_(0.05)
                stage.bias.zero_()
        for block in model.transformer.blocks:
            block.modulation.normal_(0, 0.1 * g.dim ** -0.5)
            block.modulation[2].add_(0.2)
            block.modulation[5].add_(0.2)
            block.self_attn.norm_q.weight.fill_(2)
            block.self_attn.norm_k.weight.fill_(2)
        model.transformer.head.head.weight.mul_(0.3)
    return model


def save(path, model, dtype=torch.bfloat16, notes=None):
    """Writes the weight file under another name first, so that no half file is ever seen. Vectors
    and modulation stay in float32: they are one part in a hundred, and their rounding is felt.
    `notes` are strings for people, further keys of the file's metadata."""
    def narrow(name, value):
        small = value.ndim < 2 or name.endswith("modulation")
        return value.detach().to("cpu", torch.float32 if small else dtype).contiguous()

    tensors = {name: narrow(name, value) for name, value in model.tensors().items()}
    part = f"{path}.part"
    save_file(tensors, part, metadata={"oasis": model.geometry.to_json()} | (notes or {}))
    os.chmod(part, 0o644)
    os.replace(part, path)


def load(path, device="cpu"):
    """A model in float32 from a weight file; golden tensors are skipped."""
    with safe_open(path, "pt", device=device) as file:
        metadata = file.metadata() or {}
        if "oasis" not in metadata:
            raise ValueError(f"{path} is no OASIS weight file")
        model = Model(Geometry.from_json(metadata["oasis"])).to(device)
        model.load_tensors({k: file.get_tensor(k) for k in file.keys()
                            if not k.startswith("golden.")})
    return model.eval()

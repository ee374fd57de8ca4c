"""The decoder: a list of stages on the latent image, described by data. One module a stage.
SPDX-License-Identifier: Apache-2.0"""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Conv(nn.Conv2d):
    """Also the base of the stages whose only tensors are one convolution's."""

    def __init__(self, inputs, outputs, kernel):
        super().__init__(inputs, outputs, kernel, padding=kernel // 2)


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1, self.conv2 = Conv(channels, channels, 3), Conv(channels, channels, 3)

    def forward(self, x):
        return x + self.conv2(F.silu(self.conv1(x)))


class Temporal(nn.Module):
    """A causal mix over the frame and the two before it; x is [B*T, C, H, W]."""

    def __init__(self, channels, history):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(channels, 3 * channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        nn.init.kaiming_uniform_(self.weight, a=5 ** 0.5)
        self.history = history

    def forward(self, x, frames):
        y = F.silu(x).unflatten(0, (-1, frames))
        before = y[:, :1] if self.history == "repeat" else torch.zeros_like(y[:, :1])
        y = torch.cat([before, before, y], 1)
        taps = torch.cat([y[:, :-2], y[:, 1:-1], y[:, 2:]], 2).flatten(0, 1)
        taps = taps.contiguous(memory_format=torch.channels_last)
        return x + F.conv2d(taps, self.weight[:, :, None, None], self.bias)


class TimeUp(Conv):
    """Each frame becomes two, but the first, which becomes one."""

    def __init__(self, channels):
        super().__init__(channels, 2 * channels, 1)

    def forward(self, x, frames):
        y = super().forward(x).unflatten(0, (-1, frames)).unflatten(2, (2, -1))
        return y.flatten(1, 2)[:, 1:].flatten(0, 1)


class SpaceUp(Conv):
    def __init__(self, inputs, outputs, factor, kernel=1):
        super().__init__(inputs, outputs * factor * factor, kernel)
        self.factor = factor

    def forward(self, x):
        return F.pixel_shuffle(super().forward(x), self.factor)


class Condition(Conv):
    """Adds what the resized source shows at this place."""

    def __init__(self, channels, factor):
        super().__init__(3 * factor * factor, channels, 3)
        self.factor = factor

    def forward(self, x, source):
        source = F.pixel_unshuffle(source.to(x.dtype), self.factor)
        return x + super().forward(source.contiguous(memory_format=torch.channels_last))


class Output(Conv):
    def __init__(self, inputs, factor):
        super().__init__(inputs, 3 * factor * factor, 3)
        self.factor = factor

    def forward(self, x):
        return F.pixel_shuffle(super().forward(F.silu(x)), self.factor)


class ChannelNorm(nn.Module):
    """Each position's channels to length sqrt(C), with a gain."""

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))

    def forward(self, x):
        y = F.normalize(x.float(), dim=1) * (len(self.weight) ** 0.5 * self.weight)[:, None, None]
        return y.to(x.dtype)


class CausalConv(nn.Conv3d):
    """A convolution over a frame and the two before it, zero where there are none;
    x is [B*T, C, H, W]."""

    def __init__(self, inputs, outputs, kernel=3):
        super().__init__(inputs, outputs, (3, kernel, kernel),
                         padding=(0, kernel // 2, kernel // 2))

    def forward(self, x, frames):
        x = F.pad(x.unflatten(0, (-1, frames)).transpose(1, 2), (0, 0, 0, 0, 2, 0))
        return super().forward(x).transpose(1, 2).flatten(0, 1)


class CausalBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.norm1, self.conv1 = ChannelNorm(inputs), CausalConv(inputs, outputs)
        self.norm2, self.conv2 = ChannelNorm(outputs), CausalConv(outputs, outputs)
        self.shortcut = Conv(inputs, outputs, 1) if inputs != outputs else None

    def forward(self, x, frames):
        y = self.conv1(F.silu(self.norm1(x)), frames)
        y = self.conv2(F.silu(self.norm2(y)), frames)
        return y + (self.shortcut(x) if self.shortcut else x)


class Attention(nn.Module):
    """Every position sees all of its frame, with one head."""

    def __init__(self, channels):
        super().__init__()
        self.norm = ChannelNorm(channels)
        self.qkv, self.proj = Conv(channels, 3 * channels, 1), Conv(channels, channels, 1)

    def forward(self, x):
        q, k, v = self.qkv(self.norm(x)).flatten(2).transpose(1, 2)[:, None].chunk(3, -1)
        y = F.scaled_dot_product_attention(q, k, v)[:, 0].transpose(1, 2)
        return x + self.proj(y.unflatten(2, x.shape[2:]))


class CausalTimeUp(CausalConv):
    """Each frame but the first becomes two; the first stays and is no other's history."""

    def __init__(self, channels):
        super().__init__(channels, 2 * channels, 1)

    def forward(self, x, frames):
        x = x.unflatten(0, (-1, frames))
        if frames == 1:
            return x.flatten(0, 1)
        y = super().forward(x[:, 1:].flatten(0, 1), frames - 1)
        y = y.unflatten(0, (-1, frames - 1)).unflatten(2, (2, -1)).flatten(1, 2)
        return torch.cat([x[:, :1], y], 1).flatten(0, 1)


class CausalOutput(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.norm, self.conv = ChannelNorm(inputs), CausalConv(inputs, 3)

    def forward(self, x, frames):
        return self.conv(F.silu(self.norm(x)), frames)


OVER_TIME = (Temporal, TimeUp, CausalConv, CausalBlock, CausalOutput)


def make_stage(stage):
    s = stage
    return {
        "conv": lambda: Conv(s["in"], s["out"], s["kernel"]),
        "block": lambda: Block(s["channels"]),
        "temporal": lambda: Temporal(s["channels"], s["history"]),
        "time_up": lambda: TimeUp(s["channels"]),
        "space_up": lambda: SpaceUp(s["in"], s["out"], s["factor"], s.get("kernel", 1)),
        "condition": lambda: Condition(s["channels"], s["factor"]),
        "output": lambda: Output(s["in"], s["factor"]),
        "causal_conv": lambda: CausalConv(s["in"], s["out"]),
        "causal_block": lambda: CausalBlock(s["in"], s["out"]),
        "attention": lambda: Attention(s["channels"]),
        "causal_time_up": lambda: CausalTimeUp(s["channels"]),
        "causal_output": lambda: CausalOutput(s["in"]),
    }[s["op"]]()


class Decoder(nn.ModuleList):
    """Latent [B, f, Z, h, w] and resized source [B, T, 3, H, W] -> RGB [B, T, 3, H, W]. `shown` is
    what the conditions show of the source where that is not all of it."""

    def __init__(self, geometry):
        super().__init__(make_stage(stage) for stage in geometry.stages)
        self.residual = geometry.residual

    def forward(self, latent, source, shown=None):
        batch, frames = latent.shape[:2]
        shown = (source if shown is None else shown).flatten(0, 1)
        x = latent.flatten(0, 1)
        for stage in self:
            x = x.contiguous(memory_format=torch.channels_last)
            if isinstance(stage, OVER_TIME):
                x = stage(x, frames)
            elif isinstance(stage, Condition):
                x = stage(x, shown)
            else:
                x = stage(x)
            frames = x.shape[0] // batch
        x = x.unflatten(0, (batch, frames))
        return x.float() + source if self.residual else x.float()


def home_stages(latent=64, eighth=128, quarter=96):
    """The home model's decoder, by channels at 1/8 and 1/4 of the size."""
    block8, block4 = {"op": "block", "channels": eighth}, {"op": "block", "channels": quarter}
    mix8 = {"op": "temporal", "channels": eighth, "history": "repeat"}
    mix4 = {"op": "temporal", "channels": quarter, "history": "repeat"}
    return [
        {"op": "conv", "in": latent, "out": eighth, "kernel": 3},
        block8, block8, mix8, {"op": "time_up", "channels": eighth}, block8, mix8,
        {"op": "space_up", "in": eighth, "out": quarter, "factor": 2},
        {"op": "time_up", "channels": quarter},
        {"op": "condition", "channels": quarter, "factor": 4},
        block4, block4, mix4, block4, block4, mix4, block4,
        {"op": "output", "in": quarter, "factor": 4},
    ]


REACHES = {"conv": 1, "condition": 1, "output": 1, "block": 2, "causal_conv": 1, "causal_block": 2,
           "causal_output": 1}


def receptive_rows(stages, space):
    """Rows of pixels above and below that a row of the decoder's output depends on, rounded up to
    a multiple of 16: the least halo. Attention sees the whole frame: only what follows counts."""
    rows, scale = 0, space
    for stage in stages:
        op, kernel = stage["op"], stage.get("kernel", 1 if stage["op"] == "space_up" else 3)
        if op == "attention":
            rows = 0
        elif op == "space_up":
            rows += kernel // 2 * scale
            scale //= stage["factor"]
        else:
            rows += REACHES.get(op, 0) * (kernel // 2) * scale
    return -(-rows // 16) * 16

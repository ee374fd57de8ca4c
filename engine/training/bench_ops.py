"""The largest operations of a weight file in PyTorch, one by one, at the shapes that the engine
has: products of the transformer, convolutions and mixes over time of the decoder, attention. They
stand beside the engine's `kernels --bench`, whose shapes and names they have.

    python -m training.bench_ops [--device cpu|cuda] [--size 1920x1080] [--tiles 8]
                                 [--repeat 20] [--op linear]...

Each is timed eager and compiled, between events of the card (the CPU: by the clock), the median of
`--repeat` measurements after warm-up, over inputs that take turns, of more bytes together than a
cache holds. SPDX-License-Identifier: Apache-2.0"""
import argparse
import functools
import itertools
import math
import statistics
import time
from dataclasses import dataclass
from typing import Callable

import torch
import torch.nn.functional as F
from torch.nn.attention.flex_attention import create_block_mask, flex_attention

from .attention import window_attention, window_blocks

CACHE = 256 << 20  # bytes of inputs that take turns, at least


@dataclass
class Case:
    op: str
    label: str
    flops: float
    run: Callable     # of the inputs that make() gives
    make: Callable
    eager: bool = True  # else it is only compiled


def random(*shape, device, dtype=torch.bfloat16):
    return torch.randn(shape, device=device, dtype=dtype)


# --- the operations -----------------------------------------------------------------------------

def linear(n, k, m, epilogue, device):
    """Names as in check-linear.c: "add" is out += gate * y on a residual stream in f32."""
    weight = random(m, k, device=device) / k ** 0.5
    bias = random(m, device=device)
    gate = random(m, device=device, dtype=torch.float32)

    def run(x, out):
        y = F.linear(x, weight, bias)
        if epilogue == "gelu":
            return F.gelu(y, approximate="tanh")
        if epilogue == "add":
            return torch.addcmul(out, gate, y.float())
        return y.float() if epilogue == "f32" else y

    def make():
        return (random(n, k, device=device),
                random(n, m, device=device, dtype=torch.float32) if epilogue == "add" else None)

    return Case("linear", f"n {n}, k {k}, m {m}, {epilogue}", 2 * n * k * m, run, make)


def images(frames, channels, height, width, device):
    return random(frames, channels, height, width, device=device).contiguous(
        memory_format=torch.channels_last)


def conv(frames, height, width, inputs, outputs, kernel, form, device):
    weight = random(outputs, inputs, kernel, kernel, device=device) / (inputs * kernel ** 2) ** 0.5
    weight = weight.contiguous(memory_format=torch.channels_last)
    bias = random(outputs, device=device)

    def run(x, residual):
        y = F.conv2d(F.silu(x) if form == "silu in" else x, weight, bias, padding=kernel // 2)
        if form == "silu out":
            return F.silu(y)
        return y + residual if form == "residual" else y

    def make():
        return (images(frames, inputs, height, width, device),
                images(frames, outputs, height, width, device) if form == "residual" else None)

    label = f"{frames}x{height}x{width}, {inputs} -> {outputs}, k {kernel}"
    flops = 2 * frames * height * width * inputs * outputs * kernel ** 2
    return Case("conv", f"{label}, {form}" if form else label, flops, run, make)


def temporal(frames, height, width, channels, device):
    """As decoder.Temporal."""
    weight = random(channels, 3 * channels, 1, 1, device=device) / (3 * channels) ** 0.5
    bias = random(channels, device=device)

    def run(x):
        y = F.silu(x)
        y = torch.cat([y[:1], y[:1], y])
        taps = torch.cat([y[:-2], y[1:-1], y[2:]], 1)
        return x + F.conv2d(taps.contiguous(memory_format=torch.channels_last), weight, bias)

    return Case("temporal", f"{frames} frames of {height * width}, {channels} -> {channels}",
                6 * frames * height * width * channels ** 2, run,
                lambda: (images(frames, channels, height, width, device),))


def attention(tiles, heads, tokens, device, head=64):
    def make():
        return tuple(random(tiles, heads, tokens, head, device=device) for _ in range(3))

    return Case("attention", f"{tiles} of {tokens} tokens, {heads} heads of {head}",
                4 * tiles * heads * tokens ** 2 * head, F.scaled_dot_product_attention, make)


def flex_window(grid, window, device):
    """Attention over windows that are moved inwards at borders, q, k and v [tiles, heads, N, head];
    which blocks of keys a block of queries sees is found once."""
    _, h, w = grid

    def starts(length, size):
        size = min(size, length)
        return (torch.arange(length, device=device) - size // 2).clamp(0, length - size), size

    (t0, nt), (y0, ny), (x0, nx) = map(starts, grid, window)

    def inside(start, count, key):
        return (start <= key) & (key < start + count)

    def seen(_batch, _head, q, k):
        return (inside(t0[q // (h * w)], nt, k // (h * w)) & inside(y0[q // w % h], ny, k // w % h)
                & inside(x0[q % w], nx, k % w))

    n = math.prod(grid)
    return functools.partial(flex_attention, block_mask=create_block_mask(
        seen, None, None, n, n, device=device))


def windows(tiles, heads, grid, device, head=64, window=(3, 5, 5)):
    """By flex_attention, which is for compiling alone, and by the model's own blocks."""
    n = math.prod(grid)
    label = f"{tiles} of {'x'.join(map(str, grid))} tokens, {heads} heads of {head}"
    flops = 4 * tiles * heads * n * math.prod(window) * head

    def make():
        return tuple(random(tiles, heads, n, head, device=device) for _ in range(3))

    def make_blocks():
        return tuple(x.transpose(1, 2).contiguous() for x in make())

    blocks = window_blocks(grid, window, "shift", torch.device(device))
    yield Case("attention", f"window, {label}, flex", flops, flex_window(grid, window, device),
               make, eager=False)
    yield Case("attention", f"window, {label}, blocks", flops,
               lambda q, k, v: window_attention(q, k, v, blocks), make_blocks)


def cases(width, height, tiles, grid, device):
    """oasis-home's, of a chunk of 17 frames in 5 latent ones."""
    tokens = math.prod(grid)
    rows, dim, ffn = tiles * tokens, 256, 1024
    yield linear(rows, 768, dim, "f32", device)
    yield linear(rows, dim, 3 * dim, "none", device)
    yield linear(rows, dim, dim, "add", device)
    yield linear(rows, dim, ffn, "gelu", device)
    yield linear(rows, ffn, dim, "add", device)
    yield linear(rows, dim, 128, "f32", device)
    h, w = -(-height // 16) * 2, -(-width // 16) * 2  # padded, an eighth
    yield conv(5, h, w, 128, 128, 3, "silu out", device)
    yield conv(9, h, w, 128, 128, 3, "silu out", device)
    yield conv(9, h, w, 128, 128, 3, "residual", device)
    yield conv(9, h, w, 128, 384, 1, "", device)
    yield conv(17, 2 * h, 2 * w, 48, 96, 3, "residual", device)
    yield conv(17, 2 * h, 2 * w, 96, 96, 3, "silu out", device)
    yield conv(17, 2 * h, 2 * w, 96, 96, 3, "residual", device)
    yield conv(17, 2 * h, 2 * w, 96, 48, 3, "silu in", device)
    yield temporal(5, h, w, 128, device)
    yield temporal(9, h, w, 128, device)
    yield temporal(17, 2 * h, 2 * w, 96, device)
    yield attention(tiles, 1, tokens, device)
    yield attention(5 * tiles, 1, tokens // 5, device)
    yield from windows(tiles, 1, grid, device)
    yield from windows(tiles, 3, grid, device)


def large_cases(device):
    """A window by itself, and attention of Wan 2.1 of 1.3B for 17 frames of 832x480."""
    yield from windows(1, 4, (9, 45, 80), device)
    yield attention(1, 12, 7800, device, head=128)
    yield attention(5, 12, 1560, device, head=128)
    yield from windows(1, 12, (5, 30, 52), device, head=128)


# --- timing -------------------------------------------------------------------------------------

def size(inputs):
    return sum(x.nbytes for x in inputs if x is not None)


def once(run, turns, calls, device):
    """Seconds of one call, of several that follow each other without a wait."""
    if device != "cuda":
        start = time.perf_counter()
        for _ in range(calls):
            run(*next(turns))
        return (time.perf_counter() - start) / calls
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for _ in range(calls):
        run(*next(turns))
    end.record()
    end.synchronize()
    return start.elapsed_time(end) / 1e3 / calls


def seconds(run, sets, device, repeat):
    """The median of `repeat` measurements of 2 ms or more; each input is seen before."""
    turns = itertools.cycle(sets)
    once(run, turns, len(sets) + 2, device)
    calls = max(1, math.ceil(0.002 / once(run, turns, 1, device)))
    return statistics.median(once(run, turns, calls, device) for _ in range(repeat))


@torch.inference_mode()
def measure(case, device, repeat, cache=CACHE):
    sets = [case.make()]
    while size(sets[0]) * len(sets) < cache:
        sets.append(case.make())
    torch.compiler.reset()
    forms = [case.run if case.eager else None, torch.compile(case.run, dynamic=False)]
    times = [seconds(run, sets, device, repeat) if run else math.nan for run in forms]
    rates = " | ".join(f"{t * 1e3:.3f} | {case.flops / t * 1e-12:.1f}" for t in times)
    print(f"| {case.op} | {case.label} | {rates} |", flush=True)
    return times


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--size", default="1920x1080", help="of the output")
    parser.add_argument("--tiles", type=int, default=8, help="at a time")
    parser.add_argument("--grid", default="5x40x47", help="tokens of a tile")
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--op", action="append", help="linear, conv, temporal or attention; all")
    args = parser.parse_args(argv)

    width, height = map(int, args.size.split("x"))
    name = torch.cuda.get_device_name() if args.device == "cuda" else "CPU"
    print(f"PyTorch {torch.__version__}, {name}, bf16, {args.size}\n")
    print("| operation | shape | eager, ms | TFLOP/s | compiled, ms | TFLOP/s |")
    print("|---|---|---|---|---|---|")
    grid = tuple(map(int, args.grid.split("x")))
    for case in itertools.chain(cases(width, height, args.tiles, grid, args.device),
                                large_cases(args.device)):
        if not args.op or case.op in args.op:
            measure(case, args.device, args.repeat,
                    CACHE if args.device == "cuda" else 0)


if __name__ == "__main__":
    main()

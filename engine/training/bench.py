"""How fast PyTorch runs a weight file, for the engine's own figures (rekindle-cli bench) to be held
against: the same chunk, the same tiles, the same sizes.

    python -m training.bench WEIGHTS.safetensors [--size 640x480]... [--device cpu|cuda]
                             [--dtype f32|bf16]... [--threads N] [--batch TILES] [--compile]
                             [--repeat 3]

Import, export and the cross-fade of tiles are left out. SPDX-License-Identifier: Apache-2.0"""
import argparse
import contextlib
import statistics
import time

import torch

from . import model

SCALE = 2


def starts(n, tile, overlap):
    """(extent, first tokens) of the tiles along an axis of n tokens (weight-file.md, "Tiles")."""
    if not tile or n <= tile:
        return n, [0]
    count = -(-(n - overlap) // (tile - overlap))
    extent = -(-(n - overlap) // count) + overlap
    return extent, [round(i * (n - extent) / (count - 1)) for i in range(count)]


def latent(net, source, batch):
    """The transformer's latents, `batch` tiles at a time."""
    g = net.geometry
    patch, tile = g.transformer.patch, g.tile
    folded = net.fold(source)
    height, width = folded.shape[-2:]
    rows, ys = starts(height // patch, tile["tokens"], tile["overlap"])
    columns, xs = starts(width // patch, tile["tokens"], tile["overlap"])
    places = [(y * patch, x * patch) for y in ys for x in xs]
    out = folded.new_zeros(1, folded.shape[2], g.transformer.out_channels, height, width)
    for i in range(0, len(places), batch):
        group = places[i:i + batch]
        parts = torch.cat([folded[..., y:y + rows * patch, x:x + columns * patch]
                           for y, x in group])
        for (y, x), part in zip(group, net.transformer(parts)):
            out[0, ..., y:y + rows * patch, x:x + columns * patch] = part
    return out


def seconds(run, device, repeat):
    """The median of `repeat` runs after a first one."""
    times = []
    for _ in range(repeat + 1):
        start = time.perf_counter()
        run()
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


@torch.inference_mode()
def measure(net, size, dtype, args):
    width, height = (SCALE * int(n) for n in size.split("x"))
    g = net.geometry
    frames, new = g.chunk["frames"], g.chunk["frames"] - g.chunk["overlap"]
    up = net.multiple
    source = torch.rand(1, frames, 3, -(-height // up) * up, -(-width // up) * up,
                        device=args.device) * 2 - 1
    narrow = (torch.autocast(args.device, torch.bfloat16) if dtype == "bf16"
              else contextlib.nullcontext())
    with narrow:
        took = seconds(lambda: net.decoder(latent(net, source, args.batch), source), args.device,
                       args.repeat)
    print(f"{size} -> {width}x{height}, {dtype}: {took * 1e3:.1f} ms a chunk, "
          f"{new / took:.3f} new frames/s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights")
    parser.add_argument("--size", action="append", help="of the frames, which are enlarged twice")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", action="append", choices=["f32", "bf16"], help="both")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--batch", type=int, default=1, help="tiles at a time")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()

    if args.threads:
        torch.set_num_threads(args.threads)
    net = model.load(args.weights, args.device)
    if args.compile:
        net.transformer.compile()
        net.decoder.compile()
    for size in args.size or ["320x240", "640x480", "960x540"]:
        for dtype in args.dtype or ["f32", "bf16"]:
            measure(net, size, dtype, args)


if __name__ == "__main__":
    main()

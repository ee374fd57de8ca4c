"""Before/after pictures of real clips, for cards and for the eye.

    python -m training.compare WEIGHTS.safetensors CLIP OUT.jpg [--crop X,Y,W,H] [--scale 2]
                               [--first N] [--frame 8] [--strength A]

One frame: left the resized source, right the restored one. SPDX-License-Identifier: Apache-2.0"""
import argparse

import numpy as np
from PIL import Image

from . import codecs, evaluate


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights")
    parser.add_argument("clip")
    parser.add_argument("out")
    parser.add_argument("--crop", help="X,Y,W,H in pixels of the source")
    parser.add_argument("--scale", type=float, default=2)
    parser.add_argument("--first", type=int, default=0, help="first frame of the chunk")
    parser.add_argument("--frame", type=int, default=8, help="frame shown, within the chunk")
    parser.add_argument("--strength", type=float, default=1.0)
    args = parser.parse_args()

    clip = codecs.read(args.clip, args.first + 17)[args.first:]
    if args.crop:
        x, y, w, h = (int(v) for v in args.crop.split(","))
        clip = clip[:, y:y + h, x:x + w]
    size = tuple(round(n * args.scale / 2) * 2 for n in clip.shape[1:3])
    restore = evaluate.PyTorch(args.weights).at(args.strength)
    pair = [fill[args.frame].permute(1, 2, 0).numpy()
            for fill in (evaluate.bicubic(clip, size), restore(clip, size))]
    gap = np.ones((size[0], 4, 3), np.float32)
    picture = np.concatenate([pair[0], gap, pair[1]], 1)
    Image.fromarray((picture * 255).round().astype(np.uint8)).save(args.out, quality=90)


if __name__ == "__main__":
    main()

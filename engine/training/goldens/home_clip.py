"""The golden file of the shipped weights: a small clip and what PyTorch makes of it in float32.

    python -m training.goldens.home_clip WEIGHTS.safetensors VIDEO FOLDER

SPDX-License-Identifier: Apache-2.0"""
import hashlib
import os
import pathlib
import sys

import torch
from safetensors.torch import save_file

from .. import codecs, fold, model

FRAMES, SOURCE, TARGET = 17, (24, 32), (48, 64)


def shrink(clip):
    """uint8 [T, H, W, 3] -> uint8 [T, 24, 32, 3], the middle of the picture."""
    _, height, width, _ = clip.shape
    crop = min(height // 3, width // 4)
    y, x = (height - 3 * crop) // 2, (width - 4 * crop) // 2
    clip = torch.from_numpy(clip[:, y:y + 3 * crop, x:x + 4 * crop]).permute(0, 3, 1, 2).float()
    return fold.resize(clip, SOURCE).round().clamp(0, 255).byte()


def main():
    weights, video, folder = (pathlib.Path(a) for a in sys.argv[1:4])
    net = model.load(weights)
    source = shrink(codecs.read(video, FRAMES))
    image = fold.resize(source.float() / 127.5 - 1, TARGET)[None]
    with torch.no_grad():
        output = net(image)[0]
    print(f"mean change of the resized clip: {(output - image[0]).abs().mean():.4f}")
    path = folder / "home-clip.safetensors"
    save_file({"golden.source": source.permute(0, 2, 3, 1).contiguous(),
               "golden.output": output.permute(0, 2, 3, 1).contiguous()}, path,
              metadata={"model_sha256": hashlib.sha256(weights.read_bytes()).hexdigest()})
    os.chmod(path, 0o644)


if __name__ == "__main__":
    main()

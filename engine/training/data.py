"""Clean samples: crops of clips, photos set in motion, pictures made by rule.
SPDX-License-Identifier: Apache-2.0"""
import pathlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from . import codecs
from .synthetic import draw as draw_synthetic

VIDEO_SUFFIXES = {".mp4", ".mkv", ".webm", ".avi"}
PICTURE_SUFFIXES = {".jpg", ".jpeg", ".webp", ".png"}
FRAMES_MOST = 150
SETTLED_SECONDS, WATCH_SECONDS = 2, 5   # files that still grow are left for the next look

VIDEO_SHARE, SYNTHETIC_SHARE, LAYER_SHARE = 0.55, 0.2, 0.35
STRIDES = [1, 1, 1, 2]
ZOOMS = [1, 1, 1.25, 1.5, 2]
FLIP_X, FLIP_Y, TRANSPOSE, STILL = 0.5, 0.5, 0.2, 0.1
MOTION_MOST, SHAKE, TURN, ZOOM = 70, 0.006, 0.12, 0.08


def read(path):
    """uint8 [n, 3, H, W] of a clip or picture, or None where it cannot be read."""
    try:
        if path.suffix.lower() in VIDEO_SUFFIXES:
            clip = codecs.read(path, FRAMES_MOST)
        else:
            clip = np.array(Image.open(path).convert("RGB"))[None]
        return torch.from_numpy(clip).permute(0, 3, 1, 2).contiguous()
    except Exception:
        return None


def bicubic(clip, size):
    return F.interpolate(clip, size=size, mode="bicubic", antialias=True, align_corners=False)


class Material:
    """All clean pictures, as bytes on the device. `look` takes in the files that are there, `watch`
    does so again and again, so that training may begin on the first of several packs."""

    def __init__(self, folders, side, frames, device, synthetic=120):
        self.folders = [pathlib.Path(f) for f in folders]
        self.side, self.frames, self.device = side, frames, device
        self.videos, self.pictures, self.seen, self.found = [], [], set(), False
        cv2.setNumThreads(1)
        with ThreadPoolExecutor(8) as pool:
            made = pool.map(draw_synthetic, range(synthetic))
            self.synthetic = [torch.from_numpy(p).permute(2, 0, 1)[None].to(device) for p in made]

    def look(self):
        paths = [p for f in self.folders for p in sorted(f.rglob("*"))
                 if p.suffix.lower() in VIDEO_SUFFIXES | PICTURE_SUFFIXES and p not in self.seen
                 and time.time() - p.stat().st_mtime > SETTLED_SECONDS]
        self.seen.update(paths)
        with ThreadPoolExecutor(3 if self.videos else 12) as pool:
            for path, clip in zip(paths, pool.map(read, paths)):
                if clip is None or min(clip.shape[2:]) < self.side:
                    continue
                if path.suffix.lower() in PICTURE_SUFFIXES:
                    self.pictures.append(clip.to(self.device))
                elif len(clip) >= self.frames:
                    self.videos.append(clip.to(self.device))
        self.found = bool(self.videos or self.pictures)

    def watch(self):
        def forever():
            while True:
                self.look()
                time.sleep(WATCH_SECONDS)
        threading.Thread(target=forever, daemon=True).start()

    def clean(self, dice):
        """[T, 3, side, side] in 0..1."""
        if self.videos and dice.chance(VIDEO_SHARE):
            x = self.video(dice)
        else:
            x = self.still(dice)
        if dice.chance(FLIP_X):
            x = x.flip(-1)
        if dice.chance(FLIP_Y):
            x = x.flip(-2)
        if dice.chance(TRANSPOSE):
            x = x.transpose(-1, -2)
        return x

    def video(self, dice):
        """A crop of a clip, some scaled down so that sharp pictures are sharp to the pixel."""
        t, side = self.frames, self.side
        clip = dice.choice(self.videos)
        n, _, height, width = clip.shape
        stride = dice.choice(STRIDES) if n >= 2 * t else 1
        first = dice.integer(0, n - (t - 1) * stride - 1)
        zoom = dice.choice(ZOOMS) if min(height, width) >= 2 * side else 1
        crop = int(side * zoom)
        y, x = dice.integer(0, height - crop), dice.integer(0, width - crop)
        clip = clip[first:first + (t - 1) * stride + 1:stride, :, y:y + crop, x:x + crop]
        clip = clip.float() / 255
        return clip if crop == side else bicubic(clip, (side, side)).clamp(0, 1)

    def picture(self, dice):
        if self.synthetic and (not self.pictures or dice.chance(SYNTHETIC_SHARE)):
            return dice.choice(self.synthetic)[0]
        return dice.choice(self.pictures)[0]

    def still(self, dice):
        """A picture in motion; in a third of them a second one moves over it."""
        clip = self.moving(self.picture(dice), dice)
        if dice.chance(LAYER_SHARE):
            shape = dice.normal(1, 1, dice.choice([4, 6, 9]), dice.choice([4, 6, 9]))
            mask = (F.interpolate(shape, size=(128, 128), mode="bicubic") > 0.35).float()
            over = self.moving(self.picture(dice), dice, mask)
            alpha = over[:, 3:].clamp(0, 1)
            clip = clip * (1 - alpha) + over[:, :3] * alpha
        return clip

    def moving(self, picture, dice, mask=None):
        """A smooth random path of pan, zoom, turn and shake over a part of the picture."""
        t, side = self.frames, self.side
        height, width = picture.shape[1:]
        region = min(height, width, int(side * dice.uniform(1.5, 2.6)))
        y, x = dice.integer(0, height - region), dice.integer(0, width - region)
        part = picture[None, :, y:y + region, x:x + region].float() / 255
        smaller = max(side + 32, int(region * dice.uniform(0.55, 1.0)))
        if smaller < region:
            part, region = bicubic(part, (smaller, smaller)).clamp(0, 1), smaller
        if mask is not None:
            part = torch.cat([part, F.interpolate(mask, size=(region, region), mode="bilinear")], 1)

        when = torch.linspace(-1, 1, t)
        margin = region / side - 1
        speed = [dice.uniform(-1, 1) * min(margin * side / 2, MOTION_MOST) * 2 / region
                 for _ in range(2)]
        centre = [dice.uniform(-0.3, 0.3) * margin / (margin + 1) for _ in range(2)]
        shake = torch.cumsum(dice.host_normal(2, t), 1) * SHAKE * dice.uniform(0, 1)
        shake = shake - shake.mean(1, keepdim=True)
        zoom = side / region * (1 + dice.uniform(-ZOOM, ZOOM) * when)
        angle = dice.uniform(-TURN, TURN) * when
        cos, sin = zoom * angle.cos(), zoom * angle.sin()
        path = torch.stack([
            torch.stack([cos, -sin, centre[0] + speed[0] * when + shake[0]], -1),
            torch.stack([sin, cos, centre[1] + speed[1] * when + shake[1]], -1)], 1)
        if dice.chance(STILL):
            path = path[t // 2:t // 2 + 1].expand(t, -1, -1)
        path = path.to(self.device, non_blocking=True)
        grid = F.affine_grid(path, (t, part.shape[1], side, side), align_corners=False)
        return F.grid_sample(part.expand(t, -1, -1, -1), grid, mode="bicubic",
                             padding_mode="reflection", align_corners=False).clamp(0, 1)

"""Pictures made by rule: leaves that cover each other, texture, lettering. They have exact edges at
every scale and no codec has ever touched them. SPDX-License-Identifier: Apache-2.0"""
import math
import pathlib

import cv2
import numpy as np

SIDE = 512
LETTERS = list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-!?äöüéñ&")
FONTS = ("DejaVu*.ttf", "STIXGeneral*.ttf")


def colour(random):
    """Between grey and fully coloured."""
    return (0.5 * random.uniform(0, 255) + 0.5 * random.uniform(0, 255, 3)).tolist()


def stripes(picture, centre, radius, random):
    """A disc of fine waves over what is there."""
    mask = np.zeros((SIDE, SIDE), np.float32)
    cv2.circle(mask, centre, radius, 1, -1)
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    frequency, angle = random.uniform(0.02, 0.35), random.uniform(0, math.pi)
    wave = np.sin(2 * math.pi * frequency * (x * np.cos(angle) + y * np.sin(angle))
                  + random.uniform(0, 2 * math.pi))
    picture += (mask * wave * random.uniform(5, 50))[..., None]


def leaves(picture, random):
    """Discs and polygons, sizes after a power law, each over the earlier ones."""
    for _ in range(int(random.integers(150, 600))):
        radius = int(min(SIDE / 3, 8 * (1 / random.uniform(0.02, 1)) ** 0.9))
        centre = tuple(int(v) for v in random.integers(0, SIDE, 2))
        if random.random() < 0.5:
            cv2.circle(picture, centre, radius, colour(random), -1, cv2.LINE_AA)
        else:
            angle = np.sort(random.uniform(0, 2 * math.pi, int(random.integers(3, 8))))
            points = np.stack([centre[0] + radius * np.cos(angle),
                               centre[1] + radius * np.sin(angle)], 1).astype(np.int32)
            cv2.fillPoly(picture, [points], colour(random), cv2.LINE_AA)
        if random.random() < 0.3:
            stripes(picture, centre, radius, random)
    return picture


def lettering(picture, random):
    """Words of all sizes on a gradient, some on plates."""
    import matplotlib
    from PIL import Image, ImageDraw, ImageFont

    folder = pathlib.Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    fonts = sorted(str(p) for pattern in FONTS for p in folder.glob(pattern))
    ramp = np.linspace(0, 1, SIDE)[:, None, None]
    picture = picture * (1 - ramp) + random.uniform(0, 255, 3) * ramp
    image = Image.fromarray(picture.clip(0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    for _ in range(int(random.integers(12, 40))):
        word = "".join(random.choice(LETTERS, int(random.integers(4, 24))))
        font = ImageFont.truetype(str(random.choice(fonts)), int(10 / random.uniform(0.1, 1)))
        x, y = (int(v) for v in random.integers((-40, -10), (SIDE, SIDE)))
        if random.random() < 0.3:
            plate = (x - 4, y - 4, x + int(random.integers(30, 300)),
                     y + int(random.integers(14, 90)))
            pen.rectangle(plate, fill=tuple(int(v) for v in random.integers(0, 255, 3)))
        pen.text((x, y), word, font=font, fill=tuple(int(v) for v in random.integers(0, 255, 3)))
    return np.asarray(image).astype(np.float32)


def draw(seed):
    """uint8 [SIDE, SIDE, 3]; even seeds give leaves and odd ones lettering."""
    random = np.random.default_rng(seed)
    picture = np.empty((SIDE, SIDE, 3), np.float32)
    picture[:] = random.uniform(0, 255, 3)
    picture = lettering(picture, random) if seed % 2 else leaves(picture, random)
    grain = cv2.GaussianBlur(random.normal(0, 1, (SIDE, SIDE)).astype(np.float32), (0, 0),
                             random.uniform(0.6, 2))
    picture = picture + grain[..., None] * random.uniform(0, 8)
    return cv2.GaussianBlur(picture.clip(0, 255).astype(np.float32), (0, 0), 0.5).astype(np.uint8)

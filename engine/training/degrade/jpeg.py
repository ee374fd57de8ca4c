"""JPEG's quantisation on the device, for the synthetic chain.
SPDX-License-Identifier: Apache-2.0"""
import functools
import math

import torch
import torch.nn.functional as F

LUMA = [[16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55],
        [14, 13, 16, 24, 40, 57, 69, 56], [14, 17, 22, 29, 51, 87, 80, 62],
        [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92],
        [49, 64, 78, 87, 103, 121, 120, 101], [72, 92, 95, 98, 112, 100, 103, 99]]
CHROMA = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]
TO_YCC = [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]]


@functools.cache
def constants(device):
    k = torch.arange(8.0)
    dct = torch.cos((2 * k[None] + 1) * k[:, None] * math.pi / 16) * 0.5
    dct[0] /= math.sqrt(2)
    chroma = torch.full((8, 8), 99.0)
    chroma[:4, :4] = torch.tensor(CHROMA)
    to_ycc = torch.tensor(TO_YCC)
    tensors = (dct, torch.tensor(LUMA).float(), chroma, to_ycc, torch.linalg.inv(to_ycc))
    return tuple(t.to(device) for t in tensors)


def code(plane, table, dct):
    n, h, w = plane.shape
    blocks = plane.view(n, h // 8, 8, w // 8, 8).permute(0, 1, 3, 2, 4)
    coefficients = torch.round(dct @ blocks @ dct.T / table) * table
    return (dct.T @ coefficients @ dct).permute(0, 1, 3, 2, 4).reshape(n, h, w)


def jpeg(clip, quality):
    """quality: [B, T], 5 to 98; 4:2:0."""
    b, t, c, h, w = clip.shape
    dct, luma, chroma, to_ycc, to_rgb = constants(clip.device)
    x = F.pad(clip.flatten(0, 1).clamp(0, 1), (0, -w % 16, 0, -h % 16), mode="replicate") * 255
    ycc = torch.einsum("ij,njhw->nihw", to_ycc, x)
    q = quality.reshape(-1).clamp(5, 98)
    scale = torch.where(q < 50, 5000 / q, 200 - 2 * q)[:, None, None] / 100
    planes = [code(ycc[:, 0] - 128, (luma * scale).clamp(1, 255)[:, None, None], dct) + 128]
    for i in (1, 2):
        small = F.avg_pool2d(ycc[:, i:i + 1], 2)[:, 0]
        small = code(small, (chroma * scale).clamp(1, 255)[:, None, None], dct)
        planes.append(F.interpolate(small[:, None], scale_factor=2, mode="bilinear")[:, 0])
    rgb = torch.einsum("ij,njhw->nihw", to_rgb, torch.stack(planes, 1)) / 255
    return rgb[:, :, :h, :w].reshape(clip.shape).clamp(0, 1)

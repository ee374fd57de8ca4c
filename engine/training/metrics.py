"""How near a restored clip is to its reference. Clips are [T, 3, H, W] in 0..1.
SPDX-License-Identifier: Apache-2.0"""
import functools

import torch
import torch.nn.functional as F

from .losses import band_energies, fixed_pattern, smooth

LUMA = (0.299, 0.587, 0.114)
LEAST_MSE = 1e-6        # 60 dB


def decibels(error, dims):
    return -10 * torch.log10((error ** 2).mean(dims).clamp_min(LEAST_MSE))


def luma(clip):
    return (clip * torch.tensor(LUMA, device=clip.device).view(1, 3, 1, 1)).sum(1, keepdim=True)


def psnr(clip, reference):
    """Mean over the frames, all three channels together."""
    return decibels(clip - reference, (1, 2, 3)).mean().item()


def psnr_luma(clip, reference):
    return decibels(luma(clip - reference), (1, 2, 3)).mean().item()


def ssim(clip, reference):
    """pyiqa's: luma in whole 8-bit steps, 11x11 Gaussian of deviation 1.5, borders left out,
    contrast-structure not below zero."""
    x, y = ((luma(c) * 255).round().double() for c in (clip, reference))
    r = torch.arange(11, dtype=torch.float64, device=clip.device) - 5
    kernel = torch.exp(-r * r / (2 * 1.5 ** 2))
    kernel = kernel / kernel.sum()

    def mean(z):
        return F.conv2d(F.conv2d(z, kernel.view(1, 1, 11, 1)), kernel.view(1, 1, 1, 11))

    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mx, my = mean(x), mean(y)
    vx, vy, cov = mean(x * x) - mx * mx, mean(y * y) - my * my, mean(x * y) - mx * my
    structure = ((2 * cov + c2) / (vx + vy + c2)).clamp_min(0)
    return ((2 * mx * my + c1) / (mx * mx + my * my + c1) * structure).mean().item()


def temporal_error(clip, reference):
    """Mean absolute error of the change from frame to frame, in 8-bit steps."""
    return (clip.diff(dim=0) - reference.diff(dim=0)).abs().mean().item() * 255


def band_ratio(clip, reference):
    """Energy of three octave bands, finest first, as a share of the reference's."""
    return [(a.mean() / b.mean()).item()
            for a, b in zip(band_energies(clip), band_energies(reference))]


def grid_share(clip, period=4):
    """Share of the finest band's energy that repeats every `period` pixels: 0.01 to 0.04 in natural
    pictures, more where an up-sampler shows its grid."""
    fine = clip - smooth(clip, 1)
    return ((fixed_pattern(fine, period) ** 2).mean() / (fine ** 2).mean().clamp_min(1e-9)).item()


@functools.cache
def color_video_vdp():
    from pycvvdp import cvvdp
    return cvvdp(display_name="standard_fhd", device=torch.device("cpu"), quiet=True)


def jod(clip, reference, rate=25):
    """ColorVideoVDP: 10 where nobody sees a difference, lower where it is seen."""
    value, _ = color_video_vdp().predict(clip.cpu(), reference.cpu(), dim_order="FCHW",
                                         frames_per_second=rate)
    return float(value)


def all_metrics(clip, reference):
    clip = clip.clamp(0, 1)
    return {"psnr": psnr(clip, reference), "psnr_luma": psnr_luma(clip, reference),
            "ssim": ssim(clip, reference), "temporal": temporal_error(clip, reference),
            "bands": band_ratio(clip, reference), "grid": grid_share(clip)}

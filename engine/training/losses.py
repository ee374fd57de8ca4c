"""What training minimises. Clips are [B, T, 3, H, W] in [-1, 1] unless a line says otherwise.
SPDX-License-Identifier: Apache-2.0"""
import functools

import torch
import torch.nn.functional as F

CHARBONNIER = 1e-5
BINOMIAL = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)
BAND_DILATIONS = (1, 2, 4)
PATTERN_PERIODS = (4, 8)
PATTERN_TILES = 8


def sample_weights(source, reference):
    """[B, 1, 1, 1, 1], mean 1: a sample counts for less the worse its source is, so that good
    sources are not drowned by bad ones. The last addend is for batches of untouched samples."""
    error = (source - reference).abs().mean((1, 2, 3, 4))
    weight = 1 / (error + 0.3 * error.mean() + 1e-3)
    return (weight / weight.mean()).view(-1, 1, 1, 1, 1)


def pixel_terms(restored, reference, weight):
    """Error, Charbonnier's mean of it, and that of its change from frame to frame."""
    error = restored.float() - reference
    return (error, ((error * error + CHARBONNIER).sqrt() * weight).mean(),
            (error.diff(dim=1).abs() * weight).mean())


def spectrum(error, weight):
    """Mean magnitude of each frame's 2-D spectrum, in the error's own scale."""
    return (torch.fft.rfft2(error).abs() * weight).mean() / error.shape[-1]


def reconstruction(restored, reference, source, spectrum_weight, temporal_weight):
    weight = sample_weights(source, reference)
    error, charbonnier, temporal = pixel_terms(restored, reference, weight)
    return (charbonnier + spectrum_weight * spectrum(error, weight) + temporal_weight * temporal)


@functools.cache
def binomial(device, dtype):
    return torch.tensor(BINOMIAL, device=device, dtype=dtype)


def smooth(x, dilation):
    n = x.shape[1]
    kernel = binomial(x.device, x.dtype)
    reach = 2 * dilation
    x = F.conv2d(F.pad(x, (reach, reach, 0, 0), mode="reflect"),
                 kernel.view(1, 1, 1, 5).expand(n, 1, 1, 5), groups=n, dilation=(1, dilation))
    return F.conv2d(F.pad(x, (0, 0, reach, reach), mode="reflect"),
                    kernel.view(1, 1, 5, 1).expand(n, 1, 5, 1), groups=n, dilation=(dilation, 1))


def band_energies(frames):
    """[N, 3, H, W] -> local RMS (8x8 windows, every 4 pixels) of three octave bands, finest
    first."""
    energies = []
    for dilation in BAND_DILATIONS:
        lower = smooth(frames, dilation)
        band = frames - lower
        energies.append((F.avg_pool2d(band * band, 8, 4) + 1e-5).sqrt())
        frames = lower
    return energies


def fixed_pattern(x, period):
    """[N, C, H, W] -> the part that repeats every `period` pixels within windows of
    PATTERN_TILES periods, [N, C, rows, period, columns, period], mean 0. An average over 64 places:
    of anything but a grid little is left."""
    side = period * PATTERN_TILES
    if min(x.shape[-2:]) < side:
        raise ValueError(f"{tuple(x.shape[-2:])} is smaller than a window of {side} pixels")
    h, w = (n // side * side for n in x.shape[-2:])
    x = x[..., :h, :w].unflatten(-1, (-1, PATTERN_TILES, period))
    x = x.unflatten(-4, (-1, PATTERN_TILES, period))
    pattern = x.mean((-5, -2))
    return pattern - pattern.mean((-3, -1), keepdim=True)


def grid_loss(error):
    """Mean size of the error's fixed patterns with the periods of the decoder's shuffles. Band
    energies alone reward a grid as if it were texture; this does not touch true texture."""
    frames = error.float().flatten(0, 1)
    return sum(fixed_pattern(frames, period).abs().mean() for period in PATTERN_PERIODS)


def band_loss(restored, reference):
    """How far the local energies are from the reference's: asks for as much texture as there
    should be, not for its exact place."""
    ours = band_energies(restored.float().flatten(0, 1))
    theirs = band_energies(reference.flatten(0, 1))
    return sum((a - b).abs().mean() / (b.mean() + 1e-3) for a, b in zip(ours, theirs))

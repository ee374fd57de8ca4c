"""From a clip to the rows of the patch embedding, and from the head's rows to a latent image.
SPDX-License-Identifier: Apache-2.0"""
import torch
import torch.nn.functional as F


def fold(clip, time, space):
    """[B, T, 3, H, W] -> [B, 3*time*space^2, f, H/space, W/space], channels (c, dt, dy, dx).

    Causal: time - 1 copies of frame 0 stand in front, so that group 0 is frame 0 alone and group j
    holds the frames that latent frame j decodes to."""
    b, _, c, height, width = clip.shape
    clip = torch.cat([clip[:, :1].expand(-1, time - 1, -1, -1, -1), clip], 1)
    f, h, w = clip.shape[1] // time, height // space, width // space
    x = clip.reshape(b, f, time, c, h, space, w, space)
    return x.permute(0, 3, 2, 5, 7, 1, 4, 6).reshape(b, c * time * space * space, f, h, w)


def patchify(folded, patch):
    """[B, C, f, H, W] -> [B, N, C*patch^2], a row for each token, columns (channel, ph, pw)."""
    b, c, f, height, width = folded.shape
    h, w = height // patch, width // patch
    x = folded.reshape(b, c, f, h, patch, w, patch)
    return x.permute(0, 2, 3, 5, 1, 4, 6).reshape(b, f * h * w, c * patch * patch)


def unpatchify(rows, grid, patch):
    """[B, N, patch^2*Z], columns (ph, pw, z) -> [B, f, Z, h*patch, w*patch]. Note that the order of
    a token's values is not that of patchify: Wan's is like that."""
    f, h, w = grid
    b, _, columns = rows.shape
    z = columns // (patch * patch)
    x = rows.reshape(b, f, h, w, patch, patch, z)
    return x.permute(0, 1, 6, 2, 4, 3, 5).reshape(b, f, z, h * patch, w * patch)


def pad(clip, multiple):
    """Repeats the last row and column of [B, T, C, H, W] up to multiples of `multiple` pixels."""
    height, width = clip.shape[-2:]
    down, right = -height % multiple, -width % multiple
    if not down and not right:
        return clip
    return F.pad(clip.flatten(0, 1), (0, right, 0, down), mode="replicate").unflatten(
        0, clip.shape[:2])


def resize(clip, size):
    """Bicubic (a = -0.5, antialiased where it shrinks) resize of [..., C, H, W] to (H, W): the
    arithmetic of the engine's import."""
    if tuple(clip.shape[-2:]) == tuple(size):
        return clip
    flat = clip.reshape(-1, *clip.shape[-3:])
    flat = F.interpolate(flat, size=size, mode="bicubic", antialias=True, align_corners=False)
    return flat.reshape(*clip.shape[:-2], *size)

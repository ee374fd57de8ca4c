/* Separable resampling as a list of taps for each output sample: bicubic scaling, and chroma planes
 * to and from luma positions. Every back end uses these numbers, so that all of them resize alike.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "oasis/status.h"

/* Output i is the sum over j of weights[i*count + j] * input[first[i] + j], j = 0..count-1. All
 * taps lie inside the input; rows that need fewer are filled with zero weights. Rows sum to 1. */
typedef struct OasisTaps {
    int length, count;
    int *first;     /* [length] */
    float *weights; /* [length, count] */
} OasisTaps;

/* Half-pixel centres, a = -0.5; when it shrinks the kernel is widened by the ratio; at borders taps
 * outside are dropped and the rest normalised: PyTorch's interpolate(mode="bicubic",
 * antialias=True, align_corners=False). */
OasisStatus oasis_taps_bicubic(int in, int out, OasisTaps *taps, OasisError *err) OASIS_MUST_USE;

/* Linear interpolation from `in` chroma samples to `out` luma positions along an axis subsampled by
 * 2^shift, whose chroma lies on every 2^shift-th luma sample or, if centred, in the middle of the
 * 2^shift that it stands for; `phase` of those of the first chroma sample come before the first
 * position. Beyond the outermost chroma samples their value continues. */
OasisStatus oasis_taps_chroma_up(int in, int out, int phase, int shift, bool centred,
                                 OasisTaps *taps, OasisError *err) OASIS_MUST_USE;

/* The way back: each chroma sample is the mean of the luma positions under a box 2^shift wide
 * around its place, of which a sample cut by the box's edge counts half. */
OasisStatus oasis_taps_chroma_down(int in, int out, int shift, bool centred, OasisTaps *taps,
                                   OasisError *err) OASIS_MUST_USE;

void oasis_taps_clear(OasisTaps *taps);

/* The operations: everything that the model is computed with, as the arguments of each.
 *
 * Conventions
 *   tokens   [N, D] row-major, token (f, h, w) of a grid at row (f*H + h)*W + w.
 *   images   [T, H, W, C], channels fastest (NHWC with T as N).
 *   dtypes   "compute" is the back end's dtype (f32 or bf16), fixed when it was opened. Residual
 *            stream, images in RGB, latents being summed, norms, gains, biases and modulation are
 *            always f32. Sums run in f32.
 *   tensors  a view into a buffer: no shape of its own, the operation's arguments carry it.
 *            Inputs and outputs of one call must not overlap unless said.
 *   host     what is read of host memory may be released or changed once the call returns; what is
 *            written there is filled once a ticket that was marked after the call is reached
 *            (backend.h), and must stay until then. Calls on the same frame keep their order.
 *   checks   arguments are the model's own and asserted, not reported.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oasis/device.h"
#include "oasis/frame.h"
#include "oasis/grain.h"

typedef struct OasisBackend OasisBackend;
typedef struct OasisBuffer OasisBuffer; /* memory of the back end */
typedef struct OasisWeight OasisWeight; /* a matrix or kernel, packed as the back end likes */

typedef struct OasisTensor {
    OasisBuffer *buffer;
    size_t offset; /* bytes */
    OasisDType dtype;
} OasisTensor;

static inline size_t oasis_dtype_bytes(OasisDType dtype)
{
    return dtype == OASIS_BF16 ? 2 : 4;
}

/* A view `elements` further into a tensor. */
static inline OasisTensor oasis_tensor_at(OasisTensor tensor, size_t elements)
{
    tensor.offset += elements * oasis_dtype_bytes(tensor.dtype);
    return tensor;
}

typedef struct OasisGrid {
    int f, h, w; /* latent frames, rows, columns of tokens */
} OasisGrid;

/* --- weights --------------------------------------------------------------------------------- */

typedef enum OasisWeightKind {
    OASIS_WEIGHT_LINEAR, /* [out, in] */
    OASIS_WEIGHT_CONV2D, /* [out, in, k, k], k = 1 or 3 */
    OASIS_WEIGHT_TEMPORAL, /* [out, 3*in]: taps oldest first, each [out, in] in its columns */
} OasisWeightKind;

typedef struct OasisWeightDesc {
    OasisWeightKind kind;
    int out, in;      /* channels; for TEMPORAL `in` is one tap's */
    int kernel;       /* CONV2D: 1 or 3 */
    OasisDType dtype; /* of data */
    const void *data; /* borrowed for the call only; row-major as above */
} OasisWeightDesc;

/* --- operations on frames -------------------------------------------------------------------- */

/* Luma samples of a frame. */
typedef struct OasisRect {
    int x, y, width, height;
} OasisRect;

/* The form that an image has while its frame's samples follow another (transfer.h). */
typedef enum OasisTransfer {
    OASIS_TRANSFER_NONE = 0, /* the same: every SDR curve, and HLG */
    OASIS_TRANSFER_PQ,       /* PQ in the frame, HLG's form in the image */
} OasisTransfer;

/* Planes of one frame -> RGB in [-1, 1], f32, [1, padded_height, padded_width, 3].
 * Only the rectangle is read, as if nothing lay beyond its border; of chroma, every sample that
 * stands for a luma sample in it. Chroma to luma positions by linear interpolation at its siting,
 * matrix and range of the format (no rounding, no clamp), the transfer, so that what is resampled
 * is what the model sees, then bicubic resampling (a = -0.5, antialiased when it shrinks: PyTorch's
 * antialias=True) to width x height, then the last column and row repeated up to the padded
 * size. */
typedef struct OasisImportArgs {
    const OasisFrame *frame; /* host memory, read when the call returns */
    OasisRect crop;          /* within the frame, at any offset; zero is the whole frame */
    OasisTransfer transfer;  /* of the frame; beyond PQ's 1000 cd/m2 RGB rises to 1.7 */
    int width, height;
    int padded_width, padded_height;
    OasisTensor image;
} OasisImportArgs;

/* RGB f32 [1, padded_height, padded_width, 3] -> planes of frame->format (its width and height are
 * the image's upper left part). The transfer back, chroma by averaging at its siting, clamped to
 * the depth, rounded to nearest. */
typedef struct OasisExportArgs {
    OasisTensor image;
    int padded_width, padded_height;
    OasisTransfer transfer; /* of the frame */
    OasisFrame *frame;      /* host memory, planes written by the ticket */
} OasisExportArgs;

/* oasis_frame_mix in integers, the same bytes on every device: each sample of source becomes
 * (source * (256 - steps) + restored * steps + 128) / 256, rounded down. */
typedef struct OasisMixArgs {
    OasisFrame *source;         /* host memory, changed in place by the ticket */
    const OasisFrame *restored; /* host memory, of the same format; must stay until the ticket */
    int steps;                  /* of the strength, 0 to 256: oasis_mix_steps (core/mix.h) */
} OasisMixArgs;

/* Adds grain to a frame in integers, the same bytes on every device (core/grain-formula.h). */
typedef struct OasisGrainArgs {
    OasisFrame *frame;       /* host memory, changed in place by the ticket */
    const OasisGrain *grain; /* host memory, borrowed for the call */
    int share;               /* of its strength, 0 to 256 */
    uint32_t seed, number;   /* of the film, and of the frame in it: others have other grain */
} OasisGrainArgs;

/* --- operations on tokens -------------------------------------------------------------------- */

/* Tiles of a clip are computed in groups; all of one call have the same grid of tokens, and the
 * rows of one follow those of the one before. */
typedef struct OasisTile {
    int h0, w0;      /* its first token */
    int row, column; /* its place among the tiles */
} OasisTile;

/* Pixel-unshuffle and patchify tiles of a clip into rows for the patch embedding (oasis.md 3.1).
 * image f32 [T, H, W, 3], T = 4*(f-1)+1. Frame -3..-1 is frame 0 (causal fold). With r = space and
 * C8 = ((c*time + dt)*r + dy)*r + dx, the column of token (f,h,w) is (C8*patch + ph)*patch + pw and
 * reads channel c of frame max(0, f*time - (time-1) + dt), row ((h0+h)*patch + ph)*r + dy, column
 * ((w0+w)*patch + pw)*r + dx.
 * out compute [n_tiles*grid.f*grid.h*grid.w, 3*time*r*r*patch*patch]. */
typedef struct OasisFoldArgs {
    OasisTensor image, out;
    int frames, height, width; /* of the image */
    int time, space, patch;    /* 4, 8 or 2, 1 or 2 */
    const OasisTile *tiles;    /* host memory, borrowed for the call */
    int n_tiles;
    OasisGrid grid;            /* tokens of each tile */
} OasisFoldArgs;

/* out = LN(x) * gain + shift over the last dimension: population variance, eps inside the root.
 * x f32 [n, d], gain and shift f32 [d], out compute [n, d]. Modulation passes gain = 1 + scale. */
typedef struct OasisLayerNormArgs {
    OasisTensor x, gain, shift, out;
    int n, d;
    float eps;
} OasisLayerNormArgs;

typedef enum OasisEpilogue {
    OASIS_EPILOGUE_NONE, /* out = y */
    OASIS_EPILOGUE_GELU, /* out = gelu_tanh(y) = 0.5 y (1 + tanh(sqrt(2/pi) (y + 0.044715 y^3))) */
    OASIS_EPILOGUE_SILU, /* out = y * sigmoid(y) */
    OASIS_EPILOGUE_ADD,  /* out f32 += gate * y; gate f32 [m], or 1 where gate.buffer is NULL */
} OasisEpilogue;

/* y = x W^T + bias. x compute [n, k], W [m, k], bias f32 [m] (buffer NULL: none). out [n, m] of
 * out.dtype: compute or f32; for ADD f32 and read as well as written. */
typedef struct OasisLinearArgs {
    OasisTensor x, bias, gate, out;
    const OasisWeight *weight;
    int n, k, m;
    OasisEpilogue epilogue;
} OasisLinearArgs;

/* In place on x compute [n, stride], columns [0, d): x * rsqrt(mean(x^2) + eps) * gain over all d,
 * then, if rotate, RoPE within each of `heads` heads of d/heads: dims in three runs of
 * 2*pairs[0], 2*pairs[1], 2*pairs[2] (time, height, width), neighbours (x[2j], x[2j+1]) turned by
 * position * 10000^(-j/pairs[axis]). tables f32: for each axis in turn, [length, pairs] of
 * (cos, sin), lengths grid.f, grid.h, grid.w; row i is token i % (f*h*w) of it. gain f32 [d]. */
typedef struct OasisNormRopeArgs {
    OasisTensor x, gain, tables;
    int n, d, stride, heads;
    float eps;
    bool rotate;
    OasisGrid grid;
    int pairs[3];
} OasisNormRopeArgs;

typedef enum OasisAttentionKind {
    OASIS_ATTENTION_GLOBAL = 0, /* every key */
    OASIS_ATTENTION_INTRA = 1,  /* keys of the query's latent frame */
    OASIS_ATTENTION_WINDOW = 2, /* keys of the window around the query */
} OasisAttentionKind;

typedef enum OasisWindowBorder {
    OASIS_BORDER_CLIP = 0,  /* keys max(0, i - k/2) .. min(L-1, i + (k-1)/2): fewer at borders */
    OASIS_BORDER_SHIFT = 1, /* k keys from clamp(i - k/2, 0, L - k); all L where k > L */
} OasisWindowBorder;

/* softmax(q k^T / sqrt(head_dim)) v for some heads. q compute, row i at q + i*q_stride elements,
 * head n at columns n*head_dim; likewise k, v (n_keys rows) and out. Only the columns of `heads`
 * are written. GLOBAL takes n_keys of any size (cross-attention); INTRA and WINDOW need n = n_keys
 * = f*h*w. A batch holds that many such items, whose rows follow each other in q, k, v and out, and
 * which see nothing of each other. lse f32 [batch, n_heads, n] receives log-sum-exp of the scaled
 * scores (buffer NULL: not wanted), from which KL(local||global) = LSE_global - LSE_local
 * (oasis.md 5.1). */
typedef struct OasisAttentionArgs {
    OasisAttentionKind kind;
    OasisTensor q, k, v, out, lse;
    int batch;     /* 0 = 1 */
    int n, n_keys; /* of an item */
    int q_stride, kv_stride, out_stride; /* elements; k and v share one */
    int head_dim;
    const uint8_t *heads; /* host memory, borrowed for the call; ascending head numbers */
    int n_heads;          /* may be 0: nothing happens */
    OasisGrid grid;
    int window[3]; /* time, height, width */
    OasisWindowBorder border;
} OasisAttentionArgs;

/* Adds the head output of tiles to the latent image with a weight for each row and column: latent
 * f32 [f, H, W, c] += wy[row][y] * wx[column][x] * x, where x compute or f32 [n_tiles*f*h*w,
 * patch*patch*c] holds (ph, pw, c) with c fastest. wy, wx f32 [rows, h*patch], [columns, w*patch]
 * of all tiles, already normalised over them. Where tiles overlap they are added in their order. */
typedef struct OasisUnpatchifyArgs {
    OasisTensor x, wy, wx, latent;
    const OasisTile *tiles; /* host memory, borrowed for the call */
    int n_tiles;
    OasisGrid grid;    /* tokens of each tile */
    int patch, channels;
    int height, width; /* of the latent image */
} OasisUnpatchifyArgs;

/* out = alpha*a + beta*b elementwise on n elements; any dtypes; b.buffer NULL leaves it out. out
 * may be a or b if the dtypes are equal. Also converts (alpha 1, no b). */
typedef struct OasisCombineArgs {
    OasisTensor a, b, out;
    float alpha, beta;
    size_t n;
} OasisCombineArgs;

/* out = value on n elements; out of any dtype. */
typedef struct OasisFillArgs {
    OasisTensor out;
    float value;
    size_t n;
} OasisFillArgs;

/* x f32 [n, d] += row f32 [d], in each row. */
typedef struct OasisAddRowArgs {
    OasisTensor x, row;
    int n, d;
} OasisAddRowArgs;

/* --- operations on images -------------------------------------------------------------------- */

/* y = conv(act(x)) + bias, then SiLU if wanted, then + residual. x compute [frames, h, w, in];
 * weight CONV2D, kernel k, stride 1, zero padding k/2 (of act(x)); residual compute
 * [frames, h, w, out] (buffer NULL: none; may be out itself); out [frames, h, w, out_channels] of
 * out.dtype: compute or f32. act is SiLU if silu_input, else nothing. */
typedef struct OasisConvArgs {
    OasisTensor x, bias, residual, out;
    const OasisWeight *weight;
    int frames, height, width, in, out_channels, kernel;
    bool silu_input, silu_output;
} OasisConvArgs;

typedef enum OasisHistory {
    OASIS_HISTORY_REPEAT = 0, /* frames before the first are the first */
    OASIS_HISTORY_ZERO = 1,   /* frames before the first are zero */
} OasisHistory;

/* out[t] = residual(x)[t] + bias + sum over j = 0..2 of W_j act(x[t-2+j]): a causal mix over time
 * at each position. weight TEMPORAL; act SiLU if silu_input; the residual x[t] is added if wanted
 * (then in = out_channels). x, out compute [frames, positions, channels]. */
typedef struct OasisTemporalArgs {
    OasisTensor x, bias, out;
    const OasisWeight *weight;
    int frames, in, out_channels;
    size_t positions; /* height * width */
    OasisHistory history;
    bool silu_input, add_input;
} OasisTemporalArgs;

/* Twice the frames: x compute [frames, positions, 2c] holds two frames in the halves of each
 * position's channels; out [2*frames-1, positions, c] is their sequence without the very first. */
typedef struct OasisTimeUpArgs {
    OasisTensor x, out;
    int frames, channels; /* channels = c */
    size_t positions;
} OasisTimeUpArgs;

/* Depth to space: out[t, y*r+dy, x*r+dx, c] = x[t, y, x, c*r*r + dy*r + dx], plus residual of the
 * out shape (buffer NULL: none; may be out itself). x compute or f32 [frames, h, w, c*r*r]; out and
 * residual of one dtype, compute or f32. */
typedef struct OasisPixelShuffleArgs {
    OasisTensor x, residual, out;
    int frames, height, width; /* of x */
    int channels, factor;      /* c, r */
} OasisPixelShuffleArgs;

/* Space to depth, the inverse: out compute [frames, h/r, w/r, c*r*r] from rows
 * [row, row + rows) of x f32 [frames, image_height, width, c]; row and rows are multiples of r. */
typedef struct OasisPixelUnshuffleArgs {
    OasisTensor x, out;
    int frames, image_height, width;
    int row, rows;
    int channels, factor;
} OasisPixelUnshuffleArgs;

/* --- all of them ------------------------------------------------------------------------------ */

/* The list of operations, once: name in the table, argument struct. */
#define OASIS_OPS(X)                                \
    X(import_frame, OasisImportArgs)                \
    X(export_frame, OasisExportArgs)                \
    X(mix, OasisMixArgs)                            \
    X(grain, OasisGrainArgs)                        \
    X(fold, OasisFoldArgs)                          \
    X(layer_norm, OasisLayerNormArgs)               \
    X(linear, OasisLinearArgs)                      \
    X(norm_rope, OasisNormRopeArgs)                 \
    X(attention, OasisAttentionArgs)                \
    X(unpatchify, OasisUnpatchifyArgs)              \
    X(combine, OasisCombineArgs)                    \
    X(fill, OasisFillArgs)                          \
    X(add_row, OasisAddRowArgs)                     \
    X(conv, OasisConvArgs)                          \
    X(temporal, OasisTemporalArgs)                  \
    X(time_up, OasisTimeUpArgs)                     \
    X(pixel_shuffle, OasisPixelShuffleArgs)         \
    X(pixel_unshuffle, OasisPixelUnshuffleArgs)

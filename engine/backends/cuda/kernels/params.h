/* The parameters of each kernel: one struct, filled by the host half and read by the device half.
 * Pointers are addresses on the card; the host never follows them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

typedef struct OasisCudaFill {
    void *out; /* n elements of the kernel's dtype */
    uint64_t n;
    float value;
} OasisCudaFill;

/* What a division of a number below 2^31 by a constant of the launch needs (divide.cuh). */
typedef struct OasisCudaDivisor {
    uint32_t divisor, multiplier, shift;
} OasisCudaDivisor;

/* OasisTaps (ops/resample.h) on the card. */
typedef struct OasisCudaTaps {
    const int *first;
    const float *weights;
    int count;
} OasisCudaTaps;

/* OasisCurve (ops/transfer.h) on the card; knots NULL: nothing is to be turned. */
typedef struct OasisCudaCurve {
    const float *knots;
    float end;
} OasisCudaCurve;

/* A frame's planes, of 1 or 2 bytes a sample; row[p] is bytes from row to row. */
typedef struct OasisCudaFrame {
    unsigned char *data[3];
    int64_t row[3];
    int planes, depth, width, height;
    int chroma_shift_x, chroma_shift_y;
} OasisCudaFrame;

/* out = alpha a + beta b, each of the kernel's dtypes. */
typedef struct OasisCudaCombine {
    const void *a, *b; /* b NULL: none */
    void *out;
    uint64_t n;
    float alpha, beta;
    int aligned; /* all three to 16 bytes */
} OasisCudaCombine;

/* x [n, d] += row. */
typedef struct OasisCudaAddRow {
    float *x;
    const float *row;
    uint64_t elements; /* n * d */
    OasisCudaDivisor d; /* in groups of four where the kernel adds by fours */
} OasisCudaAddRow;

typedef struct OasisCudaLayerNorm {
    const float *x, *gain, *shift;
    void *out;
    int n, d;
    float eps;
} OasisCudaLayerNorm;

typedef struct OasisCudaNormRope {
    void *x;
    const float *gain, *tables; /* tables of each axis behind each other */
    int64_t stride; /* elements */
    int n, d, head_dim;
    float eps;
    int rotate;
    int f, h, pairs[3]; /* positions of the first two axes; pairs of each */
    int evenly;         /* pairs are even numbers and tables aligned to 16 bytes */
    OasisCudaDivisor tokens, frame, width; /* of an item, of a frame, of a row */
} OasisCudaNormRope;

enum { OASIS_CUDA_MOST_TILES = 64 }; /* of a launch */

typedef struct OasisCudaTile {
    int h0, w0, row, column; /* OasisTile */
} OasisCudaTile;

/* One image's tiles to rows of tokens; tile block_z begins at row block_z * f * h * w. */
typedef struct OasisCudaFold {
    const float *image;
    void *out;
    int height, width; /* of the image */
    int f, h, w;       /* tokens of a tile */
    int aligned;       /* out to 16 bytes */
    OasisCudaTile tiles[OASIS_CUDA_MOST_TILES];
} OasisCudaFold;

/* Rows and columns [row0, row0 + rows) x [column0, column0 + columns) of the latent take what the
 * tiles add to them, in their order. */
typedef struct OasisCudaUnpatchify {
    const void *x;
    const float *wy, *wx;
    float *latent;
    int height, width, channels, patch;
    int f, h, w; /* tokens of a tile */
    int row0, column0, rows, columns;
    int n_tiles;
    OasisCudaDivisor vectors; /* of a position: channels, or a quarter of them */
    OasisCudaTile tiles[OASIS_CUDA_MOST_TILES];
} OasisCudaUnpatchify;

/* Copies of `unit` bytes each: those of a position's channels. */
typedef struct OasisCudaTimeUp {
    const void *x;
    void *out;
    uint64_t positions;
    OasisCudaDivisor units; /* of one half of a position's channels */
} OasisCudaTimeUp;

typedef struct OasisCudaPixelShuffle {
    const void *x, *residual; /* residual NULL: none */
    void *out;
    int height, width, channels, factor; /* of x */
    OasisCudaDivisor items; /* of a pixel: what one thread does is the kernel's affair */
} OasisCudaPixelShuffle;

typedef struct OasisCudaPixelUnshuffle {
    const float *x;
    void *out;
    int image_height, width; /* of x */
    int row, rows;           /* of x, that are taken */
    int channels, factor;
    OasisCudaDivisor items;
} OasisCudaPixelUnshuffle;

/* Planes to RGB of the image's width in the rectangle's rows: narrow f32 [rows, width, 3]. */
typedef struct OasisCudaImportColumns {
    OasisCudaFrame frame; /* planes begin in the rectangle, whose size is the frame's */
    OasisCudaTaps x, chroma_x, chroma_y;
    OasisCudaCurve curve;
    float matrix[3][3], offset[3];
    float *narrow;
    int width;
} OasisCudaImportColumns;

/* Those rows to the image's, and its padding. */
typedef struct OasisCudaImportRows {
    const float *narrow;
    OasisCudaTaps y;
    float *image;
    int width, height, padded_width;
    int aligned; /* rows of both to 16 bytes */
} OasisCudaImportRows;

typedef struct OasisCudaExport {
    const float *image;
    OasisCudaFrame frame;
    OasisCudaTaps chroma_x, chroma_y; /* from luma positions */
    OasisCudaCurve curve;
    float matrix[3][3], offset[3], highest;
    int padded_width;
} OasisCudaExport;

/* 16 bytes of samples at a time, whatever plane they are of. */
typedef struct OasisCudaMix {
    const void *source, *restored;
    void *out;
    uint64_t bytes;
    int steps;
} OasisCudaMix;

typedef struct OasisCudaGrain {
    OasisCudaFrame frame, out;
    int shape, share; /* OasisGrainShape */
    uint32_t key;     /* oasis_grain_key */
    int levels[3][17]; /* OASIS_GRAIN_KNOTS */
} OasisCudaGrain;

typedef enum OasisCudaActivation {
    OASIS_CUDA_PLAIN,
    OASIS_CUDA_GELU,
    OASIS_CUDA_SILU,
} OasisCudaActivation;

/* What kernels for compute capability 9.0 do to results (gemm-group.cuh): nothing but to add the
 * bias, in the kernel's dtype or f32; an activation; or a gate and a residual of out's dtype. */
typedef enum OasisCudaGroupResults {
    OASIS_CUDA_GROUP_ANY,
    OASIS_CUDA_GROUP_PLAIN,
    OASIS_CUDA_GROUP_WIDE,
    OASIS_CUDA_GROUP_GELU,
    OASIS_CUDA_GROUP_SILU,
    OASIS_CUDA_GROUP_ADD,
    OASIS_CUDA_GROUP_ADD_WIDE,
} OasisCudaGroupResults;

/* linear, conv and temporal (gemm.cuh): images of positions, on which a kernel of taps runs. */
typedef struct OasisCudaGemm {
    const void *x;            /* [items, height, width, channels] of the kernel's dtype */
    const void *weight;       /* packed for the kernel */
    const float *bias, *gate; /* [m], or NULL: 0 and 1 */
    const void *residual;     /* as out, or NULL: 0 */
    void *out;                /* [items, height, width, m] */
    int items, height, width, channels, m;
    int above;                          /* rows of the kernel above a position */
    int slices;                         /* of the channels */
    int columns;                        /* blocks across the outputs, */
    int patches_down, patches_across;   /* and for the positions of an item */
    int input_vectors, output_vectors; /* all of x is aligned to 16 bytes, of out to 4 elements */
    int repeat;                        /* above the first row stands the first, not zero */
    int silu_input;
    OasisCudaActivation activation;
    int wide_residual, wide_out;       /* f32 whatever the kernel's dtype */
} OasisCudaGemm;

enum { OASIS_CUDA_MAX_HEADS = 64 };

/* Rows of a head's columns are found at first + row * stride; strides are in elements. */
typedef struct OasisCudaAttention {
    const void *q, *k, *v;
    void *out;
    float *lse;                /* NULL: not wanted */
    int32_t q_stride, kv_stride, out_stride;
    int32_t n, n_keys;         /* of a segment */
    int32_t segments;          /* of an item: its latent frames for INTRA, else 1 */
    int32_t head_dim, n_heads; /* n_heads: the listed ones */
    float scale;               /* log2(e) / sqrt(head_dim) */
    struct {
        int32_t f, h, w;       /* tokens of an item; 1, 1, n_keys where keys lie on no grid */
        int32_t window[3];     /* time, height, width */
        int32_t shift;         /* windows are moved inwards at borders, else clipped */
        int32_t frames;        /* of queries in a block */
        int32_t boxes_y, boxes_x;
        int32_t rows, columns; /* of the keys of a latent frame in shared memory */
        int32_t row_bytes, frame_bytes;
        int32_t stages;        /* latent frames of keys and values at a time: 1 or 2 */
        OasisCudaDivisor across, boxes, per_row; /* boxes_x, boxes_x * boxes_y, columns */
    } grid;
    uint8_t heads[OASIS_CUDA_MAX_HEADS];
} OasisCudaAttention;

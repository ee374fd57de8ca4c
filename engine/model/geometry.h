/* What a weight file says about its model, checked: the fields of weight-file.md as a struct.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/stage.h"
#include "ops/ops.h"

enum {
    OASIS_MAX_LAYERS = 128,
    OASIS_MAX_HEADS = 64,
    OASIS_MAX_STAGES = 128,
    OASIS_MAX_CHUNK_FRAMES = 257,
};

typedef enum OasisResize {
    OASIS_RESIZE_BICUBIC = 0, /* frames enter at the target's size */
    OASIS_RESIZE_NONE,        /* frames enter at the target's size divided by `scale` */
} OasisResize;

typedef enum OasisForm {
    OASIS_FORM_DIRECT = 0, /* z = DiT(z_L) */
    OASIS_FORM_RESIDUAL,   /* z = P(z_L) - sigma*DiT(z_L) */
    OASIS_FORM_NOISE,      /* z = e - sigma*DiT(z_L, e) */
} OasisForm;

typedef enum OasisCross {
    OASIS_CROSS_NONE = 0,
    OASIS_CROSS_CONST_BIAS,
    OASIS_CROSS_CACHED_KV,
} OasisCross;

typedef struct OasisGeometry {
    char name[64];
    char description[256];
    double strength;

    /* input */
    int time, space; /* fold factors */
    OasisResize resize;
    int scale; /* target size / size of the folded frames; 1 for BICUBIC */
    int chunk_frames, chunk_overlap;
    int tile_tokens, tile_overlap; /* 0 = whole frame */

    /* transformer */
    OasisForm form;
    double sigma;  /* RESIDUAL, NOISE */
    uint64_t seed; /* NOISE */
    int in_channels, out_channels, patch;
    int folded_channels; /* in_channels without the noise's */
    int dim, heads, head_dim, layers, ffn;
    int rope_pairs[3]; /* time, height, width */
    float eps;
    OasisCross cross;
    int cross_tokens;
    int window[3]; /* time, height, width */
    OasisWindowBorder border;
    uint8_t routing[OASIS_MAX_LAYERS][OASIS_MAX_HEADS]; /* OasisAttentionKind */

    /* decoder */
    bool residual;
    int band, halo;     /* rows of pixels */
    int latent_pixels;  /* pixels of the target a latent position, along one axis */
    OasisStage stages[OASIS_MAX_STAGES];
    int n_stages;
} OasisGeometry;

/* Reads the JSON text of __metadata__["oasis"]; `path` is for messages. OASIS_ERR_MODEL names the
 * field and what was expected. */
OasisStatus oasis_geometry_read(const char *path, const char *json, OasisGeometry *geometry,
                                OasisError *err) OASIS_MUST_USE;

/* Weight files with random weights, for tests that need a model but no good one.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "model/safetensors.h"

/* What the model is like. Zero fields take the values in brackets. */
typedef struct ModelSpec {
    int frames, overlap;           /* of a chunk (17, 2; a frame alone shares none) */
    int tile_tokens, tile_overlap; /* (whole frame) */
    const char *one_step;          /* JSON ({"form": "direct"}) */
    int noise_channels;            /* of the input, 8 with the form "noise" (0) */
    int space;                     /* (8) */
    const char *resize;            /* ("bicubic"); "none" goes with a smaller space */
    int patch;                     /* (2) */
    int heads;                     /* of 16 channels (3) */
    const char *routing;           /* JSON, two rows ([[0, 1, 2], [2, 1, 0]]) */
    const char *window;            /* JSON ([3, 5, 5]) */
    const char *border;            /* ("shift") */
    const char *cross;             /* ("none") */
    int cross_tokens;              /* (0) */
    int band;                      /* (64) */
    const char *residual;          /* ("true") */
} ModelSpec;

/* The JSON of __metadata__["oasis"], in memory of the caller's. */
void model_json(const ModelSpec *spec, char *json, size_t size);

/* A weight file in 8-byte aligned memory, for the caller to free; NULL with the reason on stderr.
 * The same arguments give the same bytes. Its output differs visibly from the resized source, but
 * is still a picture of the same thing. */
void *model_bytes(const char *json, uint64_t seed, OasisElement element, size_t *size);

/* Writes them to a file; false with the reason on stderr. */
int model_write(const char *path, const char *json, uint64_t seed, OasisElement element);

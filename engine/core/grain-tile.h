/* Grain on a part of a plane, so that white noise is made once for the nine samples that it reaches
 * and nothing of it outlives the stack. Here as functions to be compiled where they are used, since
 * the processor's back end has them for each of its instruction sets.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/grain-formula.h"

enum { OASIS_GRAIN_TILE_WIDTH = 128, OASIS_GRAIN_TILE_HEIGHT = 32 };

/* What all parts of a frame have in common. */
typedef struct OasisGrainWork {
    OasisFrame *frame;       /* changed in place: plane 0 last, since the others look at it */
    const OasisGrain *grain;
    int share;               /* 0 to 256 */
    uint32_t key;            /* of the frame */
} OasisGrainWork;

/* A part of a plane. */
typedef struct OasisGrainTile {
    int plane, x, y, width, height;
} OasisGrainTile;

typedef int32_t OasisGrainShaped[OASIS_GRAIN_TILE_HEIGHT][OASIS_GRAIN_TILE_WIDTH];

#define OASIS_GRAIN_INLINE static inline __attribute__((always_inline))

OASIS_GRAIN_INLINE void oasis_grain_white_row(uint32_t key, int plane, int x, int y, int n,
                                              int32_t *to)
{
    for (int i = 0; i < n; i++) {
        to[i] = oasis_grain_white(key, plane, x + i, y);
    }
}

static inline void oasis_grain_shape_fine(const OasisGrainTile *tile, uint32_t key,
                                          OasisGrainShaped shaped)
{
    for (int r = 0; r < tile->height; r++) {
        oasis_grain_white_row(key, tile->plane, tile->x, tile->y + r, tile->width, shaped[r]);
    }
}

/* Columns, then rows. */
static inline void oasis_grain_shape_soft(const OasisGrainTile *tile, uint32_t key,
                                          OasisGrainShaped shaped)
{
    int32_t white[OASIS_GRAIN_TILE_WIDTH + 2];
    int32_t wide[OASIS_GRAIN_TILE_HEIGHT + 2][OASIS_GRAIN_TILE_WIDTH];

    for (int r = 0; r < tile->height + 2; r++) {
        oasis_grain_white_row(key, tile->plane, tile->x - 1, tile->y + r - 1, tile->width + 2,
                              white);
        for (int i = 0; i < tile->width; i++) {
            wide[r][i] = white[i] + 2 * white[i + 1] + white[i + 2];
        }
    }
    for (int r = 0; r < tile->height; r++) {
        for (int i = 0; i < tile->width; i++) {
            shaped[r][i] = wide[r][i] + 2 * wide[r + 1][i] + wide[r + 2][i];
        }
    }
}

OASIS_GRAIN_INLINE int32_t oasis_grain_get(const void *row, bool deep, int x)
{
    return deep ? ((const uint16_t *)row)[x] : ((const uint8_t *)row)[x];
}

/* Row r of the tile; `luma` is plane 0's row that lies there. Brightness is read first, of all, so
 * that it is plane 0's before the grain. */
OASIS_GRAIN_INLINE void oasis_grain_add_row(const OasisGrainWork *work, const OasisGrainTile *tile,
                                            int r, const int32_t *shaped, const void *luma,
                                            bool deep)
{
    const OasisFrameFormat *format = &work->frame->format;
    const OasisGrainShape shape = work->grain->shape;
    const int32_t *levels = work->grain->levels[tile->plane];
    const int n = tile->width, first = tile->x, share = work->share;
    const int depth = deep ? format->depth : 8, shift = tile->plane ? format->chroma_shift_x : 0;
    void *row = work->frame->data[tile->plane] + (tile->y + r) * work->frame->stride[tile->plane];
    int32_t bright[OASIS_GRAIN_TILE_WIDTH];

    if (shift == 0) {
        for (int i = 0; i < n; i++) {
            bright[i] = oasis_grain_get(luma, deep, first + i);
        }
    } else {
        for (int i = 0; i < n; i++) {
            bright[i] = oasis_grain_get(luma, deep, (first + i) << shift);
        }
    }
    for (int i = 0; i < n; i++) {
        int32_t amount = oasis_grain_amount(levels, share, bright[i], depth);
        int32_t unit = oasis_grain_unit(shape, shaped[i]);
        int32_t sum = oasis_grain_add(oasis_grain_get(row, deep, first + i), unit, amount, depth);
        if (deep) {
            ((uint16_t *)row)[first + i] = (uint16_t)sum;
        } else {
            ((uint8_t *)row)[first + i] = (uint8_t)sum;
        }
    }
}

static inline void oasis_grain_tile(const OasisGrainWork *work, const OasisGrainTile *tile)
{
    const OasisFrame *frame = work->frame;
    int shift = tile->plane ? frame->format.chroma_shift_y : 0;
    OasisGrainShaped shaped;

    if (work->grain->shape == OASIS_GRAIN_SOFT) {
        oasis_grain_shape_soft(tile, work->key, shaped);
    } else {
        oasis_grain_shape_fine(tile, work->key, shaped);
    }
    for (int r = 0; r < tile->height; r++) {
        const void *luma = frame->data[0] + ((tile->y + r) << shift) * frame->stride[0];
        if (frame->format.depth > 8) {
            oasis_grain_add_row(work, tile, r, shaped[r], luma, true);
        } else {
            oasis_grain_add_row(work, tile, r, shaped[r], luma, false);
        }
    }
}

/* The tile at (x, y) of a plane of that size. */
static inline OasisGrainTile oasis_grain_tile_at(int plane, int x, int y, int width, int height)
{
    return (OasisGrainTile){
        .plane = plane, .x = x, .y = y,
        .width = width - x < OASIS_GRAIN_TILE_WIDTH ? width - x : OASIS_GRAIN_TILE_WIDTH,
        .height = height - y < OASIS_GRAIN_TILE_HEIGHT ? height - y : OASIS_GRAIN_TILE_HEIGHT,
    };
}

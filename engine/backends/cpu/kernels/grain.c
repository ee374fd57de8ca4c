/* Grain added to a frame, in tiles, so that white noise is made once for the nine samples that it
 * reaches and nothing of it outlives a thread's stack. 1920 x 1080 4:2:0 in 8 bits: fine 2.8 ms,
 * soft 3.9.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/vector.h"
#include "ops/grain.h"

enum { TILE_WIDTH = 128, TILE_HEIGHT = 32 };

/* A part of a plane. */
typedef struct Tile {
    int plane, x, y, width, height;
} Tile;

typedef int32_t Shaped[TILE_HEIGHT][TILE_WIDTH];

INLINE void white_row(uint32_t key, int plane, int x, int y, int n, int32_t *to)
{
#pragma omp simd
    for (int i = 0; i < n; i++) {
        to[i] = oasis_grain_white(key, plane, x + i, y);
    }
}

static void shape_fine(const Tile *tile, uint32_t key, Shaped shaped)
{
    for (int r = 0; r < tile->height; r++) {
        white_row(key, tile->plane, tile->x, tile->y + r, tile->width, shaped[r]);
    }
}

/* Columns, then rows. */
static void shape_soft(const Tile *tile, uint32_t key, Shaped shaped)
{
    int32_t white[TILE_WIDTH + 2], wide[TILE_HEIGHT + 2][TILE_WIDTH];

    for (int r = 0; r < tile->height + 2; r++) {
        white_row(key, tile->plane, tile->x - 1, tile->y + r - 1, tile->width + 2, white);
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

INLINE int32_t get(const void *row, bool deep, int x)
{
    return deep ? ((const uint16_t *)row)[x] : ((const uint8_t *)row)[x];
}

/* The brightness under `n` samples from x on; each stands for 2^shift of plane 0's. */
INLINE void bright_row(const void *row, int x, int shift, int n, bool deep, int32_t *to)
{
    if (shift == 0) {
#pragma omp simd
        for (int i = 0; i < n; i++) {
            to[i] = get(row, deep, x + i);
        }
    } else {
        for (int i = 0; i < n; i++) {
            to[i] = get(row, deep, (x + i) << shift);
        }
    }
}

/* Row r of the tile; `luma` is plane 0's row that lies there. */
INLINE void add_row(const OasisGrainArgs *a, const Tile *tile, int r, const int32_t *shaped,
                    const void *luma, bool deep)
{
    const OasisFrameFormat *format = &a->frame->format;
    const OasisGrainShape shape = a->grain->shape;
    const int32_t *levels = a->grain->levels[tile->plane];
    const int n = tile->width, first = tile->x, share = a->share, depth = deep ? format->depth : 8;
    void *row = a->frame->data[tile->plane] + (tile->y + r) * a->frame->stride[tile->plane];
    int32_t bright[TILE_WIDTH];

    bright_row(luma, first, tile->plane ? format->chroma_shift_x : 0, n, deep, bright);
#pragma omp simd
    for (int i = 0; i < n; i++) {
        int32_t amount = oasis_grain_amount(levels, share, bright[i], depth);
        int32_t unit = oasis_grain_unit(shape, shaped[i]);
        int32_t sum = oasis_grain_add(get(row, deep, first + i), unit, amount, depth);
        if (deep) {
            ((uint16_t *)row)[first + i] = (uint16_t)sum;
        } else {
            ((uint8_t *)row)[first + i] = (uint8_t)sum;
        }
    }
}

static void grain_tile(const OasisGrainArgs *a, uint32_t key, const Tile *tile)
{
    const OasisFrame *frame = a->frame;
    int shift = tile->plane ? frame->format.chroma_shift_y : 0;
    Shaped shaped;

    if (a->grain->shape == OASIS_GRAIN_SOFT) {
        shape_soft(tile, key, shaped);
    } else {
        shape_fine(tile, key, shaped);
    }
    for (int r = 0; r < tile->height; r++) {
        const void *luma = frame->data[0] + ((tile->y + r) << shift) * frame->stride[0];
        if (frame->format.depth > 8) {
            add_row(a, tile, r, shaped[r], luma, true);
        } else {
            add_row(a, tile, r, shaped[r], luma, false);
        }
    }
}

OasisStatus KERNEL(grain)(OasisBackend *backend, const OasisGrainArgs *a, OasisError *err)
{
    const OasisCpuBackend *cpu = (OasisCpuBackend *)backend;
    uint32_t key = oasis_grain_key(a->seed, a->number);

    for (int p = a->frame->format.planes - 1; p >= 0; p--) {
        int width = oasis_frame_plane_width(&a->frame->format, p);
        int height = oasis_frame_plane_height(&a->frame->format, p);
#pragma omp parallel for collapse(2) num_threads(cpu->threads)
        for (int y = 0; y < height; y += TILE_HEIGHT) {
            for (int x = 0; x < width; x += TILE_WIDTH) {
                grain_tile(a, key, &(Tile){
                    .plane = p, .x = x, .y = y,
                    .width = width - x < TILE_WIDTH ? width - x : TILE_WIDTH,
                    .height = height - y < TILE_HEIGHT ? height - y : TILE_HEIGHT,
                });
            }
        }
    }
    return OASIS_OK;
}

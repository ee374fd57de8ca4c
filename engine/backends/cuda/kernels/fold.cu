/* Tiles of an image to rows of tokens: a block takes tokens that lie beside each other, reads their
 * pixels row by row into shared memory, a warp a row, and writes their columns one behind the
 * other, eight elements a thread. Four frames' pixels make a token; frames before the first are the
 * first.
 *
 * Bound by 6 bytes an element in bf16: 3,072 elements a token at space 8, patch 2, so that 9,400
 * tokens take 40 us at 4.3 TB/s. Shared memory: 12 KB a block, 24 where a token is 16 pixels wide.
 * A row is three numbers a lane, eight rows of a warp are on their way together; columns come from
 * rows an odd number of words apart. At most 64 registers on sm_90.
 * SPDX-License-Identifier: Apache-2.0 */
#include "elements.cuh"
#include "params.h"

enum { TIME = 4, THREADS = 128, PIXELS = 32 }; /* across a block */

template <typename T, int SPACE, int PATCH>
DEVICE void fold(const OasisCudaFold &p)
{
    constexpr unsigned side = SPACE * PATCH;      /* pixels */
    constexpr unsigned tokens = PIXELS / side;    /* of a block */
    constexpr int lines = TIME * side, row_floats = 3 * PIXELS;
    constexpr int batch = lines < 32 ? lines : 32; /* on their way together */
    constexpr int pitch = row_floats + 1;         /* spreads columns over the banks */
    constexpr unsigned columns = 3 * TIME * side * side; /* of a token */
    SHARED(float, pixels, lines * pitch);
    const OasisCudaTile tile = p.tiles[block_z()];
    const int f = block_y() / p.h, h = block_y() % p.h, w = block_x() * (int)tokens;
    const unsigned count = p.w - w < (int)tokens ? (unsigned)(p.w - w) : tokens;
    const int64_t top = (int64_t)(tile.h0 + h) * side, left = (int64_t)(tile.w0 + w) * side * 3;

    ROLLED
    for (int first = warp(); first < lines; first += batch) {
        UNROLL
        for (int line = first; line < first + batch; line += THREADS / 32) {
            const int frame = f * TIME - (TIME - 1) + line / (int)side, y = line % (int)side;
            const int64_t row = (int64_t)(frame > 0 ? frame : 0) * p.height + top + y;
            const float *from = p.image + row * p.width * 3 + left;
            UNROLL
            for (int x = lane(); x < row_floats; x += 32) {
                if (x < (int)(count * side * 3)) {
                    pixels[line * pitch + x] = from[x];
                }
            }
        }
    }
    sync_block();

    const int64_t token = (((int64_t)block_z() * p.f + f) * p.h + h) * p.w + w;
    T *out = static_cast<T *>(p.out) + token * columns;
    for (unsigned first = 8 * (unsigned)thread(); first < count * columns; first += 8 * THREADS) {
        const unsigned t = first / columns, begin = first - t * columns;
        float v[8];
        UNROLL
        for (unsigned i = 0; i < 8; i++) {
            const unsigned column = (begin & ~7u) | i; /* begin is a multiple of eight */
            const unsigned pw = column % PATCH, ph = column / PATCH % PATCH;
            const unsigned dx = column / (PATCH * PATCH) % SPACE;
            const unsigned dy = column / (PATCH * PATCH * SPACE) % SPACE;
            const unsigned dt = column / (side * side) % TIME, c = column / (side * side * TIME);
            v[i] = pixels[(dt * side + ph * SPACE + dy) * pitch +
                          (t * side + pw * SPACE + dx) * 3 + c];
        }
        if (p.aligned) {
            store_elements(out + first, v);
        } else {
            for (int i = 0; i < 8; i++) {
                out[first + i] = from_float<T>(v[i]);
            }
        }
    }
}

#define FOLD(space, patch)                                              \
    KERNEL(fold_##space##_##patch##_f32, OasisCudaFold, THREADS, 8)     \
    {                                                                   \
        fold<float, space, patch>(p);                                   \
    }                                                                   \
    KERNEL(fold_##space##_##patch##_bf16, OasisCudaFold, THREADS, 8)    \
    {                                                                   \
        fold<Bf16, space, patch>(p);                                    \
    }

FOLD(2, 1)
FOLD(2, 2)
FOLD(8, 1)
FOLD(8, 2)

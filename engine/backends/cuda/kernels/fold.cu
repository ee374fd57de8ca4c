/* Tiles of an image to rows of tokens: a block takes tokens that lie beside each other, reads their
 * pixels row by row into shared memory, and writes their columns one behind the other, eight
 * elements a thread. Four frames' pixels make a token; frames before the first are the first.
 *
 * Bound by 6 bytes an element in bf16: 3,072 elements a token at space 8, patch 2, so that 9,400
 * tokens take 40 us at 4.3 TB/s. Shared memory: 12 KB a block.
 * SPDX-License-Identifier: Apache-2.0 */
#include "elements.cuh"
#include "params.h"

enum { TIME = 4, THREADS = 128 };

template <typename T, int SPACE, int PATCH>
DEVICE void fold(const OasisCudaFold &p)
{
    constexpr int side = SPACE * PATCH;                /* pixels */
    constexpr int tokens = side < 16 ? 16 / side : 1;   /* of a block */
    constexpr int row_floats = tokens * side * 3;
    constexpr int pitch = row_floats + 1;              /* spreads columns over the banks */
    constexpr int columns = 3 * TIME * side * side;    /* of a token */
    SHARED(float, pixels, TIME * side * pitch);
    const OasisCudaTile tile = p.tiles[block_z()];
    const int f = block_y() / p.h, h = block_y() % p.h, w = block_x() * tokens;
    const int count = p.w - w < tokens ? p.w - w : tokens;
    const int64_t top = (int64_t)(tile.h0 + h) * side, left = (int64_t)(tile.w0 + w) * side * 3;

    for (int i = thread(); i < TIME * side * row_floats; i += THREADS) {
        const int line = i / row_floats, x = i % row_floats;
        const int frame = f * TIME - (TIME - 1) + line / side;
        const int64_t row = (int64_t)(frame > 0 ? frame : 0) * p.height + top + line % side;
        if (x < count * side * 3) {
            pixels[line * pitch + x] = p.image[row * p.width * 3 + left + x];
        }
    }
    sync_block();

    const int64_t token = (((int64_t)block_z() * p.f + f) * p.h + h) * p.w + w;
    T *out = static_cast<T *>(p.out) + token * columns;
    for (int first = 8 * thread(); first < count * columns; first += 8 * THREADS) {
        float v[8];
        UNROLL
        for (int i = 0; i < 8; i++) {
            const int column = (first + i) % columns, t = (first + i) / columns;
            const int pw = column % PATCH, ph = column / PATCH % PATCH;
            const int dx = column / (PATCH * PATCH) % SPACE;
            const int dy = column / (PATCH * PATCH * SPACE) % SPACE;
            const int dt = column / (side * side) % TIME, c = column / (side * side * TIME);
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

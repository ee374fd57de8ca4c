/* What tiles add to the latent: each thread gathers for one place of it, four channels where it
 * can, from the tiles that lie over it, in their order, so that sums do not depend on how tiles are
 * grouped.
 *
 * Bound by reading x once, and the latent's part under the tiles once in each direction: 12 bytes
 * an element in f32.
 * SPDX-License-Identifier: Apache-2.0 */
#include "divide.cuh"
#include "elements.cuh"

template <typename X, int N>
DEVICE void add(float (&sum)[N], const X *x, float weight)
{
    float v[N];

    load_elements(x, v);
    UNROLL
    for (int i = 0; i < N; i++) {
        sum[i] = fmaf(weight, v[i], sum[i]);
    }
}

template <typename X, int N>
DEVICE void unpatchify(const OasisCudaUnpatchify &p)
{
    const uint32_t item = block_x() * threads() + thread();
    const int row = p.row0 + block_y(), f = block_z();
    uint32_t vector;
    const int column = p.column0 + (int)divide(item, p.vectors, &vector);
    const int channel = (int)vector * N;

    if (column >= p.column0 + p.columns) {
        return;
    }
    float *latent =
        p.latent + (((int64_t)f * p.height + row) * p.width + column) * p.channels + channel;
    const int token_row = row / p.patch, ph = row % p.patch;
    const int token_column = column / p.patch, pw = column % p.patch;
    bool touched = false;
    float sum[N];

    for (int i = 0; i < p.n_tiles; i++) {
        const OasisCudaTile tile = p.tiles[i];
        const int h = token_row - tile.h0, w = token_column - tile.w0;
        if (h < 0 || h >= p.h || w < 0 || w >= p.w) {
            continue;
        }
        if (!touched) {
            touched = true;
            load_elements(latent, sum);
        }
        const int64_t token = (((int64_t)i * p.f + f) * p.h + h) * p.w + w;
        const int place = (ph * p.patch + pw) * p.channels + channel;
        const float weight = p.wy[(tile.row * p.h + h) * p.patch + ph] *
                             p.wx[(tile.column * p.w + w) * p.patch + pw];
        add(sum, static_cast<const X *>(p.x) + token * p.patch * p.patch * p.channels + place,
            weight);
    }
    if (touched) {
        store_elements(latent, sum);
    }
}

KERNEL(unpatchify_vectors_f32, OasisCudaUnpatchify, 256, 1)
{
    unpatchify<float, 4>(p);
}

KERNEL(unpatchify_vectors_bf16, OasisCudaUnpatchify, 256, 1)
{
    unpatchify<Bf16, 4>(p);
}

KERNEL(unpatchify_any_f32, OasisCudaUnpatchify, 256, 1)
{
    unpatchify<float, 1>(p);
}

KERNEL(unpatchify_any_bf16, OasisCudaUnpatchify, 256, 1)
{
    unpatchify<Bf16, 1>(p);
}

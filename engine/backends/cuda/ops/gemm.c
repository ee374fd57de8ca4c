/* Choosing tiles, packing weights for them, and launching their kernels.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/ops/gemm.h"

#include <string.h>

#include "backends/cuda/kernels/gemm-tiles.h"
#include "ops/element.h"

/* Sizes of the element types that the list names. */
typedef uint16_t Bf16;

#define ROW(name, element, patch_height, patch_width, taps_down, taps_across, width, chunks,       \
            warps_down, warps_across, stages, blocks)                                              \
    {#name, (int)sizeof(element), patch_height, patch_width, taps_down, taps_across, width,        \
     chunks, warps_down * warps_across,                                                            \
     OASIS_CUDA_TILE_BYTES(patch_height, patch_width, taps_down, taps_across, width, chunks,       \
                           stages)},

/* --- the choice ------------------------------------------------------------------------------- */

static int padded(int n, int unit)
{
    return (n + unit - 1) / unit * unit;
}

/* Of those for bf16, first in each list and widest first, the one that pads the outputs least. The
 * narrowest computes less for each byte that it reads, and serves where one block holds all. Turing
 * has 64 KiB of shared memory, for which only the widest are made. */
static const OasisCudaGemmTile *choose(const OasisCudaGemmTile *wide, int m, size_t shared_bytes)
{
    const OasisCudaGemmTile *middle = wide + 1, *narrow = wide + 2, *best = wide;

    if (m <= narrow->width) {
        best = narrow;
    } else if (padded(m, middle->width) < padded(m, wide->width)) {
        best = middle;
    }
    return best->shared_bytes + 2 * (size_t)best->width * sizeof(float) <= shared_bytes ? best
                                                                                         : wide;
}

const OasisCudaGemmTile *oasis_cuda_gemm_tile(const OasisCudaBackend *cuda,
                                              const OasisWeightDesc *desc)
{
    enum { F32 = 3 };
    static const OasisCudaGemmTile linear[] = {OASIS_CUDA_LINEAR_TILES(ROW)};
    static const OasisCudaGemmTile conv[] = {OASIS_CUDA_CONV_TILES(ROW)};
    static const OasisCudaGemmTile temporal[] = {OASIS_CUDA_TEMPORAL_TILES(ROW)};
    const OasisCudaGemmTile *tiles = linear; /* a kernel of 1 is a product, too */

    if (desc->kind == OASIS_WEIGHT_TEMPORAL) {
        tiles = temporal;
    } else if (desc->kind == OASIS_WEIGHT_CONV2D && desc->kernel == 3) {
        tiles = conv;
    }
    return cuda->base.dtype == OASIS_F32 ? &tiles[F32]
                                         : choose(tiles, desc->out, cuda->shared_bytes);
}

/* --- packing ---------------------------------------------------------------------------------- */

static int slice_channels(const OasisCudaGemmTile *tile)
{
    return tile->chunks * 16 / tile->element;
}

static int slices(const OasisCudaGemmTile *tile, const OasisWeightDesc *desc)
{
    return padded(desc->in, slice_channels(tile)) / slice_channels(tile);
}

static int columns(const OasisCudaGemmTile *tile, const OasisWeightDesc *desc)
{
    return padded(desc->out, tile->width) / tile->width;
}

size_t oasis_cuda_gemm_bytes(const OasisCudaGemmTile *tile, const OasisWeightDesc *desc)
{
    return (size_t)columns(tile, desc) * (size_t)slices(tile, desc) *
           (size_t)(tile->taps_down * tile->taps_across * tile->width * tile->chunks * 16);
}

/* Where the file has an output's weight of a channel and tap. */
static size_t source(const OasisWeightDesc *desc, int taps, int out, int channel, int tap)
{
    size_t row = (size_t)out * (size_t)desc->in * (size_t)taps;

    return desc->kind == OASIS_WEIGHT_TEMPORAL
               ? row + (size_t)tap * (size_t)desc->in + (size_t)channel
               : row + (size_t)channel * (size_t)taps + (size_t)tap;
}

void oasis_cuda_gemm_pack(const OasisCudaGemmTile *tile, const OasisWeightDesc *desc, void *packed)
{
    int taps = tile->taps_down * tile->taps_across, vector = 16 / tile->element;
    int slice = slice_channels(tile), n_slices = slices(tile, desc);
    OasisDType dtype = tile->element == 2 ? OASIS_BF16 : OASIS_F32;

    memset(packed, 0, oasis_cuda_gemm_bytes(tile, desc));
    for (int out = 0; out < desc->out; out++) {
        for (int channel = 0; channel < desc->in; channel++) {
            int row = out % tile->width, chunk = channel % slice / vector;
            for (int tap = 0; tap < taps; tap++) {
                size_t step = ((size_t)(out / tile->width) * (size_t)n_slices +
                               (size_t)(channel / slice)) * (size_t)taps + (size_t)tap;
                size_t place = (size_t)OASIS_CUDA_CHUNK(tile->chunks, row, chunk);
                oasis_store(packed, dtype,
                            (step * (size_t)(tile->width * tile->chunks) + place) *
                                    (size_t)vector + (size_t)(channel % vector),
                            oasis_load(desc->data, desc->dtype,
                                       source(desc, taps, out, channel, tap)));
            }
        }
    }
}

/* --- launching -------------------------------------------------------------------------------- */

static bool aligned(const void *address, size_t bytes)
{
    return (uintptr_t)address % bytes == 0;
}

static bool output_vectors(const OasisCudaGemmTile *tile, const OasisCudaGemm *p)
{
    size_t out = p->wide_out ? sizeof(float) : (size_t)tile->element;
    size_t residual = p->wide_residual ? sizeof(float) : (size_t)tile->element;

    return p->m % 4 == 0 && aligned(p->out, 4 * out) && aligned(p->residual, 4 * residual);
}

OasisStatus oasis_cuda_gemm(OasisBackend *backend, const OasisWeight *weight,
                            const OasisCudaGemm *params, OasisError *err)
{
    const OasisCudaGemmTile *tile = weight->tile;
    OasisCudaGemm p = *params;
    OasisCudaBackend *cuda;

    p.weight = (const void *)(uintptr_t)weight->address;
    p.slices = slices(tile, &weight->desc);
    p.columns = columns(tile, &weight->desc);
    p.patches_down = padded(p.height, tile->patch_height) / tile->patch_height;
    p.patches_across = padded(p.width, tile->patch_width) / tile->patch_width;
    p.input_vectors = p.channels * tile->element % 16 == 0 && aligned(p.x, 16);
    p.output_vectors = output_vectors(tile, &p);
    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    return oasis_cuda_launch(cuda, tile->kernel,
                             (OasisCudaGrid){(unsigned)p.columns * (unsigned)p.patches_down *
                                                 (unsigned)p.patches_across * (unsigned)p.items,
                                             1, 1},
                             32 * (unsigned)tile->warps, tile->shared_bytes, &p, err);
}

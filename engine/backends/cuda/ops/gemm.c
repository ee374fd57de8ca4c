/* Choosing tiles, packing weights for them, and launching their kernels.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/ops/gemm.h"

#include <stdio.h>
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
                           stages), 0},

/* Chunks of a k of 16. */
#define GROUP(name, patch_height, patch_width, taps_down, taps_across, width, groups)              \
    {name, (int)sizeof(Bf16), patch_height, patch_width, taps_down, taps_across, width, 2,         \
     4 * (groups), 0, groups}

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

static size_t weight_bytes(const OasisCudaGemmTile *tile, int channels)
{
    return (size_t)(tile->taps_down * tile->taps_across * tile->width * channels) * sizeof(Bf16);
}

/* Shared memory of a block of that many groups of four warps. */
static size_t group_bytes(const OasisCudaGemmTile *tile, int channels, int groups)
{
    int halo = (tile->patch_height + tile->taps_down - 1) *
               (tile->patch_width + tile->taps_across - 1);

    return weight_bytes(tile, channels) + (size_t)(groups * halo * channels) * sizeof(Bf16);
}

/* How many the card's shared memory holds, beside bias and gate. */
static int groups_of(const OasisCudaBackend *cuda, const OasisCudaGemmTile *tile, int channels)
{
    size_t room = cuda->shared_bytes - 2 * (size_t)tile->width * sizeof(float);
    int groups = tile->groups;

    while (groups && group_bytes(tile, channels, groups) > room) {
        groups--;
    }
    return groups;
}

/* Of tiles for compute capability 9.0, widest first, the one that pads the outputs least among
 * those that leave two groups room; NULL where there is none. */
static const OasisCudaGemmTile *choose_group(const OasisCudaBackend *cuda,
                                             const OasisWeightDesc *desc)
{
    static const OasisCudaGemmTile linear[] = {
        GROUP("group_linear_256", 1, 64, 1, 1, 256, 3),
        GROUP("group_linear_128", 1, 64, 1, 1, 128, 4),
        GROUP("group_linear_96", 1, 64, 1, 1, 96, 4), {0},
    };
    static const OasisCudaGemmTile conv[] = {
        GROUP("group_conv_96", 8, 8, 3, 3, 96, 4), GROUP("group_conv_64", 8, 8, 3, 3, 64, 4),
        GROUP("group_conv_48", 8, 8, 3, 3, 48, 4), {0},
    };
    static const OasisCudaGemmTile temporal[] = {
        GROUP("group_temporal_96", 1, 64, 3, 1, 96, 4),
        GROUP("group_temporal_64", 1, 64, 3, 1, 64, 4), {0},
    };
    const OasisCudaGemmTile *tile = linear, *best = NULL;

    if (!oasis_cuda_is_hopper(cuda->capability) || cuda->base.dtype != OASIS_BF16 ||
        desc->in % 16 || desc->out < 32) {
        return NULL;
    }
    if (desc->kind == OASIS_WEIGHT_TEMPORAL) {
        tile = temporal;
    } else if (desc->kind == OASIS_WEIGHT_CONV2D && desc->kernel == 3) {
        tile = conv;
    }
    for (; tile->kernel; tile++) {
        if (groups_of(cuda, tile, desc->in) >= 2 &&
            (!best || padded(desc->out, tile->width) < padded(desc->out, best->width))) {
            best = tile;
        }
    }
    return best;
}

const OasisCudaGemmTile *oasis_cuda_gemm_tile(const OasisCudaBackend *cuda,
                                              const OasisWeightDesc *desc)
{
    enum { F32 = 3 };
    static const OasisCudaGemmTile linear[] = {OASIS_CUDA_LINEAR_TILES(ROW)};
    static const OasisCudaGemmTile conv[] = {OASIS_CUDA_CONV_TILES(ROW)};
    static const OasisCudaGemmTile temporal[] = {OASIS_CUDA_TEMPORAL_TILES(ROW)};
    const OasisCudaGemmTile *tiles = linear; /* a kernel of 1 is a product, too */
    const OasisCudaGemmTile *group = choose_group(cuda, desc);

    if (group) {
        return group;
    }
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
    /* A slice of 16 channels is what a kernel for compute capability 9.0 multiplies at a time. */
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

/* The row of shared memory of an output: of 16, lane t of four has columns 2 t, 2 t + 1, 2 t + 8
 * and 2 t + 9 of a product, which are to be outputs 4 t to 4 t + 3. */
static int group_row(int out)
{
    return out / 16 * 16 + out % 4 / 2 * 8 + out % 16 / 4 * 2 + out % 2;
}

/* Where the kernel reads an output's weight of a channel and tap, in elements. */
static size_t packed_at(const OasisCudaGemmTile *tile, const OasisWeightDesc *desc, int out,
                        int channel, int tap)
{
    int taps = tile->taps_down * tile->taps_across, vector = 16 / tile->element;
    int row = out % tile->width, slice = channel / slice_channels(tile);
    size_t block = (size_t)(out / tile->width) * (size_t)slices(tile, desc) * (size_t)taps;
    size_t step, vectors;

    if (tile->groups) {
        step = block + (size_t)tap * (size_t)slices(tile, desc) + (size_t)slice;
        vectors = (size_t)(channel / vector % tile->chunks * tile->width + group_row(row));
    } else {
        step = block + (size_t)slice * (size_t)taps + (size_t)tap;
        vectors = (size_t)OASIS_CUDA_CHUNK(tile->chunks, row,
                                           channel % slice_channels(tile) / vector);
    }
    return (step * (size_t)(tile->width * tile->chunks) + vectors) * (size_t)vector +
           (size_t)(channel % vector);
}

void oasis_cuda_gemm_pack(const OasisCudaGemmTile *tile, const OasisWeightDesc *desc, void *packed)
{
    int taps = tile->taps_down * tile->taps_across;
    OasisDType dtype = tile->element == 2 ? OASIS_BF16 : OASIS_F32;

    memset(packed, 0, oasis_cuda_gemm_bytes(tile, desc));
    for (int out = 0; out < desc->out; out++) {
        for (int channel = 0; channel < desc->in; channel++) {
            for (int tap = 0; tap < taps; tap++) {
                oasis_store(packed, dtype, packed_at(tile, desc, out, channel, tap),
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

/* What the kernel has to do to results, if it is one that the model asks for. */
static OasisCudaGroupResults results_of(const OasisCudaGemm *p)
{
    bool added = p->gate || p->residual;

    if (!p->input_vectors || !p->output_vectors) {
        return OASIS_CUDA_GROUP_ANY;
    }
    if (p->residual && p->activation == OASIS_CUDA_PLAIN && p->wide_residual == p->wide_out) {
        return p->wide_out ? OASIS_CUDA_GROUP_ADD_WIDE : OASIS_CUDA_GROUP_ADD;
    }
    if (added || (p->wide_out && p->activation != OASIS_CUDA_PLAIN)) {
        return OASIS_CUDA_GROUP_ANY;
    }
    switch (p->activation) {
    case OASIS_CUDA_GELU: return OASIS_CUDA_GROUP_GELU;
    case OASIS_CUDA_SILU: return OASIS_CUDA_GROUP_SILU;
    case OASIS_CUDA_PLAIN: break;
    }
    return p->wide_out ? OASIS_CUDA_GROUP_WIDE : OASIS_CUDA_GROUP_PLAIN;
}

/* The kernel's name, of those that there are. */
static void group_kernel(const OasisCudaGemmTile *tile, const OasisCudaGemm *p, char name[64])
{
#define NAME(name, results, ...) {"group_" #name, OASIS_CUDA_GROUP_##results},
    static const struct {
        const char *name;
        OasisCudaGroupResults results;
    } kernels[] = {
        OASIS_CUDA_GROUP_LINEAR_TILES(NAME)
        OASIS_CUDA_GROUP_CONV_TILES(NAME)
        OASIS_CUDA_GROUP_TEMPORAL_TILES(NAME)
    };
#undef NAME
    OasisCudaGroupResults results = results_of(p);
    size_t length = strlen(tile->kernel);

    snprintf(name, 64, "%s_any", tile->kernel);
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
        if (kernels[i].results == results && !strncmp(kernels[i].name, tile->kernel, length) &&
            kernels[i].name[length] == '_') {
            snprintf(name, 64, "%s", kernels[i].name);
        }
    }
}

/* As many blocks as the card holds at a time, each of some columns' outputs. */
static OasisStatus launch_group(OasisCudaBackend *cuda, const OasisCudaGemmTile *tile,
                                const OasisCudaGemm *p, OasisError *err)
{
    int groups = groups_of(cuda, tile, p->channels);
    int64_t patches = (int64_t)p->items * p->patches_down * p->patches_across;
    int64_t wanted = (patches + groups - 1) / groups;
    int64_t places = cuda->multiprocessors > p->columns ? cuda->multiprocessors / p->columns : 1;
    char name[64];

    group_kernel(tile, p, name);
    return oasis_cuda_launch(cuda, name,
                             (OasisCudaGrid){(unsigned)(wanted < places ? wanted : places) *
                                                 (unsigned)p->columns, 1, 1},
                             128 * (unsigned)groups, group_bytes(tile, p->channels, groups), p,
                             err);
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
    if (tile->groups) {
        return launch_group(cuda, tile, &p, err);
    }
    return oasis_cuda_launch(cuda, tile->kernel,
                             (OasisCudaGrid){(unsigned)p.columns * (unsigned)p.patches_down *
                                                 (unsigned)p.patches_across * (unsigned)p.items,
                                             1, 1},
                             32 * (unsigned)tile->warps, tile->shared_bytes, &p, err);
}

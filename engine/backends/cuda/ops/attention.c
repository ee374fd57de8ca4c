/* attention.
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "backends/cuda/images.h"
#include "backends/cuda/ops/launch.h"
#include "ops/batch.h"

enum {
    BLOCK_QUERIES = 128, GLOBAL_THREADS = 128, /* attention-global.cu */
    GROUP_QUERIES = 64, GROUP_THREADS = 128, /* attention-wgmma.cu */
    WGMMA_STAGES = 3, WGMMA_KEYS = 64, WGMMA_ALIGNMENT = 1024,
    BOX = 8, WARP_BOX = 4, BOX_THREADS = 128, /* attention-window.cu */
    PLAIN_QUERIES = 4, /* attention-plain.cu */
    PLAIN_THREADS = 128,
    PLAIN_HEAD_DIM = 256,
    STATIC_BYTES = 128, /* of shared memory, beside what is launched with */
};

static OasisCudaAttention params_of(const OasisAttentionArgs *a)
{
    const int frames = a->kind == OASIS_ATTENTION_INTRA ? a->grid.f : 1;
    OasisCudaAttention p = {
        .q = oasis_cuda_at(a->q), .k = oasis_cuda_at(a->k), .v = oasis_cuda_at(a->v),
        .out = oasis_cuda_at(a->out), .lse = oasis_cuda_at(a->lse),
        .q_stride = a->q_stride, .kv_stride = a->kv_stride, .out_stride = a->out_stride,
        .n = a->n / frames, .n_keys = a->n_keys / frames, .segments = frames,
        .head_dim = a->head_dim, .n_heads = a->n_heads,
        .scale = (float)(M_LOG2E / sqrt(a->head_dim)),
        .grid = {.f = 1, .h = 1, .w = a->n_keys / frames},
    };

    if (a->kind == OASIS_ATTENTION_WINDOW) {
        p.grid.f = a->grid.f;
        p.grid.h = a->grid.h;
        p.grid.w = a->grid.w;
        memcpy(p.grid.window, a->window, sizeof p.grid.window);
        p.grid.shift = a->border == OASIS_BORDER_SHIFT;
    }
    memcpy(p.heads, a->heads, (size_t)a->n_heads);
    return p;
}

/* The kernels on tensor cores take rows in pieces of 16 bytes. */
static bool in_pieces(const OasisAttentionArgs *a)
{
    const uintptr_t addresses = (uintptr_t)oasis_cuda_at(a->q) | (uintptr_t)oasis_cuda_at(a->k) |
                                (uintptr_t)oasis_cuda_at(a->v) | (uintptr_t)oasis_cuda_at(a->out);
    const int strides = a->q_stride | a->kv_stride | a->out_stride;

    return a->q.dtype == OASIS_BF16 && (a->head_dim == 64 || a->head_dim == 128) &&
           addresses % 16 == 0 && strides % 8 == 0;
}

/* Along an axis: a warp takes its queries' keys in tiles of 8, the last of which may reach further
 * than they see. */
static int keys_of_box(int window)
{
    return BOX - WARP_BOX + (WARP_BOX + window - 1 + 7) / 8 * 8;
}

/* Boxes of 8 x 8 queries in `frames` latent frames, and `stages` frames of their keys at a time:
 * the shared memory that they need. */
static size_t plan_window(OasisCudaAttention *p, int frames, int stages)
{
    const int token_bytes = p->head_dim * 2, queries = BOX * BOX * frames;

    p->grid.frames = frames;
    p->grid.stages = stages;
    p->grid.boxes_y = (p->grid.h + BOX - 1) / BOX;
    p->grid.boxes_x = (p->grid.w + BOX - 1) / BOX;
    p->grid.rows = keys_of_box(p->grid.window[1]);
    p->grid.columns = keys_of_box(p->grid.window[2]);
    p->grid.row_bytes = p->grid.columns * token_bytes;
    p->grid.frame_bytes = p->grid.rows * p->grid.row_bytes;
    p->grid.across = oasis_cuda_divisor((uint32_t)p->grid.boxes_x);
    p->grid.boxes = oasis_cuda_divisor((uint32_t)(p->grid.boxes_x * p->grid.boxes_y));
    p->grid.per_row = oasis_cuda_divisor((uint32_t)p->grid.columns);
    return (size_t)queries * token_bytes + (size_t)stages * 2 * p->grid.frame_bytes;
}

/* The largest plan that the card's shared memory holds and in which 32 bits count the elements of
 * a frame's keys; false: none. */
static bool fit_window(const OasisCudaBackend *cuda, OasisCudaAttention *p, size_t *shared_bytes)
{
    static const struct {
        int frames, stages;
    } plans[] = {{2, 2}, {2, 1}, {1, 1}};

    for (size_t i = p->grid.f > 1 ? 0 : 2; i < sizeof plans / sizeof *plans; i++) {
        *shared_bytes = plan_window(p, plans[i].frames, plans[i].stages);
        if (*shared_bytes + STATIC_BYTES <= cuda->shared_bytes &&
            (int64_t)p->grid.rows * p->grid.w * p->kv_stride <= INT32_MAX) {
            return true;
        }
    }
    return false;
}

static OasisStatus launch_window(OasisCudaBackend *cuda, const OasisCudaAttention *p,
                                 unsigned items, size_t shared_bytes, OasisError *err)
{
    const int blocks_t = (p->grid.f + p->grid.frames - 1) / p->grid.frames;
    const unsigned blocks = (unsigned)(p->grid.boxes_x * p->grid.boxes_y * blocks_t);

    return oasis_cuda_launch(cuda, p->head_dim == 64 ? "attention_window_64_bf16"
                                                     : "attention_window_128_bf16",
                             (OasisCudaGrid){blocks, (unsigned)p->n_heads, items},
                             (unsigned)(BOX_THREADS * p->grid.frames), shared_bytes, p, err);
}

/* Of queries, and of two tiles of keys and of values. */
static size_t global_bytes(const OasisCudaAttention *p)
{
    const int keys = p->head_dim == 64 ? 64 : 32;

    return (size_t)(BLOCK_QUERIES + 4 * keys) * (size_t)p->head_dim * 2;
}

static OasisStatus launch_global(OasisCudaBackend *cuda, const OasisCudaAttention *p,
                                 unsigned items, OasisError *err)
{
    const unsigned blocks = ((unsigned)p->n + BLOCK_QUERIES - 1) / BLOCK_QUERIES;

    return oasis_cuda_launch(cuda, p->head_dim == 64 ? "attention_64_bf16" : "attention_128_bf16",
                             (OasisCudaGrid){blocks, (unsigned)p->n_heads, items},
                             GLOBAL_THREADS, global_bytes(p), p, err);
}

static OasisStatus launch_wgmma(OasisCudaBackend *cuda, const OasisCudaAttention *p,
                                unsigned items, OasisError *err)
{
    const unsigned groups = p->head_dim == 64 ? 2 : 3, queries = groups * GROUP_QUERIES;
    const unsigned rows = queries + 2 * WGMMA_STAGES * WGMMA_KEYS;

    return oasis_cuda_launch(cuda, p->head_dim == 64 ? "attention_wgmma_64_bf16"
                                                     : "attention_wgmma_128_bf16",
                             (OasisCudaGrid){((unsigned)p->n + queries - 1) / queries,
                                             (unsigned)p->n_heads, items},
                             groups * GROUP_THREADS,
                             rows * (unsigned)p->head_dim * 2 + WGMMA_ALIGNMENT, p, err);
}

static OasisStatus launch_plain(OasisCudaBackend *cuda, const OasisCudaAttention *p,
                                unsigned items, OasisDType dtype, OasisError *err)
{
    const unsigned blocks = ((unsigned)p->n + PLAIN_QUERIES - 1) / PLAIN_QUERIES;

    return oasis_cuda_launch(cuda, dtype == OASIS_BF16 ? "attention_plain_bf16"
                                                       : "attention_plain_f32",
                             (OasisCudaGrid){blocks, (unsigned)p->n_heads, items}, PLAIN_THREADS,
                             0, p, err);
}

OasisStatus oasis_cuda_attention(OasisBackend *backend, const OasisAttentionArgs *a,
                                 OasisError *err)
{
    OasisCudaBackend *cuda;
    OasisCudaAttention p;
    size_t shared_bytes;
    unsigned items;

    if (!a->n_heads || !a->n) {
        return OASIS_OK;
    }
    assert(a->n_heads <= OASIS_CUDA_MAX_HEADS && a->head_dim <= PLAIN_HEAD_DIM);
    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    p = params_of(a);
    items = (unsigned)(oasis_attention_items(a) * p.segments);
    if (in_pieces(a) && a->kind == OASIS_ATTENTION_WINDOW && fit_window(cuda, &p, &shared_bytes)) {
        return launch_window(cuda, &p, items, shared_bytes, err);
    }
    if (in_pieces(a) && a->kind != OASIS_ATTENTION_WINDOW &&
        global_bytes(&p) + STATIC_BYTES <= cuda->shared_bytes) {
        return oasis_cuda_is_hopper(cuda->capability) ? launch_wgmma(cuda, &p, items, err)
                                                      : launch_global(cuda, &p, items, err);
    }
    return launch_plain(cuda, &p, items, a->q.dtype, err);
}

/* Our own operations, as one table for each instruction set that they were built for.
 *
 * Every file of this folder but this header is compiled once a level (meson.build) with OASIS_LEVEL
 * set to the level's name; KERNEL(layer_norm) then names that level's function. The compiler's
 * target_clones would not do: it leaves the bodies of OpenMP regions at the baseline.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops/ops.h"

#define OASIS_CPU_KERNELS(X)                    \
    X(import_frame, OasisImportArgs)            \
    X(export_frame, OasisExportArgs)            \
    X(mix, OasisMixArgs)                        \
    X(grain, OasisGrainArgs)                    \
    X(fold, OasisFoldArgs)                      \
    X(layer_norm, OasisLayerNormArgs)           \
    X(norm_rope, OasisNormRopeArgs)             \
    X(attention, OasisAttentionArgs)            \
    X(unpatchify, OasisUnpatchifyArgs)          \
    X(combine, OasisCombineArgs)                \
    X(fill, OasisFillArgs)                      \
    X(add_row, OasisAddRowArgs)                 \
    X(time_up, OasisTimeUpArgs)                 \
    X(pixel_shuffle, OasisPixelShuffleArgs)     \
    X(pixel_unshuffle, OasisPixelUnshuffleArgs)

typedef enum OasisCpuActivation {
    OASIS_CPU_PLAIN = 0,
    OASIS_CPU_GELU,
    OASIS_CPU_SILU,
} OasisCpuActivation;

/* out = activation(y + bias) * gate + residual on [rows, columns]; bias and gate [columns]. Those
 * and the residual may be NULL, the residual may be out. */
typedef struct OasisCpuFinish {
    size_t rows;
    int columns;
    OasisCpuActivation activation;
    const float *bias, *gate;
    const void *residual;
    void *out;
    OasisDType residual_dtype, out_dtype;
} OasisCpuFinish;

/* A matrix product and what follows it: y is W x, W [columns, in] in panels (pack_panels), x bf16
 * in rows of `in` that lie `stride` elements apart. */
typedef struct OasisCpuProduct {
    const void *x, *panels;
    int in, stride;
    OasisCpuFinish finish;
} OasisCpuProduct;

typedef struct OasisCpuKernels {
#define OASIS_CPU_FIELD(name, args) \
    OasisStatus (*name)(OasisBackend * backend, const args *a, OasisError *err);
    OASIS_CPU_KERNELS(OASIS_CPU_FIELD)
#undef OASIS_CPU_FIELD
    /* out[i] = SiLU(x[i]), n elements of one dtype. */
    void (*activate)(const void *x, void *out, OasisDType dtype, size_t n, int threads);
    void (*finish)(const OasisCpuFinish *f, const float *y, int threads);
    /* Products in bf16 and their weights [out, in]; NULL where the level has no instruction for
     * them. */
    void (*product)(const OasisCpuProduct *p, void *scratch, int threads);
    void (*pack_panels)(const void *weight, OasisDType dtype, int in, int out, void *panels,
                        int threads);
    size_t (*panels_bytes)(int in, int out);
    /* The causal mix over time by products of these. */
    void (*temporal)(const OasisTemporalArgs *a, const void *panels, void *scratch, int threads);
    /* For `count` positions from `first` on: out [count, 2 + frames, in], what the mix reads. */
    void (*history)(const OasisTemporalArgs *a, size_t first, size_t count, void *out, int threads);
    /* Scratch that these take. */
    size_t (*product_bytes)(int in, int threads);
    size_t (*temporal_bytes)(const OasisTemporalArgs *a, int threads);
    size_t (*import_bytes)(const OasisImportArgs *a, int threads);
    size_t (*export_bytes)(const OasisExportArgs *a, int threads);
    size_t (*attention_bytes)(const OasisAttentionArgs *a, OasisDType dtype, int threads);
} OasisCpuKernels;

extern const OasisCpuKernels oasis_cpu_kernels_base; /* x86-64 with SSE2, or any other processor */
extern const OasisCpuKernels oasis_cpu_kernels_v3;   /* AVX2 and FMA */
extern const OasisCpuKernels oasis_cpu_kernels_v4;   /* AVX-512 */
extern const OasisCpuKernels oasis_cpu_kernels_bf16; /* AVX-512 with BF16 */

#define OASIS_CPU_PASTE_(a, b, c) a##b##_##c
#define OASIS_CPU_PASTE(a, b, c) OASIS_CPU_PASTE_(a, b, c)
#define KERNEL(name) OASIS_CPU_PASTE(oasis_cpu_, name, OASIS_LEVEL)

/* The level's own functions. */
#ifdef OASIS_LEVEL
#define OASIS_CPU_DECLARE(name, args) \
    OasisStatus KERNEL(name)(OasisBackend *backend, const args *a, OasisError *err);
OASIS_CPU_KERNELS(OASIS_CPU_DECLARE)
#undef OASIS_CPU_DECLARE
void KERNEL(activate)(const void *x, void *out, OasisDType dtype, size_t n, int threads);
void KERNEL(finish)(const OasisCpuFinish *f, const float *y, int threads);
void KERNEL(product)(const OasisCpuProduct *p, void *scratch, int threads);
void KERNEL(pack_panels)(const void *weight, OasisDType dtype, int in, int out, void *panels,
                         int threads);
size_t KERNEL(panels_bytes)(int in, int out);
size_t KERNEL(product_bytes)(int in, int threads);
void KERNEL(temporal)(const OasisTemporalArgs *a, const void *panels, void *scratch, int threads);
size_t KERNEL(temporal_bytes)(const OasisTemporalArgs *a, int threads);
void KERNEL(history)(const OasisTemporalArgs *a, size_t first, size_t count, void *out,
                     int threads);
size_t KERNEL(import_bytes)(const OasisImportArgs *a, int threads);
size_t KERNEL(export_bytes)(const OasisExportArgs *a, int threads);
size_t KERNEL(attention_bytes)(const OasisAttentionArgs *a, OasisDType dtype, int threads);
#endif

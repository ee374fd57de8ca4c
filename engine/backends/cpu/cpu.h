/* The CPU back end's own state, shared by its files.
 *
 * Convolutions and most matrix products are oneDNN's (linear.c, conv.c, temporal.c over onednn.h);
 * all else is our own OpenMP code (kernels/), built once for each instruction set and chosen when
 * the back end is opened, so that one binary runs on every machine of its architecture.
 *
 * OpenMP is the one pool of threads, as Debian's oneDNN uses it. Work is cut into blocks whose size
 * never depends on the number of threads, and no two blocks add to one number, so that our kernels
 * give the same bytes with any number of threads. oneDNN, asked for its deterministic mode, does so
 * where its brgemm serves (f32 with AVX-512, bf16 with its instructions); elsewhere it cuts some
 * products up by the number of threads, and the same bytes come from the same number.
 *
 * Figures in the heads of these files: the best of three runs, in processor time, of tests/kernels
 * with --bench on one core of a Zen 4 EPYC (AVX-512 with BF16), whose memory copies at 21 GB/s,
 * read and write together, and whose products reach 228 GFLOP/s in bf16 and 114 in f32;
 * "5 x 48 x 48" are the tokens of a tile. Two threads take half the time where cores are free.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <oneapi/dnnl/dnnl.h>

#include "backends/cpu/kernels/kernels.h"
#include "backends/host.h"
#include "ops/backend.h"

typedef struct OasisCpuCache OasisCpuCache;

typedef struct OasisCpuBackend {
    OasisBackend base;
    OasisBackendClass klass; /* base.klass points here: our entries and those of `kernels` */
    const OasisCpuKernels *kernels;
    int threads;
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    OasisCpuCache *cache; /* oneDNN primitives by shape */
    void *scratch;        /* of the operation that runs; grows to the largest asked for */
    size_t scratch_bytes;
} OasisCpuBackend;

/* The back end as its own type, with OpenMP on the calling thread set to its number of threads:
 * every entry that uses oneDNN begins with this, since a job may come from any thread. */
OasisCpuBackend *oasis_cpu_enter(OasisBackend *backend);

/* 64-byte aligned scratch, valid until the next call. */
OasisStatus oasis_cpu_scratch(OasisCpuBackend *cpu, size_t bytes, void **scratch, OasisError *err)
    OASIS_MUST_USE;

/* Gives the scratch back. */
void oasis_cpu_trim(OasisBackend *backend);

/* oneDNN's operations of the table. */
OasisStatus oasis_cpu_linear(OasisBackend *backend, const OasisLinearArgs *a, OasisError *err)
    OASIS_MUST_USE;
OasisStatus oasis_cpu_conv(OasisBackend *backend, const OasisConvArgs *a, OasisError *err)
    OASIS_MUST_USE;
OasisStatus oasis_cpu_temporal(OasisBackend *backend, const OasisTemporalArgs *a, OasisError *err)
    OASIS_MUST_USE;

size_t oasis_cpu_workspace_bytes(OasisBackend *backend, OasisOp op, const void *args);
size_t oasis_cpu_linear_bytes(OasisCpuBackend *cpu, const OasisLinearArgs *a);
size_t oasis_cpu_conv_bytes(OasisCpuBackend *cpu, const OasisConvArgs *a);
size_t oasis_cpu_temporal_bytes(OasisCpuBackend *cpu, const OasisTemporalArgs *a);

OasisStatus oasis_cpu_weight_new(OasisBackend *backend, const OasisWeightDesc *desc,
                                 OasisWeight **weight, OasisError *err) OASIS_MUST_USE;
void oasis_cpu_weight_free(OasisBackend *backend, OasisWeight *weight);

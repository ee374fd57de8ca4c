/* The causal mix over time as matrix products: some positions at a time are gathered with their
 * frames in a row (kernels/history.h), so that the three frames of an output frame are one row of
 * 3*in numbers, (frames + 2)*in apart from the next position's. One product a frame then writes
 * straight to the output, and what was gathered is still in the cache. A convolution over (frames,
 * positions) reads its input three times from memory instead and is a quarter slower. Where the
 * products are ours, each thread gathers for its own (kernels/temporal.c); else BAND positions are
 * gathered by all for one product of oneDNN's.
 *
 * GFLOP/s in bf16 and f32, gathering, SiLU and residual included: 5 frames of 120 x 160, 128
 * channels, 191 and 100; 9 of 240 x 320, 96 channels, 182 and 86.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/onednn.h"
#include "backends/cpu/product.h"
#include "core/align.h"

enum { BAND = 512 };

static OasisCpuProblem problem_of(const OasisTemporalArgs *a, size_t positions)
{
    return (OasisCpuProblem){
        .frames = 1, .height = 1, .width = (int)positions,
        .in = 3 * a->in, .out = a->out_channels, .stride = (a->frames + 2) * a->in,
        .bias = a->bias.buffer != NULL,
        .residual = a->add_input,
        .dtype = a->x.dtype, .out_dtype = a->out.dtype,
        .residual_dtype = a->add_input ? a->x.dtype : 0,
    };
}

static size_t band_of(const OasisTemporalArgs *a)
{
    return a->positions < BAND ? a->positions : BAND;
}

static size_t history_bytes(const OasisTemporalArgs *a)
{
    return oasis_align_host(band_of(a) * (a->frames + 2) * a->in * oasis_dtype_bytes(a->x.dtype));
}

size_t oasis_cpu_temporal_bytes(OasisCpuBackend *cpu, const OasisTemporalArgs *a)
{
    const OasisCpuProblem problem = problem_of(a, band_of(a));

    if (oasis_cpu_product_is_ours(cpu, &problem)) {
        return cpu->kernels->temporal_bytes(a, cpu->threads);
    }
    return history_bytes(a) + oasis_cpu_problem_scratch_bytes(cpu, &problem);
}

static OasisStatus mix_band(OasisCpuBackend *cpu, const OasisTemporalArgs *a, size_t first,
                            size_t count, OasisError *err)
{
    const OasisCpuProblem problem = problem_of(a, count);
    size_t before = history_bytes(a), frame_bytes = a->in * oasis_dtype_bytes(a->x.dtype);
    OasisCpuPrimitive *primitive;
    void *scratch;

    OASIS_TRY(oasis_cpu_primitive_get(cpu, &problem, a->weight, &primitive, err));
    OASIS_TRY(oasis_cpu_scratch(cpu, before + oasis_cpu_primitive_scratch_bytes(primitive),
                                &scratch, err));
    cpu->kernels->history(a, first, count, scratch, cpu->threads);
    for (int t = 0; t < a->frames; t++) {
        size_t position = t * a->positions + first;
        const OasisCpuParts parts = {
            .x = (char *)scratch + t * frame_bytes,
            .bias = problem.bias ? oasis_tensor_host(a->bias) : NULL,
            .residual = oasis_tensor_host(oasis_tensor_at(a->x, position * a->in)),
            .out = oasis_tensor_host(oasis_tensor_at(a->out, position * a->out_channels)),
        };
        OASIS_TRY(oasis_cpu_primitive_run(cpu, primitive, a->weight, &parts,
                                          (char *)scratch + before, err));
    }
    return OASIS_OK;
}

static OasisStatus mix_ours(OasisCpuBackend *cpu, const OasisTemporalArgs *a, OasisError *err)
{
    void *scratch;

    OASIS_TRY(oasis_cpu_scratch(cpu, cpu->kernels->temporal_bytes(a, cpu->threads), &scratch, err));
    cpu->kernels->temporal(a, oasis_cpu_weight_panels(a->weight), scratch, cpu->threads);
    return OASIS_OK;
}

OasisStatus oasis_cpu_temporal(OasisBackend *backend, const OasisTemporalArgs *a, OasisError *err)
{
    OasisCpuBackend *cpu = oasis_cpu_enter(backend);
    const OasisCpuProblem problem = problem_of(a, band_of(a));

    if (oasis_cpu_product_is_ours(cpu, &problem)) {
        return mix_ours(cpu, a, err);
    }
    for (size_t first = 0; first < a->positions; first += BAND) {
        size_t left = a->positions - first;
        OASIS_TRY(mix_band(cpu, a, first, left < BAND ? left : BAND, err));
    }
    return OASIS_OK;
}

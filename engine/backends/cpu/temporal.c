/* The causal mix over time: a 3 x 1 convolution over (frames, positions) by oneDNN (describe.c),
 * whose input, activated and with its two frames of history in front, is written to scratch first.
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <limits.h>
#include <string.h>

#include "onednn.h"

static OasisCpuProblem problem_of(const OasisTemporalArgs *a)
{
    assert(a->positions <= INT_MAX);
    return (OasisCpuProblem){
        .kind = OASIS_WEIGHT_TEMPORAL,
        .frames = a->frames, .height = 1, .width = (int)a->positions,
        .in = a->in, .out = a->out_channels, .kernel = 3,
        .bias = a->bias.buffer != NULL,
        .residual = a->add_input,
        .dtype = a->x.dtype, .out_dtype = a->out.dtype,
        .residual_dtype = a->add_input ? a->x.dtype : 0,
    };
}

/* Writes act(x) to frames 2 and up of `history`, and what lies before it to frames 0 and 1. */
static void fill_history(const OasisCpuBackend *cpu, const OasisTemporalArgs *a, void *history)
{
    size_t n = a->positions * a->in;
    size_t frame_bytes = n * oasis_dtype_bytes(a->x.dtype);
    char *first = (char *)history + 2 * frame_bytes;

    cpu->kernels->activate(oasis_tensor_host(a->x), first, a->x.dtype, n * a->frames,
                           a->silu_input, cpu->threads);
    for (int i = 0; i < 2; i++) {
        if (a->history == OASIS_HISTORY_REPEAT)
            memcpy((char *)history + i * frame_bytes, first, frame_bytes);
        else
            memset((char *)history + i * frame_bytes, 0, frame_bytes);
    }
}

static size_t history_bytes(const OasisTemporalArgs *a)
{
    return oasis_cpu_align((a->frames + 2) * a->positions * a->in *
                           oasis_dtype_bytes(a->x.dtype));
}

size_t oasis_cpu_temporal_bytes(OasisCpuBackend *cpu, const OasisTemporalArgs *a)
{
    const OasisCpuProblem problem = problem_of(a);
    return history_bytes(a) + oasis_cpu_problem_scratch_bytes(cpu, &problem);
}

OasisStatus oasis_cpu_temporal(OasisBackend *backend, const OasisTemporalArgs *a, OasisError *err)
{
    OasisCpuBackend *cpu = oasis_cpu_enter(backend);
    const OasisCpuProblem problem = problem_of(a);
    size_t before = history_bytes(a);
    OasisCpuPrimitive *primitive;
    void *scratch;
    OasisStatus status;

    if (!a->frames || !a->positions)
        return OASIS_OK;
    if ((status = oasis_cpu_primitive_get(cpu, &problem, a->weight, &primitive, err)) ||
        (status = oasis_cpu_scratch(cpu, before + oasis_cpu_primitive_scratch_bytes(primitive),
                                    &scratch, err)))
        return status;
    fill_history(cpu, a, scratch);
    const OasisCpuParts parts = {
        .x = scratch,
        .bias = problem.bias ? oasis_tensor_host(a->bias) : NULL,
        .residual = problem.residual ? oasis_tensor_host(a->x) : NULL,
        .out = oasis_tensor_host(a->out),
    };
    return oasis_cpu_primitive_run(cpu, primitive, a->weight, &parts,
                                   (char *)scratch + before, err);
}

/* Twice the frames: copies of whole pixels, bound by memory.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "backends/cpu/cpu.h"

enum { BLOCK = 1024 };

OasisStatus KERNEL(time_up)(OasisBackend *backend, const OasisTimeUpArgs *a, OasisError *err)
{
    const OasisCpuBackend *cpu = (OasisCpuBackend *)backend;
    const char *x = oasis_tensor_host(a->x);
    char *out = oasis_tensor_host(a->out);
    size_t bytes = (size_t)a->channels * oasis_dtype_bytes(a->x.dtype);
    size_t n = (2 * (size_t)a->frames - 1) * a->positions;

#pragma omp parallel for num_threads(cpu->threads)
    for (size_t first = 0; first < n; first += BLOCK) {
        size_t end = n - first < BLOCK ? n : first + BLOCK;
        for (size_t i = first; i < end; i++) {
            size_t frame = i / a->positions + 1;
            size_t pair = frame / 2 * a->positions + i % a->positions;
            memcpy(out + i * bytes, x + (pair * 2 + frame % 2) * bytes, bytes);
        }
    }
    return OASIS_OK;
}

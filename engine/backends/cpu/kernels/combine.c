/* Elementwise sums and conversions, in blocks.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/vector.h"

enum { BLOCK = 16384 };

/* dtypes are constants where this is called, so that each pair gets a loop of its own. */
INLINE void add_block(const OasisCombineArgs *a, size_t i, size_t end, OasisDType a_dtype,
                      OasisDType b_dtype, OasisDType out_dtype)
{
    const void *first = oasis_tensor_host(a->a);
    const void *second = a->b.buffer ? oasis_tensor_host(a->b) : NULL;
    void *out = oasis_tensor_host(a->out);

    for (; i + LANES <= end; i += LANES) {
        Vec y = a->alpha * vec_load_as(first, a_dtype, i);
        if (second) {
            y += a->beta * vec_load_as(second, b_dtype, i);
        }
        vec_store_as(out, out_dtype, i, y);
    }
    for (; i < end; i++) {
        float y = a->alpha * oasis_load(first, a_dtype, i);
        if (second) {
            y += a->beta * oasis_load(second, b_dtype, i);
        }
        oasis_store(out, out_dtype, i, y);
    }
}

INLINE void pick_out(const OasisCombineArgs *a, size_t i, size_t end, OasisDType a_dtype,
                     OasisDType b_dtype)
{
    if (a->out.dtype == OASIS_BF16) {
        add_block(a, i, end, a_dtype, b_dtype, OASIS_BF16);
    } else {
        add_block(a, i, end, a_dtype, b_dtype, OASIS_F32);
    }
}

INLINE void pick_b(const OasisCombineArgs *a, size_t i, size_t end, OasisDType a_dtype)
{
    if (a->b.buffer && a->b.dtype == OASIS_BF16) {
        pick_out(a, i, end, a_dtype, OASIS_BF16);
    } else {
        pick_out(a, i, end, a_dtype, OASIS_F32);
    }
}

OasisStatus KERNEL(combine)(OasisBackend *backend, const OasisCombineArgs *a, OasisError *err)
{
    const OasisCpuBackend *cpu = (OasisCpuBackend *)backend;

#pragma omp parallel for num_threads(cpu->threads)
    for (size_t i = 0; i < a->n; i += BLOCK) {
        size_t end = a->n - i < BLOCK ? a->n : i + BLOCK;
        if (a->a.dtype == OASIS_BF16) {
            pick_b(a, i, end, OASIS_BF16);
        } else {
            pick_b(a, i, end, OASIS_F32);
        }
    }
    return OASIS_OK;
}

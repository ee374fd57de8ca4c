/* The causal mix over time by our own products: for a few positions at a time what it reads is
 * gathered (history.h) and, while it lies in the second-level cache, multiplied frame by frame.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/kernels/kernels.h"

#ifdef __AVX512BF16__

#include <omp.h>

#include "backends/cpu/kernels/history.h"
#include "backends/cpu/kernels/product.h"
#include "core/align.h"

static size_t gathered_bytes(const OasisTemporalArgs *a)
{
    return oasis_align_host(PRODUCT_ROWS * history_bytes(a));
}

static size_t work_bytes(const OasisTemporalArgs *a)
{
    return gathered_bytes(a) + KERNEL(product_work_bytes)(3 * a->in);
}

size_t KERNEL(temporal_bytes)(const OasisTemporalArgs *a, int threads)
{
    return threads * work_bytes(a);
}

/* Frame t of `count` positions from `first` on. */
static void mix_frame(const OasisTemporalArgs *a, const void *panels, const char *gathered, int t,
                      size_t first, size_t count, void *work)
{
    size_t position = t * a->positions + first;
    const OasisCpuProduct product = {
        .x = gathered + t * a->in * oasis_dtype_bytes(a->x.dtype), .panels = panels,
        .in = 3 * a->in, .stride = (a->frames + 2) * a->in,
        .finish = {
            .rows = count, .columns = a->out_channels,
            .bias = a->bias.buffer ? oasis_tensor_host(a->bias) : NULL,
            .residual = a->add_input
                            ? oasis_tensor_host(oasis_tensor_at(a->x, position * a->in))
                            : NULL,
            .residual_dtype = a->x.dtype,
            .out = oasis_tensor_host(oasis_tensor_at(a->out, position * a->out_channels)),
            .out_dtype = a->out.dtype,
        },
    };

    KERNEL(product_rows)(&product, 0, work);
}

void KERNEL(temporal)(const OasisTemporalArgs *a, const void *panels, void *scratch, int threads)
{
#pragma omp parallel num_threads(threads)
    {
        char *gathered = (char *)scratch + omp_get_thread_num() * work_bytes(a);
        char *work = gathered + gathered_bytes(a);
#pragma omp for schedule(static)
        for (size_t first = 0; first < a->positions; first += PRODUCT_ROWS) {
            size_t left = a->positions - first, count = left < PRODUCT_ROWS ? left : PRODUCT_ROWS;
            history_gather(a, first, count, OASIS_BF16, gathered);
            for (int t = 0; t < a->frames; t++) {
                mix_frame(a, panels, gathered, t, first, count, work);
            }
        }
    }
}

#endif

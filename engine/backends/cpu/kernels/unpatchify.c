/* Unpatchify: rows of tokens in parallel; no two write to the same place of the latent image.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/vector.h"

INLINE void add_run(float *to, const void *x, OasisDType dtype, size_t from, int n, float weight)
{
    int c = 0;

    for (; c + LANES <= n; c += LANES) {
        vec_store(to + c, vec_load(to + c) + weight * vec_load_as(x, dtype, from + c));
    }
    for (; c < n; c++) {
        to[c] += weight * oasis_load(x, dtype, from + c);
    }
}

INLINE void add_token(const OasisUnpatchifyArgs *a, int f, int h, int w, OasisDType dtype)
{
    const void *x = oasis_tensor_host(a->x);
    const float *wy = oasis_tensor_host(a->wy);
    const float *wx = oasis_tensor_host(a->wx);
    float *latent = oasis_tensor_host(a->latent);
    size_t from = (((size_t)f * a->grid.h + h) * a->grid.w + w) * a->patch * a->patch * a->channels;

    for (int ph = 0; ph < a->patch; ph++) {
        for (int pw = 0; pw < a->patch; pw++, from += a->channels) {
            size_t row = (size_t)f * a->height + (a->h0 + h) * a->patch + ph;
            size_t column = (size_t)(a->w0 + w) * a->patch + pw;
            add_run(latent + (row * a->width + column) * a->channels, x, dtype, from, a->channels,
                    wy[h * a->patch + ph] * wx[w * a->patch + pw]);
        }
    }
}

OasisStatus KERNEL(unpatchify)(OasisBackend *backend, const OasisUnpatchifyArgs *a,
                               OasisError *err)
{
    const OasisCpuBackend *cpu = (OasisCpuBackend *)backend;
    int rows = a->grid.f * a->grid.h;

#pragma omp parallel for num_threads(cpu->threads)
    for (int row = 0; row < rows; row++) {
        for (int w = 0; w < a->grid.w; w++) {
            if (a->x.dtype == OASIS_BF16) {
                add_token(a, row / a->grid.h, row % a->grid.h, w, OASIS_BF16);
            } else {
                add_token(a, row / a->grid.h, row % a->grid.h, w, OASIS_F32);
            }
        }
    }
    return OASIS_OK;
}

/* Layer norm with gain and shift (oasis.md 1.3; modulation passes gain = 1 + scale).
 *
 *   out[i][j] = (x[i][j] - mean_i) / sqrt(variance_i + eps) * gain[j] + shift[j]
 *
 * mean and population variance over row i; x f32 [n, d]; gain, shift f32 [d]; out compute [n, d].
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/element.h"
#include "ops/reference.h"

OasisStatus oasis_reference_layer_norm(OasisBackend *backend, const OasisLayerNormArgs *a,
                                       OasisError *err)
{
    const float *gain = oasis_tensor_host(a->gain);
    const float *shift = oasis_tensor_host(a->shift);
    void *out = oasis_tensor_host(a->out);

    for (int i = 0; i < a->n; i++) {
        const float *x = (const float *)oasis_tensor_host(a->x) + (size_t)i * a->d;
        double mean = 0, variance = 0;

        for (int j = 0; j < a->d; j++) {
            mean += x[j];
        }
        mean /= a->d;
        for (int j = 0; j < a->d; j++) {
            variance += (x[j] - mean) * (x[j] - mean);
        }
        variance /= a->d;

        double scale = 1 / sqrt(variance + a->eps);
        for (int j = 0; j < a->d; j++) {
            double y = (x[j] - mean) * scale * gain[j] + shift[j];
            oasis_store(out, a->out.dtype, (size_t)i * a->d + j, (float)y);
        }
    }
    return OASIS_OK;
}

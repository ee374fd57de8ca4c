/* Matrix product with bias and epilogue.
 *
 *   y[i][o] = sum over j of x[i][j] * W[o][j], + bias[o]
 *   out = y | gelu(y) | silu(y), or out += gate[o] * y
 *
 * x compute [n, k]; W [m, k]; bias, gate f32 [m]; out [n, m].
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/element.h"
#include "ops/reference.h"

OasisStatus oasis_reference_linear(OasisBackend *backend, const OasisLinearArgs *a,
                                   OasisError *err)
{
    const void *x = oasis_tensor_host(a->x);
    const float *weight = oasis_reference_weight(a->weight);
    const float *bias = a->bias.buffer ? oasis_tensor_host(a->bias) : NULL;
    const float *gate = a->gate.buffer ? oasis_tensor_host(a->gate) : NULL;
    void *out = oasis_tensor_host(a->out);

    for (int i = 0; i < a->n; i++) {
        for (int o = 0; o < a->m; o++) {
            size_t at = (size_t)i * a->m + o;
            double sum = bias ? bias[o] : 0;
            for (int j = 0; j < a->k; j++) {
                sum += (double)oasis_load(x, a->x.dtype, (size_t)i * a->k + j) *
                       weight[(size_t)o * a->k + j];
            }

            float y = (float)sum;
            switch (a->epilogue) {
            case OASIS_EPILOGUE_NONE: break;
            case OASIS_EPILOGUE_GELU: y = oasis_gelu(y); break;
            case OASIS_EPILOGUE_SILU: y = oasis_silu(y); break;
            case OASIS_EPILOGUE_ADD:
                y = oasis_load(out, a->out.dtype, at) + (gate ? gate[o] : 1) * y;
                break;
            }
            oasis_store(out, a->out.dtype, at, y);
        }
    }
    return OASIS_OK;
}

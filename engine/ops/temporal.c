/* A causal mix over time at each position: the frame and the two before it.
 *
 *   out[t] = bias + sum over j = 0..2 of W_j act(x[t - 2 + j]), + x[t] if add_input
 *
 * Frames before the first are the first, or zero, by `history`; act is SiLU or nothing. W_j is
 * columns [j*in, (j+1)*in) of weight [out, 3*in]. x compute [frames, positions, in]; out compute
 * [frames, positions, out_channels].
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/element.h"
#include "ops/reference.h"

static float input(const OasisTemporalArgs *a, int t, size_t position, int channel)
{
    if (t < 0 && a->history == OASIS_HISTORY_ZERO) {
        return 0;
    }
    size_t at = ((t > 0 ? t : 0) * a->positions + position) * a->in + channel;
    float x = oasis_load(oasis_tensor_host(a->x), a->x.dtype, at);
    return a->silu_input ? oasis_silu(x) : x;
}

static float mix(const OasisTemporalArgs *a, int t, size_t position, int channel)
{
    const float *bias = a->bias.buffer ? oasis_tensor_host(a->bias) : NULL;
    const float *weight = oasis_reference_weight(a->weight) + (size_t)channel * 3 * a->in;
    double sum = bias ? bias[channel] : 0;

    for (int j = 0; j < 3; j++) {
        for (int i = 0; i < a->in; i++) {
            sum += (double)*weight++ * input(a, t - 2 + j, position, i);
        }
    }
    return (float)sum;
}

OasisStatus oasis_reference_temporal(OasisBackend *backend, const OasisTemporalArgs *a,
                                     OasisError *err)
{
    const void *x = oasis_tensor_host(a->x);
    void *out = oasis_tensor_host(a->out);
    size_t at = 0;

    for (int t = 0; t < a->frames; t++) {
        for (size_t position = 0; position < a->positions; position++) {
            for (int channel = 0; channel < a->out_channels; channel++, at++) {
                float y = mix(a, t, position, channel);
                if (a->add_input) {
                    y += oasis_load(x, a->x.dtype, at);
                }
                oasis_store(out, a->out.dtype, at, y);
            }
        }
    }
    return OASIS_OK;
}

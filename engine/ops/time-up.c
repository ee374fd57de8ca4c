/* Twice the frames: the halves of each position's channels are two frames one after the other, and
 * the very first of all is dropped, so that a chunk's first latent stands for one frame.
 *
 *   out[2t + half - 1][position][c] = x[t][position][half*channels + c]
 *
 * x compute [frames, positions, 2*channels]; out compute [2*frames - 1, positions, channels].
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/element.h"
#include "ops/reference.h"

OasisStatus oasis_reference_time_up(OasisBackend *backend, const OasisTimeUpArgs *a,
                                    OasisError *err)
{
    const void *x = oasis_tensor_host(a->x);
    void *out = oasis_tensor_host(a->out);
    size_t to = 0;

    for (int frame = 1; frame < 2 * a->frames; frame++) {
        for (size_t position = 0; position < a->positions; position++) {
            for (int c = 0; c < a->channels; c++) {
                size_t pair = (size_t)(frame / 2) * a->positions + position;
                size_t from = (pair * 2 + frame % 2) * a->channels + c;
                oasis_store(out, a->out.dtype, to++, oasis_load(x, a->x.dtype, from));
            }
        }
    }
    return OASIS_OK;
}

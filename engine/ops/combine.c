/* out = alpha*a + beta*b elementwise, or alpha*a without b; any dtypes, so it converts, too.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/element.h"
#include "ops/reference.h"

OasisStatus oasis_reference_combine(OasisBackend *backend, const OasisCombineArgs *a,
                                    OasisError *err)
{
    const void *first = oasis_tensor_host(a->a);
    const void *second = a->b.buffer ? oasis_tensor_host(a->b) : NULL;
    void *out = oasis_tensor_host(a->out);

    for (size_t i = 0; i < a->n; i++) {
        float y = a->alpha * oasis_load(first, a->a.dtype, i);
        if (second) {
            y += a->beta * oasis_load(second, a->b.dtype, i);
        }
        oasis_store(out, a->out.dtype, i, y);
    }
    return OASIS_OK;
}

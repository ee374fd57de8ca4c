/* out = value.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/element.h"
#include "ops/reference.h"

OasisStatus oasis_reference_fill(OasisBackend *backend, const OasisFillArgs *a, OasisError *err)
{
    for (size_t i = 0; i < a->n; i++) {
        oasis_store(oasis_tensor_host(a->out), a->out.dtype, i, a->value);
    }
    return OASIS_OK;
}

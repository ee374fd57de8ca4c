/* x[i] += row, for each row i.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/reference.h"

OasisStatus oasis_reference_add_row(OasisBackend *backend, const OasisAddRowArgs *a,
                                    OasisError *err)
{
    const float *row = oasis_tensor_host(a->row);
    float *x = oasis_tensor_host(a->x);

    for (int i = 0; i < a->n; i++, x += a->d) {
        for (int j = 0; j < a->d; j++) {
            x[j] += row[j];
        }
    }
    return OASIS_OK;
}

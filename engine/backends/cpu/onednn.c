/* oneDNN's failures as ours.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/onednn.h"

OasisStatus oasis_cpu_fail(OasisError *err, dnnl_status_t status, const char *what)
{
    if (status == dnnl_out_of_memory) {
        return oasis_fail_memory(err, "oneDNN");
    }
    return oasis_fail(err, OASIS_ERR_DEVICE, "oneDNN", "%s failed with status %d%s", what,
                      (int)status, status == dnnl_unimplemented ? " (not implemented here)" : "");
}

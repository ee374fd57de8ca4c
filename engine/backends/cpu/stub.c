/* What stands for the CPU back end in a build without oneDNN.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "backends/registry.h"
#include "oasis/status.h"

static const char REASON[] = "this build has no oneDNN; configure it with -Donednn=enabled";

static size_t list(OasisDeviceInfo *infos, size_t capacity)
{
    if (capacity) {
        infos[0] = (OasisDeviceInfo){.name = "cpu", .description = "the processor"};
        memcpy(infos[0].reason, REASON, sizeof REASON);
    }
    return 1;
}

static OasisStatus open_cpu(const char *name, OasisDType dtype, int threads,
                            OasisBackend **backend, OasisError *err)
{
    return oasis_fail(err, OASIS_ERR_DEVICE, name, "%s", REASON);
}

/* Without OpenMP there is no thread that could spin. */
void oasis_device_let_threads_sleep(char **argv)
{
}

const OasisBackendFamily oasis_backend_cpu = {
    .name = "cpu",
    .list = list,
    .open = open_cpu,
};

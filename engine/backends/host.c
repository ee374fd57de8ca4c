/* Buffers in host memory.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/align.h"
#include "oasis/status.h"

OasisStatus oasis_host_buffer_new(OasisBackend *backend, size_t bytes, OasisBuffer **buffer,
                                  OasisError *err)
{
    OasisBuffer *self = calloc(1, sizeof *self);

    /* Never nothing, and what rounding makes of more than there can be is nothing. */
    size_t size = oasis_align_host(bytes + !bytes);

    if (!self || !size || !(self->data = aligned_alloc(OASIS_HOST_ALIGNMENT, size))) {
        free(self);
        return oasis_fail_memory(err, backend->info.name);
    }
    self->bytes = bytes;
    *buffer = self;
    return OASIS_OK;
}

void oasis_host_buffer_free(OasisBackend *backend, OasisBuffer *buffer)
{
    if (!buffer) {
        return;
    }
    free(buffer->data);
    free(buffer);
}

OasisStatus oasis_host_upload(OasisBackend *backend, OasisTensor to, const void *from,
                              size_t bytes, OasisError *err)
{
    memcpy(oasis_tensor_host(to), from, bytes);
    return OASIS_OK;
}

OasisStatus oasis_host_download(OasisBackend *backend, void *to, OasisTensor from, size_t bytes,
                                OasisError *err)
{
    memcpy(to, oasis_tensor_host(from), bytes);
    return OASIS_OK;
}

OasisTicket oasis_host_mark(OasisBackend *backend)
{
    return 0;
}

OasisStatus oasis_host_wait(OasisBackend *backend, OasisTicket ticket, OasisError *err)
{
    return OASIS_OK;
}

/* The number that `format` reads from the first line of a file that has it, or 0. */
static uint64_t read_number(const char *path, const char *format)
{
    FILE *file = fopen(path, "re");
    unsigned long long number = 0;
    char line[128];

    if (!file) {
        return 0;
    }
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, format, &number) == 1) {
            break;
        }
    }
    fclose(file);
    return number;
}

uint64_t oasis_host_memory_bytes(void)
{
    uint64_t available = read_number("/proc/meminfo", "MemAvailable: %llu kB") * 1024;
    uint64_t limit = read_number("/sys/fs/cgroup/memory.max", "%llu");
    uint64_t used = read_number("/sys/fs/cgroup/memory.current", "%llu");
    uint64_t cached = read_number("/sys/fs/cgroup/memory.stat", "inactive_file %llu");

    /* File contents that nobody uses are counted as used, but make room at once. */
    used = used > cached ? used - cached : 0;
    if (limit > used && limit - used < available) {
        return limit - used;
    }
    return available;
}

/* Whether a job fits the device's memory.
 * SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include "report.h"
#include "text.h"

static bool fits(const OasisRestorer *restorer, uint64_t limit, const OasisFrameFormat *source,
                 int height)
{
    OasisFrameFormat format;

    return oasis_output_format(source, &(OasisSize){.height = height}, &format, NULL) == OASIS_OK &&
           oasis_restorer_peak_bytes(restorer, source, &format) <= limit;
}

OasisStatus memory_check(const OasisRestorer *restorer, const OasisDeviceInfo *device,
                         const OasisFrameFormat *source, const OasisFrameFormat *output,
                         OasisError *err)
{
    uint64_t limit = device->memory_bytes;
    uint64_t peak = oasis_restorer_peak_bytes(restorer, source, output);
    int low = 0, high = output->height;

    if (limit == 0 || peak <= limit)
        return OASIS_OK;
    /* low fits (or is none), high does not. */
    while (high - low > 1) {
        int middle = low + (high - low) / 2;

        if (fits(restorer, limit, source, middle))
            low = middle;
        else
            high = middle;
    }
    if (low == 0)
        return fail(err, OASIS_ERR_NO_MEMORY, device->name,
                    "restoring to a height of %d takes %s of memory and %s may be used; no size "
                    "fits",
                    output->height, text_bytes(peak).text, text_bytes(limit).text);
    return fail(err, OASIS_ERR_NO_MEMORY, device->name,
                "restoring to a height of %d takes %s of memory and %s may be used; the largest "
                "that fits is --height %d",
                output->height, text_bytes(peak).text, text_bytes(limit).text, low & ~1);
}

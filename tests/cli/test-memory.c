/* A job that does not fit the device's memory is refused with the largest height that does.
 * SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include "test.h"

/* Doubles of the engine's functions: memory grows by one byte a line, heights are even. */
OasisStatus oasis_output_format(const OasisFrameFormat *source, const OasisSize *size,
                                OasisFrameFormat *output, OasisError *err)
{
    *output = *source;
    output->height = (size->height + 1) / 2 * 2;
    return OASIS_OK;
}

uint64_t oasis_restorer_peak_bytes(const OasisRestorer *restorer, const OasisFrameFormat *source,
                                   const OasisFrameFormat *output)
{
    return (uint64_t)output->height;
}

static OasisStatus check(uint64_t memory, OasisError *err)
{
    OasisDeviceInfo device = {.name = "toy", .memory_bytes = memory};
    OasisFrameFormat source = {.width = 64, .height = 500};
    OasisFrameFormat output = {.width = 128, .height = 1000};

    return memory_check(NULL, &device, &source, &output, err);
}

int main(void)
{
    OasisError err = {0};

    test_begin();

    CHECK_INT(check(0, &err), OASIS_OK); /* unknown */
    CHECK_INT(check(1000, &err), OASIS_OK);
    CHECK_INT(check(999, &err), OASIS_ERR_NO_MEMORY);
    CHECK_STR(err.subject, "toy");
    CHECK_HAS(err.detail, "--height 998");
    CHECK_INT(check(3, &err), OASIS_ERR_NO_MEMORY);
    CHECK_HAS(err.detail, "--height 2");
    CHECK_INT(check(1, &err), OASIS_ERR_NO_MEMORY);
    CHECK_HAS(err.detail, "no size fits");
    return test_end();
}

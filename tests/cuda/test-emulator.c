/* The emulated driver: work is done as late as may be, memory has its bounds, and calls fail on
 * demand.
 * SPDX-License-Identifier: Apache-2.0 */
#include "emulator/fault.h"

#include "test.h"
#include "words-params.h"

#define DECLARE(name, symbol, parameters) CUresult symbol parameters;
OASIS_CUDA_DRIVER(DECLARE)
#undef DECLARE

static CUcontext context;
static CUstream stream, other;

static CUdeviceptr device_int(int value)
{
    CUdeviceptr address = 0;

    CHECK_INT(cuMemAlloc_v2(&address, sizeof value), CUDA_SUCCESS);
    CHECK_INT(cuMemcpyHtoDAsync_v2(address, &value, sizeof value, stream), CUDA_SUCCESS);
    return address;
}

/* On a stream that has nothing to wait for. */
static int read_int(CUdeviceptr address)
{
    int value = -1;

    CHECK_INT(cuMemcpyDtoHAsync_v2(&value, address, sizeof value, other), CUDA_SUCCESS);
    return value;
}

static CUresult add(CUdeviceptr to, unsigned threads, unsigned shared)
{
    const Words words = {.out = (void *)(uintptr_t)to};
    void *params[] = {(void *)&words};
    CUmodule module;
    CUfunction function;

    REQUIRE(CHECK_INT(cuModuleLoadData(&module, "words"), CUDA_SUCCESS));
    REQUIRE(CHECK_INT(cuModuleGetFunction(&function, module, "oasis_cuda_words_atomic"),
                      CUDA_SUCCESS));
    return cuLaunchKernel(function, 1, 1, 1, threads, 1, 1, shared, stream, params, NULL);
}

/* What adds all threads of a warp adds 496. */
static void test_late(void)
{
    CUdeviceptr x = device_int(1);
    void *memory;
    int *pinned;

    CHECK_INT(read_int(x), 1);
    CHECK_INT(add(x, 32, 0), CUDA_SUCCESS);
    CHECK_INT(read_int(x), 1);
    CHECK_INT(cuStreamSynchronize(stream), CUDA_SUCCESS);
    CHECK_INT(read_int(x), 497);

    REQUIRE(CHECK_INT(cuMemHostAlloc(&memory, 100, 0), CUDA_SUCCESS));
    pinned = memory;
    *pinned = 3;
    CHECK_INT(cuMemcpyHtoDAsync_v2(x, pinned, sizeof *pinned, stream), CUDA_SUCCESS);
    *pinned = 4; /* too early */
    CHECK_INT(cuStreamSynchronize(stream), CUDA_SUCCESS);
    CHECK_INT(read_int(x), 4);
    CHECK_INT(cuMemcpyDtoHAsync_v2(pinned, x, sizeof *pinned, stream), CUDA_SUCCESS);
    *pinned = 5;
    CHECK_INT(cuStreamSynchronize(stream), CUDA_SUCCESS);
    CHECK_INT(*pinned, 4);
    CHECK_INT(cuMemFreeHost(memory), CUDA_SUCCESS);
    CHECK_INT(cuMemFreeHost(memory), CUDA_ERROR_INVALID_VALUE);
    CHECK_INT(cuMemFree_v2(x), CUDA_SUCCESS);
    CHECK_INT(cuMemFree_v2(x), CUDA_ERROR_INVALID_VALUE);
}

static void test_events(void)
{
    CUdeviceptr x = device_int(0);
    CUevent event;
    float time = -1;

    CHECK_INT(cuEventCreate(&event, 0), CUDA_SUCCESS);
    CHECK_INT(cuEventQuery(event), CUDA_SUCCESS); /* never recorded */
    CHECK_INT(add(x, 32, 0), CUDA_SUCCESS);
    CHECK_INT(cuEventRecord(event, stream), CUDA_SUCCESS);
    CHECK_INT(add(x, 32, 0), CUDA_SUCCESS);
    CHECK_INT(cuEventQuery(event), CUDA_ERROR_NOT_READY);
    CHECK_INT(cuEventQuery(event), CUDA_ERROR_NOT_READY);
    CHECK_INT(cuEventQuery(event), CUDA_SUCCESS); /* who asks is answered in the end */
    CHECK_INT(read_int(x), 496);
    CHECK_INT(cuEventRecord(event, stream), CUDA_SUCCESS);
    CHECK_INT(cuStreamWaitEvent(other, event, 0), CUDA_SUCCESS);
    CHECK_INT(read_int(x), 992);
    CHECK_INT(cuEventSynchronize(event), CUDA_SUCCESS);
    CHECK_INT(cuEventElapsedTime(&time, event, event), CUDA_SUCCESS);
    CHECK_INT((int)time, 0);
    CHECK_INT(cuEventDestroy_v2(event), CUDA_SUCCESS);
    CHECK_INT(cuMemFree_v2(x), CUDA_SUCCESS);
}

static void test_refusals(void)
{
    CUdeviceptr x = device_int(0), large;
    size_t free_bytes, total, now;
    CUmodule module;
    CUfunction function;

    CHECK_INT(add(x, 96, 0), CUDA_ERROR_INVALID_VALUE); /* more than its KERNEL says */
    CHECK_INT(add(x, 16, 0), CUDA_ERROR_INVALID_VALUE); /* no whole warp */
    CHECK_INT(add(x, 32, 60000), CUDA_ERROR_INVALID_VALUE);
    CHECK_INT(cuModuleLoadData(&module, "words"), CUDA_SUCCESS);
    CHECK_INT(cuModuleGetFunction(&function, module, "oasis_cuda_nothing"), CUDA_ERROR_NOT_FOUND);
    CHECK_INT(cuModuleGetFunction(&function, module, "oasis_cuda_words_atomic"), CUDA_SUCCESS);
    CHECK_INT(cuFuncSetAttribute(function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 60000),
              CUDA_SUCCESS);
    CHECK_INT(add(x, 32, 60000), CUDA_SUCCESS);
    CHECK_INT(cuMemcpyHtoDAsync_v2(x + 2, "four", 4, stream), CUDA_ERROR_INVALID_VALUE);

    CHECK_INT(cuMemGetInfo_v2(&free_bytes, &total), CUDA_SUCCESS);
    CHECK_INT(cuMemAlloc_v2(&large, free_bytes + 1), CUDA_ERROR_OUT_OF_MEMORY);
    CHECK_INT(cuMemAlloc_v2(&large, 1000), CUDA_SUCCESS);
    CHECK_INT(cuMemGetInfo_v2(&now, &total), CUDA_SUCCESS);
    CHECK_INT(now, free_bytes - 1000);
    CHECK_INT(large % 256, 0);
    CHECK_INT(cuMemFree_v2(large), CUDA_SUCCESS);
    CHECK_INT(cuMemFree_v2(x), CUDA_SUCCESS);
}

static void open(void)
{
    REQUIRE(CHECK_INT(cuCtxCreate_v2(&context, 0, 0), CUDA_SUCCESS));
    REQUIRE(CHECK_INT(cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING), CUDA_SUCCESS));
    REQUIRE(CHECK_INT(cuStreamCreate(&other, CU_STREAM_NON_BLOCKING), CUDA_SUCCESS));
}

static void test_faults(void)
{
    CUdeviceptr x;
    size_t before, free_bytes, total;
    unsigned long calls = emulator_calls();

    CHECK_INT(cuMemGetInfo_v2(&before, &total), CUDA_SUCCESS);
    CHECK_INT(emulator_calls(), calls + 1);
    emulator_fail_call(2, CUDA_ERROR_OUT_OF_MEMORY);
    CHECK_INT(cuMemAlloc_v2(&x, 100), CUDA_SUCCESS);
    CHECK_INT(cuMemAlloc_v2(&x, 100), CUDA_ERROR_OUT_OF_MEMORY);
    CHECK_INT(cuMemAlloc_v2(&x, 100), CUDA_SUCCESS);

    /* A card that is lost stays so, until its context and all that is in it are gone. */
    emulator_fail_call(1, CUDA_ERROR_LAUNCH_FAILED);
    CHECK_INT(cuStreamSynchronize(stream), CUDA_ERROR_LAUNCH_FAILED);
    CHECK_INT(cuMemAlloc_v2(&x, 100), CUDA_ERROR_LAUNCH_FAILED);
    CHECK_INT(cuMemFree_v2(x), CUDA_ERROR_LAUNCH_FAILED);
    CHECK_INT(cuCtxDestroy_v2(context), CUDA_SUCCESS);
    open();
    CHECK_INT(cuMemGetInfo_v2(&free_bytes, &total), CUDA_SUCCESS);
    CHECK_INT(free_bytes, before);
}

int main(void)
{
    test_begin();
    open();
    test_late();
    test_events();
    test_refusals();
    test_faults();
    CHECK_INT(cuCtxDestroy_v2(context), CUDA_SUCCESS);
    return test_end();
}

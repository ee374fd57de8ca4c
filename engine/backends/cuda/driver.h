/* NVIDIA's driver, opened at run time: what we use of its interface, in declarations of our own, so
 * that nothing of NVIDIA's is needed to build the host side, linked or shipped.
 *
 * Names of types, constants and entries are NVIDIA's (CUDA driver API); those of the table below
 * lack the "cu" and the version that an entry's symbol ends with.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

#include "oasis/status.h"

typedef int CUresult;
typedef int CUdevice;
typedef unsigned long long CUdeviceptr;
typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUstream_st *CUstream;
typedef struct CUevent_st *CUevent;

/* CUresult */
enum {
    CUDA_SUCCESS = 0,
    CUDA_ERROR_INVALID_VALUE = 1,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_NOT_INITIALIZED = 3,
    CUDA_ERROR_NO_DEVICE = 100,
    CUDA_ERROR_INVALID_DEVICE = 101,
    CUDA_ERROR_INVALID_IMAGE = 200,
    CUDA_ERROR_INVALID_CONTEXT = 201,
    CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
    CUDA_ERROR_ECC_UNCORRECTABLE = 214,
    CUDA_ERROR_UNSUPPORTED_PTX_VERSION = 222,
    CUDA_ERROR_INVALID_HANDLE = 400,
    CUDA_ERROR_NOT_FOUND = 500,
    CUDA_ERROR_NOT_READY = 600,
    CUDA_ERROR_ILLEGAL_ADDRESS = 700,
    CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES = 701,
    CUDA_ERROR_LAUNCH_FAILED = 719,
    CUDA_ERROR_SYSTEM_DRIVER_MISMATCH = 803,
    CUDA_ERROR_UNKNOWN = 999,
};

/* CUdevice_attribute */
enum {
    CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16,
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
    CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97,
};

/* CUfunction_attribute, CUstream_flags, CUevent_flags */
enum {
    CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8,
    CU_STREAM_NON_BLOCKING = 1,
    CU_EVENT_DISABLE_TIMING = 2,
};

/* X(name in the table, symbol in the library, parameters); all return a CUresult. */
#define OASIS_CUDA_DRIVER(X)                                                                   \
    X(init, cuInit, (unsigned int flags))                                                      \
    X(driver_get_version, cuDriverGetVersion, (int *version))                                  \
    X(get_error_name, cuGetErrorName, (CUresult result, const char **name))                    \
    X(get_error_string, cuGetErrorString, (CUresult result, const char **text))                \
    X(device_get_count, cuDeviceGetCount, (int *count))                                        \
    X(device_get, cuDeviceGet, (CUdevice *device, int ordinal))                                \
    X(device_get_name, cuDeviceGetName, (char *name, int size, CUdevice device))               \
    X(device_get_attribute, cuDeviceGetAttribute, (int *value, int attribute, CUdevice device)) \
    X(device_total_mem, cuDeviceTotalMem_v2, (size_t *bytes, CUdevice device))                 \
    X(ctx_create, cuCtxCreate_v2, (CUcontext *context, unsigned int flags, CUdevice device))   \
    X(ctx_destroy, cuCtxDestroy_v2, (CUcontext context))                                       \
    X(ctx_set_current, cuCtxSetCurrent, (CUcontext context))                                   \
    X(mem_get_info, cuMemGetInfo_v2, (size_t *free, size_t *total))                            \
    X(mem_alloc, cuMemAlloc_v2, (CUdeviceptr *address, size_t bytes))                          \
    X(mem_free, cuMemFree_v2, (CUdeviceptr address))                                           \
    X(mem_host_alloc, cuMemHostAlloc, (void **memory, size_t bytes, unsigned int flags))       \
    X(mem_free_host, cuMemFreeHost, (void *memory))                                            \
    X(memcpy_htod_async, cuMemcpyHtoDAsync_v2,                                                 \
      (CUdeviceptr to, const void *from, size_t bytes, CUstream stream))                       \
    X(memcpy_dtoh_async, cuMemcpyDtoHAsync_v2,                                                 \
      (void *to, CUdeviceptr from, size_t bytes, CUstream stream))                             \
    X(module_load_data, cuModuleLoadData, (CUmodule *module, const void *image))               \
    X(module_unload, cuModuleUnload, (CUmodule module))                                        \
    X(module_get_function, cuModuleGetFunction,                                                \
      (CUfunction *function, CUmodule module, const char *name))                               \
    X(func_set_attribute, cuFuncSetAttribute, (CUfunction function, int attribute, int value)) \
    X(launch_kernel, cuLaunchKernel,                                                           \
      (CUfunction function, unsigned int grid_x, unsigned int grid_y, unsigned int grid_z,     \
       unsigned int block_x, unsigned int block_y, unsigned int block_z,                       \
       unsigned int shared_bytes, CUstream stream, void **params, void **extra))               \
    X(stream_create, cuStreamCreate, (CUstream *stream, unsigned int flags))                   \
    X(stream_destroy, cuStreamDestroy_v2, (CUstream stream))                                   \
    X(stream_synchronize, cuStreamSynchronize, (CUstream stream))                              \
    X(stream_wait_event, cuStreamWaitEvent,                                                    \
      (CUstream stream, CUevent event, unsigned int flags))                                    \
    X(event_create, cuEventCreate, (CUevent *event, unsigned int flags))                       \
    X(event_destroy, cuEventDestroy_v2, (CUevent event))                                       \
    X(event_record, cuEventRecord, (CUevent event, CUstream stream))                           \
    X(event_query, cuEventQuery, (CUevent event))                                              \
    X(event_synchronize, cuEventSynchronize, (CUevent event))                                  \
    X(event_elapsed_time, cuEventElapsedTime, (float *milliseconds, CUevent from, CUevent to))

#define OASIS_CUDA_DRIVER_FIELD(name, symbol, parameters) CUresult (*name) parameters;
typedef struct OasisCudaDriver {
    OASIS_CUDA_DRIVER(OASIS_CUDA_DRIVER_FIELD)
} OasisCudaDriver;
#undef OASIS_CUDA_DRIVER_FIELD

/* The driver, opened by the first call and kept until the process ends; the library's name is
 * "libcuda.so.1", or what $OASIS_CUDA_DRIVER says. NULL where it is missing or lacks an entry: then
 * `reason` says so in a sentence. Any thread. */
const OasisCudaDriver *oasis_cuda_driver(char *reason, size_t size);

/* Fails with OASIS_ERR_NO_MEMORY or OASIS_ERR_DEVICE and the driver's own text for the result.
 * `what` is the call that failed. */
OasisStatus oasis_cuda_fail(const OasisCudaDriver *driver, CUresult result, const char *what,
                            OasisError *err);

/* Returns from the calling function unless the driver's call succeeds; `err` is the caller's. */
#define OASIS_CUDA_TRY(driver, name, ...)                                             \
    do {                                                                              \
        CUresult try_result = (driver)->name(__VA_ARGS__);                            \
        if (try_result != CUDA_SUCCESS) {                                             \
            return oasis_cuda_fail((driver), try_result, #name, err);                 \
        }                                                                             \
    } while (0)

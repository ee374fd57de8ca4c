/* The driver's functions: one card, or $OASIS_EMULATOR_CARDS of them, with $OASIS_EMULATOR_MEMORY
 * bytes (4 GiB), whose kernels run on the processor. Its compute capability is 9.0 ("90") or
 * $OASIS_EMULATOR_CAPABILITY, the CUDA version of the driver 13.0 ("13000") or
 * $OASIS_EMULATOR_DRIVER.
 *
 * Copies from and to memory that is not pinned are made at once, as the driver does. Calls from
 * several threads take turns.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/driver.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/block.h"
#include "emulator/fault.h"
#include "emulator/memory.h"
#include "emulator/stream.h"

#define DECLARE(name, symbol, parameters) EMULATOR_API CUresult symbol parameters;
OASIS_CUDA_DRIVER(DECLARE)
#undef DECLARE

struct CUctx_st {
    int device;
};

struct CUmod_st {
    int nothing;
};

typedef struct Pinned {
    char *memory;
    size_t bytes;
    CUcontext owner;
    struct Pinned *next;
} Pinned;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local CUcontext current;
static Pinned *pinned;

/* The body of each call, with the others kept out. */
#define CALL(...)                                  \
    do {                                           \
        CUresult result;                           \
        pthread_mutex_lock(&mutex);                \
        result = emulator_count_call();            \
        if (result == CUDA_SUCCESS) {              \
            result = (__VA_ARGS__);                \
        }                                          \
        pthread_mutex_unlock(&mutex);              \
        return result;                             \
    } while (0)

/* --- the card -------------------------------------------------------------------------------- */

static int setting(const char *name, int usual)
{
    const char *text = getenv(name);

    return text ? atoi(text) : usual;
}

static int count_cards(void)
{
    return setting("OASIS_EMULATOR_CARDS", 1);
}

static int capability(void)
{
    return setting("OASIS_EMULATOR_CAPABILITY", 90);
}

CUresult cuInit(unsigned int flags)
{
    CALL(count_cards() ? CUDA_SUCCESS : CUDA_ERROR_NO_DEVICE);
}

CUresult cuDriverGetVersion(int *version)
{
    CALL(*version = setting("OASIS_EMULATOR_DRIVER", 13000), CUDA_SUCCESS);
}

CUresult cuGetErrorName(CUresult result, const char **name)
{
    *name = "CUDA_ERROR_EMULATED";
    return CUDA_SUCCESS;
}

CUresult cuGetErrorString(CUresult result, const char **text)
{
    *text = "an emulated error";
    return CUDA_SUCCESS;
}

CUresult cuDeviceGetCount(int *count)
{
    CALL(*count = count_cards(), CUDA_SUCCESS);
}

CUresult cuDeviceGet(CUdevice *device, int ordinal)
{
    CALL(*device = ordinal, ordinal >= 0 && ordinal < count_cards() ? CUDA_SUCCESS
                                                                   : CUDA_ERROR_INVALID_DEVICE);
}

CUresult cuDeviceGetName(char *name, int size, CUdevice device)
{
    CALL(snprintf(name, (size_t)size, "Emulated card %d", device), CUDA_SUCCESS);
}

/* What a block may have, as on cards of that capability. */
static int shared_bytes(void)
{
    switch (capability()) {
    case 75: return 64 << 10;
    case 80: return 163 << 10;
    case 86:
    case 89:
    case 120: return 99 << 10;
    }
    return EMULATOR_MOST_SHARED;
}

static CUresult get_attribute(int *value, int attribute)
{
    switch (attribute) {
    case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT: *value = 4; return CUDA_SUCCESS;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
        *value = capability() / 10;
        return CUDA_SUCCESS;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR:
        *value = capability() % 10;
        return CUDA_SUCCESS;
    case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN:
        *value = shared_bytes();
        return CUDA_SUCCESS;
    }
    return CUDA_ERROR_INVALID_VALUE;
}

CUresult cuDeviceGetAttribute(int *value, int attribute, CUdevice device)
{
    CALL(get_attribute(value, attribute));
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device)
{
    CALL(*bytes = emulator_memory_total(), CUDA_SUCCESS);
}

static CUresult create_context(CUcontext *context, CUdevice device)
{
    *context = calloc(1, sizeof **context);
    if (!*context) {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    (*context)->device = device;
    current = *context;
    return CUDA_SUCCESS;
}

CUresult cuCtxCreate_v2(CUcontext *context, unsigned int flags, CUdevice device)
{
    CALL(create_context(context, device));
}

CUresult cuCtxSetCurrent(CUcontext context)
{
    CALL(current = context, CUDA_SUCCESS);
}

/* --- memory ---------------------------------------------------------------------------------- */

CUresult cuMemGetInfo_v2(size_t *free_bytes, size_t *total)
{
    CALL(*total = emulator_memory_total(), *free_bytes = *total - emulator_memory_used(),
         CUDA_SUCCESS);
}

static CUresult allocate(CUdeviceptr *address, size_t bytes)
{
    void *memory = bytes ? emulator_memory_alloc(bytes, current) : NULL;

    *address = (CUdeviceptr)(uintptr_t)memory;
    return memory ? CUDA_SUCCESS : bytes ? CUDA_ERROR_OUT_OF_MEMORY : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t bytes)
{
    CALL(allocate(address, bytes));
}

static CUresult release(CUdeviceptr address)
{
    emulator_stream_finish_all();
    return emulator_memory_free((void *)(uintptr_t)address) ? CUDA_SUCCESS
                                                            : CUDA_ERROR_INVALID_VALUE;
}

CUresult cuMemFree_v2(CUdeviceptr address)
{
    CALL(release(address));
}

static CUresult pin(void **memory, size_t bytes)
{
    Pinned *self = malloc(sizeof *self);

    *memory = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
    if (!self || !*memory) {
        free(self);
        free(*memory);
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    *self = (Pinned){*memory, bytes, current, pinned};
    pinned = self;
    return CUDA_SUCCESS;
}

CUresult cuMemHostAlloc(void **memory, size_t bytes, unsigned int flags)
{
    CALL(pin(memory, bytes));
}

static void drop_pinned(Pinned **place)
{
    Pinned *self = *place;

    *place = self->next;
    free(self->memory);
    free(self);
}

static CUresult unpin(void *memory)
{
    emulator_stream_finish_all();
    for (Pinned **place = &pinned; *place; place = &(*place)->next) {
        if ((*place)->memory == memory) {
            drop_pinned(place);
            return CUDA_SUCCESS;
        }
    }
    return CUDA_ERROR_INVALID_VALUE;
}

static void unpin_all(CUcontext owner)
{
    for (Pinned **place = &pinned; *place;) {
        if ((*place)->owner == owner) {
            drop_pinned(place);
        } else {
            place = &(*place)->next;
        }
    }
}

CUresult cuMemFreeHost(void *memory)
{
    CALL(unpin(memory));
}

static int is_pinned(const void *memory, size_t bytes)
{
    const char *at = memory;

    for (const Pinned *self = pinned; self; self = self->next) {
        if (at >= self->memory && at + bytes <= self->memory + self->bytes) {
            return 1;
        }
    }
    return 0;
}

static CUresult copy_to_device(CUdeviceptr address, const void *from, size_t bytes, CUstream stream)
{
    void *to = (void *)(uintptr_t)address;

    if (!emulator_memory_find(to, bytes)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    emulator_stream_copy((EmulatorStream *)stream, to, from, bytes);
    if (!is_pinned(from, bytes)) {
        emulator_stream_finish((EmulatorStream *)stream);
    }
    return CUDA_SUCCESS;
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t bytes, CUstream stream)
{
    CALL(copy_to_device(to, from, bytes, stream));
}

static CUresult copy_from_device(void *to, CUdeviceptr address, size_t bytes, CUstream stream)
{
    const void *from = (const void *)(uintptr_t)address;

    if (!emulator_memory_find(from, bytes)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    emulator_stream_copy((EmulatorStream *)stream, to, from, bytes);
    if (!is_pinned(to, bytes)) {
        emulator_stream_finish((EmulatorStream *)stream);
    }
    return CUDA_SUCCESS;
}

CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t bytes, CUstream stream)
{
    CALL(copy_from_device(to, from, bytes, stream));
}

/* With all that it has, even where the call is told to fail. */
CUresult cuCtxDestroy_v2(CUcontext context)
{
    CUresult result;

    pthread_mutex_lock(&mutex);
    emulator_forget_fault();
    result = emulator_count_call();
    emulator_forget_fault();
    emulator_stream_free_all(context);
    emulator_memory_free_all(context);
    unpin_all(context);
    free(context);
    current = current == context ? NULL : current;
    pthread_mutex_unlock(&mutex);
    return result;
}

/* --- kernels --------------------------------------------------------------------------------- */

static CUresult load_module(CUmodule *module, const void *image)
{
    static struct CUmod_st only;

    *module = &only;
    return image ? CUDA_SUCCESS : CUDA_ERROR_INVALID_IMAGE;
}

/* Any image will do: it is the linker that has brought the kernels. */
CUresult cuModuleLoadData(CUmodule *module, const void *image)
{
    CALL(load_module(module, image));
}

CUresult cuModuleUnload(CUmodule module)
{
    CALL(emulator_stream_finish_all(), CUDA_SUCCESS);
}

CUresult cuModuleGetFunction(CUfunction *function, CUmodule module, const char *name)
{
    CALL(*function = (CUfunction)emulator_find_kernel(name),
         *function ? CUDA_SUCCESS : CUDA_ERROR_NOT_FOUND);
}

static CUresult set_attribute(EmulatorKernel *kernel, int attribute, int value)
{
    if (attribute != CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES || value < 0 ||
        value > shared_bytes()) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    kernel->shared_bytes = (size_t)value;
    return CUDA_SUCCESS;
}

CUresult cuFuncSetAttribute(CUfunction function, int attribute, int value)
{
    CALL(set_attribute((EmulatorKernel *)function, attribute, value));
}

static CUresult launch(const EmulatorLaunch *self, CUstream stream)
{
    const unsigned *grid = self->grid;
    const size_t asked = self->kernel->shared_bytes;

    if (!grid[0] || grid[0] > INT32_MAX || !grid[1] || grid[1] > UINT16_MAX || !grid[2] ||
        grid[2] > UINT16_MAX || self->threads <= 0 || self->threads % 32 ||
        self->threads > self->kernel->threads ||
        self->shared_bytes > (asked ? asked : EMULATOR_UNASKED_SHARED)) {
        return CUDA_ERROR_INVALID_VALUE;
    }
    emulator_stream_launch((EmulatorStream *)stream, self);
    return CUDA_SUCCESS;
}

CUresult cuLaunchKernel(CUfunction function, unsigned int grid_x, unsigned int grid_y,
                        unsigned int grid_z, unsigned int block_x, unsigned int block_y,
                        unsigned int block_z, unsigned int shared_bytes, CUstream stream,
                        void **params, void **extra)
{
    const EmulatorLaunch self = {
        .kernel = (EmulatorKernel *)function,
        .params = params[0],
        .grid = {grid_x, grid_y, grid_z},
        .threads = block_y == 1 && block_z == 1 ? (int)block_x : 0,
        .shared_bytes = shared_bytes,
    };

    CALL(launch(&self, stream));
}

/* --- streams and events ---------------------------------------------------------------------- */

CUresult cuStreamCreate(CUstream *stream, unsigned int flags)
{
    CALL(*stream = (CUstream)emulator_stream_new(current), CUDA_SUCCESS);
}

CUresult cuStreamDestroy_v2(CUstream stream)
{
    CALL(emulator_stream_free((EmulatorStream *)stream), CUDA_SUCCESS);
}

CUresult cuStreamSynchronize(CUstream stream)
{
    CALL(emulator_stream_finish((EmulatorStream *)stream), CUDA_SUCCESS);
}

CUresult cuStreamWaitEvent(CUstream stream, CUevent event, unsigned int flags)
{
    CALL(emulator_stream_wait((EmulatorStream *)stream, (EmulatorEvent *)event), CUDA_SUCCESS);
}

CUresult cuEventCreate(CUevent *event, unsigned int flags)
{
    CALL(*event = (CUevent)emulator_event_new(current), CUDA_SUCCESS);
}

CUresult cuEventDestroy_v2(CUevent event)
{
    CALL(emulator_event_free((EmulatorEvent *)event), CUDA_SUCCESS);
}

CUresult cuEventRecord(CUevent event, CUstream stream)
{
    CALL(emulator_stream_record((EmulatorStream *)stream, (EmulatorEvent *)event), CUDA_SUCCESS);
}

CUresult cuEventQuery(CUevent event)
{
    CALL(emulator_event_query((EmulatorEvent *)event) ? CUDA_SUCCESS : CUDA_ERROR_NOT_READY);
}

CUresult cuEventSynchronize(CUevent event)
{
    CALL(emulator_event_finish((EmulatorEvent *)event), CUDA_SUCCESS);
}

CUresult cuEventElapsedTime(float *milliseconds, CUevent from, CUevent to)
{
    CALL(*milliseconds = (float)(1e3 * (emulator_event_time((EmulatorEvent *)to) -
                                        emulator_event_time((EmulatorEvent *)from))),
         CUDA_SUCCESS);
}

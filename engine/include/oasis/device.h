/* The back ends that can compute: listing and opening.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oasis/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum OasisDType {
    OASIS_F32 = 0,
    OASIS_BF16 = 1,
} OasisDType;

typedef struct OasisDeviceInfo {
    char name[32];         /* what oasis_device_open takes: "cpu", "reference", "cuda:0" */
    char description[128]; /* for people: the processor or card */
    bool usable;
    char reason[256];      /* why it is not usable; empty if it is */
    OasisDType dtype;      /* what it computes in by default */
    uint64_t memory_bytes; /* what a job may use of it; 0 = unknown */
} OasisDeviceInfo;

/* Fills up to `capacity` entries, best first, and returns how many there are in all. Back ends that
 * were built or could be loaded but do not work here are listed with their reason. Any thread. */
OASIS_API size_t oasis_device_list(OasisDeviceInfo *infos, size_t capacity);

/* A back end at work. Thread-safety: one thread at a time, not always the one that opened it. */
typedef struct OasisDevice OasisDevice;

typedef struct OasisDeviceParams {
    const char *name;   /* NULL or "auto" = the best usable one */
    const char *dtype;  /* NULL = the device's default, "f32", "bf16" */
    int threads;        /* CPU threads; 0 = all cores of this process */
} OasisDeviceParams;

/* Opens a device. OASIS_ERR_DEVICE names it and says why it cannot be used. */
OASIS_API OasisStatus oasis_device_open(const OasisDeviceParams *params, OasisDevice **device,
                                        OasisError *err) OASIS_MUST_USE;
OASIS_API const OasisDeviceInfo *oasis_device_info(const OasisDevice *device);
OASIS_API void oasis_device_close(OasisDevice **device);

/* For programs that compute, first thing in main, whose argv it takes: begins the program anew,
 * once, with the processor's threads told to sleep while they wait for each other. By default they
 * spin, and since decoder, encoder, desktop and other programs want the processor, too, a job on
 * two busy cores then takes ten times as long. What the user's OMP_WAIT_POLICY says stays. Returns
 * where nothing is to be done, or could be. */
OASIS_API void oasis_device_let_threads_sleep(char **argv);

#ifdef __cplusplus
}
#endif

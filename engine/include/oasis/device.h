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
    OASIS_DTYPES,
} OasisDType;

/* "f32" or "bf16". Never NULL. */
OASIS_API const char *oasis_dtype_name(OasisDType dtype);

typedef struct OasisDeviceInfo {
    char name[32];         /* what oasis_device_open takes: "cpu", "reference", "cuda:0" */
    char description[128]; /* for people: the processor or card */
    char library[64];      /* another's that it computes with, and its version; "" without one */
    bool usable;
    char reason[256];      /* why it is not usable; empty if it is */
    OasisDType dtype;      /* what it computes in by default */
    /* Whether it computes in several dtypes of which the faster one is the default, and their
     * floating-point operations a second on what models are made of: all 0 until they are measured,
     * when dtype is a guess. */
    bool measurable;
    double rates[OASIS_DTYPES];
    uint64_t memory_bytes; /* what a job may use of it; 0 = unknown */
} OasisDeviceInfo;

/* Fills up to `capacity` entries, best first, and returns how many there are in all. Back ends that
 * were built or could be loaded but do not work here are listed with their reason. `folder` is that
 * of OasisDeviceParams, NULL = none: nothing is measured here. Any thread. */
OASIS_API size_t oasis_device_list(const char *folder, OasisDeviceInfo *infos, size_t capacity);

/* Whether info->rates are known; else opening a measurable device without a dtype measures them. */
OASIS_API bool oasis_device_is_measured(const OasisDeviceInfo *info);

/* A back end at work. Thread-safety: one thread at a time, not always the one that opened it. */
typedef struct OasisDevice OasisDevice;

typedef struct OasisDeviceParams {
    const char *name;   /* NULL or "auto" = the best usable one */
    const char *dtype;  /* "f32", "bf16", NULL = the faster one, as measured */
    int threads;        /* CPU threads; 0 = all cores of this process */
    const char *folder; /* where measured rates are kept; NULL = nowhere */
} OasisDeviceParams;

/* Opens a device. Without a dtype, the first time on a processor with these threads and libraries,
 * both are measured, which takes up to 2 s; bf16 is taken where it is at least 15 % faster.
 * OASIS_ERR_DEVICE names the device and says why it cannot be used. */
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

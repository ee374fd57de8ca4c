/* Where a device's time goes: each operation measured while jobs run, and what the device can do at
 * best to hold them against.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/device.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct OasisProfileRow {
    char name[64]; /* the operation and its sizes: "conv 3x3 96 -> 96" */
    int64_t calls;
    double seconds;
    double flops; /* of products; 0 = it only moves data */
    double bytes; /* the least that memory moves */
} OasisProfileRow;

/* Makes the device one that can be measured. To be called before a restorer is made on it. */
OASIS_API OasisStatus oasis_device_profile(OasisDevice *device, OasisError *err) OASIS_MUST_USE;

/* Whether each operation is waited for and measured; at first they are not. It takes longer in all,
 * on a card above all, whose work is else enqueued ahead. Forgets the rows so far. */
OASIS_API void oasis_device_profile_measure(OasisDevice *device, bool on);

/* The rows since then, slowest first. Borrowed, until the device is used again; NULL and 0 where
 * nothing was measured. */
OASIS_API const OasisProfileRow *oasis_device_profile_rows(OasisDevice *device, size_t *n);

/* What the device does at best in its dtype: floating-point operations a second of a large product,
 * and bytes a second of a large copy, read and written together. Takes about a second. */
OASIS_API OasisStatus oasis_device_best_rates(OasisDevice *device, double *flops, double *bytes,
                                              OasisError *err) OASIS_MUST_USE;

#ifdef __cplusplus
}
#endif

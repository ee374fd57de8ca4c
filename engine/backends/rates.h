/* How fast a device computes in each dtype, measured on products and convolutions of the kind that
 * models are made of.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/registry.h"

/* rates[dtype] in floating-point operations a second: what is kept in `folder` (NULL = nowhere) for
 * these conditions (oasis_rates_key), else measured now, in under 2 s on a machine that anybody
 * restores with, and kept. 0 for bf16 where the device cannot compute in it. Fails where it does
 * not open in f32. Only for families that name shapes. */
OasisStatus oasis_rates_get(const OasisBackendFamily *family, const OasisDeviceInfo *info,
                            int threads, const char *folder, double rates[OASIS_DTYPES],
                            OasisError *err) OASIS_MUST_USE;

enum { OASIS_RATES_KEY = 512 }; /* bytes that hold any key */

/* What rates are kept under: device, processor, threads, library and engine, as text. */
void oasis_rates_key(const OasisBackendFamily *family, const OasisDeviceInfo *info, int threads,
                     char *key, size_t size);

/* Only what is kept; false if there is nothing. */
bool oasis_rates_read(const OasisBackendFamily *family, const OasisDeviceInfo *info, int threads,
                      const char *folder, double rates[OASIS_DTYPES]);

/* bf16 where it is clearly faster, since f32 is more exact. */
OasisDType oasis_rates_choose(const double rates[OASIS_DTYPES]);

/* Opening what the user named: raw files by their extension .y4m, everything else as media.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "oasis/device.h"
#include "oasis/media.h"

bool file_is_raw(const char *path);

OasisStatus file_open_source(const char *path, const OasisMediaParams *params,
                             OasisSource **source, OasisError *err) OASIS_MUST_USE;

/* The path of a model that is named by name or path, NULL = the default. */
OasisStatus file_find_model(const char *name, char *path, size_t size,
                            OasisError *err) OASIS_MUST_USE;

/* A device, with what was measured of it before. */
OasisStatus file_open_device(OasisDeviceParams params, OasisDevice **device,
                             OasisError *err) OASIS_MUST_USE;

OasisStatus file_open_sink(const char *path, const OasisMediaTarget *target, OasisSink **sink,
                           OasisError *err) OASIS_MUST_USE;

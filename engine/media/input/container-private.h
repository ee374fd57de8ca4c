/* What the halves of media/input/container.h share.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/input/container.h"

/* Opens one file and looks at its streams; `bytes` are read instead of its own, unless NULL, and
 * `kind` is of which format they are; NULL = as they look. Returns a negative AVERROR on failure,
 * with *format NULL. */
int oasis_container_open_format(const char *path, AVIOContext *bytes, const AVInputFormat *kind,
                                OasisProbe probe, AVIOInterruptCB interrupt,
                                AVFormatContext **format);

/* Fails because that did. */
OasisStatus oasis_container_fail(const char *path, int error, OasisError *err);

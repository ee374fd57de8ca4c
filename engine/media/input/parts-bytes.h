/* The bytes of several files as those of one.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavformat/avio.h>

#include "media/input/parts.h"

/* Borrows the parts. What is before the byte `from` is not there. NULL without memory.
 * Thread-safety: one thread at a time. */
AVIOContext *oasis_parts_bytes_open(const OasisParts *parts, int64_t from);
void oasis_parts_bytes_close(AVIOContext **io); /* a pointer to NULL is fine */

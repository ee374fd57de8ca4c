/* The one line that a YUV4MPEG2 file begins with.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

#include "oasis/frame.h"

enum { OASIS_Y4M_MAX_HEADER = 1024 }; /* bytes, newline included */

/* What the line says. The format has no word for the colour matrix, primaries or transfer: they are
 * BT.601 525 (as its authors define it) and unspecified. */
typedef struct OasisY4mHeader {
    OasisFrameFormat format;
    OasisRational frame_rate; /* 25/1 where the file does not know */
} OasisY4mHeader;

/* Reads the line's `length` bytes, newline not included; they may be anything. `subject` names the
 * file. OASIS_ERR_INPUT, or OASIS_ERR_UNSUPPORTED for what is well formed. */
OasisStatus oasis_y4m_header_parse(const char *line, size_t length, const char *subject,
                                   OasisY4mHeader *header, OasisError *err) OASIS_MUST_USE;

/* Writes the line with its newline. OASIS_ERR_UNSUPPORTED if the format has no name in Y4M. */
OasisStatus oasis_y4m_header_print(const OasisY4mHeader *header, const char *subject,
                                   char line[OASIS_Y4M_MAX_HEADER],
                                   OasisError *err) OASIS_MUST_USE;

/* Bytes of a frame's samples in the file, without the marker. */
int64_t oasis_y4m_frame_bytes(const OasisFrameFormat *format);

#define OASIS_Y4M_MARKER "FRAME\n"
enum { OASIS_Y4M_MARKER_BYTES = sizeof OASIS_Y4M_MARKER - 1 };

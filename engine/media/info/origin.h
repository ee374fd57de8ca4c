/* The file that an export's frames come from, opened for what else is in it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/info/describe.h"

typedef struct OasisOrigin {
    OasisInput *input;
    OasisIndex *index;
    OasisMediaInfo *info; /* without what only decoding tells, but for the length */
} OasisOrigin;

/* Fails as oasis_media_source_open does. `further` and `stream` as in oasis_input_open. */
OasisStatus oasis_origin_open(const char *path, const char *const *further, int stream,
                              const char *index_folder, OasisOrigin *origin,
                              OasisError *err) OASIS_MUST_USE;
void oasis_origin_close(OasisOrigin *origin); /* all zeros are fine */

/* When the file's first frame is shown, by its clock. */
int64_t oasis_origin_zero_ns(const OasisOrigin *origin);

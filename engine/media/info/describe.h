/* Facts about an opened file as its callers see them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/input/input.h"
#include "oasis/media.h"

/* All that file and index tell; what depends on decoding (rotation, fields, rate) is left zero.
 * NULL without memory. */
OasisMediaInfo *oasis_describe(const OasisInput *input, const OasisIndex *index);

/* Whether a tag is about the file's making, not about what it shows. */
bool oasis_tag_is_technical(const char *name);

/* Indexes that are kept in a folder from one time to the next.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/input/input.h"

/* NULL if none is kept that fits the file as it is now. */
OasisIndex *oasis_index_load(const OasisInput *input, const char *folder);

/* Keeps nothing where the folder cannot be written. */
void oasis_index_save(const OasisInput *input, const OasisIndex *index, const char *folder);

/* Checking the index that was predicted from packets.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/input/input.h"

/* Decodes the file's beginning, middle and end: *right says whether the predicted frames came.
 * Finds out about fields on the way. */
OasisStatus oasis_index_sample(OasisInput *input, OasisIndex *index, bool *right,
                               OasisError *err) OASIS_MUST_USE;

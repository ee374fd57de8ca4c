/* Building the index from decoded frames.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/input/input.h"

/* Decodes the whole file, replaces the predicted frames by those that came, and finds out about
 * fields on the way. */
OasisStatus oasis_index_decode(OasisInput *input, void (*progress)(double, void *), void *data,
                               OasisIndex *index, OasisError *err) OASIS_MUST_USE;

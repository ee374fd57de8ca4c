/* Having the frame index of a video.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/input/input.h"

/* Finds the index of the opened file: kept in `folder` from an earlier time, or built now by
 * reading the file through, and kept there; NULL = not kept. Leaves the input at an undefined
 * place. `progress` may be NULL. Returns OASIS_ERR_INPUT for a file without frames,
 * OASIS_ERR_CANCELLED, OASIS_ERR_NO_MEMORY. */
OasisStatus oasis_index_open(OasisInput *input, const char *folder,
                             void (*progress)(double done, void *data), void *data,
                             OasisIndex **index, OasisError *err) OASIS_MUST_USE;

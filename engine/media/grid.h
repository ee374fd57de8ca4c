/* The exact rate behind times that a container has rounded.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/index.h"

/* Whether all frames lie on a grid of one of the usual rates, or of `said`, but for rounding to the
 * time base that moves some of them. */
bool oasis_grid_find(const OasisIndex *index, AVRational time_base, AVRational said,
                     AVRational *rate);

/* The exact rate behind times that a container has rounded.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/frames/frame-map.h"

/* Whether all frames lie on a grid of one of the usual rates, or of `said`, but for rounding to the
 * file's time base that moves some of them. `time_base` is the map's. */
bool oasis_grid_find(const OasisFrameMap *map, AVRational time_base, AVRational said,
                     AVRational *rate);

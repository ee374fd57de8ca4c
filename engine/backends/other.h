/* Cards of makers that no back end is for.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/registry.h"

/* One unusable device for each maker whose cards a folder like /sys/class/drm has. Fills up to
 * `capacity` and returns how many there are. */
size_t oasis_other_cards(const char *folder, OasisDeviceInfo *infos, size_t capacity);

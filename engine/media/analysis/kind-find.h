/* Finding out what kind of recording a film is.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/media.h"

/* Fills the kind of an analysis, and its reasons, by what else it says and by what is known of the
 * file. `rate`: coded frames a second; 0 = unknown. */
void oasis_kind_find(const OasisMediaInfo *info, double rate, OasisAnalysis *analysis);

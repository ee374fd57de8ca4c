/* Analyses that are kept beside indexes.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/input/input.h"
#include "oasis/analysis.h"

/* NULL if none is kept that fits the film as it is now. */
OasisAnalysis *oasis_analysis_load(const OasisInput *input, const OasisIndex *index,
                                   const char *folder);

/* Keeps nothing where the folder cannot be written. */
void oasis_analysis_save(const OasisInput *input, const OasisAnalysis *analysis,
                         const char *folder);

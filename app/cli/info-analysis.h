/* What an analysis found, as `info` says it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "json.h"
#include "oasis/analysis.h"

void info_print_analysis(const OasisAnalysis *analysis);

/* As a member of the object that is open. */
void info_write_analysis(Json *json, const OasisAnalysis *analysis);

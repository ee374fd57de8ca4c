/* Analyses as their callers keep them; nothing here needs FFmpeg.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "oasis/analysis.h"

void oasis_analysis_free(OasisAnalysis **analysis)
{
    OasisAnalysis *self = *analysis;

    *analysis = NULL;
    if (self) {
        free(self->cadences);
        free(self->making);
        free(self->cuts);
        free(self->shapes);
        free(self);
    }
}

const char *oasis_cadence_name(OasisCadence cadence)
{
    switch (cadence) {
    case OASIS_CADENCE_TOP_FIRST:
        return "fields, top first";
    case OASIS_CADENCE_BOTTOM_FIRST:
        return "fields, bottom first";
    case OASIS_CADENCE_FILM:
        return "film in 60 fields";
    case OASIS_CADENCE_SHIFTED:
        return "whole pictures, shifted by a field";
    case OASIS_CADENCE_WHOLE:
    case OASIS_CADENCES:
        break;
    }
    return "whole frames";
}

int64_t oasis_analysis_count(const OasisAnalysis *analysis, OasisCadence cadence)
{
    int64_t count = 0;

    for (size_t i = 0; i < analysis->n_cadences; i++) {
        const OasisCadencePiece *piece = &analysis->cadences[i];
        const int64_t end = i + 1 < analysis->n_cadences ? piece[1].first
                                                         : analysis->first + analysis->frames;

        count += piece->cadence == cadence ? end - piece->first : 0;
    }
    return count;
}

/* What an analysis found, in lines for people and as JSON.
 * SPDX-License-Identifier: Apache-2.0 */
#include "info-analysis.h"

#include <inttypes.h>
#include <stdio.h>

#include "oasis/kind.h"

/* "fields, top first (80 %), whole frames (20 %)" */
static void print_cadences(const OasisAnalysis *analysis)
{
    const char *comma = "";

    printf("cadence:    ");
    for (int c = 0; c < OASIS_CADENCES; c++) {
        const int64_t count = oasis_analysis_count(analysis, (OasisCadence)c);

        if (count > 0) {
            printf("%s%s", comma, oasis_cadence_name((OasisCadence)c));
            if (count < analysis->frames) {
                printf(" (%.0f %%)", 100.0 * (double)count / (double)analysis->frames);
            }
            comma = "; ";
        }
    }
    putchar('\n');
}

static void print_edges(const OasisAnalysis *analysis)
{
    if (analysis->left + analysis->top + analysis->right + analysis->bottom > 0) {
        printf("borders:    black: left %d, top %d, right %d, bottom %d\n", analysis->left,
               analysis->top, analysis->right, analysis->bottom);
    }
    if (analysis->head_lines > 0) {
        printf("torn lines: %d at the bottom, where the recorder changes heads\n",
               analysis->head_lines);
    }
}

static void print_kind(const OasisAnalysis *analysis)
{
    printf("kind:       %s", oasis_kind_defaults(analysis->kind)->label);
    if (*analysis->kind_reasons) {
        printf(": %s", analysis->kind_reasons);
    }
    putchar('\n');
}

/* Of the brightness that has most of it. */
static void print_noise(const OasisAnalysis *analysis)
{
    const OasisNoise *most = &analysis->noise[0];

    for (int b = 1; b < OASIS_BRIGHTNESSES; b++) {
        if (analysis->noise[b].scales[0] > most->scales[0]) {
            most = &analysis->noise[b];
        }
    }
    printf("noise:      up to %.1f of 255 (%.1f and %.1f in coarser detail), blocks %.0f %%, "
           "flicker %.1f\n",
           most->scales[0], most->scales[1], most->scales[2], 100 * analysis->blocking,
           analysis->flicker);
}

void info_print_analysis(const OasisAnalysis *analysis)
{
    if (analysis->whole) {
        printf("looked at:  all %" PRId64 " frames as they are coded\n", analysis->frames);
    } else {
        printf("looked at:  %" PRId64 " frames (--analyse reads all)\n", analysis->frames);
    }
    print_kind(analysis);
    print_cadences(analysis);
    printf("scenes:     %zu\n", analysis->n_cuts + 1);
    print_edges(analysis);
    print_noise(analysis);
    if (analysis->n_shapes > 1) {
        printf("changes:    size or aspect %zu times\n", analysis->n_shapes - 1);
    }
    if (analysis->concealed > 0) {
        printf("damage:     %" PRId64 " frames are concealed\n", analysis->concealed);
    }
}

void info_write_analysis(Json *json, const OasisAnalysis *analysis)
{
    json_open(json, "analysis", '{');
    json_bool(json, "whole", analysis->whole);
    json_string(json, "kind", oasis_kind_defaults(analysis->kind)->name);
    json_string(json, "kind_reasons", analysis->kind_reasons);
    json_integer(json, "first", analysis->first);
    json_integer(json, "frames", analysis->frames);
    json_open(json, "cadences", '[');
    for (size_t i = 0; i < analysis->n_cadences; i++) {
        json_open(json, NULL, '{');
        json_integer(json, "first", analysis->cadences[i].first);
        json_string(json, "cadence", oasis_cadence_name(analysis->cadences[i].cadence));
        json_close(json, '}');
    }
    json_close(json, ']');
    json_open(json, "cuts", '[');
    for (size_t i = 0; i < analysis->n_cuts; i++) {
        json_integer(json, NULL, analysis->cuts[i]);
    }
    json_close(json, ']');
    json_integer(json, "left", analysis->left);
    json_integer(json, "top", analysis->top);
    json_integer(json, "right", analysis->right);
    json_integer(json, "bottom", analysis->bottom);
    json_integer(json, "head_lines", analysis->head_lines);
    json_open(json, "noise", '[');
    for (int b = 0; b < OASIS_BRIGHTNESSES; b++) {
        json_open(json, NULL, '[');
        for (int s = 0; s < 3; s++) {
            json_number(json, NULL, analysis->noise[b].scales[s]);
        }
        json_close(json, ']');
    }
    json_close(json, ']');
    json_number(json, "blocking", analysis->blocking);
    json_number(json, "flicker", analysis->flicker);
    json_integer(json, "concealed", analysis->concealed);
    json_close(json, '}');
}

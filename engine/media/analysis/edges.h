/* Black borders, and lines at the bottom that are torn where a recorder changes its heads.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/analysis/look.h"

enum {
    OASIS_EDGE_MOST = 512, /* rows or columns of an edge that are told apart */
    OASIS_HEAD_MOST = 24,  /* lines at the bottom that may be torn */
};

/* How many frames have a border of so many rows at least; of all that are not dark altogether. */
typedef struct OasisEdges {
    int64_t frames;
    int64_t left[OASIS_EDGE_MOST], top[OASIS_EDGE_MOST];
    int64_t right[OASIS_EDGE_MOST], bottom[OASIS_EDGE_MOST];
    /* Of each line from the bottom: */
    double torn[OASIS_HEAD_MOST]; /* how far it differs from the one two above it, beside lines in
                                   * the middle of the picture */
    int64_t moved[OASIS_HEAD_MOST]; /* frames in which it is that one, moved sideways */
} OasisEdges;

void oasis_edges_look(OasisEdges *edges, const OasisLook *look);

/* The rows or columns of an edge that are black in nearly all frames; 0 without any. */
int oasis_edges_border(const OasisEdges *edges, const int64_t edge[OASIS_EDGE_MOST]);

/* How many lines from the bottom are torn. */
int oasis_edges_head_lines(const OasisEdges *edges);

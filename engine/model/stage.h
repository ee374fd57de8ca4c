/* The kinds of decoder stages (weight-file.md, "Decoder stages"), each described once: what the
 * file says of it, its kernels, and what it does to the size of what runs through.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops/ops.h"

typedef enum OasisStageKind {
    OASIS_STAGE_CONV = 0,
    OASIS_STAGE_BLOCK,
    OASIS_STAGE_TEMPORAL,
    OASIS_STAGE_TIME_UP,
    OASIS_STAGE_SPACE_UP,
    OASIS_STAGE_CONDITION,
    OASIS_STAGE_OUTPUT,
    OASIS_STAGE_KINDS,
} OasisStageKind;

typedef struct OasisStage {
    OasisStageKind kind;
    int in, out; /* channels */
    int kernel;  /* CONV */
    int factor;  /* SPACE_UP, CONDITION, OUTPUT */
    OasisHistory history; /* TEMPORAL */
} OasisStage;

typedef struct OasisStageTraits {
    const char *name; /* its "op" in the file */
    /* The fields beside "op"; channels stands for in and out. */
    bool has_in, has_out, has_channels, has_kernel, has_factor, has_history;
    /* Kind and sizes of its kernel, without data; `kernels` of them follow each other, each on what
     * the one before gave. */
    OasisWeightDesc (*kernel)(const OasisStage *stage);
    int kernels;
    bool doubles_time; /* all frames but the first become two */
    bool enlarges;     /* rows and columns, by its factor */
    bool reads_source; /* its kernel runs on the resized source and adds to the features */
} OasisStageTraits;

/* The table's line for a kind. Borrowed, constant. */
const OasisStageTraits *oasis_stage_traits(OasisStageKind kind);

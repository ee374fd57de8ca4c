/* What depends on the shape of a run alone, made once for it: the tables of rotary positions, and
 * the weights by which tiles are added up.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/exec.h"
#include "model/shape.h"
#include "model/tile.h"

typedef struct OasisTables {
    OasisBuffer *buffer;
    OasisGrid grid;      /* of the tokens of a tile; zeros = nothing made yet */
    OasisTilePlan y, x;
    OasisTensor rope;    /* as OasisNormRopeArgs wants it */
    OasisTensor wy, wx;  /* f32 [tiles, tokens * patch] of each axis */
} OasisTables;

/* Fills the tables for a shape, unless they are its already; in a dry run only what they take and
 * look like. Waits for the device where they change. */
OasisStatus oasis_tables_prepare(OasisTables *tables, const OasisGeometry *geometry,
                                 const OasisShape *shape, OasisExec *exec) OASIS_MUST_USE;

/* Makes the rotary tables of a grid alone, for tests of single blocks. */
OasisStatus oasis_tables_rope(OasisTables *tables, const OasisGeometry *geometry, OasisGrid grid,
                              OasisExec *exec) OASIS_MUST_USE;

void oasis_tables_clear(OasisTables *tables, OasisBackend *backend);

/* A small random model on devices of its own, for tests of whole jobs.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "late.h"
#include "oasis/restorer.h"

enum { ENGINE_CHUNK = 5, ENGINE_OVERLAP = 2, ENGINE_MOST = 2 };

typedef struct Engine {
    void *bytes;
    OasisModel *model;
    int n; /* of the following */
    OasisDevice *devices[ENGINE_MOST];
    LateBackend *late[ENGINE_MOST]; /* NULL = the plain reference */
    OasisRestorer *restorers[ENGINE_MOST];
} Engine;

/* On n devices, each the reference back end; with slots one that works late on top of it. */
void engine_open(Engine *engine, int n, int slots);
void engine_close(Engine *engine);

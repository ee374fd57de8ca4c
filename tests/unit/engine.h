/* A small random model on devices of its own, for tests of whole jobs.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "late.h"
#include "oasis/restorer.h"

enum { ENGINE_CHUNK = 5, ENGINE_OVERLAP = 2 };

typedef struct Engine {
    void *bytes;
    OasisModel *model;
    OasisDevice *device;
    LateBackend *late; /* NULL = the plain reference */
    OasisRestorer *restorer;
} Engine;

/* On the reference back end; with slots on one that works late on top of it. */
void engine_open(Engine *engine, int slots);
void engine_close(Engine *engine);

/* Progress on standard error: one line redrawn in place on a terminal, else a plain line every few
 * seconds. Used on the main thread only.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "oasis/export.h"

/* Nothing is shown before this, and nothing at all if quiet. */
void progress_start(bool quiet);

/* A callback of OasisMediaParams: how much of the file has been indexed. */
void progress_index(double done, void *data);

/* A callback of OasisJobParams. */
void progress_job(const OasisProgress *progress, void *data);

/* Callbacks of OasisExportParams; the second one on any thread. */
void progress_joining(double done, void *data);
void progress_wait(const OasisExportWait *wait, void *data);

/* Takes the line away, so that something else can be printed. It comes back by itself. */
void progress_clear(void);

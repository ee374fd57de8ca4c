/* One chunk through a model, or the measuring of it where the exec is dry: frames in, frames out.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/net.h"
#include "model/restorer.h"

/* How many frames the model computes together. */
int oasis_chunk_run_frames(const OasisNet *net, const OasisChunkWork *work);

/* Fills the wanted frames restored and, unless `resized` is NULL, as they went into the model. What
 * is NULL in restored or resized becomes a new frame. A dry run needs neither. */
OasisStatus oasis_chunk_restore(const OasisNet *net, OasisExec *exec, const OasisChunkWork *work,
                                OasisFrame **restored, OasisFrame **resized) OASIS_MUST_USE;

/* The resized source alone, one frame at a time. */
OasisStatus oasis_chunk_resize(const OasisNet *net, OasisExec *exec, const OasisChunkWork *work,
                               OasisFrame **resized) OASIS_MUST_USE;

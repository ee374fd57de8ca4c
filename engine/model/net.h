/* A model on a back end: resized frames in, restored frames out, both as images on the device.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/decoder.h"
#include "model/transformer.h"

/* Thread-safety: one thread at a time. Model and back end are borrowed and must live longer. */
typedef struct OasisNet {
    const OasisGeometry *geometry;
    OasisBackend *backend;
    OasisTransformer transformer;
    OasisDecoder decoder;
    OasisBuffer *vectors;
    uint64_t weight_bytes; /* on the device, vectors included */
} OasisNet;

OasisStatus oasis_net_new(const OasisModel *model, OasisBackend *backend, OasisNet **net,
                          OasisError *err) OASIS_MUST_USE;
void oasis_net_free(OasisNet **net);

/* result f32 [T, padded height, padded width, 3] from image, the resized source of that shape, and
 * low, the frames that are folded, [T, low padded height, low padded width, 3]; low is image itself
 * where geometry->scale is 1. */
OasisStatus oasis_net_run(const OasisNet *net, OasisExec *exec, OasisTensor image, OasisTensor low,
                          const OasisShape *shape, OasisTensor result) OASIS_MUST_USE;

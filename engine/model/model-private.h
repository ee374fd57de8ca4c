/* What an open weight file holds, for the rooms that compute with it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/geometry.h"
#include "model/safetensors.h"
#include "oasis/model.h"

struct OasisModel {
    OasisTensorFile *file;
    OasisGeometry geometry;
    OasisModelInfo info; /* its strings live here */
    char *path;
};

/* As oasis_model_open, of bytes in memory (8-byte aligned, borrowed for the model's life). */
OasisStatus oasis_model_read(const char *path, const void *bytes, size_t size, OasisModel **model,
                             OasisError *err) OASIS_MUST_USE;

/* A tensor of the expected list, which an open model always has. */
const OasisTensorView *oasis_model_tensor(const OasisModel *model, const char *name);

/* Bringing a model's tensors onto a back end. After the first failure further calls do nothing, so
 * that loading takes all it needs and looks at the status once.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/model-private.h"
#include "ops/backend.h"

typedef struct OasisUpload {
    const OasisModel *model;
    OasisBackend *backend;
    OasisBuffer *buffer;   /* vectors and rows; whoever loads owns it */
    size_t used, capacity; /* bytes of it */
    uint64_t weight_bytes; /* of matrices, in compute dtype */
    char prefix[32];       /* before every name: "blocks.3." */
    OasisStatus status;
    OasisError *err;
} OasisUpload;

/* Makes the buffer, large enough for all of the model's vectors and rows. */
OasisUpload oasis_upload_begin(const OasisModel *model, OasisBackend *backend, OasisError *err);

/* A tensor of the file as a matrix or kernel. `desc` says kind and sizes. */
OasisWeight *oasis_upload_weight(OasisUpload *upload, OasisWeightDesc desc, const char *name);

/* A linear weight made of floats. */
OasisWeight *oasis_upload_linear(OasisUpload *upload, const float *data, int out, int in);

/* A vector of the file, or n floats, in f32. */
OasisTensor oasis_upload_vector(OasisUpload *upload, const char *name);
OasisTensor oasis_upload_floats(OasisUpload *upload, const float *data, size_t n);

/* A tensor of the file as rows in compute dtype. */
OasisTensor oasis_upload_rows(OasisUpload *upload, const char *name);

/* A tensor of the file as floats, for the caller to free; NULL after a failure. */
float *oasis_upload_read(OasisUpload *upload, const char *name);

/* Memory for n floats, for the caller to free; NULL after a failure. */
float *oasis_upload_allocate(OasisUpload *upload, size_t n);

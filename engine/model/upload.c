/* Vectors gathered in one buffer, matrices as weights of the back end.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/upload.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/align.h"
#include "model/weights.h"
#include "oasis/status.h"
#include "ops/element.h"

static OasisStatus add_vector(const OasisTensorSpec *spec, void *data)
{
    size_t *bytes = data;

    /* Modulation is taken apart into six vectors, each with a place of its own. */
    if (spec->role != OASIS_ROLE_MATRIX) {
        *bytes += oasis_align_tensor(spec->count * sizeof(float)) + 6 * OASIS_TENSOR_ALIGNMENT;
    }
    return OASIS_OK;
}

OasisUpload oasis_upload_begin(const OasisModel *model, OasisBackend *backend, OasisError *err)
{
    OasisUpload upload = {.model = model, .backend = backend, .err = err};

    upload.status = oasis_weights_each(&model->geometry, add_vector, &upload.capacity);
    if (upload.status == OASIS_OK) {
        upload.status = oasis_backend_buffer_new(backend, upload.capacity, &upload.buffer, err);
    }
    return upload;
}

static const OasisTensorView *find(const OasisUpload *upload, const char *name)
{
    char full[80];

    snprintf(full, sizeof full, "%s%s", upload->prefix, name);
    return oasis_model_tensor(upload->model, full);
}

OasisWeight *oasis_upload_weight(OasisUpload *upload, OasisWeightDesc desc, const char *name)
{
    const OasisTensorView *view;
    OasisWeight *weight = NULL;

    if (upload->status != OASIS_OK) {
        return NULL;
    }
    view = find(upload, name);
    desc.dtype = view->element == OASIS_ELEMENT_BF16 ? OASIS_BF16 : OASIS_F32;
    desc.data = view->data;
    upload->status = oasis_backend_weight_new(upload->backend, &desc, &weight,
                                                        upload->err);
    upload->weight_bytes += view->count * oasis_dtype_bytes(upload->backend->dtype);
    return weight;
}

OasisWeight *oasis_upload_linear(OasisUpload *upload, const float *data, int out, int in)
{
    OasisWeightDesc desc = {OASIS_WEIGHT_LINEAR, out, in, .dtype = OASIS_F32, .data = data};
    OasisWeight *weight = NULL;

    if (upload->status != OASIS_OK) {
        return NULL;
    }
    upload->status = oasis_backend_weight_new(upload->backend, &desc, &weight,
                                                        upload->err);
    upload->weight_bytes += (size_t)out * (size_t)in * oasis_dtype_bytes(upload->backend->dtype);
    return weight;
}

/* Places n elements at the end of the buffer. */
static OasisTensor place(OasisUpload *upload, const void *data, OasisDType dtype, size_t n)
{
    size_t bytes = n * oasis_dtype_bytes(dtype);
    OasisTensor tensor = {upload->buffer, upload->used, dtype};

    if (upload->status != OASIS_OK) {
        return (OasisTensor){0};
    }
    if (bytes > upload->capacity - upload->used) {
        upload->status = oasis_fail(upload->err, OASIS_ERR_INTERNAL, upload->model->path,
                                    "its vectors take more room than was counted");
        return (OasisTensor){0};
    }
    upload->status = oasis_backend_upload(upload->backend, tensor, data, bytes,
                                                    upload->err);
    upload->used += oasis_align_tensor(bytes);
    return tensor;
}

OasisTensor oasis_upload_floats(OasisUpload *upload, const float *data, size_t n)
{
    return place(upload, data, OASIS_F32, n);
}

float *oasis_upload_allocate(OasisUpload *upload, size_t n)
{
    float *data = upload->status == OASIS_OK ? malloc(n * sizeof *data) : NULL;

    if (!data && upload->status == OASIS_OK) {
        upload->status = oasis_fail_memory(upload->err, upload->model->path);
    }
    return data;
}

float *oasis_upload_read(OasisUpload *upload, const char *name)
{
    const OasisTensorView *view = find(upload, name);
    float *data = oasis_upload_allocate(upload, view->count);

    if (data) {
        oasis_tensor_view_floats(view, 0, view->count, data);
    }
    return data;
}

OasisTensor oasis_upload_vector(OasisUpload *upload, const char *name)
{
    float *data = oasis_upload_read(upload, name);
    OasisTensor tensor = place(upload, data, OASIS_F32, find(upload, name)->count);

    free(data);
    return tensor;
}

OasisTensor oasis_upload_rows(OasisUpload *upload, const char *name)
{
    size_t n = find(upload, name)->count;
    float *data = oasis_upload_read(upload, name);
    void *rows = oasis_upload_allocate(upload, n); /* room for either dtype */
    OasisTensor tensor;

    for (size_t i = 0; rows && i < n; i++) {
        oasis_store(rows, upload->backend->dtype, i, data[i]);
    }
    tensor = place(upload, rows, upload->backend->dtype, n);
    free(data);
    free(rows);
    return tensor;
}

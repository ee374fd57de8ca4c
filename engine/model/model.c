/* A weight file opened and checked.
 * SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "model/model-private.h"
#include "model/weights.h"
#include "oasis/status.h"

static OasisStatus check(OasisModel *model, OasisError *err)
{
    const char *json = oasis_tensor_file_metadata(model->file, "oasis");

    if (!json) {
        return oasis_fail(err, OASIS_ERR_MODEL, model->path,
                          "no model of ours: it has no __metadata__.oasis");
    }
    OASIS_TRY(oasis_geometry_read(model->path, json, &model->geometry, err));
    return oasis_weights_check(model->path, model->file, &model->geometry,
                               &model->info.parameters, err);
}

static void describe(OasisModel *model)
{
    model->info.name = model->geometry.name;
    model->info.path = model->path;
    model->info.description = model->geometry.description;
    model->info.chunk_frames = model->geometry.chunk_frames;
    model->info.chunk_overlap = model->geometry.chunk_overlap;
    model->info.default_strength = model->geometry.strength;
}

static OasisStatus fill(OasisModel *self, const char *path, const void *bytes, size_t size,
                        OasisError *err)
{
    self->path = strdup(path);
    if (!self->path) {
        return oasis_fail_memory(err, path);
    }
    OASIS_TRY(oasis_tensor_file_read(path, bytes, size, &self->file, err));
    OASIS_TRY(check(self, err));
    describe(self);
    return OASIS_OK;
}

OasisStatus oasis_model_read(const char *path, const void *bytes, size_t size, OasisModel **model,
                             OasisError *err)
{
    OasisModel *self = calloc(1, sizeof *self);
    OasisStatus status = self ? fill(self, path, bytes, size, err) : oasis_fail_memory(err, path);

    if (status != OASIS_OK) {
        oasis_model_close(&self);
    }
    *model = self;
    return status;
}

OasisStatus oasis_model_open(const char *path, OasisModel **model, OasisError *err)
{
    return oasis_model_read(path, NULL, 0, model, err);
}

const OasisModelInfo *oasis_model_info(const OasisModel *model)
{
    return &model->info;
}

void oasis_model_close(OasisModel **model)
{
    if (!*model) {
        return;
    }
    oasis_tensor_file_close(&(*model)->file);
    free((*model)->path);
    free(*model);
    *model = NULL;
}

const OasisTensorView *oasis_model_tensor(const OasisModel *model, const char *name)
{
    const OasisTensorView *view = oasis_tensor_file_find(model->file, name);

    assert(view);
    return view;
}

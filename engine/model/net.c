/* A model's parts, loaded and run in order.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/net.h"

#include <stdlib.h>

#include "oasis/status.h"

OasisStatus oasis_net_new(const OasisModel *model, OasisBackend *backend, OasisNet **net,
                          OasisError *err)
{
    OasisNet *self = calloc(1, sizeof *self);
    OasisUpload upload;

    *net = NULL;
    if (!self) {
        return oasis_fail_memory(err, model->path);
    }
    self->geometry = &model->geometry;
    self->backend = backend;
    upload = oasis_upload_begin(model, backend, err);
    self->vectors = upload.buffer;
    oasis_transformer_load(&self->transformer, self->geometry, &upload);
    oasis_decoder_load(&self->decoder, self->geometry, &upload);
    self->weight_bytes = upload.weight_bytes + upload.capacity;
    if (upload.status != OASIS_OK) {
        oasis_net_free(&self);
    }
    *net = self;
    return upload.status;
}

void oasis_net_free(OasisNet **net)
{
    OasisBackend *backend;

    if (!*net) {
        return;
    }
    backend = (*net)->backend;
    oasis_transformer_clear(&(*net)->transformer, backend);
    oasis_decoder_clear(&(*net)->decoder, backend);
    oasis_backend_buffer_free(backend, &(*net)->vectors);
    free(*net);
    *net = NULL;
}

OasisStatus oasis_net_run(const OasisNet *net, OasisExec *exec, OasisTensor image, OasisTensor low,
                          const OasisShape *shape, OasisTensor result)
{
    const OasisGeometry *g = net->geometry;
    size_t mark = exec->used;
    size_t positions = (size_t)shape->latent_frames * (size_t)shape->latent_height *
                       (size_t)shape->latent_width;
    OasisTensor latent = oasis_exec_take(exec, OASIS_F32, positions * (size_t)g->out_channels);

    OASIS_TRY(oasis_transformer_run(&net->transformer, exec, low, shape, latent));
    OASIS_TRY(oasis_decoder_run(&net->decoder, exec, latent, image, shape, result));
    exec->used = mark;
    return OASIS_OK;
}

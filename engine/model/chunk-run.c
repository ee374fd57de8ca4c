/* A chunk imported, restored and exported.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/chunk-run.h"

int oasis_chunk_run_frames(const OasisNet *net, const OasisChunkWork *work)
{
    return work->run_frames ? work->run_frames : net->geometry->chunk_frames;
}

static OasisRect rect_of(const OasisFrame *frame, const OasisCrop *crop)
{
    return (OasisRect){
        .x = crop->left,
        .y = crop->top,
        .width = frame->format.width - crop->left - crop->right,
        .height = frame->format.height - crop->top - crop->bottom,
    };
}

static OasisTransfer transfer_of(const OasisFrameFormat *format)
{
    return format->transfer == OASIS_H273_PQ ? OASIS_TRANSFER_PQ : OASIS_TRANSFER_NONE;
}

/* Imports source frame n as frame t of an image [T, padded height, padded width, 3]. */
static OasisStatus import(OasisExec *exec, const OasisChunkWork *work, int n,
                          const OasisImageSize *size, int t, OasisTensor image)
{
    OASIS_RUN(exec, import_frame,
              .frame = work->frames[n],
              .crop = rect_of(work->frames[n], &work->crop),
              .transfer = transfer_of(&work->frames[n]->format),
              .width = size->width,
              .height = size->height,
              .padded_width = size->padded_width,
              .padded_height = size->padded_height,
              .image = oasis_tensor_at(image, (size_t)t * oasis_image_elements(size)));
    return OASIS_OK;
}

/* All frames of the chunk; where there are too few, the last one again and again. */
static OasisStatus import_chunk(OasisExec *exec, const OasisChunkWork *work, int frames,
                                const OasisImageSize *size, OasisTensor image)
{
    size_t n = oasis_image_elements(size);
    int last = work->n_frames - 1;

    for (int t = 0; t <= last; t++) {
        OASIS_TRY(import(exec, work, t, size, t, image));
    }
    for (int t = last + 1; t < frames; t++) {
        OASIS_RUN(exec, combine,
                  .a = oasis_tensor_at(image, (size_t)last * n),
                  .out = oasis_tensor_at(image, (size_t)t * n),
                  .alpha = 1,
                  .n = n);
    }
    return OASIS_OK;
}

/* Frame `image_t` of an image to `*out`, with the times of source frame t. */
static OasisStatus export(OasisExec *exec, const OasisChunkWork *work, const OasisImageSize *size,
                          int t, int image_t, OasisTensor image, OasisFrame **out)
{
    OasisFrame format_only = {.format = work->output}, *frame = &format_only;

    if (!exec->dry) {
        if (!*out) {
            OASIS_TRY(oasis_backend_frame_new(exec->backend, &work->output, out, exec->err));
        }
        frame = *out;
        frame->pts = work->frames[t]->pts;
        frame->duration = work->frames[t]->duration;
        frame->time_base = work->frames[t]->time_base;
    }
    OASIS_RUN(exec, export_frame,
              .image = oasis_tensor_at(image, (size_t)image_t * oasis_image_elements(size)),
              .padded_width = size->padded_width,
              .padded_height = size->padded_height,
              .transfer = transfer_of(&work->output),
              .frame = frame);
    return OASIS_OK;
}

OasisStatus oasis_chunk_restore(const OasisNet *net, OasisExec *exec, const OasisChunkWork *work,
                                OasisFrame **restored, OasisFrame **resized)
{
    const OasisGeometry *g = net->geometry;
    int frames = oasis_chunk_run_frames(net, work);
    OasisShape shape = oasis_shape(g, work->output.width, work->output.height, frames);
    size_t chunk = (size_t)frames;
    OasisTensor image = oasis_exec_take(exec, OASIS_F32, chunk * oasis_image_elements(&shape.full));
    OasisTensor result = oasis_exec_take(exec, OASIS_F32,
                                         chunk * oasis_image_elements(&shape.full));
    OasisTensor low = image;

    OASIS_TRY(import_chunk(exec, work, frames, &shape.full, image));
    if (g->scale > 1) {
        low = oasis_exec_take(exec, OASIS_F32, chunk * oasis_image_elements(&shape.low));
        OASIS_TRY(import_chunk(exec, work, frames, &shape.low, low));
    }
    OASIS_TRY(oasis_net_run(net, exec, image, low, &shape, result));
    for (int i = 0; i < work->want_frames; i++) {
        int t = work->want_first + i;
        OASIS_TRY(export(exec, work, &shape.full, t, t, result, restored ? &restored[i] : NULL));
        if (resized) {
            OASIS_TRY(export(exec, work, &shape.full, t, t, image, &resized[i]));
        }
    }
    return OASIS_OK;
}

OasisStatus oasis_chunk_resize(const OasisNet *net, OasisExec *exec, const OasisChunkWork *work,
                               OasisFrame **resized)
{
    OasisShape shape = oasis_shape(net->geometry, work->output.width, work->output.height, 1);
    OasisTensor image = oasis_exec_take(exec, OASIS_F32, oasis_image_elements(&shape.full));

    for (int i = 0; i < work->want_frames; i++) {
        int t = work->want_first + i;
        OASIS_TRY(import(exec, work, t, &shape.full, 0, image));
        OASIS_TRY(export(exec, work, &shape.full, t, 0, image, resized ? &resized[i] : NULL));
    }
    return OASIS_OK;
}

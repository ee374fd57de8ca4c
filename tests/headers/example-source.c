/* A source of frames that grow brighter, and how it is read. Shown in oasis/source.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "oasis/source.h"

typedef struct Fade {
    OasisSource base;
    OasisSourceInfo info;
    int64_t next;
} Fade;

static const OasisSourceInfo *fade_info(OasisSource *source)
{
    return &((Fade *)source)->info;
}

static int64_t fade_pts(OasisSource *source, int64_t n)
{
    return n;
}

static OasisStatus fade_seek(OasisSource *source, int64_t n, const OasisCancel *cancel,
                             OasisError *err)
{
    ((Fade *)source)->next = n;
    return OASIS_OK;
}

static OasisStatus fade_read(OasisSource *source, OasisFrame **frame, OasisError *err)
{
    Fade *self = (Fade *)source;
    const OasisFrameFormat *format = &self->info.format;
    int grey = 16 + (int)self->next;
    OasisFrame *next;

    *frame = NULL;
    if (self->next == self->info.frames) {
        return OASIS_OK;
    }
    next = oasis_frame_new(format);
    if (!next) {
        return oasis_fail_memory(err, source->name);
    }
    for (int y = 0; y < format->height; y++) {
        memset(next->data[0] + y * next->stride[0], grey, (size_t)format->width);
    }
    next->pts = self->next++;
    next->time_base = self->info.time_base;
    *frame = next;
    return OASIS_OK;
}

static void fade_close(OasisSource *source)
{
}

static const OasisSourceClass fade_class = {
    .info = fade_info,
    .pts = fade_pts,
    .seek = fade_seek,
    .read = fade_read,
    .close = fade_close,
};

int main(void)
{
    Fade fade = {
        .base = {.klass = &fade_class, .name = "fade"},
        .info = {
            .format = {
                .width = 64,
                .height = 48,
                .depth = 8,
                .planes = 1,
                .matrix = OASIS_MATRIX_BT709,
                .primaries = 2,
                .transfer = 2,
                .sample_aspect = {1, 1},
            },
            .frames = 100,
            .frame_rate = {25, 1},
            .time_base = {1, 25},
        },
    };
    OasisSource *source = &fade.base;
    OasisFrame *frame = NULL;
    OasisError err;
    OasisStatus status = oasis_source_seek(source, 98, NULL, &err);

    while (status == OASIS_OK &&
           (status = oasis_source_read(source, &frame, &err)) == OASIS_OK && frame) {
        printf("frame %d is of grey %d\n", (int)frame->pts, frame->data[0][0]);
        oasis_frame_unref(&frame);
    }
    if (status != OASIS_OK) {
        fprintf(stderr, "%s: %s\n", err.subject, err.detail);
    }
    oasis_source_close(&source);
    return status == OASIS_OK ? 0 : 1;
}

/* One frame of noise, given again and again.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bench-frames.h"

#include <stddef.h>

static BenchFrames *of_source(OasisSource *source)
{
    return (BenchFrames *)((char *)source - offsetof(BenchFrames, source));
}

static const OasisSourceInfo *noise_info(OasisSource *source)
{
    return &of_source(source)->info;
}

static int64_t noise_pts(OasisSource *source, int64_t n)
{
    return n;
}

static OasisStatus noise_seek(OasisSource *source, int64_t n, const OasisCancel *cancel,
                              OasisError *err)
{
    of_source(source)->next = n;
    return OASIS_OK;
}

static OasisStatus noise_read(OasisSource *source, OasisFrame **frame, OasisError *err)
{
    BenchFrames *self = of_source(source);

    *frame = NULL;
    if (self->next < self->info.frames) {
        *frame = oasis_frame_ref(self->noise);
        self->next++;
    }
    return OASIS_OK;
}

static void noise_close(OasisSource *source)
{
}

static OasisStatus drop_frame(OasisSink *sink, OasisFrame *frame, OasisError *err)
{
    return OASIS_OK;
}

static OasisStatus drop_finish(OasisSink *sink, OasisError *err)
{
    return OASIS_OK;
}

static void drop_close(OasisSink *sink)
{
}

static void fill(OasisFrame *frame)
{
    uint32_t state = 1;

    for (int p = 0; p < frame->format.planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&frame->format, p); y++) {
            uint8_t *row = frame->data[p] + y * frame->stride[p];
            for (int x = 0; x < oasis_frame_plane_width(&frame->format, p); x++) {
                state = state * 1664525u + 1013904223u;
                row[x] = (uint8_t)(state >> 24);
            }
        }
    }
}

OasisStatus bench_frames_make(BenchFrames *frames, int width, int height, int64_t n,
                              OasisError *err)
{
    static const OasisSourceClass noise_class = {
        .info = noise_info, .pts = noise_pts, .seek = noise_seek, .read = noise_read,
        .close = noise_close,
    };
    static const OasisSinkClass drop_class = {
        .write = drop_frame, .finish = drop_finish, .close = drop_close,
    };

    *frames = (BenchFrames){
        .source = {.klass = &noise_class, .name = "noise"},
        .sink = {.klass = &drop_class},
        .info = {
            .format = {
                .width = width, .height = height, .depth = 8, .planes = 3,
                .chroma_shift_x = 1, .chroma_shift_y = 1, .matrix = OASIS_MATRIX_BT709,
                .primaries = 1, .transfer = 1, .sample_aspect = {1, 1},
            },
            .time_base = {1, 25}, .frame_rate = {25, 1}, .frames = n,
        },
    };
    OASIS_TRY(oasis_frame_format_check(&frames->info.format, "--size", err));
    frames->noise = oasis_frame_new(&frames->info.format);
    if (!frames->noise) {
        return oasis_fail_memory(err, "noise");
    }
    fill(frames->noise);
    return OASIS_OK;
}

void bench_frames_clear(BenchFrames *frames)
{
    oasis_frame_unref(&frames->noise);
}

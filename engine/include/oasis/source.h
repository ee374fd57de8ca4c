/* Where frames come from: an interface that media files, Y4M files and tests implement.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/cancel.h"
#include "oasis/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct OasisSourceInfo {
    OasisFrameFormat format;  /* of every frame: rotation already applied */
    int64_t frames;           /* exact number of frames that can be read, >= 1 */
    OasisRational frame_rate; /* nominal, frames a second */
    OasisRational time_base;  /* of every pts */
    int64_t last_duration;    /* of the last frame, in time_base units; 0 = unknown */
} OasisSourceInfo;

/* Thread-safety: one thread at a time; a job hands the source to its decode thread and has it back
 * when oasis_job_run returns. */
typedef struct OasisSource OasisSource;

/* Borrowed, constant for the source's life. */
OASIS_API const OasisSourceInfo *oasis_source_info(OasisSource *source);

/* Time of frame n (0 <= n < frames) in time_base units; frame 0 is at 0, they grow strictly. */
OASIS_API int64_t oasis_source_pts(OasisSource *source, int64_t n);

/* The nearest frame <= n at which decoding can start, so that reading from there is cheap. */
OASIS_API int64_t oasis_source_keyframe(OasisSource *source, int64_t n);

/* Makes frame n (0 <= n < frames) the next one read. That may mean decoding for a while: `cancel`
 * (may be NULL) is polled from frame to frame, and after OASIS_ERR_CANCELLED the next call is a
 * seek again, which goes on from there where it can. */
OASIS_API OasisStatus oasis_source_seek(OasisSource *source, int64_t n, const OasisCancel *cancel,
                                        OasisError *err) OASIS_MUST_USE;

/* The next frame, owned by the caller; *frame = NULL past the last one. pts as oasis_source_pts
 * says. Its planes are read-only: a decoder may still refer to them. */
OASIS_API OasisStatus oasis_source_read(OasisSource *source, OasisFrame **frame,
                                        OasisError *err) OASIS_MUST_USE;

/* Whether the source has a sooner way to a keyframe than to seek and read. */
OASIS_API bool oasis_source_can_glance(OasisSource *source);

/* The keyframe of frame n by itself, to show while n is on its way; only where the source can
 * glance. It is decoded without its neighbours, so where fields are interlaced it is not what
 * reading gives. *number is its own, *frame is owned by the caller. OASIS_ERR_INPUT where the
 * keyframe is none of the frames, in a file that was cut. The next call is a seek. */
OASIS_API OasisStatus oasis_source_glance(OasisSource *source, int64_t n, int64_t *number,
                                          OasisFrame **frame, OasisError *err) OASIS_MUST_USE;

/* The number of the first frame with pts >= ns (nanoseconds from frame 0), or `frames` when there
 * is none. A range start <= pts < end is [frame_at(start), frame_at(end)). */
OASIS_API int64_t oasis_source_frame_at(OasisSource *source, int64_t ns);

/* Closes *source and sets it to NULL. A pointer to NULL is fine. */
OASIS_API void oasis_source_close(OasisSource **source);

/* Opens a YUV4MPEG2 file: C420*, C422, C444, C411, Cmono, 8 to 16 bits. The file must be seekable.
 * Blocks on disk. OASIS_ERR_INPUT names the file and what is wrong with it. */
OASIS_API OasisStatus oasis_y4m_source_open(const char *path, OasisSource **source,
                                            OasisError *err) OASIS_MUST_USE;

/* --- for those who implement a source; callers use the functions above --- */

/* A source of one's own, and how one is read: tests/headers/example-source.c.
 *
 *     #include <stdio.h>
 *     #include <stdlib.h>
 *     #include <string.h>
 *
 *     #include "oasis/source.h"
 *
 *     typedef struct Fade {
 *         OasisSource base;
 *         OasisSourceInfo info;
 *         int64_t next;
 *     } Fade;
 *
 *     static const OasisSourceInfo *fade_info(OasisSource *source)
 *     {
 *         return &((Fade *)source)->info;
 *     }
 *
 *     static int64_t fade_pts(OasisSource *source, int64_t n)
 *     {
 *         return n;
 *     }
 *
 *     static OasisStatus fade_seek(OasisSource *source, int64_t n, const OasisCancel *cancel,
 *                                  OasisError *err)
 *     {
 *         ((Fade *)source)->next = n;
 *         return OASIS_OK;
 *     }
 *
 *     static OasisStatus fade_read(OasisSource *source, OasisFrame **frame, OasisError *err)
 *     {
 *         Fade *self = (Fade *)source;
 *         const OasisFrameFormat *format = &self->info.format;
 *         int grey = 16 + (int)self->next;
 *         OasisFrame *next;
 *
 *         *frame = NULL;
 *         if (self->next == self->info.frames) {
 *             return OASIS_OK;
 *         }
 *         next = oasis_frame_new(format);
 *         if (!next) {
 *             return oasis_fail_memory(err, source->name);
 *         }
 *         for (int y = 0; y < format->height; y++) {
 *             memset(next->data[0] + y * next->stride[0], grey, (size_t)format->width);
 *         }
 *         next->pts = self->next++;
 *         next->time_base = self->info.time_base;
 *         *frame = next;
 *         return OASIS_OK;
 *     }
 *
 *     static void fade_close(OasisSource *source)
 *     {
 *         free(source);
 *     }
 *
 *     static const OasisSourceClass fade_class = {
 *         .info = fade_info,
 *         .pts = fade_pts,
 *         .seek = fade_seek,
 *         .read = fade_read,
 *         .close = fade_close,
 *     };
 *
 *     static OasisSource *fade_new(int64_t frames)
 *     {
 *         Fade *self = calloc(1, sizeof *self);
 *
 *         if (!self) {
 *             return NULL;
 *         }
 *         self->base = (OasisSource){.klass = &fade_class, .name = "fade"};
 *         self->info = (OasisSourceInfo){
 *             .format = {
 *                 .width = 64,
 *                 .height = 48,
 *                 .depth = 8,
 *                 .planes = 1,
 *                 .matrix = OASIS_MATRIX_BT709,
 *                 .primaries = 2,
 *                 .transfer = 2,
 *                 .sample_aspect = {1, 1},
 *             },
 *             .frames = frames,
 *             .frame_rate = {25, 1},
 *             .time_base = {1, 25},
 *         };
 *         return &self->base;
 *     }
 *
 *     int main(void)
 *     {
 *         OasisSource *source = fade_new(100);
 *         OasisFrame *frame = NULL;
 *         OasisError err;
 *         OasisStatus status = source ? oasis_source_seek(source, 98, NULL, &err)
 *                                     : oasis_fail_memory(&err, "fade");
 *
 *         while (status == OASIS_OK &&
 *                (status = oasis_source_read(source, &frame, &err)) == OASIS_OK && frame) {
 *             printf("frame %d is of grey %d\n", (int)frame->pts, frame->data[0][0]);
 *             oasis_frame_unref(&frame);
 *         }
 *         if (status != OASIS_OK) {
 *             fprintf(stderr, "%s: %s\n", err.subject, err.detail);
 *         }
 *         oasis_source_close(&source);
 *         return status == OASIS_OK ? 0 : 1;
 *     }
 */

/* Each does what the function of its name says. */
typedef struct OasisSourceClass {
    const OasisSourceInfo *(*info)(OasisSource *source);
    int64_t (*pts)(OasisSource *source, int64_t n);
    int64_t (*keyframe)(OasisSource *source, int64_t n); /* NULL: every frame is one */
    OasisStatus (*seek)(OasisSource *source, int64_t n, const OasisCancel *cancel,
                        OasisError *err);
    OasisStatus (*read)(OasisSource *source, OasisFrame **frame, OasisError *err);
    /* NULL: the source cannot glance. */
    OasisStatus (*glance)(OasisSource *source, int64_t n, int64_t *number, OasisFrame **frame,
                          OasisError *err);
    void (*close)(OasisSource *source); /* frees the source */
} OasisSourceClass;

/* Implementations begin with this. */
struct OasisSource {
    const OasisSourceClass *klass;
    const char *name; /* file name for messages; lives as long as the source */
};

#ifdef __cplusplus
}
#endif

/* Frames in memory: making, sharing and dropping them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/frame.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "core/align.h"

typedef struct CountedFrame {
    OasisFrame frame; /* first, so that a pointer to one is a pointer to the other */
    atomic_int references;
    void (*release)(void *owner);
    void *owner;
} CountedFrame;

OasisFrame *oasis_frame_wrap(const OasisFrameFormat *format, void (*release)(void *owner),
                             void *owner)
{
    CountedFrame *counted = calloc(1, sizeof *counted);

    if (!counted) {
        return NULL;
    }
    counted->frame.format = *format;
    counted->frame.time_base = (OasisRational){1, 1};
    atomic_init(&counted->references, 1);
    counted->release = release;
    counted->owner = owner;
    return &counted->frame;
}

OasisFrame *oasis_frame_new(const OasisFrameFormat *format)
{
    size_t stride[3] = {0}, bytes[3] = {0}, total = 0;
    OasisFrame *frame;
    uint8_t *samples;

    if (oasis_frame_format_check(format, NULL, NULL) != OASIS_OK) {
        return NULL;
    }
    /* The check bounds a plane at 16384 x 16384 x 2 bytes, so only the sum could overflow, and
     * that on machines with 32-bit sizes alone. */
    for (int p = 0; p < format->planes; p++) {
        size_t row = (size_t)oasis_frame_plane_width(format, p) *
                     (size_t)oasis_frame_sample_bytes(format);

        stride[p] = oasis_align_host(row);
        bytes[p] = stride[p] * (size_t)oasis_frame_plane_height(format, p);
        if (bytes[p] > SIZE_MAX - total) {
            return NULL;
        }
        total += bytes[p];
    }
    samples = aligned_alloc(OASIS_HOST_ALIGNMENT, total);
    if (!samples) {
        return NULL;
    }
    frame = oasis_frame_wrap(format, free, samples);
    if (!frame) {
        free(samples);
        return NULL;
    }
    for (int p = 0; p < format->planes; p++) {
        frame->data[p] = samples;
        frame->stride[p] = (ptrdiff_t)stride[p];
        samples += bytes[p];
    }
    return frame;
}

OasisFrame *oasis_frame_ref(OasisFrame *frame)
{
    CountedFrame *counted = (CountedFrame *)frame;
    int before = atomic_fetch_add_explicit(&counted->references, 1, memory_order_relaxed);

    assert(before > 0);
    (void)before;
    return frame;
}

void oasis_frame_unref(OasisFrame **frame)
{
    CountedFrame *counted = (CountedFrame *)*frame;

    *frame = NULL;
    /* Acquire and release: whoever frees sees all that other holders did with the frame. */
    if (counted &&
        atomic_fetch_sub_explicit(&counted->references, 1, memory_order_acq_rel) == 1) {
        if (counted->release) {
            counted->release(counted->owner);
        }
        free(counted);
    }
}

void oasis_frames_unref(OasisFrame **frames, int n)
{
    for (int i = 0; frames && i < n; i++) {
        oasis_frame_unref(&frames[i]);
    }
}

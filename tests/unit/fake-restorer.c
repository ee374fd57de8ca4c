/* A restorer without a model.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fake-restorer.h"

#include <assert.h>
#include <sched.h>

#include "model/restorer.h"
#include "oasis/status.h"
#include "test.h"

OasisRestorer fake_restorer(int chunk_frames, int chunk_overlap)
{
    return (OasisRestorer){
        .model = {.name = "fake", .path = "fake", .description = "",
                  .chunk_frames = chunk_frames, .chunk_overlap = chunk_overlap},
        .device = {.name = "fake", .usable = true, .dtype = OASIS_F32},
        .slots = 1,
    };
}

void fake_restorer_check(const OasisRestorer *restorer)
{
    CHECK_INT(restorer->begun, restorer->finished);
    CHECK_INT(atomic_load(&restorer->census.alive), 0);
}

int oasis_restorer_slots(const OasisRestorer *restorer)
{
    return restorer->slots;
}

const OasisModelInfo *oasis_restorer_model(const OasisRestorer *restorer)
{
    return restorer->shared ? restorer->shared : &restorer->model;
}

const OasisDeviceInfo *oasis_restorer_device(const OasisRestorer *restorer)
{
    return &restorer->device;
}

static OasisFrame *resize(const OasisFrame *frame, const OasisFrameFormat *output)
{
    OasisFrame *resized = oasis_frame_new(output);

    if (!resized) {
        return NULL;
    }
    for (int p = 0; p < output->planes; p++) {
        int from = p < frame->format.planes ? p : 0;
        int width = oasis_frame_plane_width(output, p);
        int height = oasis_frame_plane_height(output, p);

        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int sx = x * oasis_frame_plane_width(&frame->format, from) / width;
                int sy = y * oasis_frame_plane_height(&frame->format, from) / height;

                test_set_sample(resized, p, x, y, test_get_sample(frame, from, sx, sy));
            }
        }
    }
    resized->pts = frame->pts;
    resized->duration = frame->duration;
    resized->time_base = frame->time_base;
    return resized;
}

static void invert_and_shift(OasisFrame *frame, unsigned shift)
{
    unsigned most = (1u << frame->format.depth) - 1;

    for (int p = 0; p < frame->format.planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&frame->format, p); y++) {
            for (int x = 0; x < oasis_frame_plane_width(&frame->format, p); x++) {
                unsigned sample = test_get_sample(frame, p, x, y);

                test_set_sample(frame, p, x, y, (p == 0 ? most - sample : sample) + shift);
            }
        }
    }
}

static void clear(OasisFrame **frames, int n)
{
    for (int i = 0; frames && i < n; i++) {
        frames[i] = NULL;
    }
}

static OasisStatus restore_frame(OasisRestorer *restorer, const OasisChunkWork *work, int i,
                                 unsigned sum, OasisFrame **restored, OasisFrame **source,
                                 OasisError *err)
{
    const OasisFrame *frame = work->frames[work->want_first + i];

    for (int turn = 0; turn < restorer->dawdling; turn++) {
        sched_yield();
    }
    if (oasis_cancel_is_triggered(work->cancel)) {
        return oasis_fail(err, OASIS_ERR_CANCELLED, "fake restorer", "was cancelled");
    }
    if (fuse_blows(&restorer->fuse)) {
        return oasis_fail(err, restorer->fuse.status, "fake restorer", "failed as told");
    }
    if (restored) {
        restored[i] = count_frame(&restorer->census, resize(frame, &work->output));
    }
    if (source) {
        source[i] = count_frame(&restorer->census, resize(frame, &work->output));
    }
    if ((restored && !restored[i]) || (source && !source[i])) {
        return oasis_fail(err, OASIS_ERR_NO_MEMORY, "fake restorer", "has no memory");
    }
    if (restored) {
        invert_and_shift(restored[i], sum);
    }
    return OASIS_OK;
}

OasisStatus oasis_restorer_prepare(OasisRestorer *restorer, const OasisFrameFormat *source,
                                   const OasisFrameFormat *output, bool resize_only,
                                   OasisError *err)
{
    return restorer->lacks_memory
               ? oasis_fail(err, OASIS_ERR_NO_MEMORY, "fake restorer", "has no memory")
               : OASIS_OK;
}

/* Turns samples into others, and at the second time back. */
static void flip(OasisFrame *frame)
{
    for (int p = 0; p < frame->format.planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&frame->format, p); y++) {
            for (int x = 0; x < oasis_frame_plane_width(&frame->format, p); x++) {
                test_set_sample(frame, p, x, y, test_get_sample(frame, p, x, y) ^ 0x5a);
            }
        }
    }
}

/* The frames of a chunk are hidden until it is finished. */
static void hide(OasisRestorer *restorer, OasisFrame **restored, OasisFrame **source, int n)
{
    OasisFrame **pending = restorer->pending[(restorer->begun - 1) % restorer->slots];
    int hidden = 0;

    for (int i = 0; i < n; i++) {
        if (restored) {
            pending[hidden++] = restored[i];
        }
        if (source) {
            pending[hidden++] = source[i];
        }
    }
    assert(hidden < FAKE_MOST_FRAMES);
    pending[hidden] = NULL;
    for (int i = 0; i < hidden; i++) {
        flip(pending[i]);
    }
}

OasisStatus oasis_restorer_begin(OasisRestorer *restorer, const OasisChunkWork *work,
                                 OasisFrame **restored, OasisFrame **source, OasisTicket *ticket,
                                 OasisError *err)
{
    const int n = work->want_frames;
    OasisStatus status = OASIS_OK;
    unsigned sum = 0;

    assert(work->n_frames >= 1 && work->n_frames <= restorer->model.chunk_frames);
    assert(work->want_first >= 0 && n >= 1 && work->want_first + n <= work->n_frames);
    assert(restored || source);
    CHECK(restorer->begun - restorer->finished < restorer->slots);
    restorer->begun++;
    *(restored ? &restorer->runs : &restorer->resizes) += 1;
    /* The tail repeats its last frame. */
    for (int i = 0; restored && i < restorer->model.chunk_frames; i++) {
        int at = i < work->n_frames ? i : work->n_frames - 1;

        sum += (unsigned)(i + 1) * test_get_sample(work->frames[at], 0, 0, 0);
    }
    clear(restored, n);
    clear(source, n);
    for (int i = 0; i < n && status == OASIS_OK; i++) {
        status = restore_frame(restorer, work, i, sum, restored, source, err);
        if (status == OASIS_OK && work->progress) {
            work->progress((double)(i + 1) / n, work->data);
        }
    }
    if (status != OASIS_OK) {
        oasis_frames_unref(restored, n);
        oasis_frames_unref(source, n);
        restorer->begun--;
        return status;
    }
    hide(restorer, restored, source, n);
    *ticket = (OasisTicket)restorer->begun;
    return OASIS_OK;
}

OasisStatus oasis_restorer_finish(OasisRestorer *restorer, OasisTicket ticket, OasisError *err)
{
    OasisFrame **pending = restorer->pending[restorer->finished % restorer->slots];

    CHECK_INT((int64_t)ticket, restorer->finished + 1);
    restorer->overlaps += restorer->begun > restorer->finished + 1;
    restorer->finished++;
    for (int i = 0; pending[i]; i++) {
        flip(pending[i]); /* where one is gone, the sanitizer says so */
    }
    if (fuse_blows(&restorer->late_fuse)) {
        return oasis_fail(err, restorer->late_fuse.status, "fake restorer", "failed as told");
    }
    return OASIS_OK;
}

/* The whole engine, from a raw file to a raw file: a small random model on the reference back end.
 * Any range gives the bytes of the whole clip, and the model does something to them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "doubles.h"
#include "engine.h"
#include "model/restorer.h"
#include "oasis/job.h"
#include "test.h"

enum { FRAMES = 12 };

/* A file of what a crop leaves of all frames, at whole chroma samples. */
static void write_clip(const char *path, const OasisCrop *crop)
{
    const OasisFrameFormat format = test_format(18, 10);
    OasisTargetParams params = {.format = test_format(18 - crop->left - crop->right,
                                                      10 - crop->top - crop->bottom),
                                .frame_rate = {25, 1}};
    OasisSink *sink = NULL;
    OasisError err = {0};

    REQUIRE(CHECK_OK(oasis_y4m_sink_open(path, &params, &sink, &err), &err));
    for (int n = 0; n < FRAMES; n++) {
        OasisFrame *frame = fake_source_frame(&format, n), *part = oasis_frame_new(&params.format);

        REQUIRE(frame && part);
        for (int p = 0; p < 3; p++) {
            for (int y = 0; y < oasis_frame_plane_height(&part->format, p); y++) {
                memcpy(part->data[p] + y * part->stride[p],
                       frame->data[p] + (y + (crop->top >> (p > 0))) * frame->stride[p] +
                           (crop->left >> (p > 0)),
                       (size_t)oasis_frame_plane_width(&part->format, p));
            }
        }
        part->pts = frame->pts;
        REQUIRE(CHECK_OK(oasis_sink_write(sink, part, &err), &err));
        oasis_frame_unref(&frame);
        oasis_frame_unref(&part);
    }
    REQUIRE(CHECK_OK(oasis_sink_finish(sink, &err), &err));
    oasis_sink_close(&sink);
}

static OasisStatus restore_part(Engine *engine, const char *in, const char *out, int64_t first,
                                int64_t end, double strength, const OasisCrop *crop,
                                const OasisCancel *cancel, OasisError *err)
{
    OasisJobParams job = {.restorers = engine->restorers, .n_restorers = engine->n,
                          .first = first, .end = end,
                          .crop = *crop, .strength = strength, .cancel = cancel};
    OasisTargetParams target = {.frame_rate = {25, 1}, .replace = true};
    OasisStatus status;

    REQUIRE(CHECK_OK(oasis_y4m_source_open(in, &job.source, err), err));
    REQUIRE(CHECK_OK(oasis_output_format(&oasis_source_info(job.source)->format,
                                         &(OasisSize){.crop = *crop}, &job.output, err), err));
    target.format = job.output;
    REQUIRE(CHECK_OK(oasis_y4m_sink_open(out, &target, &job.sink, err), err));
    status = oasis_job_run(&job, err);
    oasis_sink_close(&job.sink);
    oasis_source_close(&job.source);
    return status;
}

static OasisStatus restore(Engine *engine, const char *in, const char *out, int64_t first,
                           int64_t end, double strength, const OasisCancel *cancel,
                           OasisError *err)
{
    return restore_part(engine, in, out, first, end, strength, &(OasisCrop){0}, cancel, err);
}

/* Whether frame `a` of one file is frame `b` of another, byte for byte. */
static bool same_frame(const char *path_a, int64_t a, const char *path_b, int64_t b)
{
    OasisSource *sources[2] = {0};
    OasisFrame *frames[2] = {0};
    OasisError err = {0};
    bool same;

    for (int i = 0; i < 2; i++) {
        REQUIRE(CHECK_OK(oasis_y4m_source_open(i ? path_b : path_a, &sources[i], &err), &err));
        REQUIRE(CHECK_OK(oasis_source_seek(sources[i], i ? b : a, NULL, &err), &err));
        REQUIRE(CHECK_OK(oasis_source_read(sources[i], &frames[i], &err), &err));
    }
    same = test_frames_equal(frames[0], frames[1]);
    for (int i = 0; i < 2; i++) {
        oasis_frame_unref(&frames[i]);
        oasis_source_close(&sources[i]);
    }
    return same;
}

static int64_t count_frames(const char *path)
{
    OasisSource *source = NULL;
    OasisError err = {0};
    int64_t frames;

    REQUIRE(CHECK_OK(oasis_y4m_source_open(path, &source, &err), &err));
    frames = oasis_source_info(source)->frames;
    CHECK_INT(oasis_source_info(source)->format.width, 36);
    CHECK_INT(oasis_source_info(source)->format.height, 20);
    oasis_source_close(&source);
    return frames;
}

static void check_ranges(Engine *engine, const char *clip)
{
    const char *whole = test_path("whole.y4m"), *part = test_path("part.y4m");
    OasisError err = {0};

    CHECK_OK(restore(engine, clip, whole, 0, 0, 1, NULL, &err), &err);
    CHECK_INT(count_frames(whole), FRAMES);
    for (int i = 0; i < 3; i++) {
        int64_t first = test_random_int(0, FRAMES - 1), end = test_random_int(first + 1, FRAMES);

        CHECK_OK(restore(engine, clip, part, first, end, 1, NULL, &err), &err);
        CHECK_INT(count_frames(part), end - first);
        for (int64_t n = first; n < end; n++) {
            CHECK(same_frame(part, n - first, whole, n));
        }
    }
    /* At strength 0 only the resizing is left, and that is something else. */
    CHECK_OK(restore(engine, clip, part, 0, 0, 0, NULL, &err), &err);
    for (int64_t n = 0; n < FRAMES; n++) {
        CHECK(!same_frame(part, n, whole, n));
    }
    unlink(whole);
    unlink(part);
}

static OasisJobCost cost_of(OasisJobParams job, const char *clip)
{
    OasisError err = {0};
    OasisJobCost cost;

    REQUIRE(CHECK_OK(oasis_y4m_source_open(clip, &job.source, &err), &err));
    REQUIRE(CHECK_OK(oasis_output_format(&oasis_source_info(job.source)->format,
                                         &(OasisSize){0}, &job.output, &err), &err));
    CHECK_OK(oasis_job_cost(&job, &cost, &err), &err);
    job.first = 3;
    job.end = 3;
    CHECK_STATUS(oasis_job_cost(&job, &(OasisJobCost){0}, &err), OASIS_ERR_USAGE, &err);
    oasis_source_close(&job.source);
    return cost;
}

/* Time goes by chunks and the device's rate, and is unknown without one; memory does not. */
static void check_cost(Engine *engine, const char *clip)
{
    OasisJobParams job = {.restorers = engine->restorers, .n_restorers = 1, .strength = 1};
    OasisDeviceInfo *device = (OasisDeviceInfo *)oasis_restorer_device(engine->restorers[0]);
    const OasisJobCost unknown = cost_of(job, clip);
    OasisJobCost slow, fast, part, resized;

    CHECK(unknown.seconds == -1 && unknown.memory_bytes > 0);
    device->rates[device->dtype] = 1e9;
    slow = cost_of(job, clip);
    device->rates[device->dtype] = 4e9;
    fast = cost_of(job, clip);
    job.end = 1;
    part = cost_of(job, clip);
    job.strength = 0;
    resized = cost_of(job, clip);
    CHECK(slow.seconds > 0 && slow.memory_bytes == unknown.memory_bytes);
    CHECK_NEAR(fast.seconds, slow.seconds / 4, 1e-9);
    CHECK(part.seconds > 0 && part.seconds <= fast.seconds / 2);
    CHECK(resized.seconds >= 0 && resized.seconds < part.seconds);
    CHECK(resized.memory_bytes < part.memory_bytes);
    device->rates[device->dtype] = 0;
}

/* What is left out might as well not be there. */
static void check_crop(Engine *engine, const char *clip)
{
    const OasisCrop crop = {2, 4, 4, 2};
    const char *whole = test_path("part.y4m");
    const char *cropped = test_path("cropped.y4m"), *small = test_path("small.y4m");
    OasisError err = {0};

    write_clip(whole, &crop);
    for (int strength = 0; strength < 2; strength++) {
        CHECK_OK(restore_part(engine, clip, cropped, 0, 0, strength, &crop, NULL, &err), &err);
        CHECK_OK(restore(engine, whole, small, 0, 0, strength, NULL, &err), &err);
        for (int64_t n = 0; n < FRAMES; n++) {
            CHECK(same_frame(cropped, n, small, n));
        }
    }
    unlink(whole);
    unlink(cropped);
    unlink(small);
}

/* One frame by itself: what a crop leaves of it is as if nothing else had been there. */
static void check_draft(Engine *engine)
{
    const OasisCrop crop = {.left = 4, .top = 2, .right = 6, .bottom = 2};
    const OasisFrameFormat format = test_format(18, 10), small = test_format(8, 6);
    OasisFrame *frame = fake_source_frame(&format, 3), *part, *drafts[3];
    OasisSource *source = NULL;
    OasisFrameFormat output;
    OasisError err = {0};
    char cut[512];

    snprintf(cut, sizeof cut, "%s", test_path("cut.y4m"));
    write_clip(cut, &crop);
    REQUIRE(CHECK_OK(oasis_y4m_source_open(cut, &source, &err), &err));
    REQUIRE(CHECK_OK(oasis_source_seek(source, 3, NULL, &err), &err));
    REQUIRE(CHECK_OK(oasis_source_read(source, &part, &err), &err) && part);
    REQUIRE(CHECK_OK(oasis_output_format(&small, &(OasisSize){0}, &output, &err), &err));
    for (int i = 0; i < 3; i++) {
        REQUIRE(CHECK_OK(oasis_draft_frame(engine->restorers[0], i < 2 ? frame : part,
                                           i < 2 ? &crop : &(OasisCrop){0}, &output, NULL,
                                           &drafts[i], &err), &err));
        CHECK(oasis_frame_format_equal(&drafts[i]->format, &output));
    }
    for (int p = 0; p < 3; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&output, p); y++) {
            for (int i = 1; i < 3; i++) {
                CHECK(memcmp(drafts[0]->data[p] + y * drafts[0]->stride[p],
                             drafts[i]->data[p] + y * drafts[i]->stride[p],
                             (size_t)oasis_frame_plane_width(&output, p)) == 0);
            }
        }
    }
    for (int i = 0; i < 3; i++) {
        oasis_frame_unref(&drafts[i]);
    }
    oasis_frame_unref(&frame);
    oasis_frame_unref(&part);
    oasis_source_close(&source);
    remove(cut);
}

static void check_cancelled(Engine *engine, const char *clip)
{
    OasisCancel *cancel = oasis_cancel_new(NULL);
    OasisError err = {0};

    REQUIRE(cancel);
    oasis_cancel_trigger(cancel);
    CHECK_STATUS(restore(engine, clip, test_path("none.y4m"), 0, 0, 1, cancel, &err),
                 OASIS_ERR_CANCELLED, &err);
    CHECK_INT(test_folder_count(), 1); /* the clip */
    oasis_cancel_free(&cancel);
}

int main(void)
{
    Engine engine;
    char clip[512];

    test_begin();
    snprintf(clip, sizeof clip, "%s", test_path("clip.y4m"));
    engine_open(&engine, 1, 0);
    write_clip(clip, &(OasisCrop){0});
    check_cost(&engine, clip);
    check_ranges(&engine, clip);
    check_crop(&engine, clip);
    check_draft(&engine);
    check_cancelled(&engine, clip);
    engine_close(&engine);
    return test_end();
}

/* Films as pictures: a folder that is whole, or none.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <unistd.h>

#include "media-test.h"

static const OasisFrameFormat format = {.width = 16, .height = 16, .depth = 8, .planes = 1,
                                        .sample_aspect = {1, 1}, .matrix = OASIS_MATRIX_BT709};

static OasisStatus open_sink(const char *path, OasisSink **sink, OasisError *err)
{
    const OasisMediaTarget target = {.target = {.format = format, .frame_rate = {25, 1}},
                                     .quality = -1};

    return oasis_media_sink_open(path, &target, sink, err);
}

static void write_frames(OasisSink *sink, int frames)
{
    for (int n = 0; n < frames; n++) {
        OasisFrame *frame = oasis_frame_new(&format);
        OasisError err;

        REQUIRE(frame);
        for (int y = 0; y < format.height; y++) {
            memset(frame->data[0] + y * frame->stride[0], 10 * n, (size_t)format.width);
        }
        frame->time_base = (OasisRational){1, 25};
        frame->pts = n;
        frame->duration = 1;
        CHECK_OK(oasis_sink_write(sink, frame, &err), &err);
        oasis_frame_unref(&frame);
    }
}

static bool is_there(const char *name)
{
    return access(media_path(name), F_OK) == 0;
}

static void test_whole(void)
{
    OasisSink *sink;
    OasisError err;

    CHECK_OK(open_sink(media_path("whole/a%03d.png"), &sink, &err), &err);
    write_frames(sink, 3);
    CHECK(!is_there("whole") && is_there(".whole.part"));
    CHECK_OK(oasis_sink_finish(sink, &err), &err);
    oasis_sink_close(&sink);
    CHECK(is_there("whole/a001.png") && is_there("whole/a003.png") && !is_there("whole/a004.png"));
    CHECK(!is_there(".whole.part"));
    /* Its pictures are not mixed with another film's. */
    CHECK_INT(open_sink(media_path("whole/%05d.tif"), &sink, &err), OASIS_ERR_EXISTS);
    CHECK(!sink && !is_there(".whole.part"));
}

static void test_stopped(void)
{
    OasisSink *sink;
    OasisError err;

    CHECK_OK(open_sink(media_path("half/"), &sink, &err), &err);
    write_frames(sink, 2);
    oasis_sink_close(&sink);
    CHECK(!is_there("half") && !is_there(".half.part"));
    CHECK_OK(open_sink(media_path("none/"), &sink, &err), &err);
    CHECK_INT(oasis_sink_finish(sink, &err), OASIS_ERR_USAGE);
    oasis_sink_close(&sink);
    CHECK(!is_there("none") && !is_there(".none.part"));
}

/* What a killed run has left behind is no part of the next. */
static void test_left_behind(void)
{
    OasisSink *sink;
    OasisError err;
    int file;

    REQUIRE(mkdir(media_path(".old.part"), 0700) == 0);
    file = open(media_path(".old.part/00007.png"), O_CREAT | O_WRONLY, 0600);
    REQUIRE(file >= 0 && close(file) == 0);
    CHECK_OK(open_sink(media_path("old/%05d.png"), &sink, &err), &err);
    write_frames(sink, 1);
    CHECK_OK(oasis_sink_finish(sink, &err), &err);
    oasis_sink_close(&sink);
    CHECK(is_there("old/00001.png") && !is_there("old/00007.png"));
}

static void test_made_meanwhile(void)
{
    OasisSink *sink;
    OasisError err;

    CHECK_OK(open_sink(media_path("mine/%05d.png"), &sink, &err), &err);
    write_frames(sink, 1);
    REQUIRE(mkdir(media_path("mine"), 0700) == 0 && mkdir(media_path("mine/more"), 0700) == 0);
    CHECK_INT(oasis_sink_finish(sink, &err), OASIS_ERR_EXISTS);
    oasis_sink_close(&sink);
    CHECK(is_there("mine/more") && !is_there("mine/00001.png") && !is_there(".mine.part"));
}

static void test_names(void)
{
    static const char *const names[] = {"a.png", "x/a.png", "x/%d.png", "x/%05d%05d.png",
                                        "x/%05s.png", "./%05d.png", "../%05d.png"};
    OasisSink *sink;
    OasisError err;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CHECK_INT(open_sink(names[i], &sink, &err), OASIS_ERR_USAGE);
        CHECK(!sink);
    }
    CHECK(oasis_media_is_images("a/") && oasis_media_is_images("b/%05d.TIFF"));
    CHECK(!oasis_media_is_images("a.mp4") && !oasis_media_is_images("png"));
    CHECK_INT(open_sink(media_path("no/folder/%05d.png"), &sink, &err), OASIS_ERR_OUTPUT);
}

int main(void)
{
    media_begin();
    test_whole();
    test_stopped();
    test_left_behind();
    test_made_meanwhile();
    test_names();
    return test_end();
}

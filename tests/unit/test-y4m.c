/* Y4M files: what the sink writes the source reads, at all layouts and odd sizes, in any order; and
 * the bytes of a file by hand.
 * SPDX-License-Identifier: Apache-2.0 */
#include "doubles.h"
#include "oasis/sink.h"
#include "oasis/source.h"
#include "test.h"

static OasisSink *open_sink(const char *path, const OasisFrameFormat *format)
{
    OasisTargetParams params = {.format = *format, .frame_rate = {30000, 1001}};
    OasisError err = {0};
    OasisSink *sink = NULL;

    CHECK_OK(oasis_y4m_sink_open(path, &params, &sink, &err), &err);
    REQUIRE(sink);
    CHECK_STR(sink->name, path);
    return sink;
}

static OasisSource *open_source(const char *path)
{
    OasisError err = {0};
    OasisSource *source = NULL;

    CHECK_OK(oasis_y4m_source_open(path, &source, &err), &err);
    REQUIRE(source);
    CHECK_STR(source->name, path);
    return source;
}

static void check_round_trip(const OasisFrameFormat *format)
{
    const char *path = test_path("clip.y4m");
    int frames = (int)test_random_int(1, 5);
    OasisSink *sink = open_sink(path, format);
    OasisSource *source;
    OasisFrame *frame;
    OasisError err = {0};

    for (int n = 0; n < frames; n++) {
        frame = fake_source_frame(format, n);
        CHECK_OK(oasis_sink_write(sink, frame, &err), &err);
        oasis_frame_unref(&frame);
    }
    CHECK_OK(oasis_sink_finish(sink, &err), &err);
    oasis_sink_close(&sink);
    CHECK(!sink);

    source = open_source(path);
    CHECK(oasis_frame_format_equal(&oasis_source_info(source)->format, format));
    CHECK_INT(oasis_source_info(source)->format.sample_aspect.num, format->sample_aspect.num);
    CHECK_INT(oasis_source_info(source)->format.sample_aspect.den, format->sample_aspect.den);
    CHECK_INT(oasis_source_info(source)->frames, frames);
    CHECK_INT(oasis_source_info(source)->frame_rate.num, 30000);
    CHECK_INT(oasis_source_info(source)->frame_rate.den, 1001);
    CHECK_INT(oasis_source_info(source)->time_base.num, 1001);
    CHECK_INT(oasis_source_info(source)->time_base.den, 30000);
    for (int i = 0; i < 8; i++) {
        int64_t n = i < 4 ? i : test_random_int(0, frames - 1);
        OasisFrame *expected = fake_source_frame(format, n);

        if (i >= 4) {
            CHECK_OK(oasis_source_seek(source, n, NULL, &err), &err);
        }
        CHECK_OK(oasis_source_read(source, &frame, &err), &err);
        if (n >= frames) {
            CHECK(!frame);
        } else if (CHECK(frame)) {
            CHECK(test_frames_equal(frame, expected));
            CHECK_INT(frame->pts, n);
            CHECK_INT(frame->pts, oasis_source_pts(source, n));
            CHECK_INT(frame->time_base.den, 30000);
            oasis_frame_unref(&frame);
        }
        oasis_frame_unref(&expected);
    }
    oasis_source_close(&source);
    unlink(path);
    CHECK_INT(test_folder_count(), 0);
}

static void check_layouts(void)
{
    static const struct {
        int planes, shift_x, shift_y;
        bool deep;
        OasisSiting siting;
    } layouts[] = {
        {3, 1, 1, false, OASIS_SITING_LEFT},    {3, 1, 1, false, OASIS_SITING_CENTER},
        {3, 1, 1, false, OASIS_SITING_TOP_LEFT}, {3, 1, 1, true, OASIS_SITING_LEFT},
        {3, 1, 0, false, OASIS_SITING_LEFT},    {3, 1, 0, true, OASIS_SITING_LEFT},
        {3, 0, 0, false, OASIS_SITING_LEFT},    {3, 0, 0, true, OASIS_SITING_LEFT},
        {3, 2, 0, false, OASIS_SITING_LEFT},    {1, 0, 0, false, OASIS_SITING_LEFT},
        {1, 0, 0, true, OASIS_SITING_LEFT},
    };
    static const int deep[] = {9, 10, 12, 14, 16};
    static const int lengths[] = {1, 2, 3, 4, 5, 63, 64, 65};

    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        for (size_t d = 0; d < (layouts[i].deep ? 5 : 1); d++) {
            for (int size = 0; size < 6; size++) {
                OasisFrameFormat format = test_format(lengths[test_random_int(0, 7)],
                                                      lengths[test_random_int(0, 7)]);

                format.planes = layouts[i].planes;
                format.chroma_shift_x = layouts[i].shift_x;
                format.chroma_shift_y = layouts[i].shift_y;
                format.siting = layouts[i].siting;
                format.depth = layouts[i].deep ? deep[d] : 8;
                format.range = size % 2 ? OASIS_RANGE_FULL : OASIS_RANGE_LIMITED;
                format.sample_aspect = size % 3 ? (OasisRational){16, 15} : (OasisRational){1, 1};
                check_round_trip(&format);
            }
        }
    }
}

static void put(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    REQUIRE(file);
    REQUIRE(fwrite(bytes, 1, size, file) == size);
    REQUIRE(fclose(file) == 0);
}

/* Headers as other programs write them. */
static void check_headers(void)
{
    static const struct {
        const char *line;
        size_t frame_bytes;
        int depth, planes, shift_x, shift_y;
        OasisSiting siting;
        OasisRange range;
        int rate, aspect;
    } cases[] = {
        {"YUV4MPEG2 W4 H2", 12, 8, 3, 1, 1, OASIS_SITING_CENTER, OASIS_RANGE_LIMITED, 25, 1},
        {"YUV4MPEG2 W4 H2 F25:1 Ip A0:0 C420jpeg XYSCSS=420JPEG XCOLORRANGE=LIMITED", 12, 8, 3, 1,
         1, OASIS_SITING_CENTER, OASIS_RANGE_LIMITED, 25, 1},
        {"YUV4MPEG2 C420mpeg2 H2 W4 XCOLORRANGE=FULL", 12, 8, 3, 1, 1, OASIS_SITING_LEFT,
         OASIS_RANGE_FULL, 25, 1},
        {"YUV4MPEG2 W4 H2 F60:1 C420paldv", 12, 8, 3, 1, 1, OASIS_SITING_TOP_LEFT,
         OASIS_RANGE_LIMITED, 60, 1},
        {"YUV4MPEG2 W4 H2 F0:0 I? A4:1 C420", 12, 8, 3, 1, 1, OASIS_SITING_CENTER,
         OASIS_RANGE_LIMITED, 25, 4},
        {"YUV4MPEG2 W4 H2 C420p10 XYSCSS=420P10", 24, 10, 3, 1, 1, OASIS_SITING_LEFT,
         OASIS_RANGE_LIMITED, 25, 1},
        {"YUV4MPEG2 W5 H2 C411 Xwhatever", 18, 8, 3, 2, 0, OASIS_SITING_LEFT, OASIS_RANGE_LIMITED,
         25, 1},
        {"YUV4MPEG2  W4  H2 C422 ", 16, 8, 3, 1, 0, OASIS_SITING_LEFT, OASIS_RANGE_LIMITED, 25, 1},
        {"YUV4MPEG2 W4 H2 C444p16", 48, 16, 3, 0, 0, OASIS_SITING_LEFT, OASIS_RANGE_LIMITED, 25, 1},
        {"YUV4MPEG2 W4 H2 Cmono", 8, 8, 1, 0, 0, OASIS_SITING_LEFT, OASIS_RANGE_LIMITED, 25, 1},
        {"YUV4MPEG2 W4 H2 Cmono12", 16, 12, 1, 0, 0, OASIS_SITING_LEFT, OASIS_RANGE_LIMITED, 25, 1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = test_path("clip.y4m");
        char bytes[300] = {0};
        int length = snprintf(bytes, sizeof bytes, "%s\nFRAME\n", cases[i].line);
        OasisSource *source;
        const OasisSourceInfo *info;

        put(path, bytes, (size_t)length + cases[i].frame_bytes);
        source = open_source(path);
        info = oasis_source_info(source);
        CHECK_INT(info->frames, 1);
        CHECK_INT(info->format.depth, cases[i].depth);
        CHECK_INT(info->format.planes, cases[i].planes);
        CHECK_INT(info->format.chroma_shift_x, cases[i].shift_x);
        CHECK_INT(info->format.chroma_shift_y, cases[i].shift_y);
        CHECK_INT(info->format.siting, cases[i].siting);
        CHECK_INT(info->format.range, cases[i].range);
        CHECK_INT(info->format.matrix, OASIS_MATRIX_SMPTE170M);
        CHECK_INT(info->frame_rate.num, cases[i].rate);
        CHECK_INT(info->format.sample_aspect.num, cases[i].aspect);
        oasis_source_close(&source);
        unlink(path);
    }
}

/* Low byte first; samples beyond the depth are cut to it. */
static void check_bytes(void)
{
    static const char file[] = "YUV4MPEG2 W3 H1 F25:1 Ip A1:1 Cmono10 XCOLORRANGE=LIMITED\n"
                               "FRAME\n\x34\x02\xff\x03\x00\x00";
    static const char beyond[] = "YUV4MPEG2 W3 H1 F25:1 Ip A1:1 Cmono10 XCOLORRANGE=LIMITED\n"
                                 "FRAME\n\x34\x02\xff\xff\x00\x04";
    const char *path = test_path("clip.y4m"), *copy = test_path("copy.y4m");
    char written[sizeof file] = {0};
    OasisTargetParams params = {.frame_rate = {25, 1}};
    OasisSource *source;
    OasisSink *sink = NULL;
    OasisFrame *frame = NULL;
    OasisError err = {0};
    FILE *stream;

    put(path, file, sizeof file - 1);
    source = open_source(path);
    CHECK_OK(oasis_source_read(source, &frame, &err), &err);
    REQUIRE(frame);
    CHECK_INT(((uint16_t *)frame->data[0])[0], 0x234);
    CHECK_INT(((uint16_t *)frame->data[0])[1], 0x3ff);
    params.format = frame->format;
    CHECK_OK(oasis_y4m_sink_open(copy, &params, &sink, &err), &err);
    REQUIRE(sink);
    CHECK_OK(oasis_sink_write(sink, frame, &err), &err);
    CHECK_OK(oasis_sink_finish(sink, &err), &err);
    oasis_sink_close(&sink);
    oasis_frame_unref(&frame);
    oasis_source_close(&source);
    stream = fopen(copy, "rb");
    REQUIRE(stream);
    CHECK_INT((int64_t)fread(written, 1, sizeof written, stream), sizeof file - 1);
    fclose(stream);
    CHECK_BYTES(written, file, sizeof file - 1);

    put(path, beyond, sizeof beyond - 1);
    source = open_source(path);
    CHECK_OK(oasis_source_read(source, &frame, &err), &err);
    REQUIRE(frame);
    CHECK_INT(((uint16_t *)frame->data[0])[0], 0x234);
    CHECK_INT(((uint16_t *)frame->data[0])[1], 0x3ff);
    CHECK_INT(((uint16_t *)frame->data[0])[2], 0x3ff);
    oasis_frame_unref(&frame);
    oasis_source_close(&source);
    unlink(path);
    unlink(copy);
}

int main(void)
{
    test_begin();
    check_layouts();
    check_headers();
    check_bytes();
    return test_end();
}

/* Y4M files that are damaged, strange or cannot be written: a status, the file's name, a sentence,
 * and nothing left behind.
 * SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "doubles.h"
#include "oasis/sink.h"
#include "oasis/source.h"
#include "test.h"

static void put(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    REQUIRE(file);
    REQUIRE(fwrite(bytes, 1, size, file) == size);
    REQUIRE(fclose(file) == 0);
}

static void check_refused(const char *path, OasisStatus status, const char *says)
{
    OasisError err = {0};
    OasisSource *source = (OasisSource *)&err;

    CHECK_STATUS(oasis_y4m_source_open(path, &source, &err), status, &err);
    CHECK(!source);
    CHECK_STR(err.subject, path);
    CHECK_HAS(err.detail, says);
}

static void check_files(void)
{
#define FRAME_4X2 "FRAME\n123412341234"
    static const struct {
        const char *bytes;
        OasisStatus status;
        const char *says;
    } cases[] = {
        {"", OASIS_ERR_INPUT, "not a YUV4MPEG2"},
        {"YUV4MPEG", OASIS_ERR_INPUT, "not a YUV4MPEG2"},
        {"YUV4MPEG22 W4 H2\n" FRAME_4X2, OASIS_ERR_INPUT, "not a YUV4MPEG2"},
        {"RIFF....AVI ", OASIS_ERR_INPUT, "not a YUV4MPEG2"},
        {"\n", OASIS_ERR_INPUT, "not a YUV4MPEG2"},
        {"YUV4MPEG2", OASIS_ERR_INPUT, "no frame size"},
        {"YUV4MPEG2\n" FRAME_4X2, OASIS_ERR_INPUT, "no frame size"},
        {"YUV4MPEG2 W4 H2", OASIS_ERR_INPUT, "does not end"},
        {"YUV4MPEG2 W4\n" FRAME_4X2, OASIS_ERR_INPUT, "no frame size"},
        {"YUV4MPEG2 H2\n" FRAME_4X2, OASIS_ERR_INPUT, "no frame size"},
        {"YUV4MPEG2 W0 H2\n" FRAME_4X2, OASIS_ERR_INPUT, "no frame size"},
        {"YUV4MPEG2 W4 H-2\n" FRAME_4X2, OASIS_ERR_INPUT, "H-2"},
        {"YUV4MPEG2 W H2\n" FRAME_4X2, OASIS_ERR_INPUT, "\"W\""},
        {"YUV4MPEG2 W4x H2\n" FRAME_4X2, OASIS_ERR_INPUT, "W4x"},
        {"YUV4MPEG2 W16385 H2\n" FRAME_4X2, OASIS_ERR_UNSUPPORTED, "16385"},
        {"YUV4MPEG2 W999999999 H999999999\n" FRAME_4X2, OASIS_ERR_UNSUPPORTED, "999999999"},
        {"YUV4MPEG2 W4294967300 H2\n" FRAME_4X2, OASIS_ERR_INPUT, "W4294967300"},
        {"YUV4MPEG2 W99999999999999999999999999999999 H2\n", OASIS_ERR_INPUT, "damaged"},
        {"YUV4MPEG2 W16384 H16384 C444p16\n" FRAME_4X2, OASIS_ERR_INPUT, "cut off within frame 0"},
        {"YUV4MPEG2 W4 H2 F0:1\n" FRAME_4X2, OASIS_ERR_INPUT, "F0:1"},
        {"YUV4MPEG2 W4 H2 F25\n" FRAME_4X2, OASIS_ERR_INPUT, "F25"},
        {"YUV4MPEG2 W4 H2 F25:\n" FRAME_4X2, OASIS_ERR_INPUT, "F25:"},
        {"YUV4MPEG2 W4 H2 A-1:1\n" FRAME_4X2, OASIS_ERR_INPUT, "A-1:1"},
        {"YUV4MPEG2 W4 H2 It\n" FRAME_4X2, OASIS_ERR_UNSUPPORTED, "interlaced"},
        {"YUV4MPEG2 W4 H2 Ib\n" FRAME_4X2, OASIS_ERR_UNSUPPORTED, "interlaced"},
        {"YUV4MPEG2 W4 H2 Im\n" FRAME_4X2, OASIS_ERR_UNSUPPORTED, "interlaced"},
        {"YUV4MPEG2 W4 H2 Iq\n" FRAME_4X2, OASIS_ERR_INPUT, "damaged"},
        {"YUV4MPEG2 W4 H2 C\n" FRAME_4X2, OASIS_ERR_UNSUPPORTED, "\"C\""},
        {"YUV4MPEG2 W4 H2 C444alpha\n" FRAME_4X2, OASIS_ERR_UNSUPPORTED, "C444alpha"},
        {"YUV4MPEG2 W4 H2 C420p17\n" FRAME_4X2, OASIS_ERR_UNSUPPORTED, "C420p17"},
        {"YUV4MPEG2 W4 H2 Q1\n" FRAME_4X2, OASIS_ERR_INPUT, "Q1"},
        {"YUV4MPEG2 W4 H2\n", OASIS_ERR_INPUT, "no frames"},
        {"YUV4MPEG2 W4 H2\nFRA", OASIS_ERR_INPUT, "cut off within frame 0"},
        {"YUV4MPEG2 W4 H2\nFRAME\n1234", OASIS_ERR_INPUT, "cut off within frame 0"},
        {"YUV4MPEG2 W4 H2\n" FRAME_4X2 "FRAME\n", OASIS_ERR_INPUT, "cut off within frame 1"},
        {"YUV4MPEG2 W4 H2\n" FRAME_4X2 "F", OASIS_ERR_INPUT, "cut off within frame 1"},
        {"YUV4MPEG2 W4 H2\nframe\n123412341234", OASIS_ERR_INPUT, "frame 0"},
        {"YUV4MPEG2 W4 H2\nFRAME Ip\n123412341234", OASIS_ERR_UNSUPPORTED, "parameters"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *path = test_path("bad.y4m");

        put(path, cases[i].bytes, strlen(cases[i].bytes));
        check_refused(path, cases[i].status, cases[i].says);
    }
}

static void check_paths(void)
{
    check_refused(test_path("missing.y4m"), OASIS_ERR_INPUT, "does not exist");
    check_refused(test_folder_path(), OASIS_ERR_INPUT, "ordinary file");
    check_refused("/dev/null", OASIS_ERR_INPUT, "ordinary file");
}

/* Damage that only shows while reading: the error names the frame, and other frames still read. */
static void check_damage_within(void)
{
    static const char bytes[] =
        "YUV4MPEG2 W4 H2\n" FRAME_4X2 "FRANE\n123412341234" FRAME_4X2;
    const char *path = test_path("bad.y4m");
    OasisSource *source = NULL;
    OasisFrame *frame = NULL;
    OasisError err = {0};

    put(path, bytes, sizeof bytes - 1);
    CHECK_OK(oasis_y4m_source_open(path, &source, &err), &err);
    REQUIRE(source);
    CHECK_OK(oasis_source_read(source, &frame, &err), &err);
    CHECK(frame);
    oasis_frame_unref(&frame);
    CHECK_STATUS(oasis_source_read(source, &frame, &err), OASIS_ERR_INPUT, &err);
    CHECK(!frame);
    CHECK_STR(err.subject, path);
    CHECK_HAS(err.detail, "frame 1");
    CHECK_OK(oasis_source_seek(source, 2, NULL, &err), &err);
    CHECK_OK(oasis_source_read(source, &frame, &err), &err);
    CHECK(frame);
    oasis_frame_unref(&frame);
    oasis_source_close(&source);
}

/* The file becomes shorter while it is open; its frames are larger than what stdio keeps of it. */
static void check_shortened(void)
{
    enum { FRAME_BYTES = 256 * 256 * 3 / 2 };
    const char *path = test_path("bad.y4m");
    OasisSource *source = NULL;
    OasisFrame *frame = NULL;
    OasisError err = {0};
    char *bytes = calloc(1, 2 * FRAME_BYTES + 100);
    int length;

    REQUIRE(bytes);
    length = sprintf(bytes, "YUV4MPEG2 W256 H256\nFRAME\n");
    memcpy(bytes + length + FRAME_BYTES, "FRAME\n", 6);
    put(path, bytes, (size_t)length + 2 * FRAME_BYTES + 6);
    CHECK_OK(oasis_y4m_source_open(path, &source, &err), &err);
    REQUIRE(source);
    REQUIRE(truncate(path, length + FRAME_BYTES + 100) == 0);
    CHECK_OK(oasis_source_read(source, &frame, &err), &err);
    CHECK(frame);
    oasis_frame_unref(&frame);
    CHECK_STATUS(oasis_source_read(source, &frame, &err), OASIS_ERR_INPUT, &err);
    CHECK(!frame);
    CHECK_HAS(err.detail, "frame 1: the file has become shorter");
    oasis_source_close(&source);
    free(bytes);
}

/* Bytes that are nearly a Y4M file: whatever happens, it is an answer. */
static void check_mutations(void)
{
    static const char good[] =
        "YUV4MPEG2 W4 H2 F25:1 Ip A1:1 C420jpeg XCOLORRANGE=FULL\n" FRAME_4X2 FRAME_4X2;
    static const char telling[] = " 0123456789:WHFIACX\n";

    for (int i = 0; i < 2000; i++) {
        char bytes[sizeof good];
        size_t size = sizeof good - 1;
        const char *path = test_path("bad.y4m");
        OasisError err = {0};
        OasisSource *source = NULL;

        memcpy(bytes, good, sizeof good);
        for (int64_t n = test_random_int(1, 4); n > 0; n--) {
            size_t at = (size_t)test_random_int(0, test_random_int(0, 3) ? 60 : (int64_t)size - 1);

            bytes[at] = test_random_int(0, 1) ? (char)test_random()
                                              : telling[test_random_int(0, sizeof telling - 2)];
        }
        put(path, bytes, test_random_int(0, 3) ? size : (size_t)test_random_int(0, (int64_t)size));
        if (oasis_y4m_source_open(path, &source, &err) != OASIS_OK) {
            CHECK(err.status == OASIS_ERR_INPUT || err.status == OASIS_ERR_UNSUPPORTED);
            CHECK_STR(err.subject, path);
            CHECK(*err.detail && !source);
            continue;
        }
        for (int64_t n = 0; n < oasis_source_info(source)->frames; n++) {
            OasisFrame *frame = NULL;

            if (oasis_source_read(source, &frame, &err) != OASIS_OK) {
                CHECK_INT(oasis_source_seek(source, n, NULL, &err), OASIS_OK);
                break;
            }
            CHECK(frame);
            oasis_frame_unref(&frame);
        }
        oasis_source_close(&source);
    }
}

/* --- the sink -------------------------------------------------------------------------------- */

static void check_target_refused(const char *path, OasisTargetParams params, OasisStatus status)
{
    OasisError err = {0};
    OasisSink *sink = (OasisSink *)&err;
    int files = test_folder_count();

    CHECK_STATUS(oasis_y4m_sink_open(path, &params, &sink, &err), status, &err);
    CHECK(!sink);
    CHECK_STR(err.subject, path);
    CHECK(*err.detail);
    CHECK_INT(test_folder_count(), files);
}

static void check_targets(void)
{
    OasisTargetParams params = {.format = test_format(4, 2), .frame_rate = {25, 1}};

    put(test_path("there.y4m"), "old", 3);
    check_target_refused(test_path("there.y4m"), params, OASIS_ERR_EXISTS);
    check_target_refused(test_path("missing/a.y4m"), params, OASIS_ERR_OUTPUT);

    params.format.depth = 11; /* no name in Y4M */
    check_target_refused(test_path("a.y4m"), params, OASIS_ERR_UNSUPPORTED);
    params.format = test_format(4, 2);
    params.format.chroma_shift_x = 0;
    check_target_refused(test_path("a.y4m"), params, OASIS_ERR_UNSUPPORTED);
    params.format = test_format(4, 2);
    params.format.matrix = OASIS_MATRIX_RGB;
    params.format.chroma_shift_x = params.format.chroma_shift_y = 0;
    check_target_refused(test_path("a.y4m"), params, OASIS_ERR_UNSUPPORTED);
    params.format.width = 0;
    check_target_refused(test_path("a.y4m"), params, OASIS_ERR_UNSUPPORTED);
}

static void check_abandoned(void)
{
    OasisTargetParams params = {.format = test_format(4, 2), .frame_rate = {25, 1}};
    int files = test_folder_count();
    OasisFrameFormat other = test_format(6, 2);
    OasisSink *sink = NULL;
    OasisError err = {0};
    OasisFrame *frame = fake_source_frame(&params.format, 0);
    OasisFrame *misfit = fake_source_frame(&other, 0);

    CHECK_OK(oasis_y4m_sink_open(test_path("a.y4m"), &params, &sink, &err), &err);
    REQUIRE(sink);
    CHECK_OK(oasis_sink_write(sink, frame, &err), &err);
    CHECK_STATUS(oasis_sink_write(sink, misfit, &err), OASIS_ERR_INTERNAL, &err);
    CHECK_INT(test_folder_count(), files + 1);
    oasis_sink_close(&sink);
    CHECK_INT(test_folder_count(), files);
    oasis_frame_unref(&frame);
    oasis_frame_unref(&misfit);
}

/* A limit on file sizes stands in for a disk that takes no more. */
static void check_disk_takes_no_more(void)
{
    OasisTargetParams params = {.format = test_format(64, 64), .frame_rate = {25, 1}};
    int files = test_folder_count();
    struct rlimit before, limit;
    OasisFrame *frame = fake_source_frame(&params.format, 0);
    OasisSink *sink = NULL;
    OasisError err = {0};
    OasisStatus status = OASIS_OK;

    CHECK_OK(oasis_y4m_sink_open(test_path("a.y4m"), &params, &sink, &err), &err);
    REQUIRE(sink);
    signal(SIGXFSZ, SIG_IGN);
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    limit = before;
    limit.rlim_cur = 100000;
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    for (int i = 0; i < 100 && status == OASIS_OK; i++) {
        status = oasis_sink_write(sink, frame, &err);
    }
    CHECK_STATUS(status, OASIS_ERR_OUTPUT, &err);
    CHECK_STR(err.subject, test_path("a.y4m"));
    CHECK_HAS(err.detail, "size");
    oasis_sink_close(&sink);
    REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK_INT(test_folder_count(), files);
    oasis_frame_unref(&frame);
}

int main(void)
{
    test_begin();
    check_files();
    check_paths();
    check_damage_within();
    check_shortened();
    check_mutations();
    check_targets();
    check_abandoned();
    check_disk_takes_no_more();
    return test_end();
}

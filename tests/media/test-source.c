/* Media sources against what the ffmpeg program reads from the same files: how many frames there
 * are, when they are shown, and each of their bytes, read through and after seeks.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media-test.h"

typedef struct Expected {
    const char *file;
    int width, height, depth, planes, shift_x, shift_y;
    int matrix, range, siting;
    int aspect_num, aspect_den;
    bool deinterlaced;
    int rotation;
    bool variable;
    double rate; /* 0 = 25 */
} Expected;

enum {
    L = OASIS_SITING_LEFT,
    C = OASIS_SITING_CENTER,
    T = OASIS_SITING_TOP_LEFT,
    LIMITED = OASIS_RANGE_LIMITED,
    FULL = OASIS_RANGE_FULL,
    SD = OASIS_MATRIX_SMPTE170M,
    HD = OASIS_MATRIX_BT709,
    PAL = OASIS_MATRIX_BT470BG,
    RGB = OASIS_MATRIX_RGB,
};

static const Expected files[] = {
    {"h264.mp4", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 16, 15},
    {"cut.mp4", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 16, 15},
    {"turned90.mp4", 64, 96, 8, 3, 1, 1, SD, LIMITED, C, 15, 16, .rotation = 90},
    {"turned180.mp4", 96, 64, 8, 3, 1, 1, SD, LIMITED, C, 16, 15, .rotation = 180},
    {"turned270.mp4", 64, 96, 8, 3, 1, 1, SD, LIMITED, C, 15, 16, .rotation = 270},
    {"mirrored.mp4", 96, 64, 8, 3, 1, 1, SD, LIMITED, C, 16, 15},
    {"one.mp4", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1},
    {"open.mkv", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1},
    {"refresh.mkv", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1},
    {"ten.mkv", 96, 64, 10, 3, 1, 0, SD, LIMITED, L, 1, 1},
    {"raw.h264", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1},
    {"fields.ts", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1, .deinterlaced = true},
    {"fields.mpg", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1, .deinterlaced = true},
    {"late.ts", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1},
    {"pal.avi", 720, 576, 8, 3, 1, 1, SD, LIMITED, T, 16, 15, .deinterlaced = true},
    {"ntsc.dv", 720, 480, 8, 3, 2, 0, SD, LIMITED, T, 8, 9, .deinterlaced = true, .rate = 29.97},
    {"plain.avi", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1},
    {"packed.avi", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1},
    {"vp8.webm", 96, 64, 8, 3, 1, 1, PAL, LIMITED, L, 1, 1},
    {"vp9.webm", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1},
    {"varying.mkv", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1, .variable = true},
    {"wavering.mp4", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1, .variable = true},
    {"rounded.mkv", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1, .rate = 29.97},
    {"negative.ivf", 96, 64, 8, 3, 1, 1, PAL, LIMITED, L, 1, 1},
    {"mjpeg.avi", 96, 64, 8, 3, 1, 0, PAL, FULL, C, 1, 1},
    {"grey.mkv", 96, 64, 8, 1, 0, 0, SD, FULL, L, 1, 1},
    {"deep.mkv", 96, 64, 12, 1, 0, 0, SD, FULL, L, 1, 1},
    {"gbr.mkv", 96, 64, 10, 3, 0, 0, RGB, FULL, L, 1, 1},
    {"alpha.mkv", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1},
    {"bgr.avi", 96, 64, 8, 3, 0, 0, RGB, FULL, L, 1, 1},
    {"yuyv.avi", 96, 64, 8, 3, 1, 0, SD, LIMITED, L, 1, 1},
    {"nv12.nut", 96, 64, 8, 3, 1, 1, SD, LIMITED, L, 1, 1},
    {"palette.gif", 96, 64, 8, 3, 0, 0, RGB, FULL, L, 1, 1},
    {"still.png", 96, 64, 8, 3, 0, 0, RGB, FULL, L, 1, 1},
    {"hd.mkv", 1280, 720, 8, 3, 1, 1, HD, LIMITED, L, 1, 1},
    {"still.jpg", 96, 64, 8, 3, 1, 1, PAL, FULL, C, 1, 1},
    {"odd.mkv", 37, 23, 8, 3, 1, 1, SD, LIMITED, L, 1, 1},
    {"combed.mkv", 320, 320, 8, 3, 1, 1, SD, LIMITED, L, 1, 1, .deinterlaced = true},
    {"whole.mkv", 320, 320, 8, 3, 1, 1, SD, LIMITED, L, 1, 1},
    {"lines.mkv", 640, 360, 8, 3, 1, 1, SD, LIMITED, L, 1, 1},
};

enum { MOST_FRAMES = 128 };

typedef struct Truth {
    int64_t frames;
    int64_t pts[MOST_FRAMES];
    uint32_t sums[MOST_FRAMES];
} Truth;

static Truth read_truth(const char *file)
{
    char name[64];
    Truth truth = {0};
    FILE *lines;

    snprintf(name, sizeof name, "%s.truth", file);
    lines = fopen(media_fixture(name), "r");
    REQUIRE(lines);
    while (truth.frames < MOST_FRAMES &&
           fscanf(lines, "%" SCNd64 "%" SCNu32, &truth.pts[truth.frames],
                  &truth.sums[truth.frames]) == 2) {
        truth.frames++;
    }
    fclose(lines);
    return truth;
}

static void check_facts(OasisSource *source, const Expected *expected)
{
    const OasisSourceInfo *info = oasis_source_info(source);
    const OasisMediaInfo *media = oasis_media_source_info(source);
    const OasisFrameFormat *format = &info->format;

    CHECK_INT(format->width, expected->width);
    CHECK_INT(format->height, expected->height);
    CHECK_INT(format->depth, expected->depth);
    CHECK_INT(format->planes, expected->planes);
    CHECK_INT(format->chroma_shift_x, expected->shift_x);
    CHECK_INT(format->chroma_shift_y, expected->shift_y);
    CHECK_INT(format->matrix, expected->matrix);
    CHECK_INT(format->range, expected->range);
    CHECK_INT(format->siting, expected->siting);
    CHECK_INT(format->sample_aspect.num, expected->aspect_num);
    CHECK_INT(format->sample_aspect.den, expected->aspect_den);
    CHECK_INT(media->deinterlaced, expected->deinterlaced);
    CHECK_INT(media->interlaced, expected->deinterlaced);
    CHECK_INT(media->rotation, expected->rotation);
    CHECK_INT(media->variable_rate, expected->variable);
    CHECK(media->bytes > 0);
    CHECK(media->duration_ns > 0);
    if (!expected->variable && strcmp(expected->file, "packed.avi") != 0) {
        CHECK_NEAR((double)info->frame_rate.num / (double)info->frame_rate.den,
                   expected->rate > 0 ? expected->rate : 25, 0.01);
    }
}

/* As the file has it, but where a constant rate stands behind rounded milliseconds. */
static void check_time(OasisSource *source, const Expected *expected, int64_t n, int64_t pts)
{
    const OasisRational time_base = oasis_source_info(source)->time_base;

    if (strcmp(expected->file, "rounded.mkv") != 0) {
        CHECK_INT(oasis_source_pts(source, n), pts);
        return;
    }
    CHECK_INT(time_base.den, 30000);
    CHECK_INT(oasis_source_pts(source, n), 1001 * n);
    CHECK_NEAR((double)oasis_source_pts(source, n) / (double)time_base.den, (double)pts / 1000,
               0.000501);
}

/* Keyframes by themselves, each followed by seeking. */
static void check_glances(OasisSource *source, const Expected *expected, const uint32_t *sums)
{
    const int64_t frames = oasis_source_info(source)->frames;

    for (int i = 0; i < 6; i++) {
        const int64_t n = test_random_int(0, frames - 1);
        int64_t number = -1;
        OasisFrame *frame = NULL;
        OasisError err;
        OasisStatus status = oasis_source_glance(source, n, &number, &frame, &err);

        /* Its edit list begins after the keyframe, which therefore is no frame of the video. */
        if (status == OASIS_ERR_INPUT && strcmp(expected->file, "cut.mp4") == 0) {
            continue;
        }
        if (!CHECK_OK(status, &err)) {
            break;
        }
        if (CHECK(number >= 0 && number <= n)) {
            CHECK(oasis_frame_format_equal(&frame->format, &oasis_source_info(source)->format));
            CHECK_INT(frame->pts, oasis_source_pts(source, number));
            if (!expected->deinterlaced) {
                CHECK_INT(media_sum(frame), sums[number]);
            }
        }
        oasis_frame_unref(&frame);
        media_check_seeking(source, sums, 1);
    }
}

/* Once with an index made anew, once with the kept one. */
static void check_file(const Expected *expected)
{
    const int before = atomic_load(&test_failures);
    Truth truth = read_truth(expected->file);

    for (int round = 0; round < 2; round++) {
        OasisSource *source = media_open(media_fixture(expected->file), NULL);
        int64_t frames;
        uint32_t *sums;

        if (!source) {
            break;
        }
        check_facts(source, expected);
        frames = oasis_source_info(source)->frames;
        sums = media_read_all(source);
        if (CHECK_INT(frames, truth.frames)) {
            for (int64_t n = 0; n < frames; n++) {
                check_time(source, expected, n, truth.pts[n] - truth.pts[0]);
                CHECK_INT(sums[n], truth.sums[n]);
            }
        }
        media_check_seeking(source, sums, 12);
        check_glances(source, expected, sums);
        free(sums);
        oasis_source_close(&source);
    }
    if (atomic_load(&test_failures) > before) {
        fprintf(stderr, "  all of these: %s\n", expected->file);
    }
}

/* A frame of each field: the first ones are those that come alone else, and seeking is as exact. */
static void check_fields(const char *file)
{
    const OasisMediaParams params = {.index_folder = media_index_folder, .double_rate = true};
    OasisSource *once = media_open(media_fixture(file), NULL);
    OasisSource *twice = media_open(media_fixture(file), &params);
    uint32_t *sums = media_read_all(once), *all = media_read_all(twice);
    const int64_t frames = oasis_source_info(once)->frames;
    const OasisRational base = oasis_source_info(once)->time_base;
    const OasisRational half = oasis_source_info(twice)->time_base;

    if (CHECK_INT(oasis_source_info(twice)->frames, 2 * frames)) {
        for (int64_t n = 0; n < frames; n++) {
            CHECK_INT(all[2 * n], sums[n]);
            CHECK(all[2 * n + 1] != sums[n]);
            CHECK_NEAR((double)oasis_source_pts(twice, 2 * n) * (double)half.num / (double)half.den,
                       (double)oasis_source_pts(once, n) * (double)base.num / (double)base.den,
                       1e-9);
        }
    }
    media_check_seeking(twice, all, 24);
    free(sums);
    free(all);
    oasis_source_close(&once);
    oasis_source_close(&twice);
}

int main(int argc, char **argv)
{
    media_begin();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (argc < 2 || strcmp(argv[1], files[i].file) == 0) {
            check_file(&files[i]);
        }
    }
    check_fields("fields.ts");
    check_fields("fields.mpg");
    check_fields("pal.avi");
    check_fields("combed.mkv");
    return test_end();
}

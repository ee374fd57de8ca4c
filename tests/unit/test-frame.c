/* Frames: what formats are taken, how large planes are, and that memory lives as long as the last
 * reference, on whatever thread that goes.
 * SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <pthread.h>

#include "doubles.h"
#include "oasis/frame.h"
#include "test.h"

static OasisStatus check_format(OasisFrameFormat format)
{
    OasisError err = {0};
    OasisStatus status = oasis_frame_format_check(&format, "clip.mov", &err);

    if (status != OASIS_OK) {
        CHECK_STR(err.subject, "clip.mov");
        CHECK(*err.detail);
        CHECK(!oasis_frame_new(&format));
    }
    return status;
}

/* Checks the test format with one field set. */
#define CHECK_FIELD(field, value, expected)               \
    do {                                                  \
        OasisFrameFormat format = test_format(16, 8);     \
        format.field = (value);                           \
        CHECK_STATUS(check_format(format), expected, NULL); \
    } while (0)

static void check_formats(void)
{
    static const int bad_lengths[] = {0, -1, 16385, INT_MAX, INT_MIN};
    static const int bad_small[] = {-1, 3, 31, 64, INT_MAX, INT_MIN};
    OasisFrameFormat grey = test_format(4, 4), rgb = test_format(4, 4);

    for (size_t i = 0; i < sizeof bad_lengths / sizeof bad_lengths[0]; i++) {
        CHECK_FIELD(width, bad_lengths[i], OASIS_ERR_UNSUPPORTED);
        CHECK_FIELD(height, bad_lengths[i], OASIS_ERR_UNSUPPORTED);
    }
    for (size_t i = 0; i < sizeof bad_small / sizeof bad_small[0]; i++) {
        CHECK_FIELD(chroma_shift_x, bad_small[i], OASIS_ERR_UNSUPPORTED);
        CHECK_FIELD(chroma_shift_y, bad_small[i], OASIS_ERR_UNSUPPORTED);
        CHECK_FIELD(matrix, (OasisMatrix)(bad_small[i]), OASIS_ERR_UNSUPPORTED);
        CHECK_FIELD(range, (OasisRange)(bad_small[i]), OASIS_ERR_UNSUPPORTED);
        CHECK_FIELD(siting, (OasisSiting)(bad_small[i]), OASIS_ERR_UNSUPPORTED);
    }
    for (int depth = 0; depth < 40; depth++) {
        CHECK_FIELD(depth, depth, depth >= 8 && depth <= 16 ? OASIS_OK : OASIS_ERR_UNSUPPORTED);
    }
    for (int planes = -1; planes < 6; planes++) {
        grey.planes = planes;
        grey.chroma_shift_x = grey.chroma_shift_y = 0;
        CHECK_STATUS(check_format(grey),
                     planes == 1 || planes == 3 ? OASIS_OK : OASIS_ERR_UNSUPPORTED, NULL);
    }
    CHECK_FIELD(planes, 1, OASIS_ERR_UNSUPPORTED); /* grey has no chroma to subsample */
    rgb.matrix = OASIS_MATRIX_RGB;
    CHECK_STATUS(check_format(rgb), OASIS_ERR_UNSUPPORTED, NULL);
    rgb.chroma_shift_x = rgb.chroma_shift_y = 0;
    CHECK_STATUS(check_format(rgb), OASIS_OK, NULL);
    CHECK_FIELD(sample_aspect.num, 0, OASIS_ERR_UNSUPPORTED);
    CHECK_FIELD(sample_aspect.den, -1, OASIS_ERR_UNSUPPORTED);
    CHECK_FIELD(width, 1, OASIS_OK);
    CHECK_FIELD(height, 16384, OASIS_OK);
}

static void check_equal(void)
{
    const OasisFrameFormat a = test_format(16, 8);
    OasisFrameFormat b = a;

    CHECK(oasis_frame_format_equal(&a, &b));
    b.sample_aspect = (OasisRational){4, 3}; /* how it is shown, not what it holds */
    CHECK(oasis_frame_format_equal(&a, &b));
#define CHECK_DIFFERS(field, value)              \
    do {                                         \
        b = a;                                   \
        b.field = (value);                       \
        CHECK(!oasis_frame_format_equal(&a, &b)); \
    } while (0)
    CHECK_DIFFERS(width, 15);
    CHECK_DIFFERS(height, 9);
    CHECK_DIFFERS(depth, 10);
    CHECK_DIFFERS(planes, 1);
    CHECK_DIFFERS(chroma_shift_x, 0);
    CHECK_DIFFERS(chroma_shift_y, 0);
    CHECK_DIFFERS(matrix, OASIS_MATRIX_BT709);
    CHECK_DIFFERS(range, OASIS_RANGE_FULL);
    CHECK_DIFFERS(siting, OASIS_SITING_CENTER);
    CHECK_DIFFERS(primaries, 1);
    CHECK_DIFFERS(transfer, 1);
#undef CHECK_DIFFERS
}

static void check_planes(void)
{
    for (int i = 0; i < 300; i++) {
        OasisFrameFormat format = test_format((int)test_random_int(1, 70),
                                              (int)test_random_int(1, 40));
        OasisFrame *frame;

        format.depth = (int)test_random_int(8, 16);
        format.planes = test_random_int(0, 3) ? 3 : 1;
        format.chroma_shift_x = format.planes == 3 ? (int)test_random_int(0, 2) : 0;
        format.chroma_shift_y = format.planes == 3 ? (int)test_random_int(0, 2) : 0;
        frame = oasis_frame_new(&format);
        REQUIRE(frame);
        CHECK_INT(frame->pts, 0);
        CHECK_INT(frame->duration, 0);
        CHECK(frame->time_base.num == 1 && frame->time_base.den == 1);
        for (int p = 0; p < format.planes; p++) {
            int step_x = p ? 1 << format.chroma_shift_x : 1;
            int step_y = p ? 1 << format.chroma_shift_y : 1;
            int width = oasis_frame_plane_width(&format, p);
            int height = oasis_frame_plane_height(&format, p);

            CHECK_INT(width, (format.width + step_x - 1) / step_x);
            CHECK_INT(height, (format.height + step_y - 1) / step_y);
            CHECK_INT((int64_t)((uintptr_t)frame->data[p] % 64), 0);
            CHECK_INT(frame->stride[p] % 64, 0);
            CHECK(frame->stride[p] >= width * oasis_frame_sample_bytes(&format));
            /* The sanitizer sees a row that is outside; the check below one that overlaps. */
            for (int y = 0; y < height; y++) {
                memset(frame->data[p] + y * frame->stride[p], p + 1, (size_t)frame->stride[p]);
            }
        }
        for (int p = 0; p < format.planes; p++) {
            CHECK_INT(frame->data[p][0], p + 1);
        }
        oasis_frame_unref(&frame);
        CHECK(!frame);
    }
}

static void count_release(void *owner)
{
    ++*(int *)owner;
}

static void check_wrap(void)
{
    OasisFrameFormat format = test_format(4, 4);
    int released = 0;
    OasisFrame *frame = oasis_frame_wrap(&format, count_release, &released);
    OasisFrame *second;

    REQUIRE(frame);
    second = oasis_frame_ref(frame);
    CHECK(second == frame);
    oasis_frame_unref(&frame);
    CHECK_INT(released, 0);
    oasis_frame_unref(&second);
    CHECK_INT(released, 1);
    oasis_frame_unref(&second);
    CHECK_INT(released, 1);

    frame = oasis_frame_wrap(&format, NULL, NULL);
    REQUIRE(frame);
    oasis_frame_unref(&frame);
}

enum { THREADS = 4, ROUNDS = 2000 };

/* Owns one reference, takes and drops more, and drops its own at last. */
static void *share(void *data)
{
    OasisFrame *mine = data;

    for (int i = 0; i < ROUNDS; i++) {
        OasisFrame *other = oasis_frame_ref(mine);

        CHECK(other->format.width == 4);
        oasis_frame_unref(&other);
    }
    oasis_frame_unref(&mine);
    return NULL;
}

static void check_threads(void)
{
    OasisFrameFormat format = test_format(4, 4);
    pthread_t threads[THREADS];
    int released = 0;
    OasisFrame *frame = oasis_frame_wrap(&format, count_release, &released);

    REQUIRE(frame);
    for (int i = 0; i < THREADS; i++) {
        REQUIRE(pthread_create(&threads[i], NULL, share, oasis_frame_ref(frame)) == 0);
    }
    oasis_frame_unref(&frame);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    CHECK_INT(released, 1);
}

int main(void)
{
    test_begin();
    check_formats();
    check_equal();
    check_planes();
    check_wrap();
    check_threads();
    return test_end();
}

/* An import's rectangle: the same as the frame that it cuts out, and chroma in its place where the
 * rectangle begins between chroma samples.
 * SPDX-License-Identifier: Apache-2.0 */
#include "frames.h"
#include "host-tensor.h"
#include "random.h"

/* The rectangle at width x height, not padded; free() it. */
static float *import_crop(const OasisFrame *frame, OasisRect crop, int width, int height)
{
    float *image = malloc((size_t)width * height * 3 * sizeof *image);

    REQUIRE(image);
    REFERENCE(import_frame, OasisImportArgs, .frame = frame, .crop = crop, .width = width,
              .height = height, .padded_width = width, .padded_height = height,
              .image = F32(image));
    return image;
}

static int random_multiple(int most, int shift)
{
    return (int)test_random_int(0, most >> shift) << shift;
}

/* The rectangle's samples as a frame of their own; it begins on a chroma sample. */
static void cut_out(const OasisFrame *frame, OasisRect rect, FrameBlock *cut)
{
    OasisFrameFormat format = frame->format;

    format.width = rect.width;
    format.height = rect.height;
    frame_block_new(&format, cut);
    for (int p = 0; p < format.planes; p++) {
        int left = p ? rect.x >> format.chroma_shift_x : rect.x;
        int top = p ? rect.y >> format.chroma_shift_y : rect.y;
        for (int y = 0; y < oasis_frame_plane_height(&format, p); y++) {
            for (int x = 0; x < oasis_frame_plane_width(&format, p); x++) {
                frame_put(&cut->frame, p, x, y, frame_get(frame, p, left + x, top + y));
            }
        }
    }
}

static void test_equals_cut_frame(void)
{
    for (int round = 0; round < 200; round++) {
        OasisFrameFormat format = frame_random_format(PICK(1, 5, 16, 33), PICK(1, 4, 17, 20));
        int width = PICK(1, 7, 16, 40), height = PICK(1, 5, 16, 31);
        OasisRect rect = {.x = random_multiple(format.width - 1, format.chroma_shift_x),
                          .y = random_multiple(format.height - 1, format.chroma_shift_y)};
        FrameBlock whole, cut;
        float *cropped, *expected;

        rect.width = (int)test_random_int(1, format.width - rect.x);
        rect.height = (int)test_random_int(1, format.height - rect.y);
        frame_block_new(&format, &whole);
        frame_randomise(&whole.frame);
        cut_out(&whole.frame, rect, &cut);
        cropped = import_crop(&whole.frame, rect, width, height);
        expected = import_crop(&cut.frame, (OasisRect){0}, width, height);
        CHECK(!memcmp(cropped, expected, (size_t)width * height * 3 * sizeof *cropped));
        free(cropped);
        free(expected);
        frame_block_free(&whole);
        frame_block_free(&cut);
    }
}

/* At equal size a pixel of the rectangle is the same pixel of the whole frame, for any offset, but
 * where chroma from beyond the border would take part. */
static void test_any_offset(void)
{
    for (int round = 0; round < 200; round++) {
        OasisFrameFormat format = frame_random_format(40, 36);
        OasisRect rect = {.x = (int)test_random_int(0, 9), .y = (int)test_random_int(0, 9)};
        int border = 4;
        FrameBlock block;
        float *whole, *part;

        rect.width = (int)test_random_int(9, format.width - rect.x);
        rect.height = (int)test_random_int(9, format.height - rect.y);
        frame_block_new(&format, &block);
        frame_randomise(&block.frame);
        whole = import_crop(&block.frame, (OasisRect){0}, format.width, format.height);
        part = import_crop(&block.frame, rect, rect.width, rect.height);
        for (int y = border; y < rect.height - border; y++) {
            for (int x = border; x < rect.width - border; x++) {
                size_t at = ((size_t)(rect.y + y) * format.width + rect.x + x) * 3;
                for (int c = 0; c < 3; c++) {
                    CHECK_NEAR(part[((size_t)y * rect.width + x) * 3 + c], whole[at + c], 1e-5);
                }
            }
        }
        free(whole);
        free(part);
        frame_block_free(&block);
    }
}

/* Nothing beyond the rectangle is looked at. */
static void test_blind_beyond(void)
{
    enum { SHIFT = 1 };
    const OasisRect rect = {3, 5, 8, 7}; /* chroma samples 1 to 5 and 2 to 5 */
    OasisFrameFormat format = {
        .width = 20, .height = 20, .depth = 8, .planes = 3, .chroma_shift_x = SHIFT,
        .chroma_shift_y = SHIFT, .matrix = OASIS_MATRIX_BT709, .primaries = 2, .transfer = 2,
        .sample_aspect = {1, 1},
    };
    FrameBlock block;
    float *before, *after;

    frame_block_new(&format, &block);
    frame_randomise(&block.frame);
    before = import_crop(&block.frame, rect, 16, 14);
    for (int p = 0; p < 3; p++) {
        int shift = p ? SHIFT : 0;
        for (int y = 0; y < 20 >> shift; y++) {
            for (int x = 0; x < 20 >> shift; x++) {
                if (x < rect.x >> shift || x > (rect.x + rect.width - 1) >> shift ||
                    y < rect.y >> shift || y > (rect.y + rect.height - 1) >> shift) {
                    frame_put(&block.frame, p, x, y, 255 - frame_get(&block.frame, p, x, y));
                }
            }
        }
    }
    after = import_crop(&block.frame, rect, 16, 14);
    CHECK(!memcmp(before, after, sizeof(float) * 16 * 14 * 3));
    free(before);
    free(after);
    frame_block_free(&block);
}

int main(void)
{
    test_begin();
    test_equals_cut_frame();
    test_any_offset();
    test_blind_beyond();
    return test_end();
}

/* Cases of import.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"
#include "frames.h"

typedef struct Size {
    int width, height;
} Size;

static void run(Check *check, const OasisFrameFormat *format, OasisRect crop,
                OasisTransfer transfer, Size size, Size padded)
{
    int width = crop.width ? crop.width : format->width;
    int height = crop.height ? crop.height : format->height;
    FrameBlock block;

    frame_block_new(format, &block);
    frame_randomise(&block.frame);
    check_case(check, "import_frame", "%s, %dx%d at %d,%d%s -> %dx%d in %dx%d",
               frame_format_name(format), width, height, crop.x, crop.y, transfer ? ", PQ" : "",
               size.width, size.height, padded.width, padded.height);
    check->tolerance = 1e-5; /* images are f32 in every dtype */
    check->repeats = true;   /* a frame of 1x1 makes one of a single grey */
    check_work(check, 0, 1.5 * width * height * oasis_frame_sample_bytes(format) +
                             12.0 * padded.width * padded.height);
    const CheckTensor *image =
        check_output(check, OASIS_F32, (size_t)padded.width * padded.height * 3);
    CHECK_CALL(check, import_frame, OasisImportArgs, .frame = &block.frame, .crop = crop,
               .transfer = transfer, .width = size.width, .height = size.height,
               .padded_width = padded.width, .padded_height = padded.height, .image = ON(image));
    check_end(check);
    frame_block_free(&block);
}

/* Any part of the frame, at odd offsets as at even ones. */
static OasisRect random_crop(const OasisFrameFormat *format)
{
    OasisRect rect = {.x = (int)test_random_int(0, format->width - 1),
                      .y = (int)test_random_int(0, format->height - 1)};

    rect.width = (int)test_random_int(1, format->width - rect.x);
    rect.height = (int)test_random_int(1, format->height - rect.y);
    return rect;
}

void check_import(Check *check)
{
    const OasisFrameFormat vga = {
        .width = 640, .height = 480, .depth = 8, .planes = 3, .chroma_shift_x = 1,
        .chroma_shift_y = 1, .matrix = OASIS_MATRIX_SMPTE170M, .primaries = 2, .transfer = 2,
        .sample_aspect = {1, 1},
    };

    if (check->bench) {
        for (int transfer = OASIS_TRANSFER_NONE; transfer <= OASIS_TRANSFER_PQ; transfer++) {
            run(check, &vga, (OasisRect){0}, transfer, (Size){1280, 960}, (Size){1280, 960});
        }
        return;
    }
    for (int i = 0; i < 80; i++) {
        OasisFrameFormat format =
            frame_random_format(PICK(1, 2, 5, 16, 33), PICK(1, 3, 4, 17, 20));
        Size size = {PICK(1, 7, 16, 40), PICK(1, 5, 16, 31)};
        if (test_random_int(0, 1)) {
            size = (Size){format.width * 2, format.height * 2};
        } else if (!test_random_int(0, 2)) {
            size = (Size){format.width, format.height};
        }
        Size padded = {(size.width + 15) / 16 * 16, (size.height + 15) / 16 * 16};
        if (!test_random_int(0, 3)) {
            padded = size;
        }
        run(check, &format, i % 2 ? random_crop(&format) : (OasisRect){0},
            PICK(OASIS_TRANSFER_NONE, OASIS_TRANSFER_NONE, OASIS_TRANSFER_PQ), size, padded);
    }
}

/* Cases of unpatchify.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

typedef struct Shape {
    OasisGrid image; /* tokens of the whole latent */
    int patch, channels;
    OasisGrid tile;
    int h0, w0;
} Shape;

static void run(Check *check, Shape s, bool wide)
{
    int height = s.image.h * s.patch, width = s.image.w * s.patch;
    size_t n = (size_t)s.tile.f * s.tile.h * s.tile.w * s.patch * s.patch * s.channels;
    OasisDType dtype = wide ? OASIS_F32 : check->dtype;

    check_case(check, "unpatchify", "%dx%dx%d of %d, patch %d, tile %dx%d at %d,%d%s", s.image.f,
               height, width, s.channels, s.patch, s.tile.h, s.tile.w, s.h0, s.w0,
               wide ? ", f32" : "");
    check_work(check, 0, (double)n * (8 + oasis_dtype_bytes(dtype)));
    const CheckTensor *x = check_input(check, dtype, n);
    const CheckTensor *wy = check_input(check, OASIS_F32, (size_t)s.tile.h * s.patch);
    const CheckTensor *wx = check_input(check, OASIS_F32, (size_t)s.tile.w * s.patch);
    const CheckTensor *latent =
        check_in_place(check, OASIS_F32, (size_t)s.image.f * height * width * s.channels);
    CHECK_CALL(check, unpatchify, OasisUnpatchifyArgs, .x = ON(x), .wy = ON(wy), .wx = ON(wx),
               .latent = ON(latent), .grid = s.tile, .patch = s.patch, .channels = s.channels,
               .h0 = s.h0, .w0 = s.w0, .height = height, .width = width);
    check_end(check);
}

void check_unpatchify(Check *check)
{
    if (check->bench) {
        run(check, (Shape){{5, 48, 48}, 2, 64, {5, 48, 48}, 0, 0}, true);
        return;
    }
    for (int i = 0; i < 16; i++) {
        Shape s = {
            {PICK(1, 2, 3), PICK(1, 2, 5), PICK(1, 3, 4)},
            PICK(1, 2), PICK(1, 3, 16, 64), {0}, 0, 0,
        };
        s.h0 = (int)test_random_int(0, s.image.h - 1);
        s.w0 = (int)test_random_int(0, s.image.w - 1);
        s.tile = (OasisGrid){s.image.f, (int)test_random_int(1, s.image.h - s.h0),
                             (int)test_random_int(1, s.image.w - s.w0)};
        run(check, s, test_random_int(0, 1));
    }
}

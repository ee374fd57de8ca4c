/* Cases of unpatchify.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

typedef struct Shape {
    OasisGrid image; /* tokens of the whole latent */
    int patch, channels;
    OasisGrid tile;
    OasisTile tiles[3];
    int n_tiles;
} Shape;

static void run(Check *check, Shape s, bool wide)
{
    int height = s.image.h * s.patch, width = s.image.w * s.patch;
    size_t n = (size_t)s.n_tiles * s.tile.f * s.tile.h * s.tile.w * s.patch * s.patch * s.channels;
    OasisDType dtype = wide ? OASIS_F32 : check->dtype;

    check_case(check, "unpatchify", "%dx%dx%d of %d, patch %d, %d tiles of %dx%d%s", s.image.f,
               height, width, s.channels, s.patch, s.n_tiles, s.tile.h, s.tile.w,
               wide ? ", f32" : "");
    check_work(check, 0, (double)n * (8 + oasis_dtype_bytes(dtype)));
    const CheckTensor *x = check_input(check, dtype, n);
    const CheckTensor *wy = check_input(check, OASIS_F32, (size_t)s.n_tiles * s.tile.h * s.patch);
    const CheckTensor *wx = check_input(check, OASIS_F32, (size_t)s.n_tiles * s.tile.w * s.patch);
    const CheckTensor *latent =
        check_in_place(check, OASIS_F32, (size_t)s.image.f * height * width * s.channels);
    CHECK_CALL(check, unpatchify, OasisUnpatchifyArgs, .x = ON(x), .wy = ON(wy), .wx = ON(wx),
               .latent = ON(latent), .tiles = s.tiles, .n_tiles = s.n_tiles, .grid = s.tile,
               .patch = s.patch, .channels = s.channels, .height = height, .width = width);
    check_end(check);
}

void check_unpatchify(Check *check)
{
    if (check->bench) {
        run(check, (Shape){{5, 48, 48}, 2, 64, {5, 48, 48}, {{0}}, 1}, true);
        return;
    }
    for (int i = 0; i < 16; i++) {
        Shape s = {
            {PICK(1, 2, 3), PICK(1, 2, 5), PICK(1, 3, 4)},
            .patch = PICK(1, 2), .channels = PICK(1, 3, 16, 64), .n_tiles = PICK(1, 2, 3),
        };
        s.tile = (OasisGrid){s.image.f, (int)test_random_int(1, s.image.h),
                             (int)test_random_int(1, s.image.w)};
        check_tiles(s.image, s.tile, s.n_tiles, s.tiles);
        run(check, s, test_random_int(0, 1));
    }
}

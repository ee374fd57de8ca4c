/* Cases of fold.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

typedef struct Shape {
    OasisGrid image; /* latent frames and tokens of the whole image */
    int time, space, patch;
    OasisGrid tile;
    OasisTile tiles[3];
    int n_tiles;
} Shape;

static void run(Check *check, Shape s)
{
    int frames = s.time * (s.image.f - 1) + 1;
    int side = s.space * s.patch;
    int height = s.image.h * side, width = s.image.w * side;
    size_t n = (size_t)s.n_tiles * s.tile.f * s.tile.h * s.tile.w * 3 * s.time * side * side;

    check_case(check, "fold", "%dx%dx%d, %d,%d,%d, %d tiles of %dx%d", frames, height, width,
               s.time, s.space, s.patch, s.n_tiles, s.tile.h, s.tile.w);
    check_work(check, 0, (double)n * (4 + oasis_dtype_bytes(check->dtype)));
    const CheckTensor *image = check_input(check, OASIS_F32, (size_t)frames * height * width * 3);
    const CheckTensor *out = check_output(check, check->dtype, n);
    CHECK_CALL(check, fold, OasisFoldArgs, .image = ON(image), .out = ON(out), .frames = frames,
               .height = height, .width = width, .time = s.time, .space = s.space,
               .patch = s.patch, .tiles = s.tiles, .n_tiles = s.n_tiles, .grid = s.tile);
    check_end(check);
}

void check_fold(Check *check)
{
    if (check->bench) {
        run(check, (Shape){{5, 120, 160}, 4, 8, 1, {5, 46, 46}, {{0}}, 1});
        return;
    }
    for (int i = 0; i < 16; i++) {
        Shape s = {
            {PICK(1, 2, 3), PICK(1, 2, 5), PICK(1, 3, 4)},
            .time = 4, .space = PICK(2, 8), .patch = PICK(1, 2), .n_tiles = PICK(1, 2, 3),
        };
        s.tile = (OasisGrid){s.image.f, (int)test_random_int(1, s.image.h),
                             (int)test_random_int(1, s.image.w)};
        check_tiles(s.image, s.tile, s.n_tiles, s.tiles);
        check->special = i % 4 ? 0 : 0.001;
        run(check, s);
    }
}

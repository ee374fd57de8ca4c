/* Combing of a frame, seen where something moves.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/analysis/combing.h"

#include <stdlib.h>

enum {
    BLOCK_WIDTH = 32, /* what moves is told apart in blocks */
    BLOCK_HEIGHT = 16,
    SEEN_WIDTH = 720, /* of wider pictures only so many columns are looked at */
    MOTION = 4,       /* code values by which samples of a moving block differ on the average */
};

/* How far samples of a line stand out from the lines above and below. */
static int stand_out(const uint8_t *above, const uint8_t *line, const uint8_t *below)
{
    int sum = 0;

    for (int x = 0; x < BLOCK_WIDTH; x++) {
        sum += abs(above[x] + below[x] - 2 * line[x]);
    }
    return sum;
}

static int differ(const uint8_t *a, const uint8_t *b)
{
    int sum = 0;

    for (int x = 0; x < BLOCK_WIDTH; x++) {
        sum += abs(a[x] - b[x]);
    }
    return sum;
}

typedef struct Three {
    const OasisLook *before, *frame, *behind;
} Three;

static const uint8_t *at(const OasisLook *look, int x, int y)
{
    return look->luma + y * look->stride + x;
}

static bool moves(const Three *three, int x, int y)
{
    int sum = 0;

    for (int row = y; row < y + BLOCK_HEIGHT; row++) {
        sum += differ(at(three->before, x, row), at(three->frame, x, row)) +
               differ(at(three->frame, x, row), at(three->behind, x, row));
    }
    return sum > MOTION * BLOCK_WIDTH * BLOCK_HEIGHT;
}

static void add_block(const Three *three, int x, int y, OasisCombing *combing)
{
    for (int row = y; row < y + BLOCK_HEIGHT; row++) {
        const uint8_t *above = at(three->frame, x, row - 1), *below = at(three->frame, x, row + 1);

        combing->own += (float)stand_out(above, at(three->frame, x, row), below);
        combing->before[row & 1] += (float)stand_out(above, at(three->before, x, row), below);
        combing->behind[row & 1] += (float)stand_out(above, at(three->behind, x, row), below);
    }
}

static bool is_same_size(const OasisLook *a, const OasisLook *b)
{
    return a->width == b->width && a->height == b->height;
}

OasisCombing oasis_combing_see(const OasisLook *before, const OasisLook *frame,
                               const OasisLook *behind)
{
    const Three three = {before, frame, behind};
    const int step = BLOCK_WIDTH * (frame->width > SEEN_WIDTH ? frame->width / SEEN_WIDTH : 1);
    OasisCombing combing = {0};
    int blocks = 0, moving = 0;

    if (!is_same_size(before, frame) || !is_same_size(frame, behind)) {
        return combing;
    }
    for (int y = 2; y + BLOCK_HEIGHT < frame->height; y += BLOCK_HEIGHT) {
        for (int x = 0; x + BLOCK_WIDTH <= frame->width; x += step) {
            blocks++;
            if (moves(&three, x, y)) {
                moving++;
                add_block(&three, x, y, &combing);
            }
        }
    }
    combing.moving = blocks > 0 ? (float)moving / (float)blocks : 0;
    return combing;
}

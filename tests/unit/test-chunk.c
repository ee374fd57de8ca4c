/* The chunk grid, for random sources, chunks, overlaps and cuts.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/job.h"
#include "test.h"

enum { MAX_CUTS = 12 };

typedef struct Case {
    OasisChunkGrid grid;
    int64_t cuts[MAX_CUTS];
} Case;

static void random_case(Case *c)
{
    int k = (int)test_random_int(0, 5);

    *c = (Case){
        .grid = {.frames = test_random_int(1, 150), .chunk_frames = 4 * k + 1,
                 .chunk_overlap = 2 * (int)test_random_int(0, 2 * k)},
    };
    if (c->grid.chunk_overlap >= c->grid.chunk_frames) {
        c->grid.chunk_overlap = 0;
    }
    if (test_random_int(0, 2)) {
        /* Ascending, now and then one twice, before the source or behind it. */
        int64_t at = test_random_int(-2, 10);

        while (c->grid.n_cuts < MAX_CUTS && at < c->grid.frames + 5) {
            c->cuts[c->grid.n_cuts++] = at;
            at += test_random_int(0, 30);
        }
        c->grid.cuts = c->cuts;
    }
}

static bool is_cut(const OasisChunkGrid *grid, int64_t frame)
{
    for (size_t i = 0; i < grid->n_cuts; i++) {
        if (grid->cuts[i] == frame) {
            return true;
        }
    }
    return frame == 0;
}

static void check_every_frame_has_one_owner(void)
{
    Case c;
    int64_t next = 0, count;

    random_case(&c);
    count = oasis_chunk_count(&c.grid);
    for (int64_t i = 0; i < count; i++) {
        OasisChunk chunk = oasis_chunk_get(&c.grid, i);
        int64_t end = chunk.first + chunk.frames, own_end = chunk.own_first + chunk.own_frames;

        CHECK_INT(chunk.index, i);
        CHECK_INT(chunk.own_first, next); /* no gap, nothing twice */
        CHECK(chunk.own_frames >= 1);
        CHECK(chunk.frames >= 1 && chunk.frames <= c.grid.chunk_frames);
        CHECK(chunk.first >= 0 && chunk.first <= chunk.own_first);
        CHECK(own_end <= end && end <= c.grid.frames);
        for (int64_t n = chunk.first + 1; n < end; n++) {
            CHECK(!is_cut(&c.grid, n)); /* no chunk reaches over a cut */
        }
        for (int64_t n = chunk.own_first; n < own_end; n++) {
            CHECK_INT(oasis_chunk_of_frame(&c.grid, n), i);
        }
        /* A chunk that begins or ends where no scene does has its share of the overlap there. */
        if (!is_cut(&c.grid, chunk.first)) {
            CHECK_INT(chunk.own_first - chunk.first, c.grid.chunk_overlap / 2);
        } else {
            CHECK_INT(chunk.own_first, chunk.first);
        }
        if (!is_cut(&c.grid, own_end) && own_end < c.grid.frames) {
            CHECK_INT(end - own_end, c.grid.chunk_overlap / 2);
            CHECK_INT(chunk.frames, c.grid.chunk_frames);
        }
        next = own_end;
    }
    CHECK_INT(next, c.grid.frames);
}

/* Where a chunk begins does not hang on how long the source is. */
static void check_length_does_not_move_chunks(void)
{
    Case c;
    OasisChunkGrid longer;

    random_case(&c);
    c.grid.cuts = NULL;
    c.grid.n_cuts = 0;
    longer = c.grid;
    longer.frames += test_random_int(1, 60);
    for (int64_t i = 0; i < oasis_chunk_count(&c.grid); i++) {
        CHECK_INT(oasis_chunk_get(&longer, i).first, oasis_chunk_get(&c.grid, i).first);
        CHECK_INT(oasis_chunk_get(&c.grid, i).first,
                  i * (c.grid.chunk_frames - c.grid.chunk_overlap));
    }
}

/* By hand: 17 frames, 2 shared. */
static void check_known(void)
{
    static const struct {
        int64_t frames, count, last_first;
        int last_frames, last_own;
    } cases[] = {
        {1, 1, 0, 1, 1},    {16, 1, 0, 16, 16}, {17, 1, 0, 17, 17}, {18, 2, 15, 3, 2},
        {31, 2, 15, 16, 15}, {32, 2, 15, 17, 16}, {33, 3, 30, 3, 2},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        OasisChunkGrid grid = {.frames = cases[i].frames, .chunk_frames = 17, .chunk_overlap = 2};
        OasisChunk last;

        CHECK_INT(oasis_chunk_count(&grid), cases[i].count);
        last = oasis_chunk_get(&grid, cases[i].count - 1);
        CHECK_INT(last.first, cases[i].last_first);
        CHECK_INT(last.frames, cases[i].last_frames);
        CHECK_INT(last.own_frames, cases[i].last_own);
    }
}

static void check_long_source(void)
{
    OasisChunkGrid grid = {.frames = INT64_MAX / 4, .chunk_frames = 17, .chunk_overlap = 2};
    int64_t last = oasis_chunk_count(&grid) - 1;
    OasisChunk chunk = oasis_chunk_get(&grid, last);

    CHECK_INT(chunk.first + chunk.frames, grid.frames);
    CHECK_INT(oasis_chunk_of_frame(&grid, grid.frames - 1), last);
}

int main(void)
{
    test_begin();
    for (int i = 0; i < 2000; i++) {
        check_every_frame_has_one_owner();
        check_length_does_not_move_chunks();
    }
    check_known();
    check_long_source();
    return test_end();
}

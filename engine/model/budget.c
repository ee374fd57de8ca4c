/* Dry runs, and what they add up to.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/budget.h"

#include <assert.h>
#include <limits.h>

#include "model/chunk-run.h"
#include "model/tile.h"
#include "oasis/status.h"

enum {
    BAND_UNIT = 16,  /* rows: every stage's sizes stay whole */
    LEAST_BAND = 64, /* less would be mostly its halo */
};

/* Whether the tokens of a tile can be counted at all: rows of operations are ints. */
static bool is_countable(const OasisGeometry *g, const OasisFrameFormat *output, int frames)
{
    OasisShape shape = oasis_shape(g, output->width, output->height, frames);
    OasisTilePlan y = oasis_tile_plan(shape.tokens_y, g->tile_tokens, g->tile_overlap);
    OasisTilePlan x = oasis_tile_plan(shape.tokens_x, g->tile_tokens, g->tile_overlap);

    return (int64_t)y.extent * x.extent * shape.latent_frames <= INT_MAX;
}

/* Measures a chunk as the budget has it, all of its frames wanted. */
static void measure(const OasisNet *net, OasisBudget *budget)
{
    OasisFrame format_only = {.format = budget->source}, *all[OASIS_MAX_CHUNK_FRAMES];
    OasisExec exec = {.backend = net->backend, .dry = true, .tile_group = budget->tile_group,
                      .band = budget->band};
    int n = budget->frames ? budget->frames : 1;
    OasisChunkWork work = {.frames = all, .n_frames = n, .run_frames = n, .output = budget->output,
                           .want_frames = n};
    OasisStatus status;

    if (budget->frames && !is_countable(net->geometry, &budget->output, budget->frames)) {
        budget->work_bytes = SIZE_MAX / 2; /* more than any device has */
        return;
    }
    for (int i = 0; i < n; i++) {
        all[i] = &format_only;
    }
    status = budget->frames ? oasis_chunk_restore(net, &exec, &work, NULL, NULL)
                            : oasis_chunk_resize(net, &exec, &work, NULL);
    (void)status;
    assert(status == OASIS_OK); /* nothing is called, so nothing can fail */
    budget->work_bytes = exec.peak;
    budget->workspace_bytes = exec.workspace;
    budget->kept_bytes = exec.kept;
    budget->flops = exec.flops;
}

/* As much at a time as device and model like; frames 0 = resizing alone. */
static OasisBudget make_whole(const OasisNet *net, const OasisFrameFormat *source,
                              const OasisFrameFormat *output, int frames)
{
    const OasisGeometry *g = net->geometry;
    int rows = oasis_shape(g, output->width, output->height, 1).full.padded_height;
    OasisBudget budget = {.frames = frames, .source = *source, .output = *output};

    rows = (rows + BAND_UNIT - 1) / BAND_UNIT * BAND_UNIT;
    budget.band = g->band < rows ? g->band : rows;
    budget.tile_group = net->backend->tile_group;
    measure(net, &budget);
    return budget;
}

uint64_t oasis_budget_bytes(const OasisNet *net, const OasisBudget *budget)
{
    return net->weight_bytes + budget->work_bytes + budget->workspace_bytes + budget->kept_bytes;
}

/* Takes the other one if it needs less memory. */
static bool take_if_less(const OasisNet *net, OasisBudget *other, OasisBudget *budget)
{
    measure(net, other);
    if (oasis_budget_bytes(net, other) >= oasis_budget_bytes(net, budget)) {
        return false;
    }
    *budget = *other;
    return true;
}

/* Halves the group until it needs less memory, since a picture may have fewer tiles than half. */
static bool take_fewer_tiles(const OasisNet *net, OasisBudget *budget)
{
    OasisBudget other = *budget;

    while (other.tile_group > 1) {
        other.tile_group /= 2;
        if (take_if_less(net, &other, budget)) {
            return true;
        }
    }
    return false;
}

bool oasis_budget_shrink(const OasisNet *net, OasisBudget *budget)
{
    OasisBudget fewer_rows = *budget;

    fewer_rows.band = (budget->band / 2 + BAND_UNIT - 1) / BAND_UNIT * BAND_UNIT;
    return take_fewer_tiles(net, budget) ||
           (net->backend->any_band && budget->band > LEAST_BAND &&
            take_if_less(net, &fewer_rows, budget));
}

OasisBudget oasis_budget_make(const OasisNet *net, const OasisFrameFormat *source,
                              const OasisFrameFormat *output, int frames, uint64_t memory)
{
    OasisBudget budget = make_whole(net, source, output, frames);

    while (oasis_budget_bytes(net, &budget) > memory && oasis_budget_shrink(net, &budget)) {
    }
    return budget;
}

/* The largest even height with the output's shape that fits; 0 if none does. */
static int largest_height(const OasisNet *net, const OasisBudget *budget, uint64_t memory)
{
    int fits = 0, too_large = budget->output.height / 2;

    while (too_large - fits > 1) { /* in units of two lines */
        int middle = (fits + too_large) / 2;
        OasisFrameFormat output = budget->output;
        output.height = 2 * middle;
        /* Not narrower than any rounding of the width makes it. */
        output.width = (int)((int64_t)output.width * output.height / budget->output.height) + 2;
        const OasisBudget smaller = oasis_budget_make(net, &budget->source, &output, budget->frames,
                                                      memory);
        if (oasis_budget_bytes(net, &smaller) <= memory) {
            fits = middle;
        } else {
            too_large = middle;
        }
    }
    return 2 * fits;
}

OasisStatus oasis_budget_check(const OasisNet *net, const OasisBudget *budget, uint64_t memory,
                               OasisError *err)
{
    uint64_t bytes = oasis_budget_bytes(net, budget);
    int height;

    if (bytes <= memory) {
        return OASIS_OK;
    }
    height = largest_height(net, budget, memory);
    return oasis_fail(err, OASIS_ERR_NO_MEMORY, net->backend->info.name,
                      height ? "%dx%d takes %.1f GB and there are %.1f GB; the largest height that "
                               "fits is %d"
                             : "%dx%d takes %.1f GB and there are %.1f GB; no height fits",
                      budget->output.width, budget->output.height, (double)bytes / 1e9,
                      (double)memory / 1e9, height);
}

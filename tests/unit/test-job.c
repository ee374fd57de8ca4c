/* A job with doubles: every frame of the range comes out once and in order, with its time and the
 * bytes that the whole source gives it; strength, cuts, cache and progress as promised.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <pthread.h>

#include "fake-restorer.h"
#include "test.h"

enum { WIDTH = 6, HEIGHT = 4, MOST_OTHERS = 2 };

typedef struct Setup {
    OasisRestorer restorer;            /* of most jobs */
    OasisRestorer others[MOST_OTHERS]; /* of those with several */
    OasisRestorer *restorers[1 + MOST_OTHERS];
    FakeSource source;
    FakeSink sink;
    OasisJobParams params;
} Setup;

static void setup_init(Setup *setup, int chunk_frames, int overlap, int64_t frames)
{
    OasisFrameFormat format = test_format(WIDTH, HEIGHT);

    setup->restorer = fake_restorer(chunk_frames, overlap);
    setup->restorers[0] = &setup->restorer;
    setup->restorer.slots = (int)test_random_int(1, FAKE_MOST_SLOTS);
    fake_source_init(&setup->source, &format, frames);
    fake_sink_init(&setup->sink);
    setup->params = (OasisJobParams){
        .restorers = setup->restorers,
        .n_restorers = 1,
        .source = &setup->source.base,
        .sink = &setup->sink.base,
        .strength = 1,
    };
    CHECK_OK(oasis_output_format(&format, &(OasisSize){0}, &setup->params.output, NULL), NULL);
}

static void run(Setup *setup)
{
    OasisError err = {0};

    CHECK_OK(oasis_job_run(&setup->params, &err), &err);
    CHECK(setup->sink.finished);
    CHECK_INT(setup->restorer.begun, setup->restorer.finished);
}

/* --- ranges ---------------------------------------------------------------------------------- */

/* Ascending cuts in memory of the caller's; some of them senseless. */
static size_t random_cuts(int64_t frames, int64_t *cuts, size_t capacity)
{
    size_t n = 0;

    for (int64_t at = test_random_int(0, 12); at < frames + 8 && n < capacity;
         at += test_random_int(0, 25)) {
        cuts[n++] = at;
    }
    return n;
}

static void check_any_range_gives_same_bytes(void)
{
    int chunk_frames = (int)test_random_int(0, 4) * 4 + 1;
    int overlap = (int)test_random_int(0, (chunk_frames - 1) / 2) * 2;
    int64_t frames = test_random_int(1, 90);
    int64_t first = test_random_int(0, frames - 1), end = test_random_int(first + 1, frames);
    double strength = test_random_int(0, 1) ? 1 : test_random_unit();
    int64_t cuts[8];
    size_t n_cuts = random_cuts(frames, cuts, test_random_int(0, 1) ? 8 : 0);
    Setup whole, part;

    setup_init(&whole, chunk_frames, overlap, frames);
    whole.params.cuts = cuts;
    whole.params.n_cuts = n_cuts;
    whole.params.strength = strength;
    run(&whole);
    CHECK_INT(whole.sink.n_frames, frames);
    CHECK_INT(whole.source.reads, frames); /* overlapping frames are decoded once */

    setup_init(&part, chunk_frames, overlap, frames);
    part.params = whole.params;
    part.params.restorers = part.restorers;
    part.params.source = &part.source.base;
    part.params.sink = &part.sink.base;
    part.params.first = first;
    part.params.end = end;
    run(&part);
    CHECK_INT(part.sink.n_frames, end - first);
    CHECK(part.source.reads <= frames);

    for (int64_t i = 0; i < part.sink.n_frames; i++) {
        const OasisFrame *frame = part.sink.frames[i];

        CHECK(test_frames_equal(frame, whole.sink.frames[first + i]));
        CHECK_INT(frame->pts, fake_source_pts(first + i));
        CHECK_INT(frame->time_base.den, 300);
    }
    for (int64_t c = 0, next = first; c < part.sink.n_chunks; c++) {
        CHECK_INT(part.sink.chunks[c].first_frame, next);
        CHECK_INT(part.sink.chunks[c].index, part.sink.chunks[0].index + c);
        next += part.sink.chunks[c].frames;
    }
    fake_sink_clear(&whole.sink);
    fake_sink_clear(&part.sink);
}

/* --- chunks that the sink has ---------------------------------------------------------------- */

static OasisSinkClass having_class; /* the sink's own, with has */
static uint64_t had;                /* a bit for each of the first chunks */

static bool has(OasisSink *sink, const OasisChunkInfo *chunk)
{
    return chunk->index < 64 && (had >> chunk->index & 1);
}

/* The others come with the same bytes, and those that are there cost nothing. */
static void check_sink_has_some(void)
{
    int chunk_frames = (int)test_random_int(1, 4) * 4 + 1;
    int overlap = (int)test_random_int(0, (chunk_frames - 1) / 2) * 2;
    int64_t frames = test_random_int(1, 90), missing = 0, restored = 0;
    Setup whole, part;

    had = (uint64_t)test_random_int(0, INT32_MAX) << 32 | (uint64_t)test_random_int(0, INT32_MAX);
    setup_init(&whole, chunk_frames, overlap, frames);
    whole.params.strength = test_random_int(0, 1) ? 1 : test_random_unit();
    run(&whole);
    setup_init(&part, chunk_frames, overlap, frames);
    part.params.strength = whole.params.strength;
    having_class = *part.sink.base.klass;
    having_class.has = has;
    part.sink.base.klass = &having_class;
    run(&part);
    for (int64_t c = 0; c < whole.sink.n_chunks; c++) {
        const OasisChunkInfo *chunk = &whole.sink.chunks[c];

        if (has(&part.sink.base, chunk)) {
            continue;
        }
        restored++;
        for (int64_t i = 0; i < chunk->frames; i++) {
            const OasisFrame *frame = part.sink.frames[missing++];

            CHECK(test_frames_equal(frame, whole.sink.frames[chunk->first_frame + i]));
            CHECK_INT(frame->pts, fake_source_pts(chunk->first_frame + i));
        }
    }
    CHECK_INT(part.sink.n_frames, missing);
    CHECK_INT(part.restorer.begun, restored);
    CHECK(part.source.reads <= restored * chunk_frames);
    fake_sink_clear(&whole.sink);
    fake_sink_clear(&part.sink);
}

/* --- strength -------------------------------------------------------------------------------- */

static void check_strength(void)
{
    static const double strengths[] = {0, 0.25, 0.7, 1};
    Setup setups[4];

    for (int i = 0; i < 4; i++) {
        setup_init(&setups[i], 5, 2, 14);
        setups[i].params.strength = strengths[i];
        run(&setups[i]);
        CHECK_INT(setups[i].restorer.runs > 0, strengths[i] > 0);
        CHECK_INT(setups[i].restorer.resizes > 0, strengths[i] == 0);
    }
    for (int64_t n = 0; n < 14; n++) {
        for (int i = 0; i < 4; i++) {
            OasisFrame *mixed = oasis_frame_new(&setups[0].params.output);

            REQUIRE(mixed);
            for (int p = 0; p < 3; p++) {
                memcpy(mixed->data[p], setups[0].sink.frames[n]->data[p],
                       (size_t)mixed->stride[p] *
                           (size_t)oasis_frame_plane_height(&mixed->format, p));
            }
            oasis_frame_mix(mixed, setups[3].sink.frames[n], strengths[i]);
            CHECK(test_frames_equal(mixed, setups[i].sink.frames[n]));
            oasis_frame_unref(&mixed);
        }
        CHECK(!test_frames_equal(setups[0].sink.frames[n], setups[3].sink.frames[n]));
    }
    for (int i = 0; i < 4; i++) {
        fake_sink_clear(&setups[i].sink);
    }
}

/* --- grain ----------------------------------------------------------------------------------- */

/* Each frame has the grain of its own number, whatever the range, by as much as it is restored; a
 * share of 0 and a strength of 0 change nothing. */
static void check_grain(void)
{
    static const double strengths[] = {0, 0.5, 1};
    const int64_t frames = 14, first = test_random_int(0, 13);
    OasisGrain grain = {.shape = (OasisGrainShape)test_random_int(0, 1)};

    for (int i = 0; i < OASIS_GRAIN_KNOTS; i++) {
        grain.levels[0][i] = 3000;
    }
    for (int i = 0; i < 3; i++) {
        Setup plain, none, part;
        setup_init(&plain, 5, 2, frames);
        setup_init(&none, 5, 2, frames);
        setup_init(&part, 5, 2, frames);
        plain.params.strength = none.params.strength = part.params.strength = strengths[i];
        none.params.grain = part.params.grain = &grain;
        part.params.grain_share = 0.75;
        part.params.first = first;
        run(&plain);
        run(&none);
        run(&part);
        for (int64_t n = 0; n < frames; n++) {
            CHECK(test_frames_equal(plain.sink.frames[n], none.sink.frames[n]));
        }
        for (int64_t n = first; n < frames; n++) {
            OasisFrame *wanted = oasis_frame_with_grain(plain.sink.frames[n], &grain,
                                                        0.75 * strengths[i], n);
            REQUIRE(wanted);
            CHECK(test_frames_equal(part.sink.frames[n - first], wanted));
            CHECK_INT(test_frames_equal(plain.sink.frames[n], wanted), strengths[i] == 0);
            oasis_frame_unref(&wanted);
        }
        fake_sink_clear(&plain.sink);
        fake_sink_clear(&none.sink);
        fake_sink_clear(&part.sink);
    }
}

/* --- progress -------------------------------------------------------------------------------- */

typedef struct Seen {
    OasisProgress last;
    int64_t calls;
    pthread_t thread;
} Seen;

static void see(const OasisProgress *progress, void *data)
{
    Seen *seen = data;

    CHECK(progress->fraction >= seen->last.fraction && progress->fraction <= 1);
    CHECK(progress->frames_done >= seen->last.frames_done);
    CHECK(progress->seconds_left >= 0 || progress->seconds_left == -1);
    CHECK(pthread_equal(pthread_self(), seen->thread));
    seen->last = *progress;
    seen->calls++;
}

static void check_progress(void)
{
    Seen seen = {.thread = pthread_self()};
    Setup setup;

    setup_init(&setup, 5, 2, 40);
    setup.params.first = 3;
    setup.params.end = 33;
    setup.params.progress = see;
    setup.params.data = &seen;
    run(&setup);
    CHECK(seen.calls >= 1);
    CHECK_INT(seen.last.frames_done, 30);
    CHECK_INT(seen.last.frames_total, 30);
    CHECK(seen.last.fraction == 1);
    fake_sink_clear(&setup.sink);
}

/* --- cache ----------------------------------------------------------------------------------- */

/* What is wrong with an entry of the cache. */
typedef enum Loss { LOSS_GONE, LOSS_OTHER_CHUNK, LOSS_DAMAGED, LOSS_CUT_SHORT, N_LOSSES } Loss;

/* Serves the frames of an earlier job's sink; holds the chunks whose bit is set, and of these has
 * lost those whose bit is set there, too. */
typedef struct FakeCache {
    OasisChunkCache base;
    const OasisChunkGrid *grid;
    const FakeSink *whole;
    uint64_t held, lost;
    Loss loss;
    int64_t first, end; /* the job's range */
    int64_t shown;      /* chunks that it was offered */
} FakeCache;

typedef struct CacheEntry {
    OasisSource base;
    OasisSourceInfo info;
    const FakeSink *whole;
    int64_t first, next;
    int64_t good; /* frames that can be read */
    Loss loss;    /* of those after them */
} CacheEntry;

static const OasisSourceInfo *entry_info(OasisSource *source)
{
    return &((CacheEntry *)source)->info;
}

static int64_t entry_pts(OasisSource *source, int64_t n)
{
    return n;
}

static OasisStatus entry_seek(OasisSource *source, int64_t n, const OasisCancel *cancel,
                              OasisError *err)
{
    ((CacheEntry *)source)->next = n;
    return OASIS_OK;
}

/* A copy with a time of its own, as a decoder would give it. */
static OasisStatus entry_read(OasisSource *source, OasisFrame **frame, OasisError *err)
{
    CacheEntry *self = (CacheEntry *)source;
    const OasisFrame *from = self->whole->frames[self->first + self->next];

    *frame = NULL;
    if (self->next >= self->good) {
        return self->loss == LOSS_CUT_SHORT ? OASIS_OK : OASIS_ERR_INPUT;
    }
    *frame = oasis_frame_new(&self->info.format);
    REQUIRE(*frame);
    for (int p = 0; p < 3; p++) {
        memcpy((*frame)->data[p], from->data[p],
               (size_t)from->stride[p] * (size_t)oasis_frame_plane_height(&from->format, p));
    }
    (*frame)->pts = self->next++;
    return OASIS_OK;
}

static void entry_close(OasisSource *source)
{
    free(source);
}

static const OasisSourceClass entry_class = {
    .info = entry_info, .pts = entry_pts, .seek = entry_seek, .read = entry_read,
    .close = entry_close,
};

static bool has_bit(uint64_t bits, int64_t chunk)
{
    return bits >> (chunk % 64) & 1;
}

static bool cache_has(void *data, int64_t chunk)
{
    return has_bit(((FakeCache *)data)->held, chunk);
}

static OasisStatus cache_open(void *data, int64_t chunk, OasisSource **frames, OasisError *err)
{
    FakeCache *cache = data;
    OasisChunk owned = oasis_chunk_get(cache->grid, chunk);
    const bool lost = has_bit(cache->lost, chunk);
    CacheEntry *entry;

    if (lost && cache->loss == LOSS_GONE) {
        return OASIS_ERR_INPUT;
    }
    entry = calloc(1, sizeof *entry);
    REQUIRE(entry);
    *entry = (CacheEntry){
        .base = {.klass = &entry_class, .name = "cache entry"},
        .info = {.format = cache->whole->frames[0]->format, .frames = owned.own_frames,
                 .frame_rate = {30, 1}, .time_base = {1, 1000}},
        .whole = cache->whole,
        .first = owned.own_first,
        .good = owned.own_frames,
        .loss = cache->loss,
    };
    if (lost && cache->loss == LOSS_OTHER_CHUNK) {
        entry->info.frames++;
    } else if (lost) {
        /* Not more than the job is going to read. */
        const int64_t end = owned.own_first + owned.own_frames;
        const bool whole = owned.own_first >= cache->first && end <= cache->end;

        entry->good = whole ? test_random_int(0, owned.own_frames - 1) : 0;
    }
    *frames = &entry->base;
    return OASIS_OK;
}

/* What is offered is what the whole source would give at strength 1. */
static void cache_keep(void *data, int64_t chunk, OasisFrame *const *frames, int64_t n)
{
    FakeCache *cache = data;
    OasisChunk owned = oasis_chunk_get(cache->grid, chunk);

    CHECK(!has_bit(cache->held & ~cache->lost, chunk));
    CHECK_INT(n, owned.own_frames);
    for (int64_t f = 0; f < n; f++) {
        CHECK(test_frames_equal(frames[f], cache->whole->frames[owned.own_first + f]));
    }
    cache->shown++;
}


/* Frames, times and progress are those of a job without a cache, though some of what it holds
 * cannot be read; only the model runs for less. */
static void check_cache_gives_same_bytes(void)
{
    int chunk_frames = (int)test_random_int(0, 4) * 4 + 1;
    int overlap = (int)test_random_int(0, (chunk_frames - 1) / 2) * 2;
    int64_t frames = test_random_int(1, 90);
    int64_t first = test_random_int(0, frames - 1), end = test_random_int(first + 1, frames);
    OasisChunkGrid grid = {.frames = frames, .chunk_frames = chunk_frames,
                           .chunk_overlap = overlap};
    FakeCache cache = {.base = {.has = cache_has, .open = cache_open, .keep = cache_keep},
                       .grid = &grid,
                       .held = test_random() | test_random(),
                       .lost = test_random_int(0, 1) ? 0 : test_random() & test_random(),
                       .loss = (Loss)test_random_int(0, N_LOSSES - 1),
                       .first = first, .end = end};
    Seen seen = {.thread = pthread_self()};
    int64_t kept = 0;
    Setup whole, plain, cached;

    setup_init(&whole, chunk_frames, overlap, frames);
    run(&whole);
    setup_init(&plain, chunk_frames, overlap, frames);
    plain.params.first = first;
    plain.params.end = end;
    plain.params.strength = test_random_int(0, 2) ? 1 : test_random_unit();
    run(&plain);
    setup_init(&cached, chunk_frames, overlap, frames);
    cached.params.first = first;
    cached.params.end = end;
    cached.params.strength = plain.params.strength;
    cached.params.progress = see;
    cached.params.data = &seen;
    cache.base.data = &cache;
    cache.whole = &whole.sink;
    cached.params.cache = &cache.base;
    run(&cached);

    CHECK_INT(cached.sink.n_frames, plain.sink.n_frames);
    for (int64_t i = 0; i < cached.sink.n_frames; i++) {
        CHECK(test_frames_equal(cached.sink.frames[i], plain.sink.frames[i]));
        CHECK_INT(cached.sink.frames[i]->pts, plain.sink.frames[i]->pts);
        CHECK_INT(cached.sink.frames[i]->time_base.den, 300);
    }
    for (int64_t c = 0; c < plain.sink.n_chunks; c++) {
        kept += has_bit(cache.held & ~cache.lost, plain.sink.chunks[c].index);
    }
    CHECK_INT(cached.restorer.runs,
              plain.params.strength * 256 < 0.5 ? 0 : plain.restorer.runs - kept);
    CHECK(cached.restorer.runs - cache.shown >= 0 && cached.restorer.runs - cache.shown <= 2);
    CHECK(cache.lost || cached.source.reads <= plain.source.reads);
    CHECK(seen.last.fraction == 1);
    CHECK_INT(seen.last.frames_done, plain.sink.n_frames);
    fake_sink_clear(&whole.sink);
    fake_sink_clear(&plain.sink);
    fake_sink_clear(&cached.sink);
}

/* --- memory ---------------------------------------------------------------------------------- */

/* A long clip takes no more frames than a short one: two chunks of source frames, and of results
 * those in flight and those that are written; before they are mixed each is two frames. */
static void check_memory(void)
{
    const int chunk_frames = 9;
    Setup setup;

    for (int i = 0; i < 4; i++) {
        const int mixed = i % 2, slots = 1 + i / 2;

        setup_init(&setup, chunk_frames, 2, 500);
        setup.restorer.slots = slots;
        setup.sink.forgets = true;
        setup.params.strength = mixed ? 0.5 : 1;
        run(&setup);
        CHECK_INT(setup.sink.n_frames, 500);
        CHECK_INT(atomic_load(&setup.source.census.alive), 0);
        CHECK_INT(atomic_load(&setup.restorer.census.alive), 0);
        CHECK(atomic_load(&setup.source.census.most) <= 2 * chunk_frames + 1);
        CHECK(atomic_load(&setup.restorer.census.most) <=
              (slots + 1) * (1 + mixed) * chunk_frames);
    }
}

/* --- chunks in flight ------------------------------------------------------------------------- */

/* A device of several slots has the next chunk before the one before is waited for. */
static void check_overlap(void)
{
    for (int slots = 1; slots <= FAKE_MOST_SLOTS; slots++) {
        Setup setup;

        setup_init(&setup, 5, 2, 50);
        setup.restorer.slots = slots;
        run(&setup);
        CHECK_INT(setup.restorer.begun, 16);
        CHECK_INT(setup.restorer.overlaps, slots > 1 ? 15 : 0);
        fake_sink_clear(&setup.sink);
    }
}

/* --- several restorers ------------------------------------------------------------------------ */

/* Adds the others, some of them slow, so that chunks are ready in any order. */
static void use_others(Setup *setup)
{
    for (int i = 0; i < MOST_OTHERS; i++) {
        OasisRestorer *other = &setup->others[i];

        *other = fake_restorer(setup->restorer.model.chunk_frames,
                               setup->restorer.model.chunk_overlap);
        other->shared = &setup->restorer.model;
        other->slots = (int)test_random_int(1, FAKE_MOST_SLOTS);
        other->dawdling = (int)test_random_int(0, 8);
        setup->restorers[1 + i] = other;
    }
    setup->restorer.dawdling = (int)test_random_int(0, 8);
    setup->params.n_restorers = 1 + (int)test_random_int(1, MOST_OTHERS);
}

/* Frames and their order, with a cache that has holes, too, are those of a job with one. */
static void check_several_give_same_bytes(void)
{
    const int64_t frames = test_random_int(1, 120);
    OasisChunkGrid grid = {.frames = frames, .chunk_frames = 5, .chunk_overlap = 2};
    FakeCache cache = {.base = {.has = cache_has, .open = cache_open}, .grid = &grid,
                       .held = test_random_int(0, 1) ? test_random() : 0,
                       .lost = test_random_int(0, 1) ? test_random() : 0,
                       .loss = (Loss)test_random_int(0, N_LOSSES - 1), .end = frames};
    Seen seen = {.thread = pthread_self()};
    int64_t runs = 0;
    Setup whole, one, several;

    setup_init(&whole, 5, 2, frames);
    run(&whole);
    setup_init(&one, 5, 2, frames);
    one.params.strength = test_random_int(0, 2) / 2.0;
    run(&one);
    setup_init(&several, 5, 2, frames);
    several.params.strength = one.params.strength;
    several.params.progress = see;
    several.params.data = &seen;
    cache.base.data = &cache;
    cache.whole = &whole.sink;
    several.params.cache = &cache.base;
    use_others(&several);
    run(&several);

    CHECK_INT(several.sink.n_frames, frames);
    for (int64_t i = 0; i < several.sink.n_frames; i++) {
        CHECK(test_frames_equal(several.sink.frames[i], one.sink.frames[i]));
        CHECK_INT(several.sink.frames[i]->pts, one.sink.frames[i]->pts);
    }
    for (int i = 0; i < several.params.n_restorers; i++) {
        runs += several.restorers[i]->runs;
    }
    for (int64_t c = 0; c < one.sink.n_chunks; c++) {
        runs += one.restorer.runs > 0 &&
                has_bit(cache.held & ~cache.lost, one.sink.chunks[c].index);
    }
    CHECK_INT(runs, one.restorer.runs);
    CHECK(seen.last.fraction == 1);
    CHECK_INT(seen.last.frames_done, frames);
    fake_sink_clear(&whole.sink);
    fake_sink_clear(&one.sink);
    fake_sink_clear(&several.sink);
    for (int i = 0; i < several.params.n_restorers; i++) {
        fake_restorer_check(several.restorers[i]);
    }
    CHECK_INT(atomic_load(&several.source.census.alive), 0);
}

/* Restorers that cannot work together are refused, with the device that does not fit. */
static void check_company(void)
{
    static const char *const words[] = {"another model", "another dtype", "two restorers",
                                        "no restorer"};

    for (int i = 0; i < 4; i++) {
        OasisError err = {0};
        Setup setup;

        setup_init(&setup, 5, 2, 20);
        use_others(&setup);
        setup.params.n_restorers = i == 3 ? 0 : 2;
        if (i == 0) {
            setup.others[0].shared = NULL;
        } else if (i == 1) {
            setup.others[0].device.dtype = OASIS_BF16;
        } else if (i == 2) {
            setup.restorers[1] = &setup.restorer;
        }
        CHECK_STATUS(oasis_job_run(&setup.params, &err), OASIS_ERR_USAGE, &err);
        CHECK_STR(err.subject, i == 3 ? "fake source" : "fake");
        CHECK_HAS(err.detail, words[i]);
        CHECK_INT(setup.source.reads, 0);
        fake_sink_clear(&setup.sink);
    }
}

/* --- senseless wishes ------------------------------------------------------------------------ */

static void check_usage(void)
{
    static const struct {
        int64_t first, end;
        double strength;
        int depth;
        OasisStatus expected;
    } cases[] = {
        {-1, 5, 1, 8, OASIS_ERR_USAGE},       {5, 5, 1, 8, OASIS_ERR_USAGE},
        {7, 5, 1, 8, OASIS_ERR_USAGE},        {0, 11, 1, 8, OASIS_ERR_USAGE},
        {10, 0, 1, 8, OASIS_ERR_USAGE},       {0, 0, -0.01, 8, OASIS_ERR_USAGE},
        {0, 0, 1.01, 8, OASIS_ERR_USAGE},     {0, 0, NAN, 8, OASIS_ERR_USAGE},
        {0, 0, 1, 7, OASIS_ERR_UNSUPPORTED},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        OasisError err = {0};
        Setup setup;

        setup_init(&setup, 5, 2, 10);
        setup.params.first = cases[i].first;
        setup.params.end = cases[i].end;
        setup.params.strength = cases[i].strength;
        setup.params.output.depth = cases[i].depth;
        CHECK_STATUS(oasis_job_run(&setup.params, &err), cases[i].expected, &err);
        CHECK(*err.subject && *err.detail);
        CHECK_INT(setup.source.reads + setup.sink.n_frames, 0);
        CHECK(!setup.sink.finished);
        fake_sink_clear(&setup.sink);
    }
}

int main(void)
{
    test_begin();
    for (int i = 0; i < 150; i++) {
        check_any_range_gives_same_bytes();
        check_cache_gives_same_bytes();
        check_sink_has_some();
    }
    for (int i = 0; i < 80; i++) {
        check_several_give_same_bytes();
    }
    check_company();
    check_strength();
    check_grain();
    check_progress();
    check_memory();
    check_overlap();
    check_usage();
    return test_end();
}

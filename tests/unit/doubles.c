/* Stand-ins for what a job works with.
 * SPDX-License-Identifier: Apache-2.0 */
#include "doubles.h"

#include <assert.h>

#include "oasis/status.h"
#include "test.h"

bool fuse_blows(Fuse *fuse)
{
    return atomic_load(&fuse->calls_left) > 0 && atomic_fetch_sub(&fuse->calls_left, 1) == 1;
}

/* --- frames that are counted ----------------------------------------------------------------- */

typedef struct Counted {
    OasisFrame *frame;
    Census *census;
} Counted;

static void release_counted(void *data)
{
    Counted *counted = data;

    atomic_fetch_sub(&counted->census->alive, 1);
    oasis_frame_unref(&counted->frame);
    free(counted);
}

OasisFrame *count_frame(Census *census, OasisFrame *frame)
{
    Counted *counted = malloc(sizeof *counted);
    OasisFrame *wrapped =
        frame && counted ? oasis_frame_wrap(&frame->format, release_counted, counted) : NULL;
    int alive, most;

    if (!wrapped) {
        free(counted);
        oasis_frame_unref(&frame);
        return NULL;
    }
    *counted = (Counted){frame, census};
    memcpy(wrapped->data, frame->data, sizeof wrapped->data);
    memcpy(wrapped->stride, frame->stride, sizeof wrapped->stride);
    wrapped->pts = frame->pts;
    wrapped->duration = frame->duration;
    wrapped->time_base = frame->time_base;
    alive = atomic_fetch_add(&census->alive, 1) + 1;
    most = atomic_load(&census->most);
    while (most < alive && !atomic_compare_exchange_weak(&census->most, &most, alive)) {
        ;
    }
    return wrapped;
}

/* --- the source ------------------------------------------------------------------------------ */

int64_t fake_source_pts(int64_t n)
{
    return n * 10 + n % 3; /* gaps of 11, 11, 8 */
}

OasisFrame *fake_source_frame(const OasisFrameFormat *format, int64_t n)
{
    OasisFrame *frame = oasis_frame_new(format);

    if (!frame) {
        return NULL;
    }
    for (int p = 0; p < format->planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(format, p); y++) {
            for (int x = 0; x < oasis_frame_plane_width(format, p); x++) {
                test_set_sample(frame, p, x, y, (unsigned)(n * 37 + p * 11 + y * 5 + x * 3));
            }
        }
    }
    frame->pts = fake_source_pts(n);
    frame->duration = fake_source_pts(n + 1) - frame->pts;
    frame->time_base = (OasisRational){1, 300};
    return frame;
}

static const OasisSourceInfo *source_info(OasisSource *source)
{
    return &((FakeSource *)source)->info;
}

static int64_t source_pts(OasisSource *source, int64_t n)
{
    assert(n >= 0 && n < ((FakeSource *)source)->info.frames);
    return fake_source_pts(n);
}

static OasisStatus source_seek(OasisSource *source, int64_t n, const OasisCancel *cancel,
                               OasisError *err)
{
    FakeSource *self = (FakeSource *)source;

    assert(n >= 0 && n < self->info.frames);
    self->seeks++;
    if (fuse_blows(&self->fuse)) {
        return oasis_fail(err, self->fuse.status, source->name, "failed to seek as told");
    }
    self->next = n;
    return OASIS_OK;
}

static OasisStatus source_read(OasisSource *source, OasisFrame **frame, OasisError *err)
{
    FakeSource *self = (FakeSource *)source;
    OasisFrameFormat format = self->info.format;

    *frame = NULL;
    self->reads++;
    if (fuse_blows(&self->fuse)) {
        return oasis_fail(err, self->fuse.status, source->name, "failed to read as told");
    }
    if (self->next >= self->info.frames || self->next == self->ends_at) {
        return OASIS_OK;
    }
    if (self->next == self->changes_at) {
        format.width++;
    }
    *frame = count_frame(&self->census, fake_source_frame(&format, self->next));
    if (!*frame) {
        return oasis_fail(err, OASIS_ERR_NO_MEMORY, source->name, "has no memory");
    }
    self->next++;
    return OASIS_OK;
}

static void source_close(OasisSource *source)
{
    ((FakeSource *)source)->closed = true;
}

static const OasisSourceClass fake_source_class = {
    .info = source_info,
    .pts = source_pts,
    .seek = source_seek,
    .read = source_read,
    .close = source_close,
};

void fake_source_init(FakeSource *source, const OasisFrameFormat *format, int64_t frames)
{
    *source = (FakeSource){
        .base = {.klass = &fake_source_class, .name = "fake source"},
        .info = {.format = *format, .frames = frames, .frame_rate = {30, 1},
                 .time_base = {1, 300}},
        .ends_at = -1,
        .changes_at = -1,
    };
}

/* --- the sink -------------------------------------------------------------------------------- */

static OasisStatus sink_begin_chunk(OasisSink *sink, const OasisChunkInfo *chunk, OasisError *err)
{
    FakeSink *self = (FakeSink *)sink;

    CHECK_INT(self->in_chunk, -1);
    CHECK(!self->finished);
    CHECK(chunk->frames >= 1);
    if (fuse_blows(&self->fuse)) {
        return oasis_fail(err, self->fuse.status, sink->name, "failed to begin as told");
    }
    if (!self->forgets) {
        self->chunks = realloc(self->chunks, (size_t)(self->n_chunks + 1) * sizeof *self->chunks);
        REQUIRE(self->chunks);
        self->chunks[self->n_chunks] = *chunk;
    }
    self->n_chunks++;
    self->in_chunk = chunk->frames;
    return OASIS_OK;
}

static OasisStatus sink_write(OasisSink *sink, OasisFrame *frame, OasisError *err)
{
    FakeSink *self = (FakeSink *)sink;

    CHECK(self->in_chunk > 0);
    CHECK(!self->finished);
    CHECK(frame->pts > self->last_pts);
    if (fuse_blows(&self->fuse)) {
        return oasis_fail(err, self->fuse.status, sink->name, "failed to write as told");
    }
    if (!self->forgets) {
        if (self->n_frames == self->capacity) {
            self->capacity = self->capacity ? self->capacity * 2 : 16;
            self->frames = realloc(self->frames, (size_t)self->capacity * sizeof *self->frames);
            REQUIRE(self->frames);
        }
        self->frames[self->n_frames] = oasis_frame_ref(frame);
    }
    self->n_frames++;
    self->last_pts = frame->pts;
    self->in_chunk--;
    if (self->cancel_at_write && self->n_frames == self->cancel_after) {
        oasis_cancel_trigger(self->cancel_at_write);
    }
    return OASIS_OK;
}

static OasisStatus sink_end_chunk(OasisSink *sink, OasisError *err)
{
    FakeSink *self = (FakeSink *)sink;

    CHECK_INT(self->in_chunk, 0);
    self->in_chunk = -1;
    if (fuse_blows(&self->fuse)) {
        return oasis_fail(err, self->fuse.status, sink->name, "failed to end as told");
    }
    return OASIS_OK;
}

static OasisStatus sink_finish(OasisSink *sink, OasisError *err)
{
    FakeSink *self = (FakeSink *)sink;

    CHECK_INT(self->in_chunk, -1);
    CHECK(!self->finished);
    if (fuse_blows(&self->fuse)) {
        return oasis_fail(err, self->fuse.status, sink->name, "failed to finish as told");
    }
    self->finished = true;
    return OASIS_OK;
}

static void sink_close(OasisSink *sink)
{
}

static const OasisSinkClass fake_sink_class = {
    .begin_chunk = sink_begin_chunk,
    .write = sink_write,
    .end_chunk = sink_end_chunk,
    .finish = sink_finish,
    .close = sink_close,
};

void fake_sink_init(FakeSink *sink)
{
    *sink = (FakeSink){
        .base = {.klass = &fake_sink_class, .name = "fake sink"},
        .in_chunk = -1,
        .last_pts = -1,
    };
}

void fake_sink_clear(FakeSink *sink)
{
    for (int64_t i = 0; i < sink->n_frames && !sink->forgets; i++) {
        oasis_frame_unref(&sink->frames[i]);
    }
    free(sink->frames);
    free(sink->chunks);
    fake_sink_init(sink);
}

/* --- frames ---------------------------------------------------------------------------------- */

OasisFrameFormat test_format(int width, int height)
{
    return (OasisFrameFormat){
        .width = width, .height = height, .depth = 8, .planes = 3, .chroma_shift_x = 1,
        .chroma_shift_y = 1, .matrix = OASIS_MATRIX_SMPTE170M, .primaries = 2, .transfer = 2,
        .sample_aspect = {1, 1},
    };
}

unsigned test_get_sample(const OasisFrame *frame, int plane, int x, int y)
{
    const uint8_t *row = frame->data[plane] + y * frame->stride[plane];

    return frame->format.depth > 8 ? ((const uint16_t *)row)[x] : row[x];
}

void test_set_sample(OasisFrame *frame, int plane, int x, int y, unsigned sample)
{
    uint8_t *row = frame->data[plane] + y * frame->stride[plane];

    sample &= (1u << frame->format.depth) - 1;
    if (frame->format.depth > 8) {
        ((uint16_t *)row)[x] = (uint16_t)sample;
    } else {
        row[x] = (uint8_t)sample;
    }
}

bool test_frames_equal(const OasisFrame *a, const OasisFrame *b)
{
    if (!oasis_frame_format_equal(&a->format, &b->format)) {
        return false;
    }
    for (int p = 0; p < a->format.planes; p++) {
        size_t bytes = (size_t)oasis_frame_plane_width(&a->format, p) *
                       (size_t)oasis_frame_sample_bytes(&a->format);

        for (int y = 0; y < oasis_frame_plane_height(&a->format, p); y++) {
            if (memcmp(a->data[p] + y * a->stride[p], b->data[p] + y * b->stride[p], bytes) != 0) {
                return false;
            }
        }
    }
    return true;
}

/* A queue of calls with their arguments.
 * SPDX-License-Identifier: Apache-2.0 */
#include "late.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "oasis/status.h"
#include "ops/cost.h"
#include "test.h"

enum { POISON = 0xc3, ALIGNMENT = 64 };

enum { LATE_MARK = OASIS_OP_COUNT, LATE_UPLOAD, LATE_DOWNLOAD };

struct LateWork {
    LateWork *next;
    int op; /* OasisOp, or one of the above */
    union {
#define ARGS(name, args) args name;
        OASIS_OPS(ARGS)
#undef ARGS
        OasisTicket mark;
        struct {
            OasisTensor tensor;
            void *host;
            size_t bytes;
        } copy;
    } a;
    void *own;             /* a copy of what the caller may release */
    OasisFrame *own_frame; /* likewise */
};

static LateBackend *of(OasisBackend *backend)
{
    return (LateBackend *)backend;
}

/* --- frames ----------------------------------------------------------------------------------- */

/* Lies before the samples. */
typedef struct Hidden {
    atomic_int pending; /* works that will write to them or read them */
    bool written;
    size_t bytes;
} Hidden;

_Static_assert(sizeof(Hidden) <= ALIGNMENT, "the samples would not be aligned");

static Hidden *hidden(const OasisFrame *frame)
{
    return (Hidden *)(void *)(frame->data[0] - ALIGNMENT);
}

static void release(void *owner)
{
    Hidden *self = owner;

    CHECK_INT(atomic_load(&self->pending), 0);
    free(self);
}

static OasisFrame *make_frame(const OasisFrameFormat *format)
{
    size_t bytes = ALIGNMENT;
    uint8_t *memory;
    OasisFrame *frame;

    for (int p = 0; p < format->planes; p++) {
        bytes += (size_t)oasis_frame_plane_width(format, p) *
                 (size_t)oasis_frame_plane_height(format, p) *
                 (size_t)oasis_frame_sample_bytes(format);
    }
    memory = malloc(bytes);
    REQUIRE(memory);
    memset(memory, POISON, bytes);
    *(Hidden *)(void *)memory = (Hidden){.bytes = bytes - ALIGNMENT};
    frame = oasis_frame_wrap(format, release, memory);
    REQUIRE(frame);
    memory += ALIGNMENT;
    for (int p = 0; p < format->planes; p++) {
        frame->data[p] = memory;
        frame->stride[p] = oasis_frame_plane_width(format, p) * oasis_frame_sample_bytes(format);
        memory += frame->stride[p] * oasis_frame_plane_height(format, p);
    }
    return frame;
}

static void check_poison(const OasisFrame *frame)
{
    Hidden *self = hidden(frame);

    for (size_t i = 0; i < self->bytes && !self->written; i++) {
        if (!CHECK_INT(frame->data[0][i], POISON)) {
            break;
        }
    }
    self->written = true;
}

static OasisFrame *copy_frame(const OasisFrame *frame)
{
    OasisFrame *copy = oasis_frame_new(&frame->format);

    REQUIRE(copy);
    for (int p = 0; p < frame->format.planes; p++) {
        size_t bytes = (size_t)oasis_frame_plane_width(&frame->format, p) *
                       (size_t)oasis_frame_sample_bytes(&frame->format);
        for (int y = 0; y < oasis_frame_plane_height(&frame->format, p); y++) {
            memcpy(copy->data[p] + y * copy->stride[p], frame->data[p] + y * frame->stride[p],
                   bytes);
        }
    }
    return copy;
}

/* The frames that a work will write to or read, NULL for none. */
static void pending_frames(const LateWork *work, const OasisFrame *frames[2])
{
    frames[0] = work->op == OASIS_OP_export_frame ? work->a.export_frame.frame
                : work->op == OASIS_OP_mix        ? work->a.mix.source
                : work->op == OASIS_OP_grain      ? work->a.grain.frame
                                                  : NULL;
    frames[1] = work->op == OASIS_OP_mix ? work->a.mix.restored : NULL;
}

static void note_pending(const LateWork *work, int change)
{
    const OasisFrame *frames[2];

    pending_frames(work, frames);
    for (int i = 0; i < 2; i++) {
        if (frames[i]) {
            atomic_fetch_add(&hidden(frames[i])->pending, change);
        }
    }
}

/* --- noting ----------------------------------------------------------------------------------- */

static void *copy_bytes(const void *from, size_t bytes)
{
    void *copy = malloc(bytes ? bytes : 1);

    REQUIRE(copy);
    memcpy(copy, from, bytes);
    return copy;
}

/* Copies what the caller may release once the call returns. */
static void keep(LateWork *work)
{
    switch (work->op) {
    case OASIS_OP_import_frame:
        work->a.import_frame.frame = work->own_frame = copy_frame(work->a.import_frame.frame);
        break;
    case OASIS_OP_grain:
        work->a.grain.grain = work->own = copy_bytes(work->a.grain.grain, sizeof(OasisGrain));
        break;
    case OASIS_OP_fold:
        work->a.fold.tiles = work->own =
            copy_bytes(work->a.fold.tiles, (size_t)work->a.fold.n_tiles * sizeof(OasisTile));
        break;
    case OASIS_OP_unpatchify:
        work->a.unpatchify.tiles = work->own = copy_bytes(
            work->a.unpatchify.tiles, (size_t)work->a.unpatchify.n_tiles * sizeof(OasisTile));
        break;
    case OASIS_OP_attention:
        work->a.attention.heads = work->own =
            copy_bytes(work->a.attention.heads, (size_t)work->a.attention.n_heads);
        break;
    case LATE_UPLOAD:
        work->a.copy.host = work->own = copy_bytes(work->a.copy.host, work->a.copy.bytes);
        break;
    default: break;
    }
}

static void note(LateBackend *self, const LateWork *template)
{
    LateWork *work = malloc(sizeof *work);

    REQUIRE(work);
    *work = *template;
    keep(work);
    note_pending(work, 1);
    work->next = NULL;
    *self->end = work;
    self->end = &work->next;
}

static bool is_due(int64_t *countdown)
{
    return *countdown > 0 && --*countdown == 0;
}

static OasisStatus fail(OasisError *err, const char *what)
{
    return oasis_fail(err, OASIS_ERR_DEVICE, "late", "the %s that was to fail", what);
}

/* Every call but those that free comes by here. */
static OasisStatus pass(LateBackend *self, OasisError *err)
{
    self->calls++;
    if (is_due(&self->cancel_call)) {
        oasis_cancel_trigger(self->cancel);
    }
    return is_due(&self->fail_call) ? fail(err, "call") : OASIS_OK;
}

/* --- working ---------------------------------------------------------------------------------- */

static OasisStatus perform(LateBackend *self, const LateWork *work)
{
    const OasisFrame *frames[2];

    self->works++;
    if (is_due(&self->fail_work)) {
        return OASIS_ERR_DEVICE;
    }
    pending_frames(work, frames);
    if (frames[0]) {
        check_poison(frames[0]);
    }
    switch (work->op) {
#define PERFORM(name, args) \
    case OASIS_OP_##name: return oasis_backend_##name(self->inner, &work->a.name, NULL);
        OASIS_OPS(PERFORM)
#undef PERFORM
    case LATE_UPLOAD:
        return oasis_backend_upload(self->inner, work->a.copy.tensor, work->a.copy.host,
                                    work->a.copy.bytes, NULL);
    case LATE_DOWNLOAD:
        return oasis_backend_download(self->inner, work->a.copy.host, work->a.copy.tensor,
                                      work->a.copy.bytes, NULL);
    default: return OASIS_OK;
    }
}

/* Takes the oldest work out, done unless one before it has failed. */
static void work_off(LateBackend *self)
{
    LateWork *work = self->first;

    if (work->op == LATE_MARK) {
        self->reached = work->a.mark;
    } else if (!self->spoiled && perform(self, work) != OASIS_OK) {
        self->spoiled = true;
    }
    if (!self->spoiled) {
        self->good = self->reached;
    }
    note_pending(work, -1);
    self->first = work->next;
    if (!self->first) {
        self->end = &self->first;
    }
    oasis_frame_unref(&work->own_frame);
    free(work->own);
    free(work);
}

static OasisTicket mark(OasisBackend *backend)
{
    LateBackend *self = of(backend);

    note(self, &(LateWork){.op = LATE_MARK, .a.mark = ++self->marked});
    return self->marked;
}

static OasisStatus wait_for(OasisBackend *backend, OasisTicket ticket, OasisError *err)
{
    LateBackend *self = of(backend);

    CHECK(ticket <= self->marked);
    while (self->reached < ticket) {
        work_off(self);
    }
    OASIS_TRY(pass(self, err));
    return ticket <= self->good ? OASIS_OK : fail(err, "work");
}

/* Before memory goes away: whatever works on it. */
static void work_all_off(LateBackend *self)
{
    while (self->first) {
        work_off(self);
    }
}

/* --- the class -------------------------------------------------------------------------------- */

#define NOTE(name, args)                                                           \
    static OasisStatus note_##name(OasisBackend *backend, const args *a, OasisError *err) \
    {                                                                              \
        LateBackend *self = of(backend);                                           \
        OASIS_TRY(pass(self, err));                                                \
        note(self, &(LateWork){.op = OASIS_OP_##name, .a.name = *a});              \
        if (oasis_cancel_is_triggered(self->cancel)) {                             \
            self->work_after_cancel += oasis_cost_##name(a).work;                  \
        }                                                                          \
        return OASIS_OK;                                                           \
    }
OASIS_OPS(NOTE)
#undef NOTE

static OasisStatus upload(OasisBackend *backend, OasisTensor to, const void *from, size_t bytes,
                          OasisError *err)
{
    OASIS_TRY(pass(of(backend), err));
    note(of(backend), &(LateWork){.op = LATE_UPLOAD, .a.copy = {to, (void *)from, bytes}});
    return OASIS_OK;
}

static OasisStatus download(OasisBackend *backend, void *to, OasisTensor from, size_t bytes,
                            OasisError *err)
{
    OASIS_TRY(pass(of(backend), err));
    note(of(backend), &(LateWork){.op = LATE_DOWNLOAD, .a.copy = {from, to, bytes}});
    return OASIS_OK;
}

static OasisStatus frame_new(OasisBackend *backend, const OasisFrameFormat *format,
                             OasisFrame **frame, OasisError *err)
{
    OASIS_TRY(pass(of(backend), err));
    *frame = make_frame(format);
    return OASIS_OK;
}

static size_t workspace_bytes(OasisBackend *backend, OasisOp op, const void *args)
{
    return oasis_backend_workspace_bytes(of(backend)->inner, op, args);
}

static OasisStatus buffer_new(OasisBackend *backend, size_t bytes, OasisBuffer **buffer,
                              OasisError *err)
{
    OASIS_TRY(pass(of(backend), err));
    return oasis_backend_buffer_new(of(backend)->inner, bytes, buffer, err);
}

static void buffer_free(OasisBackend *backend, OasisBuffer *buffer)
{
    work_all_off(of(backend));
    oasis_backend_buffer_free(of(backend)->inner, &buffer);
}

static OasisStatus weight_new(OasisBackend *backend, const OasisWeightDesc *desc,
                              OasisWeight **weight, OasisError *err)
{
    OASIS_TRY(pass(of(backend), err));
    return oasis_backend_weight_new(of(backend)->inner, desc, weight, err);
}

static void weight_free(OasisBackend *backend, OasisWeight *weight)
{
    work_all_off(of(backend));
    oasis_backend_weight_free(of(backend)->inner, &weight);
}

static void destroy(OasisBackend *backend)
{
    LateBackend *self = of(backend);

    for (const LateWork *work = self->first; work; work = work->next) {
        const OasisFrame *frames[2];

        pending_frames(work, frames);
        CHECK(!frames[0] && work->op != LATE_DOWNLOAD);
    }
    work_all_off(self);
    oasis_backend_free(&self->inner);
    free(self);
}

#define TAKE(name, args) .name = note_##name,
static const OasisBackendClass late_class = {
    .workspace_bytes = workspace_bytes,
    .buffer_new = buffer_new,
    .buffer_free = buffer_free,
    .upload = upload,
    .download = download,
    .weight_new = weight_new,
    .weight_free = weight_free,
    .mark = mark,
    .wait = wait_for,
    .frame_new = frame_new,
    .destroy = destroy,
    OASIS_OPS(TAKE)
};
#undef TAKE

LateBackend *late_wrap(OasisDevice *device, int slots)
{
    LateBackend *self = calloc(1, sizeof *self);

    REQUIRE(self);
    self->base = *device->backend;
    self->base.klass = &late_class;
    self->base.slots = slots;
    self->inner = device->backend;
    self->end = &self->first;
    device->backend = &self->base;
    device->renew = NULL; /* what is lost stays lost */
    return self;
}

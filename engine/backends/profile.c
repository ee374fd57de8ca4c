/* One function an operation, made from the list of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "oasis/status.h"
#include "ops/cost.h"

typedef struct Profile {
    OasisBackend base;
    OasisBackend *inner;
    OasisProfileRow *rows;
    size_t n, capacity;
    bool on;
} Profile;

/* --- names: an operation with the sizes that make it what it is ------------------------------- */

static const char *const kinds[] = {"global", "intra", "window"};

static void name_import_frame(const OasisImportArgs *a, char *name, size_t size)
{
    snprintf(name, size, "import");
}

static void name_export_frame(const OasisExportArgs *a, char *name, size_t size)
{
    snprintf(name, size, "export");
}

static void name_mix(const OasisMixArgs *a, char *name, size_t size)
{
    snprintf(name, size, "mix");
}

static void name_grain(const OasisGrainArgs *a, char *name, size_t size)
{
    snprintf(name, size, a->grain->shape == OASIS_GRAIN_SOFT ? "grain soft" : "grain fine");
}

static void name_fold(const OasisFoldArgs *a, char *name, size_t size)
{
    snprintf(name, size, "fold %dx%dx%d", a->time, a->space, a->space);
}

static void name_layer_norm(const OasisLayerNormArgs *a, char *name, size_t size)
{
    snprintf(name, size, "layer norm %d", a->d);
}

static void name_linear(const OasisLinearArgs *a, char *name, size_t size)
{
    snprintf(name, size, "product %d -> %d", a->k, a->m);
}

static void name_norm_rope(const OasisNormRopeArgs *a, char *name, size_t size)
{
    snprintf(name, size, "norm and rope %d", a->d);
}

static void name_attention(const OasisAttentionArgs *a, char *name, size_t size)
{
    snprintf(name, size, "attention %s, head %d", kinds[a->kind], a->head_dim);
}

static void name_unpatchify(const OasisUnpatchifyArgs *a, char *name, size_t size)
{
    snprintf(name, size, "unpatchify %d", a->channels);
}

static void name_combine(const OasisCombineArgs *a, char *name, size_t size)
{
    snprintf(name, size, a->b.buffer ? "sum" : "conversion");
}

static void name_fill(const OasisFillArgs *a, char *name, size_t size)
{
    snprintf(name, size, "fill");
}

static void name_add_row(const OasisAddRowArgs *a, char *name, size_t size)
{
    snprintf(name, size, "add row %d", a->d);
}

static void name_conv(const OasisConvArgs *a, char *name, size_t size)
{
    snprintf(name, size, "conv %dx%d %d -> %d", a->kernel, a->kernel, a->in, a->out_channels);
}

static void name_temporal(const OasisTemporalArgs *a, char *name, size_t size)
{
    snprintf(name, size, "temporal mix %d", a->in);
}

static void name_time_up(const OasisTimeUpArgs *a, char *name, size_t size)
{
    snprintf(name, size, "time up %d", a->channels);
}

static void name_pixel_shuffle(const OasisPixelShuffleArgs *a, char *name, size_t size)
{
    snprintf(name, size, "pixel shuffle %d by %d", a->channels, a->factor);
}

static void name_pixel_unshuffle(const OasisPixelUnshuffleArgs *a, char *name, size_t size)
{
    snprintf(name, size, "pixel unshuffle %d by %d", a->channels, a->factor);
}

/* --- the rows --------------------------------------------------------------------------------- */

/* The row of a name, made if need be; NULL without memory. */
static OasisProfileRow *find(Profile *self, const char *name)
{
    for (size_t i = 0; i < self->n; i++) {
        if (!strcmp(self->rows[i].name, name)) {
            return &self->rows[i];
        }
    }
    if (self->n == self->capacity) {
        size_t capacity = self->capacity ? 2 * self->capacity : 32;
        OasisProfileRow *rows = realloc(self->rows, capacity * sizeof *rows);
        if (!rows) {
            return NULL;
        }
        self->rows = rows;
        self->capacity = capacity;
    }
    self->rows[self->n] = (OasisProfileRow){0};
    memcpy(self->rows[self->n].name, name, strlen(name) + 1);
    return &self->rows[self->n++];
}

static OasisStatus book(Profile *self, const char *name, double seconds, OasisCost cost,
                        OasisError *err)
{
    OasisProfileRow *row = find(self, name);

    if (!row) {
        return oasis_fail_memory(err, self->base.info.name);
    }
    row->calls++;
    row->seconds += seconds;
    row->flops += cost.flops;
    row->bytes += cost.bytes;
    return OASIS_OK;
}

/* --- the table -------------------------------------------------------------------------------- */

#define PROFILED(op, args)                                                                      \
    static OasisStatus profiled_##op(OasisBackend *backend, const args *a, OasisError *err)     \
    {                                                                                           \
        Profile *self = (Profile *)backend;                                                     \
        char name[sizeof self->rows->name];                                                     \
        double start = oasis_seconds_now();                                                     \
                                                                                                \
        OASIS_TRY(oasis_backend_##op(self->inner, a, err));                                     \
        if (!self->on) {                                                                        \
            return OASIS_OK;                                                                    \
        }                                                                                       \
        OASIS_TRY(oasis_backend_sync(self->inner, err));                                        \
        name_##op(a, name, sizeof name);                                                        \
        return book(self, name, oasis_seconds_now() - start, oasis_cost_##op(a), err);          \
    }
OASIS_OPS(PROFILED)
#undef PROFILED

static OasisBackend *inner(OasisBackend *backend)
{
    return ((Profile *)backend)->inner;
}

static size_t workspace_bytes(OasisBackend *backend, OasisOp op, const void *args)
{
    return oasis_backend_workspace_bytes(inner(backend), op, args);
}

static OasisStatus buffer_new(OasisBackend *backend, size_t bytes, OasisBuffer **buffer,
                              OasisError *err)
{
    return oasis_backend_buffer_new(inner(backend), bytes, buffer, err);
}

static void buffer_free(OasisBackend *backend, OasisBuffer *buffer)
{
    oasis_backend_buffer_free(inner(backend), &buffer);
}

static OasisStatus upload(OasisBackend *backend, OasisTensor to, const void *from, size_t bytes,
                          OasisError *err)
{
    return oasis_backend_upload(inner(backend), to, from, bytes, err);
}

static OasisStatus download(OasisBackend *backend, void *to, OasisTensor from, size_t bytes,
                            OasisError *err)
{
    return oasis_backend_download(inner(backend), to, from, bytes, err);
}

static OasisStatus weight_new(OasisBackend *backend, const OasisWeightDesc *desc,
                              OasisWeight **weight, OasisError *err)
{
    return oasis_backend_weight_new(inner(backend), desc, weight, err);
}

static void weight_free(OasisBackend *backend, OasisWeight *weight)
{
    oasis_backend_weight_free(inner(backend), &weight);
}

static OasisTicket mark(OasisBackend *backend)
{
    return oasis_backend_mark(inner(backend));
}

static OasisStatus wait(OasisBackend *backend, OasisTicket ticket, OasisError *err)
{
    return oasis_backend_wait(inner(backend), ticket, err);
}

static OasisStatus frame_new(OasisBackend *backend, const OasisFrameFormat *format,
                             OasisFrame **frame, OasisError *err)
{
    return oasis_backend_frame_new(inner(backend), format, frame, err);
}

static void trim(OasisBackend *backend)
{
    oasis_backend_trim(inner(backend));
}

static void destroy(OasisBackend *backend)
{
    Profile *self = (Profile *)backend;

    oasis_backend_free(&self->inner);
    free(self->rows);
    free(self);
}

#define PROFILED_OP(op, args) .op = profiled_##op,
static const OasisBackendClass profile_class = {
    .workspace_bytes = workspace_bytes,
    .buffer_new = buffer_new,
    .buffer_free = buffer_free,
    .upload = upload,
    .download = download,
    .weight_new = weight_new,
    .weight_free = weight_free,
    .mark = mark,
    .wait = wait,
    .frame_new = frame_new,
    .trim = trim,
    .destroy = destroy,
    OASIS_OPS(PROFILED_OP)
};
#undef PROFILED_OP

OasisStatus oasis_profile_new(OasisBackend **backend, OasisError *err)
{
    Profile *self = calloc(1, sizeof *self);

    if (!self) {
        return oasis_fail_memory(err, (*backend)->info.name);
    }
    self->base = **backend;
    self->base.klass = &profile_class;
    self->inner = *backend;
    *backend = &self->base;
    return OASIS_OK;
}

static int slower_first(const void *a, const void *b)
{
    double x = ((const OasisProfileRow *)a)->seconds, y = ((const OasisProfileRow *)b)->seconds;

    return (x < y) - (x > y);
}

const OasisProfileRow *oasis_profile_rows(OasisBackend *profile, size_t *n)
{
    Profile *self = (Profile *)profile;

    *n = 0;
    if (profile->klass != &profile_class || !self->n) {
        return NULL;
    }
    qsort(self->rows, self->n, sizeof *self->rows, slower_first);
    *n = self->n;
    return self->rows;
}

void oasis_profile_measure(OasisBackend *profile, bool on)
{
    if (profile->klass == &profile_class) {
        ((Profile *)profile)->n = 0;
        ((Profile *)profile)->on = on;
    }
}

/* Measuring both dtypes in turn, and keeping the answer.
 *
 * What is kept is text: a line that says of what (processor, threads, library), then the rates.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/rates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/cache-file.h"
#include "oasis/status.h"
#include "oasis/version.h"
#include "ops/cost.h"
#include "ops/element.h"

enum { ROUNDS = 5 };

static const double LONGEST = 1.2;         /* seconds after which no further round begins */
static const double CLEARLY_FASTER = 1.15; /* bf16 than f32 */

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* --- one shape on one back end ---------------------------------------------------------------- */

typedef struct Trial {
    OasisBackend *backend;
    OasisRateShape shape;
    OasisWeight *weight;
    OasisBuffer *x, *out;
    double flops, best; /* of one run; seconds of the fastest */
} Trial;

static size_t positions(const OasisRateShape *shape)
{
    return (size_t)shape->height * (size_t)shape->width;
}

/* n values of about a half each way, as bytes of a dtype; what they are does not matter, but zeros
 * would be faster on some devices. */
static void *make_values(size_t n, OasisDType dtype)
{
    void *values = malloc(n * oasis_dtype_bytes(dtype));
    uint32_t state = 1;

    for (size_t i = 0; values && i < n; i++) {
        state = state * 1664525u + 1013904223u;
        oasis_store(values, dtype, i, (float)(state >> 8) / (float)(1u << 24) - 0.5f);
    }
    return values;
}

static OasisStatus fill_input(Trial *self, OasisError *err)
{
    size_t n = positions(&self->shape) * (size_t)self->shape.in;
    OasisDType dtype = self->backend->dtype;
    size_t bytes = n * oasis_dtype_bytes(dtype);
    void *values = make_values(n, dtype);
    OasisStatus status;

    if (!values) {
        return oasis_fail_memory(err, self->backend->info.name);
    }
    status = oasis_backend_buffer_new(self->backend, bytes, &self->x, err);
    if (status == OASIS_OK) {
        status = oasis_backend_upload(self->backend, (OasisTensor){self->x, 0, dtype}, values,
                                      bytes, err);
    }
    free(values);
    return status;
}

static OasisStatus fill_weight(Trial *self, OasisError *err)
{
    const OasisRateShape *shape = &self->shape;
    int side = shape->kernel ? shape->kernel : 1;
    size_t n = (size_t)(shape->in * shape->out * side * side);
    OasisWeightDesc desc = {
        .kind = shape->kernel ? OASIS_WEIGHT_CONV2D : OASIS_WEIGHT_LINEAR,
        .out = shape->out, .in = shape->in, .kernel = shape->kernel, .dtype = OASIS_F32,
    };
    void *values = make_values(n, OASIS_F32);
    OasisStatus status;

    if (!values) {
        return oasis_fail_memory(err, self->backend->info.name);
    }
    desc.data = values;
    status = oasis_backend_weight_new(self->backend, &desc, &self->weight, err);
    free(values);
    return status;
}

static OasisStatus run(Trial *self, OasisError *err)
{
    const OasisRateShape *shape = &self->shape;
    OasisDType dtype = self->backend->dtype;
    OasisTensor x = {self->x, 0, dtype}, out = {self->out, 0, dtype};

    if (shape->kernel) {
        OasisConvArgs args = {.x = x, .out = out, .weight = self->weight, .frames = 1,
                              .height = shape->height, .width = shape->width, .in = shape->in,
                              .out_channels = shape->out, .kernel = shape->kernel};
        self->flops = oasis_cost_conv(&args).flops;
        OASIS_TRY(oasis_backend_conv(self->backend, &args, err));
    } else {
        OasisLinearArgs args = {.x = x, .out = out, .weight = self->weight,
                                .n = (int)positions(shape), .k = shape->in, .m = shape->out};
        self->flops = oasis_cost_linear(&args).flops;
        OASIS_TRY(oasis_backend_linear(self->backend, &args, err));
    }
    return oasis_backend_sync(self->backend, err);
}

static OasisStatus trial_fill(Trial *self, OasisError *err)
{
    size_t bytes = positions(&self->shape) * (size_t)self->shape.out *
                   oasis_dtype_bytes(self->backend->dtype);

    OASIS_TRY(fill_input(self, err));
    OASIS_TRY(fill_weight(self, err));
    OASIS_TRY(oasis_backend_buffer_new(self->backend, bytes, &self->out, err));
    return run(self, err); /* what the first call makes ready does not count */
}

static OasisStatus trial_time(Trial *self, OasisError *err)
{
    double start = seconds_now(), took;

    OASIS_TRY(run(self, err));
    took = seconds_now() - start;
    if (self->best == 0 || took < self->best) {
        self->best = took;
    }
    return OASIS_OK;
}

static void trial_clear(Trial *self)
{
    oasis_backend_weight_free(self->backend, &self->weight);
    oasis_backend_buffer_free(self->backend, &self->x);
    oasis_backend_buffer_free(self->backend, &self->out);
}

/* --- all shapes in both dtypes ---------------------------------------------------------------- */

typedef struct Contest {
    OasisBackend *backends[OASIS_DTYPES]; /* NULL where the device does not compute in a dtype */
    Trial trials[OASIS_DTYPES][OASIS_MAX_RATE_SHAPES];
    int n; /* shapes */
} Contest;

static OasisStatus contest_fill(Contest *self, const OasisBackendFamily *family,
                                const OasisDeviceInfo *info, int threads, OasisError *err)
{
    OasisStatus status[OASIS_DTYPES];

    for (int dtype = 0; dtype < OASIS_DTYPES; dtype++) {
        status[dtype] = family->open(info->name, (OasisDType)dtype, threads,
                                     &self->backends[dtype], err);
        for (int i = 0; i < family->n_shapes && self->backends[dtype]; i++) {
            Trial *trial = &self->trials[dtype][i];
            *trial = (Trial){.backend = self->backends[dtype], .shape = family->shapes[i]};
            OASIS_TRY(trial_fill(trial, err));
        }
    }
    self->n = family->n_shapes;
    return self->backends[OASIS_F32] || self->backends[OASIS_BF16] ? OASIS_OK : status[OASIS_F32];
}

/* The dtypes take turns, so that what else the machine does meets both. */
static OasisStatus contest_run(Contest *self, double rates[OASIS_DTYPES], OasisError *err)
{
    double start = seconds_now();

    for (int round = 0; round < ROUNDS && seconds_now() - start < LONGEST; round++) {
        for (int i = 0; i < self->n; i++) {
            for (int dtype = 0; dtype < OASIS_DTYPES; dtype++) {
                if (self->backends[dtype]) {
                    OASIS_TRY(trial_time(&self->trials[dtype][i], err));
                }
            }
        }
    }
    for (int dtype = 0; dtype < OASIS_DTYPES; dtype++) {
        double flops = 0, seconds = 0;
        for (int i = 0; i < self->n && self->backends[dtype]; i++) {
            flops += self->trials[dtype][i].flops;
            seconds += self->trials[dtype][i].best;
        }
        rates[dtype] = seconds > 0 ? flops / seconds : 0;
    }
    return OASIS_OK;
}

static void contest_clear(Contest *self)
{
    for (int dtype = 0; dtype < OASIS_DTYPES; dtype++) {
        for (int i = 0; i < OASIS_MAX_RATE_SHAPES && self->backends[dtype]; i++) {
            if (self->trials[dtype][i].backend) {
                trial_clear(&self->trials[dtype][i]);
            }
        }
        oasis_backend_free(&self->backends[dtype]);
    }
}

static OasisStatus measure(const OasisBackendFamily *family, const OasisDeviceInfo *info,
                           int threads, double rates[OASIS_DTYPES], OasisError *err)
{
    Contest *self = calloc(1, sizeof *self);
    OasisStatus status;

    if (!self) {
        return oasis_fail_memory(err, info->name);
    }
    status = contest_fill(self, family, info, threads, err);
    if (status == OASIS_OK) {
        status = contest_run(self, rates, err);
    }
    contest_clear(self);
    free(self);
    return status;
}

/* --- keeping ---------------------------------------------------------------------------------- */

/* The line that what is kept begins with. */
static void describe(const OasisBackendFamily *family, const OasisDeviceInfo *info, int threads,
                     char *line, size_t size)
{
    char conditions[128];

    family->conditions(threads, conditions, sizeof conditions);
    snprintf(line, size, "%s; %s; %s; engine %d\n", info->name, info->description, conditions,
             oasis_api_version());
}

bool oasis_rates_read(const OasisBackendFamily *family, const OasisDeviceInfo *info, int threads,
                      const char *folder, double rates[OASIS_DTYPES])
{
    char line[512], rest[128];
    double f32, bf16;
    size_t size, length;
    uint8_t *kept = folder && family->n_shapes ? oasis_cache_read(folder, info->name, &size) : NULL;
    bool good = false;

    if (!kept) {
        return false;
    }
    describe(family, info, threads, line, sizeof line);
    length = strlen(line);
    if (size > length && size - length < sizeof rest && !memcmp(kept, line, length)) {
        memcpy(rest, kept + length, size - length);
        rest[size - length] = '\0';
        good = sscanf(rest, "f32 %lf bf16 %lf", &f32, &bf16) == 2 && f32 >= 0 && bf16 >= 0;
    }
    if (good) {
        rates[OASIS_F32] = f32;
        rates[OASIS_BF16] = bf16;
    }
    free(kept);
    return good;
}

static void keep(const OasisBackendFamily *family, const OasisDeviceInfo *info, int threads,
                 const char *folder, const double rates[OASIS_DTYPES])
{
    char line[512], text[640];

    describe(family, info, threads, line, sizeof line);
    snprintf(text, sizeof text, "%sf32 %.4g bf16 %.4g", line, rates[OASIS_F32], rates[OASIS_BF16]);
    oasis_cache_write(folder, info->name, text, strlen(text));
}

OasisStatus oasis_rates_get(const OasisBackendFamily *family, const OasisDeviceInfo *info,
                            int threads, const char *folder, double rates[OASIS_DTYPES],
                            OasisError *err)
{
    if (oasis_rates_read(family, info, threads, folder, rates)) {
        return OASIS_OK;
    }
    OASIS_TRY(measure(family, info, threads, rates, err));
    if (folder) {
        keep(family, info, threads, folder, rates);
    }
    return OASIS_OK;
}

OasisDType oasis_rates_choose(const double rates[OASIS_DTYPES])
{
    return rates[OASIS_BF16] >= CLEARLY_FASTER * rates[OASIS_F32] ? OASIS_BF16 : OASIS_F32;
}

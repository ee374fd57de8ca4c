/* Random values through one product or convolution, timed by the wall.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/trial.h"

#include <stdlib.h>

#include "core/clock.h"
#include "oasis/status.h"
#include "ops/cost.h"
#include "ops/element.h"

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

static OasisStatus fill_input(OasisTrial *self, OasisError *err)
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

static OasisStatus fill_weight(OasisTrial *self, OasisError *err)
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

static OasisStatus run(OasisTrial *self, OasisError *err)
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

OasisStatus oasis_trial_fill(OasisTrial *self, OasisBackend *backend, const OasisRateShape *shape,
                             OasisError *err)
{
    size_t bytes = positions(shape) * (size_t)shape->out * oasis_dtype_bytes(backend->dtype);

    *self = (OasisTrial){.backend = backend, .shape = *shape};
    OASIS_TRY(fill_input(self, err));
    OASIS_TRY(fill_weight(self, err));
    OASIS_TRY(oasis_backend_buffer_new(self->backend, bytes, &self->out, err));
    return run(self, err); /* what the first call makes ready does not count */
}

OasisStatus oasis_trial_time(OasisTrial *self, OasisError *err)
{
    double start = oasis_seconds_now(), took;

    OASIS_TRY(run(self, err));
    took = oasis_seconds_now() - start;
    if (self->best == 0 || took < self->best) {
        self->best = took;
    }
    return OASIS_OK;
}

void oasis_trial_clear(OasisTrial *self)
{
    if (!self->backend) {
        return;
    }
    oasis_backend_weight_free(self->backend, &self->weight);
    oasis_backend_buffer_free(self->backend, &self->x);
    oasis_backend_buffer_free(self->backend, &self->out);
}

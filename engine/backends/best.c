/* The best that a device does: a large product, and a large copy.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/profile.h"
#include "backends/trial.h"
#include "core/clock.h"
#include "oasis/status.h"

enum {
    ROUNDS = 5,
    WIDTH = 1024,
    MOST_ROWS = 1 << 16, /* enough for any device, and not too much memory */
    COPIED = 1 << 25, /* floats: more than any cache holds */
};

static OasisStatus best_product(OasisBackend *backend, double *flops, OasisError *err)
{
    /* Some 200 ms of work on the slowest device of its kind. */
    double rows = 4 * backend->poll_flops / (2.0 * WIDTH * WIDTH);
    const OasisRateShape shape = {
        .height = 1, .width = rows < MOST_ROWS ? (int)rows : MOST_ROWS, .in = WIDTH, .out = WIDTH,
    };
    OasisTrial trial = {0};
    OasisStatus status = oasis_trial_fill(&trial, backend, &shape, err);

    for (int i = 0; i < ROUNDS && status == OASIS_OK; i++) {
        status = oasis_trial_time(&trial, err);
    }
    *flops = trial.best > 0 ? trial.flops / trial.best : 0;
    oasis_trial_clear(&trial);
    return status;
}

static OasisStatus copy(OasisBackend *backend, OasisBuffer *buffer, double *seconds,
                        OasisError *err)
{
    OasisTensor from = {buffer, 0, OASIS_F32}, to = oasis_tensor_at(from, COPIED);
    double start;

    OASIS_TRY(oasis_backend_fill(backend, &(OasisFillArgs){.out = from, .value = 1, .n = COPIED},
                                 err));
    *seconds = 0;
    for (int i = 0; i <= ROUNDS; i++) {
        double took;
        start = oasis_seconds_now();
        OASIS_TRY(oasis_backend_combine(backend, &(OasisCombineArgs){
            .a = from, .out = to, .alpha = 1, .n = COPIED}, err));
        OASIS_TRY(oasis_backend_sync(backend, err));
        took = oasis_seconds_now() - start;
        if (i > 0 && (*seconds == 0 || took < *seconds)) { /* the first one maps the pages */
            *seconds = took;
        }
    }
    return OASIS_OK;
}

OasisStatus oasis_device_best_rates(OasisDevice *device, double *flops, double *bytes,
                                    OasisError *err)
{
    OasisBackend *backend = device->backend;
    OasisBuffer *buffer = NULL;
    double seconds = 0;
    OasisStatus status;

    OASIS_TRY(best_product(backend, flops, err));
    OASIS_TRY(oasis_backend_buffer_new(backend, 2 * sizeof(float) * (size_t)COPIED, &buffer, err));
    status = copy(backend, buffer, &seconds, err);
    oasis_backend_buffer_free(backend, &buffer);
    *bytes = seconds > 0 ? 2 * sizeof(float) * (double)COPIED / seconds : 0;
    return status;
}

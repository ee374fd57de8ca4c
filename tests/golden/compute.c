/* Images into and out of a device, around a part of the model.
 * SPDX-License-Identifier: Apache-2.0 */
#include "compute.h"

#include <math.h>
#include <stdlib.h>

#include "oasis/status.h"
#include "ops/element.h"
#include "test.h"

bool bench_open(Bench *bench, OasisModel *model, const char *device, const char *dtype, int frames)
{
    /* One thread: the sizes are tiny, and waiting threads would only eat the machine. */
    OasisDeviceParams params = {.name = device, .dtype = dtype, .threads = 1};
    OasisError err = {0};

    *bench = (Bench){.model = model};
    if (oasis_device_open(&params, &bench->device, &err) != OASIS_OK) {
        test_skip(err.detail, "%s %s", device, dtype);
        return false;
    }
    if (frames) {
        model->geometry.chunk_frames = frames;
    }
    REQUIRE(CHECK_OK(oasis_net_new(model, bench->device->backend, &bench->net, &err), &err));
    return true;
}

void bench_close(Bench *bench)
{
    if (bench->net) {
        oasis_net_free(&bench->net);
    }
    if (bench->device) {
        oasis_device_close(&bench->device);
    }
}

void bench_run(Bench *bench, OasisStatus (*run)(Bench *bench, void *data), void *data)
{
    OasisBackend *backend = bench->device->backend;
    OasisExec *exec = &bench->exec;
    OasisError err = {0};
    size_t peak;

    *exec = (OasisExec){.backend = backend, .dry = true, .err = &err};
    REQUIRE(CHECK_OK(run(bench, data), &err));
    peak = exec->peak;
    *exec = (OasisExec){.backend = backend, .err = &err, .flops_total = exec->flops};
    REQUIRE(CHECK_OK(oasis_backend_buffer_new(backend, peak, &exec->buffer, &err), &err));
    REQUIRE(CHECK_OK(run(bench, data), &err));
    CHECK_INT((int64_t)exec->peak, (int64_t)peak);
    CHECK_NEAR(exec->flops, exec->flops_total, 0);
    oasis_backend_buffer_free(backend, &exec->buffer);
}

OasisTensor bench_put(Bench *bench, OasisDType dtype, const float *values, size_t n)
{
    OasisTensor tensor = oasis_exec_take(&bench->exec, dtype, n);
    void *converted = malloc(n * sizeof *values);

    REQUIRE(converted);
    for (size_t i = 0; i < n; i++) {
        oasis_store(converted, dtype, i, values[i]);
    }
    CHECK_OK(oasis_exec_upload(&bench->exec, tensor, converted, n * oasis_dtype_bytes(dtype)),
             bench->exec.err);
    free(converted);
    return tensor;
}

void bench_get(Bench *bench, OasisTensor tensor, float *values, size_t n)
{
    OasisBackend *backend = bench->exec.backend;
    void *raw;

    if (bench->exec.dry) {
        return;
    }
    raw = malloc(n * sizeof *values);
    REQUIRE(raw);
    CHECK_OK(oasis_backend_download(backend, raw, tensor, n * oasis_dtype_bytes(tensor.dtype),
                                      bench->exec.err), bench->exec.err);
    CHECK_OK(oasis_backend_sync(backend, bench->exec.err), bench->exec.err);
    for (size_t i = 0; i < n; i++) {
        values[i] = oasis_load(raw, tensor.dtype, i);
    }
    free(raw);
}

typedef struct NetRun {
    const OasisShape *shape;
    const float *image, *low;
    float *result;
} NetRun;

static OasisStatus run_net(Bench *bench, void *data)
{
    const NetRun *run = data;
    const OasisShape *s = run->shape;
    size_t frames = (size_t)s->frames;
    size_t n = frames * s->full.padded_height * s->full.padded_width * 3;
    size_t low_n = frames * s->low.padded_height * s->low.padded_width * 3;
    OasisTensor image = bench_put(bench, OASIS_F32, run->image, n);
    OasisTensor low = run->low ? bench_put(bench, OASIS_F32, run->low, low_n) : image;
    OasisTensor result = oasis_exec_take(&bench->exec, OASIS_F32, n);

    OASIS_TRY(oasis_net_run(bench->net, &bench->exec, image, low, s, result));
    bench_get(bench, result, run->result, n);
    return OASIS_OK;
}

void bench_net(Bench *bench, const OasisShape *shape, const float *image, const float *low,
               float *result)
{
    bench_run(bench, run_net, &(NetRun){shape, image, low, result});
}

OasisStatus restore_chunk(OasisRestorer *restorer, const OasisChunkWork *work,
                          OasisFrame **restored, OasisFrame **resized, OasisError *err)
{
    OasisTicket ticket;
    OasisStatus status;

    OASIS_TRY(oasis_restorer_begin(restorer, work, restored, resized, &ticket, err));
    status = oasis_restorer_finish(restorer, ticket, err);
    for (int i = 0; i < work->want_frames && status != OASIS_OK; i++) {
        if (restored) {
            oasis_frame_unref(&restored[i]);
        }
        if (resized) {
            oasis_frame_unref(&resized[i]);
        }
    }
    return status;
}

double relative_error(const float *a, const float *b, size_t n)
{
    double difference = 0, norm = 0;

    for (size_t i = 0; i < n; i++) {
        difference += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        norm += (double)b[i] * b[i];
    }
    return sqrt(difference / norm);
}

bool equal_floats(const float *a, const float *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (memcmp(&a[i], &b[i], sizeof *a)) {
            fprintf(stderr, "element %zu of %zu: %.9g and %.9g\n", i, n, a[i], b[i]);
            return false;
        }
    }
    return true;
}

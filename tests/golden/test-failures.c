/* A back end that fails at its n-th call, for every n: loading and running must hand the failure
 * on, leave no frame and leak nothing (which the sanitised build sees).
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "compute.h"
#include "make-model.h"
#include "model/model-private.h"
#include "model/restorer.h"
#include "oasis/status.h"
#include "ops/backend.h"
#include "test.h"

static const OasisBackendClass *reference; /* what does the work */
static int calls_left;                     /* until one fails */

static OasisStatus fail_in_turn(OasisError *err)
{
    if (calls_left-- == 0) {
        return oasis_fail(err, OASIS_ERR_NO_MEMORY, "double", "the call that was to fail");
    }
    return OASIS_OK;
}

static OasisStatus buffer_new(OasisBackend *backend, size_t bytes, OasisBuffer **buffer,
                              OasisError *err)
{
    OasisStatus status = fail_in_turn(err);

    return status ? status : reference->buffer_new(backend, bytes, buffer, err);
}

static OasisStatus weight_new(OasisBackend *backend, const OasisWeightDesc *desc,
                              OasisWeight **weight, OasisError *err)
{
    OasisStatus status = fail_in_turn(err);

    return status ? status : reference->weight_new(backend, desc, weight, err);
}

static OasisStatus upload(OasisBackend *backend, OasisTensor to, const void *from, size_t bytes,
                          OasisError *err)
{
    OasisStatus status = fail_in_turn(err);

    return status ? status : reference->upload(backend, to, from, bytes, err);
}

static OasisStatus wait_for(OasisBackend *backend, OasisTicket ticket, OasisError *err)
{
    OasisStatus status = fail_in_turn(err);

    return status ? status : reference->wait(backend, ticket, err);
}

static OasisStatus frame_new(OasisBackend *backend, const OasisFrameFormat *format,
                             OasisFrame **frame, OasisError *err)
{
    OasisStatus status = fail_in_turn(err);

    if (status == OASIS_OK) {
        *frame = oasis_frame_new(format);
        REQUIRE(*frame);
    }
    return status;
}

#define FAILING_OP(name, args)                                                      \
    static OasisStatus name(OasisBackend *backend, const args *a, OasisError *err)  \
    {                                                                               \
        OasisStatus status = fail_in_turn(err);                                     \
        return status ? status : reference->name(backend, a, err);                  \
    }
OASIS_OPS(FAILING_OP)
#undef FAILING_OP

static OasisFrame *make_frame(void)
{
    OasisFrameFormat format = {
        .width = 9, .height = 7, .depth = 8, .planes = 1, .matrix = OASIS_MATRIX_BT709,
        .primaries = 2, .transfer = 2, .sample_aspect = {1, 1},
    };
    OasisFrame *frame = oasis_frame_new(&format);

    REQUIRE(frame);
    for (int y = 0; y < 7; y++) {
        test_random_bytes(frame->data[0] + y * frame->stride[0], 9);
    }
    return frame;
}

/* Loads and runs once; false if a call was made to fail. */
static bool attempt(const OasisModel *model, OasisDevice *device, OasisFrame *frame)
{
    OasisFrame *restored[1] = {NULL}, *source[1] = {NULL};
    OasisChunkWork work = {.frames = &frame, .n_frames = 1, .output = frame->format,
                           .want_frames = 1};
    OasisRestorer *restorer;
    OasisError err = {0};
    OasisStatus status = oasis_restorer_new(model, device, &restorer, &err);

    if (status != OASIS_OK) {
        CHECK(!restorer);
    } else {
        status = restore_chunk(restorer, &work, restored, source, &err);
        CHECK((status == OASIS_OK) == !!restored[0] && (status == OASIS_OK) == !!source[0]);
    }
    if (status != OASIS_OK) {
        CHECK_INT(status, OASIS_ERR_NO_MEMORY);
        CHECK_STR(err.subject, "double");
    }
    oasis_frame_unref(&restored[0]);
    oasis_frame_unref(&source[0]);
    oasis_restorer_free(&restorer);
    return status == OASIS_OK;
}

static void test_model(const ModelSpec *spec)
{
    OasisDeviceParams params = {.name = "reference"};
    OasisBackendClass failing;
    OasisFrame *frame = make_frame();
    OasisDevice *device;
    OasisModel *model;
    OasisError err;
    char json[4096];
    size_t size;
    void *bytes;
    int calls;

    model_json(spec, json, sizeof json);
    bytes = model_bytes(json, test_random(), OASIS_ELEMENT_F32, &size);
    REQUIRE(bytes && CHECK_OK(oasis_model_read("random", bytes, size, &model, &err), &err));
    REQUIRE(CHECK_OK(oasis_device_open(&params, &device, &err), &err));
    reference = device->backend->klass;
    failing = *reference;
    failing.buffer_new = buffer_new;
    failing.weight_new = weight_new;
    failing.upload = upload;
    failing.wait = wait_for;
    failing.frame_new = frame_new;
#define USE_OP(name, args) failing.name = name;
    OASIS_OPS(USE_OP)
#undef USE_OP
    device->backend->klass = &failing;

    for (calls = 0; calls < 2000; calls++) {
        calls_left = calls;
        if (attempt(model, device, frame)) {
            break;
        }
    }
    CHECK(calls > 100 && calls < 2000);

    oasis_device_close(&device);
    oasis_model_close(&model);
    oasis_frame_unref(&frame);
    free(bytes);
}

int main(void)
{
    test_begin();
    test_model(&(ModelSpec){.frames = 1, .space = 1, .resize = "none", .cross = "const_bias",
                            .one_step = "{\"form\": \"residual\", \"sigma\": 0.5}"});
    test_model(&(ModelSpec){.frames = 1, .space = 1, .resize = "none", .cross = "cached_kv",
                            .cross_tokens = 2, .noise_channels = 8,
                            .one_step = "{\"form\": \"noise\", \"sigma\": 0.5, \"seed\": 3}"});
    return test_end();
}

/* The model is the same in all of a program's engines.
 * SPDX-License-Identifier: Apache-2.0 */
#include "engine.h"

#include <stdlib.h>

#include "make-model.h"
#include "model/model-private.h"
#include "test.h"

static void open_device(Engine *engine, int i, int slots)
{
    OasisDeviceParams params = {.name = "reference", .dtype = "f32"};
    OasisError err = {0};

    REQUIRE(CHECK_OK(oasis_device_open(&params, &engine->devices[i], &err), &err));
    if (slots) {
        engine->late[i] = late_wrap(engine->devices[i], slots);
        engine->late[i]->base.poll_flops = 1.5e6; /* some pieces of work a chunk */
    }
    REQUIRE(CHECK_OK(oasis_restorer_new(engine->model, engine->devices[i], &engine->restorers[i],
                                        &err), &err));
}

void engine_open(Engine *engine, int n, int slots)
{
    static uint64_t seed;
    OasisError err = {0};
    char json[4096];
    size_t size;

    seed = seed ? seed : test_random();
    *engine = (Engine){.n = n};
    model_json(&(ModelSpec){.frames = ENGINE_CHUNK, .overlap = ENGINE_OVERLAP}, json, sizeof json);
    engine->bytes = model_bytes(json, seed, OASIS_ELEMENT_BF16, &size);
    REQUIRE(engine->bytes);
    REQUIRE(CHECK_OK(oasis_model_read("tiny", engine->bytes, size, &engine->model, &err), &err));
    for (int i = 0; i < n; i++) {
        open_device(engine, i, slots);
    }
}

void engine_close(Engine *engine)
{
    for (int i = 0; i < engine->n; i++) {
        oasis_restorer_free(&engine->restorers[i]);
        oasis_device_close(&engine->devices[i]);
    }
    oasis_model_close(&engine->model);
    free(engine->bytes);
}

/* The model is the same in all of a program's engines.
 * SPDX-License-Identifier: Apache-2.0 */
#include "engine.h"

#include <stdlib.h>

#include "make-model.h"
#include "model/model-private.h"
#include "test.h"

void engine_open(Engine *engine, int slots)
{
    static uint64_t seed;
    OasisDeviceParams params = {.name = "reference", .dtype = "f32"};
    OasisError err = {0};
    char json[4096];
    size_t size;

    seed = seed ? seed : test_random();
    *engine = (Engine){0};
    model_json(&(ModelSpec){.frames = ENGINE_CHUNK, .overlap = ENGINE_OVERLAP}, json, sizeof json);
    engine->bytes = model_bytes(json, seed, OASIS_ELEMENT_BF16, &size);
    REQUIRE(engine->bytes);
    REQUIRE(CHECK_OK(oasis_model_read("tiny", engine->bytes, size, &engine->model, &err), &err));
    REQUIRE(CHECK_OK(oasis_device_open(&params, &engine->device, &err), &err));
    if (slots) {
        engine->late = late_wrap(engine->device, slots);
        engine->device->backend->poll_flops = 4e6; /* some pieces of work a chunk */
    }
    REQUIRE(CHECK_OK(oasis_restorer_new(engine->model, engine->device, &engine->restorer, &err),
                     &err));
}

void engine_close(Engine *engine)
{
    oasis_restorer_free(&engine->restorer);
    oasis_device_close(&engine->device);
    oasis_model_close(&engine->model);
    free(engine->bytes);
}

/* A job steps down by itself until it fits a card: the shipped model on cards whose memory is a
 * number. Nothing is computed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/restorer.h"
#include "oasis/model.h"
#include "ops/backend.h"
#include "test.h"

static const double GB = 1e9;

static OasisFrameFormat format(int width, int height)
{
    return (OasisFrameFormat){
        .width = width, .height = height, .depth = 8, .planes = 3, .chroma_shift_x = 1,
        .chroma_shift_y = 1, .matrix = OASIS_MATRIX_BT709, .range = OASIS_RANGE_LIMITED,
        .siting = OASIS_SITING_LEFT, .primaries = 2, .transfer = 2, .sample_aspect = {1, 1},
    };
}

typedef struct Fixture {
    OasisModel *model;
    OasisDevice *device;
    OasisRestorer *restorer;
} Fixture;

static double peak(const Fixture *f, int height, double memory)
{
    OasisFrameFormat source = format(height * 8 / 9, height / 2);
    OasisFrameFormat output = format(height * 16 / 9, height);

    f->device->backend->info.memory_bytes = (uint64_t)memory;
    return (double)oasis_restorer_cost(f->restorer, &source, &output, false).bytes;
}

/* What a card of 4 or 8 GB has free beside a desktop. */
static void test_cards(const Fixture *f)
{
    CHECK(peak(f, 1080, 0) < 3.5 * GB);
    CHECK(peak(f, 1080, 3.5 * GB) == peak(f, 1080, 0));
    CHECK(peak(f, 2160, 7.3 * GB) < 7.3 * GB);
}

/* Less memory is never exceeded, down to a point, and is used. */
static void test_steps(const Fixture *f, int height, double least)
{
    double before = peak(f, height, 0);
    int steps = 0;

    for (double memory = before; memory > least; memory *= 0.95) {
        double bytes = peak(f, height, memory);
        CHECK(bytes <= memory && bytes <= before);
        steps += bytes < before;
        before = bytes;
    }
    printf("%d lines: %d steps, to %.2f GB\n", height, steps, before / GB);
    CHECK(steps >= 2);
    CHECK(peak(f, height, 1e6) > 1e6);
}

static void test_refusal(const Fixture *f)
{
    OasisFrameFormat source = format(1920, 1080), output = format(3840, 2160);
    OasisError err;

    f->device->backend->info.memory_bytes = (uint64_t)(2 * GB);
    CHECK_STATUS(oasis_restorer_prepare(f->restorer, &source, &output, false, &err),
                 OASIS_ERR_NO_MEMORY, &err);
    CHECK_HAS(err.detail, "the largest height that fits is ");
}

int main(int argc, char **argv)
{
    OasisDeviceParams params = {.name = "cuda:0"};
    Fixture f;
    OasisError err;

    test_begin();
    REQUIRE(argc == 2);
    REQUIRE(CHECK_OK(oasis_model_open(argv[1], &f.model, &err), &err));
    REQUIRE(CHECK_OK(oasis_device_open(&params, &f.device, &err), &err));
    REQUIRE(CHECK_OK(oasis_restorer_new(f.model, f.device, &f.restorer, &err), &err));
    test_cards(&f);
    test_steps(&f, 1080, 1.5 * GB);
    test_steps(&f, 2160, 4.6 * GB);
    test_refusal(&f);
    oasis_restorer_free(&f.restorer);
    oasis_device_close(&f.device);
    oasis_model_close(&f.model);
    return test_end();
}

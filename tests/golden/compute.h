/* Running parts of a model on images in host memory.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/net.h"
#include "model/restorer.h"

/* A model on a device, for tests that look inside. */
typedef struct Bench {
    OasisModel *model;
    OasisDevice *device;
    OasisNet *net;
    OasisExec exec;
} Bench;

/* Opens weights and device ("reference", "cpu"; dtype "f32", "bf16"); the bench's geometry takes
 * chunks of `frames` if not 0. False if the device is not usable here. */
bool bench_open(Bench *bench, OasisModel *model, const char *device, const char *dtype, int frames);
void bench_close(Bench *bench);

/* Runs `run` twice: dry, to measure the work memory, and then for good. */
void bench_run(Bench *bench, OasisStatus (*run)(Bench *bench, void *data), void *data);

/* Copies of floats to and from work memory, converted where the tensor is bf16; nothing happens in
 * a dry run. */
OasisTensor bench_put(Bench *bench, OasisDType dtype, const float *values, size_t n);
void bench_get(Bench *bench, OasisTensor tensor, float *values, size_t n);

/* The whole net from images [T, padded height, padded width, 3] to result. `low` is NULL where the
 * model folds the image itself. */
void bench_net(Bench *bench, const OasisShape *shape, const float *image, const float *low,
               float *result);

/* Begins a chunk and finishes it; on failure no frame is left. */
OasisStatus restore_chunk(OasisRestorer *restorer, const OasisChunkWork *work,
                          OasisFrame **restored, OasisFrame **resized,
                          OasisError *err) OASIS_MUST_USE;

/* ||a - b|| / ||b||. */
double relative_error(const float *a, const float *b, size_t n);

/* Whether all n values are equal, bit for bit; prints where not. */
bool equal_floats(const float *a, const float *b, size_t n);

/* Any bytes as a weight file: they are taken or refused, and nothing else happens.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "model/model-private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size); /* libFuzzer's own */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OasisModel *model;
    OasisError err;
    OasisStatus status;
    void *aligned = malloc(size ? size : 1);

    if (!aligned) {
        return 0;
    }
    memcpy(aligned, data, size);
    status = oasis_model_read("input", aligned, size, &model, &err);
    if (status != OASIS_OK && status != OASIS_ERR_MODEL) {
        abort();
    }
    if (status != OASIS_OK && (!err.detail[0] || strcmp(err.subject, "input"))) {
        abort();
    }
    oasis_model_close(&model);
    free(aligned);
    return 0;
}

static uint64_t read_length(const uint8_t *data)
{
    uint64_t length = 0;

    for (int i = 7; i >= 0; i--) {
        length = length << 8 | data[i];
    }
    return length;
}

/* Mutates the header alone and puts its length right, for nearly every other change would only test
 * that the length is looked at. Without a header, or one time in eight, all bytes are mutated. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    uint64_t length = size < 8 ? 0 : read_length(data);
    size_t rest, grown;
    uint8_t *tail;

    if (seed % 8 == 0 || size < 8 || !length || length > size - 8) {
        return LLVMFuzzerMutate(data, size, max_size);
    }
    rest = size - 8 - (size_t)length;
    tail = malloc(rest + 1);
    if (!tail) {
        return size;
    }
    memcpy(tail, data + 8 + length, rest);
    grown = LLVMFuzzerMutate(data + 8, (size_t)length, max_size - 8 - rest);
    for (int i = 0; i < 8; i++) {
        data[i] = (uint8_t)((uint64_t)grown >> 8 * i);
    }
    memcpy(data + 8 + grown, tail, rest);
    free(tail);
    return 8 + grown + rest;
}

/* A weight file written tensor by tensor.
 * SPDX-License-Identifier: Apache-2.0 */
#include "make-model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/weights.h"
#include "ops/element.h"

static int or(int value, int otherwise)
{
    return value ? value : otherwise;
}

static const char *text_or(const char *value, const char *otherwise)
{
    return value ? value : otherwise;
}

void model_json(const ModelSpec *spec, char *json, size_t size)
{
    int space = or(spec->space, 8), heads = or(spec->heads, 3);
    int overlap = spec->frames == 1 ? 0 : or(spec->overlap, 2);

    snprintf(json, size,
             "{\"schema\": 1, \"name\": \"tiny\", \"description\": \"random weights, for tests\", "
             "\"strength\": 1.0, "
             "\"input\": {\"time\": 4, \"space\": %d, \"resize\": \"%s\"}, "
             "\"chunk\": {\"frames\": %d, \"overlap\": %d}, "
             "\"tile\": {\"tokens\": %d, \"overlap\": %d}, "
             "\"one_step\": %s, "
             "\"transformer\": {\"in_channels\": %d, \"out_channels\": 8, \"patch\": %d, "
             "\"dim\": %d, \"heads\": %d, \"layers\": 2, \"ffn\": 96, \"rope_pairs\": [4, 2, 2], "
             "\"eps\": 1e-6, \"cross\": \"%s\", \"cross_tokens\": %d, \"window\": %s, "
             "\"border\": \"%s\", \"routing\": %s}, "
             "\"decoder\": {\"residual\": %s, \"band\": %d, \"halo\": 48, \"stages\": ["
             "{\"op\": \"conv\", \"in\": 8, \"out\": 16, \"kernel\": 3}, "
             "{\"op\": \"block\", \"channels\": 16}, "
             "{\"op\": \"time_up\", \"channels\": 16}, "
             "{\"op\": \"temporal\", \"channels\": 16, \"history\": \"repeat\"}, "
             "{\"op\": \"space_up\", \"in\": 16, \"out\": 8, \"factor\": 2}, "
             "{\"op\": \"time_up\", \"channels\": 8}, "
             "{\"op\": \"condition\", \"channels\": 8, \"factor\": 4}, "
             "{\"op\": \"block\", \"channels\": 8}, "
             "{\"op\": \"temporal\", \"channels\": 8, \"history\": \"zero\"}, "
             "{\"op\": \"output\", \"in\": 8, \"factor\": 4}]}}",
             space, text_or(spec->resize, "bicubic"), or(spec->frames, 17), overlap,
             spec->tile_tokens, spec->tile_overlap,
             text_or(spec->one_step, "{\"form\": \"direct\"}"),
             12 * space * space + spec->noise_channels, or(spec->patch, 2), 16 * heads, heads,
             text_or(spec->cross, "none"), spec->cross_tokens,
             text_or(spec->window, "[3, 5, 5]"), text_or(spec->border, "shift"),
             text_or(spec->routing, "[[0, 1, 2], [2, 1, 0]]"), text_or(spec->residual, "true"),
             or(spec->band, 64));
}

/* A file in the making: first its header is written, then its data. */
typedef struct Writer {
    const OasisGeometry *geometry;
    OasisElement element;
    uint64_t state; /* of the random numbers */
    char *header;
    size_t header_bytes, header_room;
    unsigned char *data;
    size_t data_bytes;
} Writer;

/* SplitMix64. */
static uint64_t random_word(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Even in [-1, 1). */
static float random_unit(uint64_t *state)
{
    return (float)((double)(random_word(state) >> 11) * 0x1p-52 - 1);
}

static size_t element_bytes(OasisElement element)
{
    return element == OASIS_ELEMENT_BF16 ? 2 : 4;
}

static void append(Writer *w, const char *text)
{
    size_t length = strlen(text);

    if (w->header_bytes + length + 1 > w->header_room) {
        w->header_room = 2 * (w->header_bytes + length + 1);
        w->header = realloc(w->header, w->header_room);
        if (!w->header) {
            abort();
        }
    }
    memcpy(w->header + w->header_bytes, text, length + 1);
    w->header_bytes += length;
}

static OasisStatus add_entry(const OasisTensorSpec *spec, void *data)
{
    Writer *w = data;
    size_t bytes = spec->count * element_bytes(w->element);
    char text[320];

    snprintf(text, sizeof text, ",\"%s\":{\"dtype\":\"%s\",\"shape\":[", spec->name,
             w->element == OASIS_ELEMENT_BF16 ? "BF16" : "F32");
    append(w, text);
    for (int i = 0; i < spec->rank; i++) {
        snprintf(text, sizeof text, "%s%lld", i ? "," : "", (long long)spec->shape[i]);
        append(w, text);
    }
    snprintf(text, sizeof text, "],\"data_offsets\":[%zu,%zu]}", w->data_bytes,
             w->data_bytes + bytes);
    append(w, text);
    w->data_bytes += bytes;
    return OASIS_OK;
}

/* How large a tensor's values are: such that features keep their size from layer to layer, heads
 * look at some keys more than at others, and the result lies some way beside the source. */
static void scale_of(const Writer *w, const OasisTensorSpec *spec, float *middle, float *spread)
{
    char last[32];

    snprintf(last, sizeof last, "decoder.%d.weight", w->geometry->n_stages - 1);
    *middle = 0;
    *spread = 0.1f;
    if (spec->role == OASIS_ROLE_MATRIX) {
        *spread = sqrtf(3 * (float)spec->shape[0] / (float)spec->count);
    }
    if (spec->role == OASIS_ROLE_ROWS) {
        *spread = 1.5f;
    }
    if (!strcmp(spec->name, last)) {
        *spread *= 0.15f;
    }
    if (strstr(spec->name, "modulation")) {
        *spread = 0.5f;
    }
    if (strstr(spec->name, "norm")) {
        *middle = strstr(spec->name, "bias") ? 0 : 1.5f;
    }
}

static OasisStatus add_data(const OasisTensorSpec *spec, void *data)
{
    OasisDType dtype;
    Writer *w = data;
    float middle, spread;

    dtype = w->element == OASIS_ELEMENT_BF16 ? OASIS_BF16 : OASIS_F32;
    scale_of(w, spec, &middle, &spread);
    for (size_t i = 0; i < spec->count; i++) {
        oasis_store(w->data + w->data_bytes, dtype, i, middle + spread * random_unit(&w->state));
    }
    w->data_bytes += spec->count * element_bytes(w->element);
    return OASIS_OK;
}

/* The header's start: the JSON as a JSON string. */
static void begin_header(Writer *w, const char *json)
{
    append(w, "{\"__metadata__\":{\"oasis\":\"");
    for (; *json; json++) {
        char text[3] = {*json == '"' ? '\\' : *json, *json == '"' ? '"' : '\0', '\0'};
        append(w, text);
    }
    append(w, "\"}");
}

static void end_header(Writer *w)
{
    append(w, "}");
    while (w->header_bytes % 8) {
        append(w, " ");
    }
}

void *model_bytes(const char *json, uint64_t seed, OasisElement element, size_t *size)
{
    OasisGeometry *geometry = malloc(sizeof *geometry);
    Writer w = {.geometry = geometry, .element = element, .state = seed};
    unsigned char *bytes = NULL;
    OasisError err;

    if (!geometry || oasis_geometry_read("tiny", json, geometry, &err) != OASIS_OK) {
        fprintf(stderr, "no such model: %s\n", geometry ? err.detail : "no memory");
        goto done;
    }
    begin_header(&w, json);
    if (oasis_weights_each(geometry, add_entry, &w) != OASIS_OK) {
        goto done;
    }
    end_header(&w);
    *size = 8 + w.header_bytes + w.data_bytes;
    bytes = malloc(*size);
    if (!bytes) {
        goto done;
    }
    for (int i = 0; i < 8; i++) {
        bytes[i] = (unsigned char)((uint64_t)w.header_bytes >> 8 * i);
    }
    memcpy(bytes + 8, w.header, w.header_bytes);
    w.data = bytes + 8 + w.header_bytes;
    w.data_bytes = 0;
    if (oasis_weights_each(geometry, add_data, &w) != OASIS_OK) {
        free(bytes);
        bytes = NULL;
    }
done:
    free(w.header);
    free(geometry);
    return bytes;
}

int model_write(const char *path, const char *json, uint64_t seed, OasisElement element)
{
    size_t size = 0;
    void *bytes = model_bytes(json, seed, element, &size);
    FILE *file = bytes ? fopen(path, "wb") : NULL;
    int good = file && fwrite(bytes, 1, size, file) == size;

    if (file && fclose(file)) {
        good = 0;
    }
    if (bytes && !good) {
        perror(path);
    }
    free(bytes);
    return good;
}

/* Taking the fields of a JSON object one by one, each with its range; whatever is left is refused.
 * After the first failure further calls do nothing, so a reader takes all fields and looks once.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <yyjson.h>

#include "oasis/status.h"

enum { OASIS_FIELDS_MAX = 24 };

typedef struct OasisFields {
    yyjson_val *object;
    const char *path;  /* the file, for messages */
    const char *where; /* what holds the object: "transformer" */
    const char *taken[OASIS_FIELDS_MAX];
    int n_taken;
    OasisStatus status;
    OasisError *err;
} OasisFields;

/* A reader of `object`, which must be an object. */
OasisFields oasis_fields(yyjson_val *object, const char *path, const char *where, OasisError *err);

/* The field, or NULL after a failure. */
yyjson_val *oasis_fields_take(OasisFields *fields, const char *name);

int64_t oasis_fields_integer(OasisFields *fields, const char *name, int64_t min, int64_t max);
double oasis_fields_number(OasisFields *fields, const char *name, double min, double max);
bool oasis_fields_boolean(OasisFields *fields, const char *name);

/* The index of the field's value among `words`, a list ended by NULL. */
int oasis_fields_word(OasisFields *fields, const char *name, const char *const *words);

/* Copies a string of at most size - 1 bytes. */
void oasis_fields_string(OasisFields *fields, const char *name, char *out, size_t size);

/* A list of exactly n integers. */
void oasis_fields_integers(OasisFields *fields, const char *name, int n, int min, int max,
                           int *out);

/* Fails, naming the field, unless `good`. */
void oasis_fields_need(OasisFields *fields, bool good, const char *name, const char *what);

/* Refuses fields that nobody took and names that stand twice; returns what became of it all. */
OasisStatus oasis_fields_end(OasisFields *fields) OASIS_MUST_USE;

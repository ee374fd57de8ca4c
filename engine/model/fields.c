/* JSON fields, taken and checked.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/fields.h"

#include <stdio.h>
#include <string.h>

#include "oasis/status.h"

OasisFields oasis_fields(yyjson_val *object, const char *path, const char *where, OasisError *err)
{
    OasisFields fields = {.object = object, .path = path, .where = where, .err = err};

    if (!yyjson_is_obj(object)) {
        fields.status = oasis_fail(err, OASIS_ERR_MODEL, path, "%s is not an object", where);
    }
    return fields;
}

void oasis_fields_need(OasisFields *fields, bool good, const char *name, const char *what)
{
    if (fields->status == OASIS_OK && !good) {
        fields->status = oasis_fail(fields->err, OASIS_ERR_MODEL, fields->path, "%s.%s %s",
                                    fields->where, name, what);
    }
}

yyjson_val *oasis_fields_take(OasisFields *fields, const char *name)
{
    yyjson_val *value;

    if (fields->status != OASIS_OK) {
        return NULL;
    }
    value = yyjson_obj_get(fields->object, name);
    oasis_fields_need(fields, value, name, "is missing");
    oasis_fields_need(fields, fields->n_taken < OASIS_FIELDS_MAX, name, "is one field too many");
    if (fields->status != OASIS_OK) {
        return NULL;
    }
    fields->taken[fields->n_taken++] = name;
    return value;
}

int64_t oasis_fields_integer(OasisFields *fields, const char *name, int64_t min, int64_t max)
{
    yyjson_val *value = oasis_fields_take(fields, name);
    char what[96];

    /* Unsigned values beyond INT64_MAX turn negative here; only ranges from 0 use so much. */
    if (yyjson_is_int(value) && !(yyjson_is_uint(value) && yyjson_get_uint(value) > INT64_MAX) &&
        yyjson_get_sint(value) >= min && yyjson_get_sint(value) <= max) {
        return yyjson_get_sint(value);
    }
    snprintf(what, sizeof what, "is not a whole number from %lld to %lld", (long long)min,
             (long long)max);
    oasis_fields_need(fields, false, name, what);
    return min;
}

double oasis_fields_number(OasisFields *fields, const char *name, double min, double max)
{
    yyjson_val *value = oasis_fields_take(fields, name);
    char what[96];

    if (yyjson_is_num(value) && yyjson_get_num(value) >= min && yyjson_get_num(value) <= max) {
        return yyjson_get_num(value);
    }
    snprintf(what, sizeof what, "is not a number from %g to %g", min, max);
    oasis_fields_need(fields, false, name, what);
    return min;
}

bool oasis_fields_boolean(OasisFields *fields, const char *name)
{
    yyjson_val *value = oasis_fields_take(fields, name);

    oasis_fields_need(fields, yyjson_is_bool(value), name, "is neither true nor false");
    return yyjson_get_bool(value);
}

int oasis_fields_word(OasisFields *fields, const char *name, const char *const *words)
{
    yyjson_val *value = oasis_fields_take(fields, name);
    char what[160] = "is none of";

    for (int i = 0; words[i]; i++) {
        if (yyjson_equals_str(value, words[i])) {
            return i;
        }
        snprintf(what + strlen(what), sizeof what - strlen(what), " \"%s\"", words[i]);
    }
    oasis_fields_need(fields, false, name, what);
    return 0;
}

void oasis_fields_string(OasisFields *fields, const char *name, char *out, size_t size)
{
    yyjson_val *value = oasis_fields_take(fields, name);
    size_t length = yyjson_get_len(value);
    char what[96];

    if (yyjson_is_str(value) && length < size && strlen(yyjson_get_str(value)) == length) {
        memcpy(out, yyjson_get_str(value), length + 1);
        return;
    }
    snprintf(what, sizeof what, "is not a string of fewer than %zu bytes", size);
    oasis_fields_need(fields, false, name, what);
    out[0] = '\0';
}

void oasis_fields_integers(OasisFields *fields, const char *name, int n, int min, int max,
                           int *out)
{
    yyjson_val *list = oasis_fields_take(fields, name), *item;
    size_t i, count;
    char what[96];
    bool good = yyjson_is_arr(list) && yyjson_arr_size(list) == (size_t)n;

    memset(out, 0, (size_t)n * sizeof *out);
    if (good) {
        yyjson_arr_foreach(list, i, count, item) {
            good = good && yyjson_is_int(item) && yyjson_get_num(item) >= min &&
                   yyjson_get_num(item) <= max;
            out[i] = good ? (int)yyjson_get_sint(item) : 0;
        }
    snprintf(what, sizeof what, "is not a list of %d whole numbers from %d to %d", n, min, max);
    }
    oasis_fields_need(fields, good, name, what);
}

OasisStatus oasis_fields_end(OasisFields *fields)
{
    yyjson_val *key, *value;
    size_t i, max;

    if (fields->status != OASIS_OK) {
        return fields->status;
    }
    yyjson_obj_foreach(fields->object, i, max, key, value) {
        const char *name = yyjson_get_str(key);
        bool known = false;
        for (int j = 0; j < fields->n_taken; j++) {
            known = known || !strcmp(fields->taken[j], name);
        }
        oasis_fields_need(fields, known, name, "is not a field that this version knows");
        oasis_fields_need(fields, yyjson_obj_get(fields->object, name) == value, name,
                          "stands in it twice");
    }
    return fields->status;
}

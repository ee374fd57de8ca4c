/* Writing JSON to standard output, indented by two spaces a level.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Begun as {0}. Values inside an object have a name, those inside a list NULL. */
typedef struct Json {
    int depth;
    bool filled; /* the object or list that is open has something in it already */
} Json;

void json_open(Json *json, const char *name, char bracket); /* '{' or '[' */
void json_close(Json *json, char bracket);                  /* '}' or ']' */
/* Bytes that are no UTF-8, as names of files may have, become U+DC80 to U+DCFF, as Python has it.
 * */
void json_string(Json *json, const char *name, const char *value);
void json_integer(Json *json, const char *name, int64_t value);
void json_number(Json *json, const char *name, double value);
void json_bool(Json *json, const char *name, bool value);

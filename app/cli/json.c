/* Writing JSON to standard output.
 * SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "escape.h"

static void print_string(const char *string)
{
    putchar('"');
    while (*string) {
        const unsigned char byte = (unsigned char)*string;
        const int length = escape_sequence_length(string);

        if (length == 0) {
            printf("\\ud%03x", 0xc00u | byte);
            string++;
        } else if (byte == '"' || byte == '\\') {
            printf("\\%c", byte);
            string++;
        } else if (byte < 0x20 || byte == 0x7f) {
            printf("\\u%04x", (unsigned)byte);
            string++;
        } else {
            fwrite(string, 1, (size_t)length, stdout);
            string += length;
        }
    }
    putchar('"');
}

static void begin_value(Json *json, const char *name)
{
    if (json->depth > 0) {
        printf("%s\n%*s", json->filled ? "," : "", 2 * json->depth, "");
    }
    if (name) {
        print_string(name);
        fputs(": ", stdout);
    }
    json->filled = true;
}

void json_open(Json *json, const char *name, char bracket)
{
    begin_value(json, name);
    putchar(bracket);
    json->depth++;
    json->filled = false;
}

void json_close(Json *json, char bracket)
{
    json->depth--;
    if (json->filled) {
        printf("\n%*s", 2 * json->depth, "");
    }
    putchar(bracket);
    json->filled = true;
    if (json->depth == 0) {
        putchar('\n');
    }
}

void json_string(Json *json, const char *name, const char *value)
{
    begin_value(json, name);
    print_string(value);
}

void json_integer(Json *json, const char *name, int64_t value)
{
    begin_value(json, name);
    printf("%" PRId64, value);
}

void json_number(Json *json, const char *name, double value)
{
    begin_value(json, name);
    printf("%.9g", value);
}

void json_bool(Json *json, const char *name, bool value)
{
    begin_value(json, name);
    fputs(value ? "true" : "false", stdout);
}

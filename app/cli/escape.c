/* Showing names and tags that may hold any bytes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "escape.h"

#include <stdbool.h>
#include <stdint.h>

int escape_sequence_length(const char *string)
{
    const unsigned char *byte = (const unsigned char *)string;
    const int length = byte[0] < 0x80                       ? 1
                       : byte[0] >= 0xc2 && byte[0] <= 0xdf ? 2
                       : byte[0] >= 0xe0 && byte[0] <= 0xef ? 3
                       : byte[0] >= 0xf0 && byte[0] <= 0xf4 ? 4
                                                            : 0;

    for (int i = 1; i < length; i++) {
        if ((byte[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    /* Overlong forms, halves of surrogates and what lies beyond Unicode. */
    if ((byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xed && byte[1] > 0x9f) ||
        (byte[0] == 0xf0 && byte[1] < 0x90) || (byte[0] == 0xf4 && byte[1] > 0x8f)) {
        return 0;
    }
    return length;
}

static bool is_control(const unsigned char *byte, int length)
{
    return length == 0 || byte[0] < 0x20 || byte[0] == 0x7f ||
           (length == 2 && byte[0] == 0xc2 && byte[1] < 0xa0);
}

void escape_print(FILE *file, const char *string)
{
    while (*string) {
        const int length = escape_sequence_length(string);

        if (is_control((const unsigned char *)string, length)) {
            fprintf(file, "\\x%02x", (unsigned char)*string);
            string++;
        } else {
            fwrite(string, 1, (size_t)length, file);
            string += length;
        }
    }
}

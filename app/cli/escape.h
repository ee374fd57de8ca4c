/* Showing names and tags that may hold any bytes.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdio.h>

/* How many bytes the UTF-8 sequence at the beginning of a string has; 0 for what is none. */
int escape_sequence_length(const char *string);

/* Prints a string so that it can do nothing to a terminal: control characters and bytes that are no
 * UTF-8 as \xNN. */
void escape_print(FILE *file, const char *string);

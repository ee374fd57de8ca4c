/* A command line as one line of text, by which an unfinished export is gone on with anywhere.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

typedef struct Note {
    char *folder; /* that the command ran in */
    int argc;
    char **argv;
} Note;

/* The command and the folder that it runs in; NULL without memory. The caller frees it. */
char *note_write(int argc, char **argv);

/* Reads such a line, with `more` arguments behind the command's, up to NULL. False for a line that
 * is none, or without memory. Clear the note whatever is returned. */
bool note_read(Note *note, const char *line, char *const *more);
void note_clear(Note *note);

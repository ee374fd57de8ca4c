/* Command lines as lines of text: words with blanks between, and %XX for all but plain characters.
 * SPDX-License-Identifier: Apache-2.0 */
#include "note.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char PREFIX[] = "rekindle-cli";

static bool is_plain(unsigned char byte)
{
    return isalnum(byte) || strchr("-_./,:=+", byte);
}

static void write_word(FILE *file, const char *word)
{
    for (const unsigned char *byte = (const unsigned char *)word; *byte; byte++) {
        fprintf(file, is_plain(*byte) ? "%c" : "%%%02x", *byte);
    }
}

char *note_write(int argc, char **argv)
{
    char *line = NULL, *folder = getcwd(NULL, 0);
    size_t size;
    FILE *file = open_memstream(&line, &size);

    if (file) {
        fprintf(file, "%s ", PREFIX);
        write_word(file, folder ? folder : ".");
        for (int i = 0; i < argc; i++) {
            fputc(' ', file);
            write_word(file, argv[i]);
        }
        fclose(file);
    }
    free(folder);
    return line;
}

/* In place; what is no two digits stays. */
static void read_word(char *word)
{
    char *to = word;

    for (const char *from = word; *from; from++) {
        unsigned byte;

        if (from[0] == '%' && isxdigit((unsigned char)from[1]) &&
            isxdigit((unsigned char)from[2]) && sscanf(from + 1, "%2x", &byte) == 1) {
            *to++ = (char)byte;
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
}

static bool add(Note *note, const char *word)
{
    char **argv = realloc(note->argv, (size_t)(note->argc + 2) * sizeof *argv);

    if (!argv) {
        return false;
    }
    note->argv = argv;
    argv[note->argc] = strdup(word);
    argv[note->argc + 1] = NULL;
    return argv[note->argc] && ++note->argc;
}

bool note_read(Note *note, const char *line, char *const *more)
{
    char *copy = strdup(line), *rest = copy, *word = copy ? strsep(&rest, " ") : NULL;
    bool read = word && strcmp(word, PREFIX) == 0;

    *note = (Note){0};
    while (read && (word = strsep(&rest, " "))) {
        read_word(word);
        if (!note->folder) {
            note->folder = strdup(word);
            read = note->folder;
        } else {
            read = add(note, word);
        }
    }
    for (; read && more && *more; more++) {
        read = add(note, *more);
    }
    free(copy);
    return read && note->argc > 0;
}

void note_clear(Note *note)
{
    for (int i = 0; i < note->argc; i++) {
        free(note->argv[i]);
    }
    free(note->argv);
    free(note->folder);
    *note = (Note){0};
}

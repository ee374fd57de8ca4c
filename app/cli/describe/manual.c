/* The commands and their options in mdoc.
 * SPDX-License-Identifier: Apache-2.0 */
#include "describe.h"

#include <stdbool.h>
#include <string.h>

/* Whole lines of text, none of which may be taken for a request. */
static void print_lines(const char *text)
{
    while (*text) {
        int length = (int)strcspn(text, "\n");
        printf("%s%.*s\n", strchr(".'", *text) ? "\\&" : "", length, text);
        text += length + (text[length] == '\n');
    }
}

static void print_option(const Option *option)
{
    printf(".It Fl Fl %s", option->name);
    if (option->value) {
        printf(" Ar %s", option->value);
    }
    putchar('\n');
    print_lines(option->help);
}

static void print_options(const Option *options)
{
    bool open = false;

    for (const Option *option = options; option->help; option++) {
        if (!option->name || !open) {
            printf("%s", open ? ".El\n" : "");
            if (!option->name) {
                printf(".Pp\n%s:\n", option->help);
            }
            printf(".Bl -tag -width Ds\n");
            open = true;
        }
        if (option->name) {
            print_option(option);
        }
    }
    printf("%s", open ? ".El\n" : "");
}

void describe_manual(void)
{
    puts(".Sh COMMANDS");
    for (const Usage *const *usage = usages; *usage; usage++) {
        printf(".Ss rekindle-cli %s%s%s\n", (*usage)->name, *(*usage)->arguments ? " " : "",
               (*usage)->arguments);
        print_lines((*usage)->about);
        print_options((*usage)->options);
        if ((*usage)->ending) {
            puts(".Pp");
            print_lines((*usage)->ending);
        }
    }
}

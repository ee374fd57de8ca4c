/* Printing --help from a command's table.
 * SPDX-License-Identifier: Apache-2.0 */
#include "usage.h"

#include <string.h>

/* "--start T" */
static int label(const Option *option, char *text, size_t size)
{
    return snprintf(text, size, "--%s%s%s", option->name, option->value ? " " : "",
                    option->value ? option->value : "");
}

static int widest_label(const Option *options)
{
    int widest = 0;

    for (const Option *option = options; option->help; option++) {
        char text[64];
        int width = option->name ? label(option, text, sizeof text) : 0;
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void print_option(const Option *option, int width, FILE *file)
{
    const char *line = option->help;
    char text[64];

    label(option, text, sizeof text);
    for (;;) {
        int length = (int)strcspn(line, "\n");
        fprintf(file, "  %-*s  %.*s\n", width, text, length, line);
        if (!line[length]) {
            return;
        }
        line += length + 1;
        text[0] = '\0';
    }
}

void usage_print(const Usage *usage, FILE *file)
{
    int width = widest_label(usage->options);

    fprintf(file, "Usage: rekindle-cli %s%s%s\n\n%s", usage->name, *usage->arguments ? " " : "",
            usage->arguments, usage->about);
    if (usage->options->name) {
        fputc('\n', file);
    }
    for (const Option *option = usage->options; option->help; option++) {
        if (option->name) {
            print_option(option, width, file);
        } else {
            fprintf(file, "\n%s:\n", option->help);
        }
    }
    if (usage->ending) {
        fprintf(file, "\n%s", usage->ending);
    }
}

const Option *usage_option(const Usage *usage, int id)
{
    for (const Option *option = usage->options; option->help; option++) {
        if (option->name && option->id == id) {
            return option;
        }
    }
    return NULL;
}

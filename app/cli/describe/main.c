/* describe bash|zsh|fish: prints a script of completions for that shell.
 * describe manual PAGE: prints the manual page, where PAGE says ".\" COMMANDS" with that section.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "describe.h"

/* Names of models and devices stand at the beginning of a line, with two spaces behind. */
static const char *const listings[] = {
    [PROPOSE_MODELS] = "rekindle-cli models 2>/dev/null | sed -n \"s/^\\([^ ]*\\)  .*/\\1/p\"",
    [PROPOSE_DEVICES] = "rekindle-cli devices 2>/dev/null | sed -n \"s/^\\([^ ]*\\)  .*/\\1/p\"",
};

void describe_words(const Option *option, const char *substitution)
{
    if (option->choices) {
        for (const char *const *choice = option->choices; *choice; choice++) {
            printf("%s%s", choice == option->choices ? "" : " ", *choice);
        }
    } else if (option->proposals) {
        printf(substitution, listings[option->proposals]);
    }
}

void describe_text(const char *text, const char *special, const char *apostrophe)
{
    for (; *text; text++) {
        if (*text == '\'') {
            fputs(apostrophe, stdout);
        } else {
            printf("%s%c", strchr(special, *text) ? "\\" : "", *text == '\n' ? ' ' : *text);
        }
    }
}

static int print_page(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[1024];

    if (!file) {
        perror(path);
        return EXIT_FAILURE;
    }
    while (fgets(line, sizeof line, file)) {
        if (strcmp(line, ".\\\" COMMANDS\n") == 0) {
            describe_manual();
        } else {
            fputs(line, stdout);
        }
    }
    fclose(file);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = {{"bash", describe_bash}, {"zsh", describe_zsh}, {"fish", describe_fish}};

    if (argc == 3 && strcmp(argv[1], "manual") == 0) {
        return print_page(argv[2]);
    }
    for (size_t i = 0; argc == 2 && i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(argv[1], shells[i].name) == 0) {
            shells[i].print();
            return EXIT_SUCCESS;
        }
    }
    return EXIT_FAILURE;
}

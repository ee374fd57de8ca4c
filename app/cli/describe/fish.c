/* Completions for fish.
 * SPDX-License-Identifier: Apache-2.0 */
#include "describe.h"

/* A line of the script, up to the condition's end. */
static void begin(const char *command)
{
    printf("complete -c rekindle-cli -n '__fish_seen_subcommand_from %s'", command);
}

static void print_option(const Usage *usage, const Option *option)
{
    begin(usage->name);
    printf(" -l %s -d '", option->name);
    describe_text(option->help, "\\", "\\'");
    putchar('\'');
    if (option->choices || option->proposals) {
        printf(" %s -a '", option->proposals == PROPOSE_MODELS ? "-r -F" : "-x");
        describe_words(option, "(%s)");
        putchar('\'');
    } else if (option->value) {
        printf(" -x");
    }
    putchar('\n');
}

void describe_fish(void)
{
    puts("# fish completion for rekindle-cli\ncomplete -c rekindle-cli -f");
    puts("complete -c rekindle-cli -n __fish_use_subcommand -l version -d 'print the version'");
    puts("complete -c rekindle-cli -l help -d 'say more'");
    for (const Usage *const *usage = usages; *usage; usage++) {
        printf("complete -c rekindle-cli -n __fish_use_subcommand -a %s -d '%s'\n", (*usage)->name,
               (*usage)->summary);
    }
    for (const Usage *const *usage = usages; *usage; usage++) {
        for (const Option *option = (*usage)->options; option->help; option++) {
            if (option->name) {
                print_option(*usage, option);
            }
        }
        if ((*usage)->files) {
            begin((*usage)->name);
            puts(" -F");
        }
    }
}

/* Completions for bash.
 * SPDX-License-Identifier: Apache-2.0 */
#include "describe.h"

static const char head[] =
    "# bash completion for rekindle-cli\n"
    "_rekindle_cli()\n"
    "{\n"
    "    local word=$2 before=$3 words='' files=''\n"
    "    if ((COMP_CWORD == 1)); then\n"
    "        words='";
static const char tail[] =
    "    mapfile -t COMPREPLY < <(\n"
    "        compgen -W \"$words\" -- \"$word\"\n"
    "        [[ -z $files ]] || compgen -f -- \"$word\")\n"
    "    [[ -z $files ]] || compopt -o filenames\n"
    "}\n"
    "complete -F _rekindle_cli rekindle-cli\n";

/* What may stand behind the option. */
static void print_value(const Option *option)
{
    printf("        --%s) ", option->name);
    if (option->choices || option->proposals) {
        printf("words=\"");
        describe_words(option, "$(%s)");
        printf("\" ");
    }
    printf("%s;;\n", option->proposals == PROPOSE_MODELS ? "files=yes " : "");
}

static void print_command(const Usage *usage)
{
    printf("    elif [[ ${COMP_WORDS[1]} == %s ]]; then\n        case $before in\n", usage->name);
    for (const Option *option = usage->options; option->help; option++) {
        if (option->name && option->value) {
            print_value(option);
        }
    }
    printf("        *) [[ $word == -* ]] && words='");
    for (const Option *option = usage->options; option->help; option++) {
        if (option->name) {
            printf("--%s ", option->name);
        }
    }
    printf("--help'%s ;;\n        esac\n", usage->files ? " || files=yes" : "");
}

void describe_bash(void)
{
    fputs(head, stdout);
    for (const Usage *const *usage = usages; *usage; usage++) {
        printf("%s ", (*usage)->name);
    }
    puts("--help --version'");
    for (const Usage *const *usage = usages; *usage; usage++) {
        print_command(*usage);
    }
    puts("    fi");
    fputs(tail, stdout);
}

/* Completions for zsh.
 * SPDX-License-Identifier: Apache-2.0 */
#include "describe.h"

static const char head[] =
    "#compdef rekindle-cli\n"
    "_rekindle_cli() {\n"
    "    if ((CURRENT == 2)); then\n"
    "        local -a commands=(\n";
static const char middle[] =
    "        )\n"
    "        _describe command commands\n"
    "        [[ $PREFIX == -* ]] && compadd -- --help --version\n"
    "        return\n"
    "    fi\n"
    "    shift words\n"
    "    ((CURRENT--))\n"
    "    case $words[1] in\n";
static const char tail[] =
    "    esac\n"
    "}\n"
    "_rekindle_cli \"$@\"\n";

static void print_option(const Option *option)
{
    printf("            '--%s[", option->name);
    describe_text(option->help, "[]", "'\\''");
    putchar(']');
    if (option->value) {
        printf(":%s:", option->value);
        if (option->choices) {
            putchar('(');
            describe_words(option, "");
            putchar(')');
        } else if (option->proposals) {
            printf("{%scompadd -- $(", option->proposals == PROPOSE_MODELS ? "_files; " : "");
            describe_words(option, "%s");
            printf(")}");
        }
    }
    printf("' \\\n");
}

static void print_command(const Usage *usage)
{
    printf("    %s) _arguments \\\n", usage->name);
    for (const Option *option = usage->options; option->help; option++) {
        if (option->name) {
            print_option(option);
        }
    }
    for (int i = 0; i < usage->files; i++) {
        printf("            ':file:_files' \\\n");
    }
    printf("            '--help[say more]' ;;\n");
}

void describe_zsh(void)
{
    fputs(head, stdout);
    for (const Usage *const *usage = usages; *usage; usage++) {
        printf("            '%s:%s'\n", (*usage)->name, (*usage)->summary);
    }
    fputs(middle, stdout);
    for (const Usage *const *usage = usages; *usage; usage++) {
        print_command(*usage);
    }
    fputs(tail, stdout);
}

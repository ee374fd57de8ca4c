/* The commands' tables in the words of shells and of the manual; each printer has a file. They run
 * when the program is built, on the machine that builds.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "usage.h"

/* Scripts that complete rekindle-cli's arguments. */
void describe_bash(void);
void describe_zsh(void);
void describe_fish(void);

/* The section COMMANDS of the manual, in mdoc. */
void describe_manual(void);

/* Prints the option's words that a shell may propose, separated by spaces: its choices, or
 * `substitution` with the command that lists them. Nothing if there are none. */
void describe_words(const Option *option, const char *substitution);

/* Prints text on one line of a script, between quotes: with a backslash before each character of
 * `special`, and its apostrophes as `apostrophe`. */
void describe_text(const char *text, const char *special, const char *apostrophe);

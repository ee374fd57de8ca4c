/* Reading a command's options and their values.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli.h"
#include "oasis/status.h"

/* What options_next returns beside the options' own values, which are positive. */
enum {
    OPTION_END = -1,
    OPTION_BAD = 0,  /* err is filled */
    OPTION_HELP = 1, /* --help has been printed */
    OPTION_FIRST,    /* values of a command's own options begin here */
};

/* Every command's option table ends with this. */
#define OPTIONS_COMMON {"help", no_argument, NULL, OPTION_HELP}, {NULL, 0, NULL, 0}

/* The next option of a command; its value is in optarg. */
int options_next(const Command *command, int argc, char **argv, const struct option *options,
                 OasisError *err);

/* For commands without options of their own: gives `count` arguments through `arguments`, or
 * returns false with the exit code to leave with. */
bool options_only_arguments(const Command *command, int argc, char **argv, int count,
                            char **arguments, int *exit_code);

/* Whether exactly `count` arguments follow the options; else an error that shows the usage. */
OasisStatus options_check_count(const Command *command, int argc, int count, OasisError *err)
    OASIS_MUST_USE;

/* Seconds ("12.5") or [H:]MM:SS[.fff], up to nine decimals, as nanoseconds. */
OasisStatus options_time(const char *name, const char *text, int64_t *ns, OasisError *err)
    OASIS_MUST_USE;

OasisStatus options_number(const char *name, const char *text, double low, double high,
                           double *value, OasisError *err) OASIS_MUST_USE;
OasisStatus options_integer(const char *name, const char *text, int low, int high, int *value,
                            OasisError *err) OASIS_MUST_USE;

/* The index of text among `choices`, a list that ends with NULL. */
OasisStatus options_choice(const char *name, const char *text, const char *const *choices,
                           int *index, OasisError *err) OASIS_MUST_USE;

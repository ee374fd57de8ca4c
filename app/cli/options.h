/* Reading a command's options and their values.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#include "oasis/media.h"
#include "oasis/status.h"
#include "usage.h"

/* What options_next returns beside the options' own numbers, which are positive. */
enum {
    OPTION_END = -1,
    OPTION_BAD = 0, /* err is filled; OPTION_HELP has been obeyed */
};

/* Makes "./-clip.mp4" of "-clip.mp4" among a command's arguments, so that it is no option: those
 * have two dashes, and names of videos a dot. */
void options_take_names(const Usage *usage, int argc, char **argv);

/* The next option of a command; its value is in optarg. */
int options_next(const Usage *usage, int argc, char **argv, OasisError *err);

/* For commands without options of their own: gives their file names through `files`, or returns
 * false with the exit code to leave with. */
bool options_only_files(const Usage *usage, int argc, char **argv, char **files, int *exit_code);

/* Whether as many file names follow the options as there should (`more`: or more); else an error
 * that shows the usage. */
OasisStatus options_check_files(const Usage *usage, int argc, bool more,
                                OasisError *err) OASIS_MUST_USE;

/* Seconds ("12.5") or [H:]MM:SS[.fff], up to nine decimals, as nanoseconds. */
OasisStatus options_time(const char *name, const char *text, int64_t *ns, OasisError *err)
    OASIS_MUST_USE;
/* "T-T", of which either may be missing: the beginning, 0 for the end. */
OasisStatus options_range(const char *name, const char *text, OasisSpan *range,
                          OasisError *err) OASIS_MUST_USE;

/* A positive whole number, or a decimal one of thousands, millions or milliards: "800k", "2.5M". */
OasisStatus options_amount(const char *name, const char *text, int64_t *value,
                           OasisError *err) OASIS_MUST_USE;

OasisStatus options_number(const char *name, const char *text, double low, double high,
                           double *value, OasisError *err) OASIS_MUST_USE;
OasisStatus options_integer(const char *name, const char *text, int low, int high, int *value,
                            OasisError *err) OASIS_MUST_USE;

/* Reads "L:T:R:B". */
OasisStatus options_crop(const char *name, const char *text, OasisCrop *crop,
                         OasisError *err) OASIS_MUST_USE;

/* The index of text among the choices of the command's option `id`. */
OasisStatus options_choice(const Usage *usage, int id, const char *text, int *index,
                           OasisError *err) OASIS_MUST_USE;

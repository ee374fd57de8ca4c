/* The options of `restore`.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "oasis/job.h"
#include "oasis/kind.h"
#include "oasis/media.h"
#include "usage.h"

enum { MOST_RANGES = 64 };

/* What the kind of source decides unless it is asked for. */
typedef enum Choice {
    CHOICE_BY_KIND = 0,
    CHOICE_NO,
    CHOICE_YES,
} Choice;

typedef struct RestoreOptions {
    const char *input, *output;
    const char *const *further; /* named after the input, up to NULL; NULL = none */
    const char *output_dir;   /* of many; NULL = one film into output */
    const char *name;         /* of each there: a template */
    const char *const *inputs; /* files and folders, up to NULL */
    int64_t start_ns, end_ns; /* end_ns 0 = the file's end */
    OasisSpan ranges[MOST_RANGES]; /* instead, ascending; the first is in those, too */
    size_t n_ranges;
    bool each;                /* range gets a film of its own */
    OasisSize size;
    double strength;          /* < 0 = by kind */
    double grain;             /* the same */
    OasisKind kind;           /* OASIS_KINDS = as it is found */
    Choice double_rate;
    Choice find_borders;      /* NO: the size's crop, which may be nothing */
    const char *model;        /* NULL = the default model */
    const char *codec;        /* NULL = the container's default */
    double quality;           /* < 0 = the default */
    const char *quality_option, *quality_text; /* as they were given */
    int64_t bit_rate, file_bytes; /* 0 = by the quality */
    const char *preset, *pixels, *sound; /* NULL = the default */
    OasisDeviceParams device;
    int cores;                /* that the program is held to; 0 = all that it has */
    OasisMediaParams media;   /* what of it decides the frames */
    const char *note;         /* the command itself, for the journal */
    double piece_seconds;     /* 0 = by the time that work takes */
    bool start_over, any_device;
    bool join, force, quiet, strict, dry_run, json;
} RestoreOptions;

/* For commands whose options are those of restore. Returns true with *options filled (strings
 * borrowed from argv), or false with the exit code to leave with, having printed the help or what
 * is wrong. */
bool restore_options_parse(const Usage *usage, int argc, char **argv, RestoreOptions *options,
                           int *exit_code);

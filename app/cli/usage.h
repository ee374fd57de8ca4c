/* What each command takes, told once: getopt, --help, the manual and the shells' completions are
 * all made of these tables.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdio.h>

/* What a shell may propose for an option's value, beside its choices. */
typedef enum Proposals {
    PROPOSE_NOTHING,
    PROPOSE_MODELS,  /* the names that `models` lists */
    PROPOSE_DEVICES, /* and `devices` */
} Proposals;

typedef struct Option {
    const char *name;           /* without its dashes; NULL = a heading, which `help` is */
    int id;                     /* what options_next returns for it */
    const char *value;          /* what --help calls its value; NULL = it takes none */
    const char *help;           /* one or more lines; NULL here and in name ends a table */
    const char *const *choices; /* all values that it takes, up to NULL; NULL = others */
    Proposals proposals;
} Option;

/* The options of all commands. */
enum {
    OPTION_HELP = 1,
    OPTION_ANY_DEVICE,
    OPTION_ANALYSE,
    OPTION_AUDIO,
    OPTION_BITRATE,
    OPTION_CHUNKS,
    OPTION_CODEC,
    OPTION_CORES,
    OPTION_CRF,
    OPTION_CROP,
    OPTION_DEINTERLACE,
    OPTION_DEVICE,
    OPTION_DOUBLE_RATE,
    OPTION_DRY_RUN,
    OPTION_DTYPE,
    OPTION_EACH,
    OPTION_END_TIME,
    OPTION_FLIP,
    OPTION_FORCE,
    OPTION_GRAIN,
    OPTION_HEIGHT,
    OPTION_JOIN,
    OPTION_JSON,
    OPTION_KIND,
    OPTION_MEASURE,
    OPTION_MODEL,
    OPTION_NAME_TEMPLATE,
    OPTION_OUTPUT_DIR,
    OPTION_PIECE_SECONDS,
    OPTION_PIX_FMT,
    OPTION_PRESET,
    OPTION_QUALITY,
    OPTION_QUIET,
    OPTION_RANGE,
    OPTION_ROTATE,
    OPTION_SCALE,
    OPTION_SINGLE_RATE,
    OPTION_SIZE,
    OPTION_SQUARE,
    OPTION_START,
    OPTION_START_OVER,
    OPTION_STREAM,
    OPTION_STRENGTH,
    OPTION_STRICT,
    OPTION_THREADS,
    OPTION_TONEMAP,
};

typedef struct Usage {
    const char *name;
    const char *summary;   /* its line in the list of commands */
    const char *arguments; /* behind the name, as "[OPTION...] IN OUT" */
    int files;             /* how many file names it takes */
    const char *about;     /* paragraphs of whole lines, as all that follows */
    const Option *options; /* up to one without name and help */
    const char *ending;    /* behind the options; NULL = nothing */
} Usage;

extern const Usage usage_restore;
extern const Usage usage_status;
extern const Usage usage_plan;
extern const Usage usage_piece;
extern const Usage usage_join;
extern const Usage usage_info;
extern const Usage usage_models;
extern const Usage usage_devices;
extern const Usage usage_bench;

/* All of them, in the order in which they are listed, up to NULL. */
extern const Usage *const usages[];

/* Prints all that the command's --help says. */
void usage_print(const Usage *usage, FILE *file);

/* The option of that id; NULL if the command has none such. */
const Option *usage_option(const Usage *usage, int id);

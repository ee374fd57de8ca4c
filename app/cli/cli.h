/* What the commands of rekindle-cli share.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "usage.h"

/* Exit codes, a promise to scripts. */
enum {
    EXIT_DONE = 0,
    EXIT_INTERNAL = 1,
    EXIT_USAGE = 2,
    EXIT_INPUT = 3,
    EXIT_MODEL = 4,
    EXIT_OUTPUT = 5,
    EXIT_DEVICE = 6, /* or memory */
    EXIT_CANCELLED = 130,
};

typedef struct Command {
    const Usage *usage;
    bool computes; /* keeps all processors busy for long */
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; gives an exit code */
} Command;

extern const Command command_restore;
extern const Command command_plan;
extern const Command command_piece;
extern const Command command_join;
extern const Command command_status;
extern const Command command_info;
extern const Command command_models;
extern const Command command_devices;
extern const Command command_bench;

/* rekindle-cli: restores home videos from the command line. Picks the command; each has a file.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "oasis/device.h"
#include "options.h"
#include "report.h"
#include "version/version.h"

static const Command *const commands[] = {
    &command_restore,
    &command_status,
    &command_plan,
    &command_piece,
    &command_join,
    &command_info,
    &command_models,
    &command_devices,
    &command_bench,
    NULL,
};

static int help(void)
{
    printf("Usage: rekindle-cli COMMAND [ARGUMENT...]\n"
           "\n"
           "Restores home videos: enlarges them and repairs noise, blur and compression damage.\n"
           "\n"
           "Commands:\n");
    for (const Usage *const *usage = usages; *usage; usage++) {
        printf("  %-9s  %s\n", (*usage)->name, (*usage)->summary);
    }
    printf("\n"
           "rekindle-cli COMMAND --help says more; rekindle-cli --version prints the version.\n"
           "\n"
           "For example:\n"
           "  rekindle-cli restore birthday.avi birthday-restored.mp4\n"
           "  rekindle-cli restore --start 1:05 --end 1:20 --height 1080 tape.mkv shot.mp4\n");
    return EXIT_DONE;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    OasisError err;

    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        return help();
    }
    if (strcmp(name, "--version") == 0) {
        version_print("rekindle-cli");
        return EXIT_DONE;
    }
    for (const Command *const *command = commands; *command; command++) {
        if (strcmp(name, (*command)->usage->name) != 0) {
            continue;
        }
        if ((*command)->computes) {
            oasis_device_let_threads_sleep(argv);
        }
        options_take_names((*command)->usage, argc - 1, argv + 1);
        return (*command)->run(argc - 1, argv + 1);
    }
    if (*name) {
        oasis_fail(&err, OASIS_ERR_USAGE, name, "is not a command; see rekindle-cli --help");
    } else {
        oasis_fail(&err, OASIS_ERR_USAGE, "", "a command is missing; see rekindle-cli --help");
    }
    return report_error(&err);
}

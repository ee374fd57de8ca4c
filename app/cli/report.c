/* Sentences for people on standard error, and the exit codes that go with them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "cli.h"
#include "escape.h"
#include "oasis/export.h"
#include "progress.h"

static int exit_code(OasisStatus status)
{
    switch (status) {
    case OASIS_OK:
        return EXIT_DONE;
    case OASIS_ERR_INTERNAL:
        return EXIT_INTERNAL;
    case OASIS_ERR_USAGE:
        return EXIT_USAGE;
    case OASIS_ERR_INPUT:
    case OASIS_ERR_UNSUPPORTED:
        return EXIT_INPUT;
    case OASIS_ERR_MODEL:
        return EXIT_MODEL;
    case OASIS_ERR_OUTPUT:
    case OASIS_ERR_EXISTS:
    case OASIS_ERR_NO_SPACE:
    case OASIS_ERR_DIFFERS:
        return EXIT_OUTPUT;
    case OASIS_ERR_DEVICE:
    case OASIS_ERR_NO_MEMORY:
        return EXIT_DEVICE;
    case OASIS_ERR_CANCELLED:
        return EXIT_CANCELLED;
    }
    return EXIT_INTERNAL;
}

int report_error(const OasisError *err)
{
    progress_clear();
    if (err->status == OASIS_ERR_CANCELLED) {
        fprintf(stderr, "rekindle-cli: cancelled, nothing was written\n");
    } else if (err->subject[0]) {
        fputs("rekindle-cli: ", stderr);
        escape_print(stderr, err->subject);
        fputs(": ", stderr);
        escape_print(stderr, err->detail);
        fputs(err->status == OASIS_ERR_EXISTS    ? " (--force)\n"
              : err->status == OASIS_ERR_DIFFERS ? " (--start-over)\n"
                                                 : "\n",
              stderr);
    } else {
        fprintf(stderr, "rekindle-cli: %s\n", err->detail);
    }
    return exit_code(err->status);
}

int report_unfinished(const OasisError *err, const char *output)
{
    OasisExportState state = {0};

    if (oasis_export_look(output, &state, NULL) == OASIS_OK && err->status != OASIS_ERR_DIFFERS) {
        progress_clear();
        if (err->status != OASIS_ERR_CANCELLED) {
            report_error(err);
        }
        fprintf(stderr,
                "rekindle-cli: %s; %" PRId64 " of %" PRId64 " frames are kept, and the same "
                "command goes on with them\n",
                err->status == OASIS_ERR_CANCELLED ? "stopped" : "not finished", state.frames_done,
                state.frames);
        oasis_export_state_clear(&state);
        return exit_code(err->status);
    }
    oasis_export_state_clear(&state);
    return report_error(err);
}

void report_warning(const char *message)
{
    progress_clear();
    fputs("rekindle-cli: warning: ", stderr);
    escape_print(stderr, message);
    fputc('\n', stderr);
}

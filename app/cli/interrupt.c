/* Ctrl+C and its kin become a cancel of the job.
 * SPDX-License-Identifier: Apache-2.0 */
#include "interrupt.h"

#include <signal.h>
#include <unistd.h>

#include "cli.h"

static OasisCancel *target;
static volatile sig_atomic_t seen;

static void on_signal(int signal)
{
    if (seen) {
        _exit(EXIT_CANCELLED);
    }
    seen = 1;
    oasis_cancel_trigger(target);
}

const OasisCancel *interrupt_cancel(void)
{
    struct sigaction cancels = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct sigaction ignored = {.sa_handler = SIG_IGN};

    target = oasis_cancel_new(NULL);
    if (!target) {
        return NULL; /* signals end the process at once */
    }
    sigaction(SIGINT, &cancels, NULL);
    sigaction(SIGTERM, &cancels, NULL);
    sigaction(SIGHUP, &cancels, NULL);
    sigaction(SIGPIPE, &ignored, NULL);
    sigaction(SIGXFSZ, &ignored, NULL);
    return target;
}

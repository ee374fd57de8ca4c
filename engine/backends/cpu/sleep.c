/* How OpenMP's threads wait for each other.
 * SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "oasis/device.h"

/* OpenMP reads the variable before main and has no call for it, so only a program that begins with
 * it set has it. */
void oasis_device_let_threads_sleep(char **argv)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);

    if (length <= 0 || getenv("OMP_WAIT_POLICY") || setenv("OMP_WAIT_POLICY", "PASSIVE", 0) != 0) {
        return;
    }
    program[length] = '\0';
    execv(program, argv);
}

/* Time for measuring how long something takes.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <time.h>

/* Seconds by a clock that only goes forward. Any thread. */
static inline double oasis_seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Time for measuring how long something takes.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <time.h>

/* Seconds by a clock that only goes forward. */
static inline double clock_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Waiting on a condition for a while, by a clock that nobody sets.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <pthread.h>
#include <time.h>

static inline void oasis_condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

/* Waits until the condition, which oasis_condition_init made, is signalled, `ms` milliseconds at
 * most. As with every condition the caller holds the mutex and looks again afterwards. */
static inline void oasis_wait_ms(pthread_cond_t *condition, pthread_mutex_t *mutex, int ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_cond_timedwait(condition, mutex, &until);
}

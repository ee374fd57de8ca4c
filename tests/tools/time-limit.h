/* Tests wait without a deadline of their own: on a busy machine anything may take its time, and
 * what hangs is ended by Meson's time limit, by SIGTERM. A program that has called time_limit_begin
 * then says what it waited for and where it was.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <execinfo.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* What is waited for at the moment; NULL = nothing that has a name. */
__attribute__((weak)) const char *volatile test_awaited;

/* The sanitizers' stack has file and line. */
void __sanitizer_print_stack_trace(void) __attribute__((weak));

static inline void time_limit_say(const char *text)
{
    if (write(STDERR_FILENO, text, strlen(text)) < 0) {
        return;
    }
}

static inline void time_limit_reached(int number)
{
    void *frames[64];

    time_limit_say("at the time limit");
    if (test_awaited) {
        time_limit_say(", waiting for ");
        time_limit_say(test_awaited);
    }
    time_limit_say("\n");
    if (__sanitizer_print_stack_trace) {
        __sanitizer_print_stack_trace();
    } else {
        backtrace_symbols_fd(frames, backtrace(frames, 64), STDERR_FILENO);
    }
    raise(number);
}

static inline void time_limit_begin(void)
{
    struct sigaction action = {.sa_handler = time_limit_reached, .sa_flags = SA_RESETHAND};
    void *frame;

    backtrace(&frame, 1); /* what it needs is loaded by its first call */
    sigaction(SIGTERM, &action, NULL);
}

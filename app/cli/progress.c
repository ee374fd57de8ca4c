/* Progress on standard error.
 * SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

enum { PLAIN_SECONDS = 5 };

static struct {
    bool enabled;
    bool terminal;
    bool drawn;        /* a line stands on the terminal */
    time_t plain_next; /* when the next plain line is due */
    bool ended;        /* the last frame's line has been shown */
    pthread_t thread;  /* the main one, that shows lines */
} state;

static time_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

void progress_start(bool quiet)
{
    const char *term = getenv("TERM");

    state.enabled = !quiet;
    state.thread = pthread_self();
    state.terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
    state.plain_next = now() + PLAIN_SECONDS;
}

void progress_clear(void)
{
    if (state.drawn) {
        fputs("\r\033[K", stderr);
    }
    state.drawn = false;
}

/* Columns that a line may take without wrapping. */
static int terminal_columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return 79;
    }
    return size.ws_col - 1;
}

/* Shows the parts, most important first, as far as they fit the terminal. */
static void show(const char *const *parts, bool last)
{
    char line[256] = "";
    size_t limit = sizeof line - 1;

    if (!state.terminal && (!last || state.ended) && now() < state.plain_next) {
        return;
    }
    if (state.terminal && (size_t)terminal_columns() < limit) {
        limit = (size_t)terminal_columns();
    }
    for (; *parts; parts++) {
        size_t length = strlen(line);

        if (length + strlen(*parts) + (length ? 2 : 0) > limit) {
            break;
        }
        snprintf(line + length, sizeof line - length, "%s%s", length ? ", " : "", *parts);
    }
    if (state.terminal) {
        fprintf(stderr, "\r%s\033[K", line);
        state.drawn = true;
    } else {
        fprintf(stderr, "%s\n", line);
        state.ended = last;
        state.plain_next = now() + PLAIN_SECONDS;
    }
    fflush(stderr);
}

void progress_index(double done, void *data)
{
    char percent[32];

    if (!state.enabled) {
        return;
    }
    snprintf(percent, sizeof percent, "Reading the file: %d %%", (int)(done * 100));
    show((const char *const[]){percent, NULL}, false);
}

/* What a full disk lacks; 0 = it is not full. */
static _Atomic uint64_t missing;

static void show_wait(void)
{
    char sentence[128];

    snprintf(sentence, sizeof sentence, "The disk is full: waiting until %s more are free",
             text_bytes(missing).text);
    show((const char *const[]){sentence, NULL}, false);
}

/* On the main thread, where no job is at work. */
static void show_gone(const char *path)
{
    char sentence[200];

    snprintf(sentence, sizeof sentence, "%.120s is gone: waiting until it is there again", path);
    for (char *at = sentence; *at; at++) {
        *at = (unsigned char)*at < ' ' ? '?' : *at;
    }
    show((const char *const[]){sentence, NULL}, false);
}

void progress_wait(const OasisExportWait *wait, void *data)
{
    static bool told;
    const bool waits = wait->missing_bytes > 0 || wait->gone;

    missing = wait->missing_bytes;
    if (state.enabled && waits && !told && !state.terminal) {
        state.plain_next = 0;
    }
    told = waits;
    if (state.enabled && wait->gone) {
        show_gone(wait->gone);
    }
    if (state.enabled && missing > 0 && pthread_equal(pthread_self(), state.thread)) {
        show_wait();
    }
}

void progress_joining(double done, void *data)
{
    char percent[32];

    snprintf(percent, sizeof percent, "Joining the pieces: %d %%", (int)(done * 100));
    if (state.enabled) {
        show((const char *const[]){percent, NULL}, false);
    }
}

void progress_job(const OasisProgress *progress, void *data)
{
    bool last = progress->frames_done == progress->frames_total;
    char percent[16], frames[64], rate[48] = "", left[72] = "";
    const char *parts[] = {percent, NULL, NULL, NULL, NULL};
    int n = 1;

    if (!state.enabled) {
        return;
    }
    if (missing > 0) {
        show_wait();
        return;
    }
    snprintf(percent, sizeof percent, "%d %%", (int)(progress->fraction * 100));
    if (progress->seconds_left >= 0 && !last) {
        snprintf(left, sizeof left, "%s left", text_duration(progress->seconds_left).text);
        parts[n++] = left;
    }
    snprintf(frames, sizeof frames, "%" PRId64 " of %" PRId64 " frames", progress->frames_done,
             progress->frames_total);
    parts[n++] = frames;
    if (progress->frames_per_second > 0) {
        snprintf(rate, sizeof rate, "%.2f frames/s", progress->frames_per_second);
        parts[n++] = rate;
    }
    show(parts, last);
}

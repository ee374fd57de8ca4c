/* FFmpeg's failures as the engine's, with what FFmpeg itself said about them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavutil/error.h>
#include <stdbool.h>

#include "oasis/status.h"

/* Takes over FFmpeg's log for this process, once: from then on nothing is printed. The calling
 * thread's first error line is kept until the next call, to be shown as the reason of a failure.
 * Every public function that calls FFmpeg begins with this. */
void oasis_av_begin(void);

/* Ours among FFmpeg's numbers: more packets than a file can hold; times that no recording has. */
#define OASIS_ERROR_ENDLESS AVERROR(EOVERFLOW)
#define OASIS_ERROR_TIMES AVERROR(ERANGE)

/* What only calls FFmpeg returns a negative AVERROR on failure, as FFmpeg does, and this passes one
 * on from the calling function. Where the file is known, oasis_av_fail makes a status of it. */
#define OASIS_AV_TRY(call)      \
    do {                        \
        int try_error = (call); \
        if (try_error < 0) {    \
            return try_error;   \
        }                       \
    } while (0)

/* Whether FFmpeg has nothing more to give for now, or at all. */
static inline bool oasis_av_is_dry(int error)
{
    return error == AVERROR(EAGAIN) || error == AVERROR_EOF;
}

/* Whether FFmpeg's reason has that word in it. */
bool oasis_av_said(const char *word);

/* Fails like oasis_fail, with FFmpeg's reason in brackets behind the detail. Where `error` (a
 * negative AVERROR, or 0 for none) says so the status becomes OASIS_ERR_NO_MEMORY, or
 * OASIS_ERR_CANCELLED. */
OasisStatus oasis_av_fail(OasisError *err, OasisStatus status, const char *subject, int error,
                          const char *format, ...) __attribute__((format(printf, 5, 6)));

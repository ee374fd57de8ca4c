/* FFmpeg's failures as the engine's, with what FFmpeg itself said about them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/status.h"

/* Takes over FFmpeg's log for this process, once: nothing is printed any more. From here on the
 * calling thread's first error line is kept until the next call, to be shown as the reason of a
 * failure. Every public function that calls FFmpeg begins with this. */
void oasis_av_begin(void);

/* The error line kept for this thread; empty if FFmpeg said nothing. Borrowed, until the thread's
 * next call of oasis_av_begin. */
const char *oasis_av_said(void);

/* Fails like oasis_fail, with FFmpeg's reason in brackets behind the detail. Where `error` (a
 * negative AVERROR, or 0 for none) says so the status becomes OASIS_ERR_NO_MEMORY, or
 * OASIS_ERR_CANCELLED. */
OasisStatus oasis_av_fail(OasisError *err, OasisStatus status, const char *subject, int error,
                          const char *format, ...) __attribute__((format(printf, 5, 6)));

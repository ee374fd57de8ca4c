/* FFmpeg's log and error codes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/base/av-error.h"

#include <libavutil/log.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The first error line is kept, because the later ones tend to be its consequences. Decoder threads
 * have lines of their own, which nobody asks for: what breaks there comes back as an error code. */
static _Thread_local char said[256];

static void keep_line(void *context, int level, const char *format, va_list args)
{
    size_t length;

    if (level > AV_LOG_ERROR || *said) {
        return;
    }
    vsnprintf(said, sizeof said, format, args);
    length = strlen(said);
    while (length > 0 && strchr(" .\n\r", said[length - 1])) {
        said[--length] = '\0';
    }
}

static void take_log(void)
{
    av_log_set_callback(keep_line);
}

void oasis_av_begin(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, take_log);
    *said = '\0';
}

bool oasis_av_said(const char *word)
{
    return strstr(said, word) != NULL;
}

OasisStatus oasis_av_fail(OasisError *err, OasisStatus status, const char *subject, int error,
                          const char *format, ...)
{
    char sentence[384], reason[AV_ERROR_MAX_STRING_SIZE];
    va_list args;

    if (error == AVERROR(ENOMEM)) { /* or a damaged file that claims to be huge */
        return oasis_fail(err, OASIS_ERR_NO_MEMORY, subject,
                          "takes more memory than there is; close other programs, or copy the file "
                          "again if it may be damaged");
    }
    if (error == AVERROR_EXIT) {
        return oasis_fail(err, OASIS_ERR_CANCELLED, subject, "cancelled");
    }
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    if (*said) {
        return oasis_fail(err, status, subject, "%s (FFmpeg: %.120s)", sentence, said);
    }
    if (error != 0 && av_strerror(error, reason, sizeof reason) == 0) {
        return oasis_fail(err, status, subject, "%s (FFmpeg: %s)", sentence, reason);
    }
    return oasis_fail(err, status, subject, "%s", sentence);
}

/* Telling the caller what a media file could not carry over.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/base/warner.h"

#include <stdarg.h>
#include <stdio.h>

void oasis_warn(const OasisWarner *warner, const char *format, ...)
{
    char message[256];
    va_list args;

    if (warner->warn) {
        va_start(args, format);
        vsnprintf(message, sizeof message, format, args);
        va_end(args);
        warner->warn(message, warner->data);
    }
}

/* Telling the caller what a media file could not carry over.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

typedef struct OasisWarner {
    void (*warn)(const char *message, void *data); /* may be NULL */
    void *data;
} OasisWarner;

void oasis_warn(const OasisWarner *warner, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The chapters that a file has, by its own clock.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavformat/avformat.h>

typedef struct OasisChapter {
    int64_t id;
    int64_t start_ns, end_ns; /* end INT64_MAX = unknown */
    AVDictionary *tags;
} OasisChapter;

typedef struct OasisChapters {
    OasisChapter *list;
    size_t count;
} OasisChapters;

/* Reads all of an opened file's, counting from `zero_ns` of its clock. Returns 0 or a negative
 * AVERROR. What was there before is lost. */
int oasis_chapters_read(OasisChapters *chapters, const AVFormatContext *format, int64_t zero_ns);
void oasis_chapters_clear(OasisChapters *chapters); /* of zeros is fine */

/* Tags and chapters of an export.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavformat/avformat.h>

#include "media/info/origin.h"

/* Copies all tags but those about the file's making. Returns 0 or a negative AVERROR, like these.
 * */
int oasis_tags_copy(AVDictionary **to, const AVDictionary *from);

/* Gives a stream the tags of another, in a file of this muxer. */
int oasis_tags_of_stream(AVStream *to, const AVStream *from, const AVFormatContext *muxer);

/* Gives a file its tags: all of the origin's, as the info has them. Players of MP4 and MOV find
 * tags in a form that has place for a few; `*all_names` says whether the other form is needed. */
int oasis_tags_of_file(AVFormatContext *muxer, const OasisOrigin *origin, bool *all_names);

/* Gives a stream of pictures its tags, the timecode moved on to the range's start. */
int oasis_tags_of_video(AVStream *stream, const AVFormatContext *muxer, const OasisOrigin *origin,
                        AVRational rate, int64_t start_ns);

/* Gives a file the chapters that lie in the ranges, moved with those. */
int oasis_chapters_copy(AVFormatContext *muxer, const OasisOrigin *origin, const OasisSpan *spans,
                        size_t n_spans);

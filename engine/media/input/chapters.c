/* The chapters that a file has, by its own clock.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/input/chapters.h"

#include <stdlib.h>

#include "media/base/av-error.h"
#include "media/base/ns.h"

static int64_t count_from(int64_t time, AVRational time_base, int64_t zero_ns)
{
    return av_sat_sub64(av_rescale_q(time, time_base, OASIS_NS), zero_ns);
}

int oasis_chapters_read(OasisChapters *chapters, const AVFormatContext *format, int64_t zero_ns)
{
    oasis_chapters_clear(chapters);
    chapters->list = calloc(format->nb_chapters + 1, sizeof *chapters->list);
    if (!chapters->list) {
        return AVERROR(ENOMEM);
    }
    for (unsigned i = 0; i < format->nb_chapters; i++) {
        const AVChapter *from = format->chapters[i];
        OasisChapter *chapter = &chapters->list[chapters->count++];

        chapter->id = from->id;
        chapter->start_ns = count_from(from->start, from->time_base, zero_ns);
        chapter->end_ns = from->end != AV_NOPTS_VALUE
                              ? count_from(from->end, from->time_base, zero_ns)
                              : INT64_MAX;
        OASIS_AV_TRY(av_dict_copy(&chapter->tags, from->metadata, 0));
    }
    return 0;
}

void oasis_chapters_clear(OasisChapters *chapters)
{
    for (size_t i = 0; i < chapters->count; i++) {
        av_dict_free(&chapters->list[i].tags);
    }
    free(chapters->list);
    *chapters = (OasisChapters){0};
}

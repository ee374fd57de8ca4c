/* Tags and chapters of an export.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/tracks/tags.h"

#include <libavutil/mem.h>
#include <libavutil/timecode.h>
#include <string.h>
#include <strings.h>

#include "media/base/av-error.h"
#include "media/base/ns.h"

int oasis_tags_copy(AVDictionary **to, const AVDictionary *from)
{
    const AVDictionaryEntry *entry = NULL;

    while ((entry = av_dict_iterate(from, entry))) {
        if (!oasis_tag_is_technical(entry->key)) {
            OASIS_AV_TRY(av_dict_set(to, entry->key, entry->value, 0));
        }
    }
    return 0;
}

/* MOV's old table of languages has these by their other names. */
static const char *find_language(const char *language)
{
    static const char *const names[][2] = {
        {"deu", "ger"}, {"fra", "fre"}, {"nld", "dut"}, {"zho", "chi"}, {"ces", "cze"},
        {"ell", "gre"}, {"ron", "rum"}, {"slk", "slo"}, {"isl", "ice"}, {"fas", "per"},
        {"msa", "may"}, {"eus", "baq"}, {"hye", "arm"}, {"kat", "geo"}, {"mkd", "mac"},
        {"mya", "bur"}, {"bod", "tib"}, {"cym", "wel"}, {"sqi", "alb"}};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i][0], language) == 0) {
            return names[i][1];
        }
    }
    return language;
}

int oasis_tags_of_stream(AVStream *to, const AVStream *from, const AVFormatContext *muxer)
{
    const AVDictionaryEntry *language = av_dict_get(from->metadata, "language", NULL, 0);

    OASIS_AV_TRY(oasis_tags_copy(&to->metadata, from->metadata));
    if (!language || strcmp(muxer->oformat->name, "mov") != 0) {
        return 0;
    }
    return av_dict_set(&to->metadata, "language", find_language(language->value), 0);
}

/* Tags for which every MP4 has a place. */
static bool has_place(const char *name)
{
    static const char *const names[] = {"title", "artist", "album_artist", "composer", "album",
                                        "date", "comment", "genre", "copyright", "grouping",
                                        "lyrics", "description", "synopsis", "show", "episode_id",
                                        "network", "keywords", "creation_time", "timecode"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

int oasis_tags_of_file(AVFormatContext *muxer, const OasisOrigin *origin, bool *all_names)
{
    *all_names = false;
    for (size_t i = 0; i < origin->info->n_tags; i++) {
        const OasisTag *tag = &origin->info->tags[i];

        if (strcmp(tag->name, "timecode") == 0) { /* the picture's, moved with the range */
            continue;
        }
        *all_names |= !has_place(tag->name);
        OASIS_AV_TRY(av_dict_set(&muxer->metadata, tag->name, tag->value, 0));
    }
    return 0;
}

/* The timecode of the first frame, wherever the file keeps it; NULL without one. */
static const char *find_timecode(const OasisOrigin *origin)
{
    const AVFormatContext *format = origin->input->format;
    const AVDictionaryEntry *entry =
        av_dict_get(origin->input->video->metadata, "timecode", NULL, 0);

    entry = entry ? entry : av_dict_get(format->metadata, "timecode", NULL, 0);
    for (unsigned i = 0; i < format->nb_streams && !entry; i++) {
        entry = av_dict_get(format->streams[i]->metadata, "timecode", NULL, 0);
    }
    return entry ? entry->value : NULL;
}

int oasis_tags_of_video(AVStream *stream, const AVFormatContext *muxer, const OasisOrigin *origin,
                        AVRational rate, int64_t start_ns)
{
    const char *code = find_timecode(origin);
    char moved[AV_TIMECODE_STR_SIZE];
    AVTimecode timecode;

    OASIS_AV_TRY(oasis_tags_of_stream(stream, origin->input->video, muxer));
    stream->disposition = origin->input->video->disposition & AV_DISPOSITION_DEFAULT;
    if (!code) {
        return 0;
    }
    if (av_timecode_init_from_string(&timecode, rate, code, NULL) < 0) {
        return av_dict_set(&stream->metadata, "timecode", NULL, 0);
    }
    av_timecode_make_string(&timecode, moved,
                            (int)av_rescale_q(start_ns, OASIS_NS, av_inv_q(rate)));
    return av_dict_set(&stream->metadata, "timecode", moved, 0);
}

/* When a part's times begin, on the frames' clock of the whole film. */
static int64_t part_start_ns(const OasisOrigin *origin, size_t part)
{
    const int64_t zero_ns = oasis_origin_zero_ns(origin) - origin->index->pieces[0].offset;
    const int64_t start = part > 0 ? origin->input->parts.list[part].start : 0;

    return av_rescale_q(start, origin->input->video->time_base, OASIS_NS) - zero_ns;
}

static int add_chapter(AVFormatContext *muxer, const OasisChapter *from, const OasisSpan *lasts)
{
    AVChapter *chapter = av_mallocz(sizeof *chapter);

    if (!chapter) {
        return AVERROR(ENOMEM);
    }
    muxer->chapters[muxer->nb_chapters++] = chapter;
    chapter->id = from->id;
    chapter->time_base = OASIS_NS;
    chapter->start = lasts->start_ns;
    chapter->end = lasts->end_ns;
    return av_dict_copy(&chapter->metadata, from->tags, 0);
}

/* From the source's times to those of the film that has these ranges: what of it remains hangs
 * together. False where nothing does. */
static bool move_span(const OasisSpan *spans, size_t n_spans, OasisSpan *moved)
{
    const OasisSpan whole = *moved;
    int64_t film_ns = 0;

    *moved = (OasisSpan){.start_ns = INT64_MAX};
    for (size_t i = 0; i < n_spans; i++) {
        const OasisSpan *span = &spans[i];
        const int64_t span_end_ns = span->end_ns > 0 ? span->end_ns : INT64_MAX;
        const int64_t first_ns = FFMAX(whole.start_ns, span->start_ns);
        const int64_t end_ns = FFMIN(whole.end_ns, span_end_ns);

        if (first_ns < end_ns) {
            moved->start_ns = FFMIN(moved->start_ns, film_ns + first_ns - span->start_ns);
            moved->end_ns = film_ns + end_ns - span->start_ns;
        }
        film_ns += i + 1 < n_spans ? span_end_ns - span->start_ns : 0;
    }
    return moved->start_ns < moved->end_ns;
}

int oasis_chapters_copy(AVFormatContext *muxer, const OasisOrigin *origin, const OasisSpan *spans,
                        size_t n_spans)
{
    const OasisParts *parts = &origin->input->parts;

    if (origin->info->chapters == 0) {
        return 0;
    }
    muxer->chapters = av_calloc((size_t)origin->info->chapters, sizeof *muxer->chapters);
    if (!muxer->chapters) {
        return AVERROR(ENOMEM);
    }
    for (size_t part = 0; part < parts->count; part++) {
        const OasisChapters *chapters = &parts->list[part].chapters;
        const int64_t moved_ns = part_start_ns(origin, part);
        const bool is_last = parts->as_bytes || part + 1 == parts->count;
        const int64_t over_ns = is_last ? INT64_MAX : part_start_ns(origin, part + 1);

        for (size_t i = 0; i < chapters->count; i++) {
            OasisChapter chapter = chapters->list[i];
            OasisSpan lasts = {
                .start_ns = av_sat_add64(chapter.start_ns, moved_ns),
                .end_ns = chapter.end_ns != INT64_MAX ? av_sat_add64(chapter.end_ns, moved_ns)
                                                      : origin->info->duration_ns,
            };

            lasts.end_ns = FFMIN(lasts.end_ns, over_ns);
            chapter.id = parts->count > 1 ? (int64_t)muxer->nb_chapters + 1 : chapter.id;
            if (move_span(spans, n_spans, &lasts)) {
                OASIS_AV_TRY(add_chapter(muxer, &chapter, &lasts));
            }
        }
    }
    return 0;
}

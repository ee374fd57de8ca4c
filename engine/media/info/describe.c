/* Facts about an opened file as its callers see them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/info/describe.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "media/base/mastering.h"
#include "media/base/ns.h"

enum { MOST_LATE = 8 }; /* tracks, each opened where it begins */

typedef struct FourCc {
    char text[5];
} FourCc;

bool oasis_tag_is_technical(const char *name)
{
    static const char *const names[] = {
        "major_brand", "minor_version", "compatible_brands", "encoder", "duration",
        "handler_name", "vendor_id", "software-vendor", "metadatacreator", "hasKeyframes",
        "hasVideo", "hasAudio", "hasMetadata", "canSeekToEnd", "datasize", "videosize",
        "audiosize", "lasttimestamp", "lastkeyframetimestamp", "lastkeyframelocation",
        "canseekontime", "rotate", "DeviceConformanceTemplate", "WMFSDKNeeded", "WMFSDKVersion",
        "IsVBR", "BPS", "NUMBER_OF_FRAMES", "NUMBER_OF_BYTES", "totalduration", "framerate",
        "videodatarate", "audiodatarate", "videocodecid", "audiocodecid", "width", "height"};

    if (strncasecmp(name, "_STATISTICS", 11) == 0 || strncasecmp(name, "BPS-", 4) == 0 ||
        strncasecmp(name, "DURATION-", 9) == 0 || strncasecmp(name, "NUMBER_OF_", 10) == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcasecmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static OasisTrackKind find_kind(const AVStream *stream)
{
    switch (stream->codecpar->codec_type) {
    case AVMEDIA_TYPE_VIDEO:
        return stream->disposition & AV_DISPOSITION_ATTACHED_PIC ? OASIS_TRACK_COVER
               : oasis_input_is_video(stream)                     ? OASIS_TRACK_VIDEO
                                                                  : OASIS_TRACK_DATA;
    case AVMEDIA_TYPE_AUDIO:
        return OASIS_TRACK_SOUND;
    case AVMEDIA_TYPE_SUBTITLE:
        return OASIS_TRACK_SUBTITLES;
    case AVMEDIA_TYPE_ATTACHMENT:
        return OASIS_TRACK_ATTACHMENT;
    default:
        return stream->codecpar->codec_tag == MKTAG('t', 'm', 'c', 'd') ? OASIS_TRACK_TIMECODE
                                                                        : OASIS_TRACK_DATA;
    }
}

/* The codec's name, or for data of no known codec the container's four letters. */
static const char *name_codec(const AVCodecParameters *parameters, FourCc *letters)
{
    if (parameters->codec_id != AV_CODEC_ID_NONE && parameters->codec_id != AV_CODEC_ID_BIN_DATA) {
        return avcodec_get_name(parameters->codec_id);
    }
    for (int i = 0; i < 4; i++) {
        char letter = (char)(parameters->codec_tag >> 8 * i);

        letters->text[i] = (char)(isprint((unsigned char)letter) ? letter : '\0');
    }
    return letters->text;
}

static const char *find_tag(const AVDictionary *tags, const char *name)
{
    const AVDictionaryEntry *entry = av_dict_get(tags, name, NULL, 0);

    return entry ? entry->value : "";
}

static void add_sound(const AVCodecParameters *parameters, OasisTrack *track)
{
    const AVCodecDescriptor *codec = avcodec_descriptor_get(parameters->codec_id);

    track->rate = parameters->sample_rate;
    track->channels = parameters->ch_layout.nb_channels;
    track->bits = parameters->bits_per_raw_sample > 0 ? parameters->bits_per_raw_sample
                                                      : parameters->bits_per_coded_sample;
    track->lossless =
        codec && codec->props & AV_CODEC_PROP_LOSSLESS && !(codec->props & AV_CODEC_PROP_LOSSY);
}

static void add_facts(const OasisInput *input, const OasisIndex *index, OasisTrack *track)
{
    const OasisTrackFacts *facts = &index->tracks[track->number];
    const int64_t zero = av_rescale_q(index->pts[0], input->video->time_base, OASIS_NS);
    const int64_t jumps = (int64_t)index->n_pieces - 1;

    track->bytes = facts->bytes;
    track->late_byte = facts->late_byte;
    track->changes = (int)facts->changes;
    track->holes = facts->holes > jumps ? (int)(facts->holes - jumps) : 0;
    if (facts->first_ns != INT64_MIN) {
        track->first_ns =
            av_sat_sub64(av_sat_add64(facts->first_ns, index->pieces[0].offset), zero);
        track->end_ns =
            av_sat_sub64(av_sat_add64(facts->end_ns, index->pieces[jumps].offset), zero);
    }
}

static OasisTrack describe_track(const OasisInput *input, const OasisIndex *index, unsigned number,
                                 const AVStream *stream, FourCc *letters)
{
    const AVCodecParameters *parameters = stream->codecpar;
    const AVCodecDescriptor *codec = avcodec_descriptor_get(parameters->codec_id);
    OasisTrack track = {
        .number = (int)number,
        .kind = find_kind(stream),
        .codec = name_codec(parameters, letters),
        .language = find_tag(stream->metadata, "language"),
        .title = find_tag(stream->metadata, "title"),
        .is_main = stream == input->video,
        .is_default = stream->disposition & AV_DISPOSITION_DEFAULT,
        .is_forced = stream->disposition & AV_DISPOSITION_FORCED,
        .is_commentary = stream->disposition & AV_DISPOSITION_COMMENT,
        .width = parameters->width,
        .height = parameters->height,
        .text = codec && codec->props & AV_CODEC_PROP_TEXT_SUB,
    };

    if (strcmp(track.language, "und") == 0) {
        track.language = "";
    }
    if (track.kind == OASIS_TRACK_ATTACHMENT) {
        track.title = find_tag(stream->metadata, "filename");
    }
    if (track.kind == OASIS_TRACK_SOUND) {
        add_sound(parameters, &track);
    }
    if (number < index->n_tracks) {
        add_facts(input, index, &track);
    }
    return track;
}

/* A track that only reading through has shown, and that cannot be opened. */
static OasisTrack describe_unknown(const OasisInput *input, const OasisIndex *index,
                                   unsigned number)
{
    const OasisTrackFacts *facts = &index->tracks[number];
    OasisTrack track = {
        .number = (int)number,
        .kind = facts->type == AVMEDIA_TYPE_VIDEO      ? OASIS_TRACK_VIDEO
                : facts->type == AVMEDIA_TYPE_AUDIO    ? OASIS_TRACK_SOUND
                : facts->type == AVMEDIA_TYPE_SUBTITLE ? OASIS_TRACK_SUBTITLES
                                                       : OASIS_TRACK_DATA,
        .codec = facts->codec != AV_CODEC_ID_NONE
                     ? avcodec_get_name((enum AVCodecID)facts->codec)
                     : "",
        .language = "",
        .title = "",
    };

    add_facts(input, index, &track);
    return track;
}

static bool is_late(const OasisIndex *index, size_t number)
{
    return number < index->n_tracks && index->tracks[number].late_byte > 0;
}

/* Late tracks stay open in `late` for their words. */
static void describe_tracks(const OasisInput *input, const OasisIndex *index,
                            OasisContainer late[MOST_LATE], FourCc *letters, OasisTrack *tracks,
                            size_t n_tracks)
{
    const AVFormatContext *format = input->format;
    size_t n_late = 0;

    for (unsigned i = 0; i < n_tracks; i++) {
        AVStream *stream = i < format->nb_streams ? format->streams[i] : NULL, *found;
        bool opened = false;

        if (is_late(index, i) && n_late < MOST_LATE) {
            opened = oasis_container_open_late(&late[n_late++], &input->container,
                                               index->tracks[i].late_byte,
                                               (int)index->tracks[i].id, &found) >= 0;
            stream = opened ? found : stream;
        }
        tracks[i] = stream ? describe_track(input, index, i, stream, &letters[i])
                           : describe_unknown(input, index, i);
        tracks[i].late_byte = opened ? 0 : tracks[i].late_byte;
    }
}

static int count_chapters(const OasisParts *parts)
{
    size_t count = 0;

    for (size_t i = 0; i < parts->count; i++) {
        count += parts->list[i].chapters.count;
    }
    return (int)count;
}

/* The file's tags; a tape's date stands in where there is no other. */
static size_t describe_tags(const OasisInput *input, const OasisIndex *index, char *date,
                            size_t size, OasisTag *tags)
{
    const AVDictionary *from = input->format->metadata;
    const AVDictionaryEntry *entry = NULL;
    size_t n = 0;

    while ((entry = av_dict_iterate(from, entry))) {
        if (!oasis_tag_is_technical(entry->key)) {
            tags[n++] = (OasisTag){entry->key, entry->value};
        }
    }
    if (index->recorded != 0 && !av_dict_get(from, "creation_time", NULL, 0)) {
        const time_t recorded = (time_t)index->recorded;
        struct tm parts;

        gmtime_r(&recorded, &parts);
        strftime(date, size, "%Y-%m-%dT%H:%M:%S.000000Z", &parts);
        tags[n++] = (OasisTag){"creation_time", date};
    }
    return n;
}

static void find_longest(const OasisInput *input, const OasisIndex *index, OasisMediaInfo *info)
{
    const AVRational time_base = input->video->time_base;
    int64_t longest = 0, at = 0;

    for (int64_t n = 0; n < index->frames; n++) {
        int64_t duration = n + 1 < index->frames ? index->pts[n + 1] - index->pts[n]
                                                 : index->last_duration;

        if (duration > longest) {
            longest = duration;
            at = index->pts[n] - index->pts[0];
        }
    }
    info->longest_ns = av_rescale_q(longest, time_base, OASIS_NS);
    info->longest_at_ns = av_rescale_q(at, time_base, OASIS_NS);
}

OasisMediaInfo *oasis_describe(const OasisInput *input, const OasisIndex *index)
{
    const AVFormatContext *format = input->format;
    const size_t n_tags = (size_t)av_dict_count(format->metadata) + 1;
    const size_t n_tracks =
        index->n_tracks > format->nb_streams ? index->n_tracks : format->nb_streams;
    OasisTrack *tracks = calloc(n_tracks, sizeof *tracks);
    FourCc *letters = calloc(n_tracks, sizeof *letters);
    OasisTag *tags = calloc(n_tags, sizeof *tags);
    char date[64];
    OasisMediaInfo info = {
        .container = format->iformat->long_name,
        .video_codec = avcodec_get_name(input->video->codecpar->codec_id),
        .coded_width = input->video->codecpar->width,
        .coded_height = input->video->codecpar->height,
        .bytes = oasis_parts_size(&input->parts),
        .parts = (int)input->parts.count,
        .chapters = count_chapters(&input->parts),
        .clock_jumps = (int)index->n_pieces - 1,
        .tracks = tracks,
        .n_tracks = n_tracks,
        .tags = tags,
    };
    OasisContainer late[MOST_LATE] = {0};
    OasisMediaInfo *copy = NULL;
    bool compatible;

    oasis_mastering_read(input->video->codecpar, NULL, &info.mastering);
    oasis_dolby_read(input->video->codecpar, &info.dolby, &compatible);
    if (tracks && letters && tags) {
        describe_tracks(input, index, late, letters, tracks, n_tracks);
        info.n_tags = describe_tags(input, index, date, sizeof date, tags);
        find_longest(input, index, &info);
        copy = oasis_media_info_copy(&info);
    }
    for (size_t i = 0; i < MOST_LATE; i++) {
        oasis_container_close(&late[i]);
    }
    free(tracks);
    free(letters);
    free(tags);
    return copy;
}

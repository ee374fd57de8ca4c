/* Learning about all of a file's streams while it is read through.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/input/track-scan.h"

#include <libavcodec/avcodec.h>
#include <stdlib.h>

#include "media/base/av-error.h"
#include "media/base/ns.h"
#include "media/input/container.h"

enum {
    MOST_STREAMS = 1024, /* those beyond are not looked at: no video of anybody's has so many */
    MOST_PAUSES = 256,
    LASTING = 3, /* packets in a row that must agree on a new shape of sound */
    MOST_PACKETS = 1 << 28, /* of all streams: a hundred a second for a month */
    FREE_PACKETS = 1 << 16,
    MOST_GROWTH = 64, /* of the packets' bytes, over the file's */
    FREE_BYTES = 1 << 20,
};

static const int64_t HOLE_NS = 50000000;        /* shorter pauses are rounding */
static const int64_t PAUSE_NS = 5000000000;     /* longer ones may be a clock that was set */
static const int64_t EDGE_NS = 2000000000;      /* by which sound and picture lie apart in a file */
/* How far one looks from the beginning: all of it is held in memory at once. Streams of bytes can
 * also be opened where a track begins. */
static const int64_t MOST_PROBE_BYTES = 1 << 28, MOST_STREAM_BYTES = 1 << 25;
static const int64_t PROBE_MARGIN_BYTES = 1 << 20;
static const int64_t PROBE_MARGIN_NS = 5000000000;

typedef struct Pause {
    int64_t from_ns, to_ns;
} Pause;

typedef struct Shape {
    int rate, channels;
} Shape;

typedef struct ScannedStream {
    OasisTrackFacts facts;
    int64_t first_byte;
    Pause *pauses;
    int n_pauses;
    AVCodecParserContext *parser; /* of sound whose packets say their shape; else NULL */
    AVCodecContext *parsed;       /* what the parser has found */
    Shape shape, next;            /* as it is, and as it may become */
    int agreeing;                 /* packets in a row that say `next` */
    bool is_sound, begun;
} ScannedStream;

struct OasisTrackScan {
    int64_t file_bytes, packets, packet_bytes; /* of all streams */
    bool known[MOST_STREAMS]; /* what they are, by the file's beginning */
    ScannedStream *streams[MOST_STREAMS];
    unsigned n_streams;
};

OasisTrackScan *oasis_track_scan_new(const AVFormatContext *format, int64_t bytes)
{
    OasisTrackScan *scan = calloc(1, sizeof *scan);

    if (!scan) {
        return NULL;
    }
    scan->file_bytes = bytes;
    for (unsigned i = 0; i < format->nb_streams && i < MOST_STREAMS; i++) {
        const AVCodecParameters *parameters = format->streams[i]->codecpar;

        scan->known[i] =
            parameters->codec_type != AVMEDIA_TYPE_AUDIO || parameters->sample_rate > 0;
    }
    return scan;
}

void oasis_track_scan_free(OasisTrackScan **scan)
{
    OasisTrackScan *self = *scan;

    *scan = NULL;
    for (unsigned i = 0; self && i < self->n_streams; i++) {
        av_parser_close(self->streams[i]->parser);
        avcodec_free_context(&self->streams[i]->parsed);
        free(self->streams[i]->pauses);
        free(self->streams[i]);
    }
    free(self);
}

/* Sound whose packets carry a header each; where the container has one for all, they do not. */
static bool has_headers(const AVCodecParameters *parameters)
{
    switch (parameters->codec_id) {
    case AV_CODEC_ID_MP1:
    case AV_CODEC_ID_MP2:
    case AV_CODEC_ID_MP3:
    case AV_CODEC_ID_AC3:
    case AV_CODEC_ID_EAC3:
        return true;
    case AV_CODEC_ID_AAC:
        return parameters->extradata_size == 0;
    default:
        return false;
    }
}

static ScannedStream *add_stream(const AVStream *stream)
{
    ScannedStream *self = calloc(1, sizeof *self);

    if (!self) {
        return NULL;
    }
    self->facts.first_ns = self->facts.end_ns = INT64_MIN;
    self->is_sound = stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    if (self->is_sound && has_headers(stream->codecpar)) {
        self->parser = av_parser_init((int)stream->codecpar->codec_id);
        self->parsed = avcodec_alloc_context3(NULL);
        if (self->parsed) {
            self->parsed->codec_id = stream->codecpar->codec_id;
            self->parsed->codec_type = AVMEDIA_TYPE_AUDIO;
        }
    }
    return self;
}

static ScannedStream *find_stream(OasisTrackScan *scan, const AVFormatContext *format,
                                  unsigned number)
{
    while (scan->n_streams <= number) {
        ScannedStream *added = add_stream(format->streams[scan->n_streams]);

        if (!added) {
            return NULL;
        }
        scan->streams[scan->n_streams++] = added;
    }
    return scan->streams[number];
}

/* A new shape counts once some packets agree on it: damaged ones say anything. */
static void compare_shape(ScannedStream *stream)
{
    const Shape seen = {stream->parsed->sample_rate, stream->parsed->ch_layout.nb_channels};

    if (seen.rate < 1 || seen.channels < 1) {
        return;
    }
    if (seen.rate == stream->shape.rate && seen.channels == stream->shape.channels) {
        stream->agreeing = 0;
        return;
    }
    stream->agreeing =
        seen.rate == stream->next.rate && seen.channels == stream->next.channels
            ? stream->agreeing + 1
            : 1;
    stream->next = seen;
    if (stream->agreeing >= LASTING) {
        stream->facts.changes += stream->shape.rate != 0;
        stream->shape = seen;
        stream->agreeing = 0;
    }
}

static void parse(ScannedStream *stream, const AVPacket *packet)
{
    const uint8_t *data = packet->data;
    int left = packet->size;

    while (left > 0) {
        uint8_t *out;
        int size;
        int used = av_parser_parse2(stream->parser, stream->parsed, &out, &size, data, left,
                                    AV_NOPTS_VALUE, AV_NOPTS_VALUE, -1);

        if (used <= 0 && size <= 0) {
            break;
        }
        data += used > 0 ? used : 0;
        left -= used > 0 ? used : 0;
    }
    compare_shape(stream);
}

static int64_t packet_duration_ns(const AVStream *stream, const AVPacket *packet)
{
    const AVCodecParameters *parameters = stream->codecpar;
    int samples;

    if (packet->duration > 0) {
        return av_rescale_q(packet->duration, stream->time_base, OASIS_NS);
    }
    samples = av_get_audio_frame_duration2(stream->codecpar, packet->size);
    return samples > 0 && parameters->sample_rate > 0
               ? av_rescale_q(samples, (AVRational){1, parameters->sample_rate}, OASIS_NS)
               : 0;
}

static bool add_pause(ScannedStream *stream, int64_t from_ns, int64_t to_ns)
{
    if (stream->n_pauses == MOST_PAUSES) {
        return true;
    }
    if (!stream->pauses) {
        stream->pauses = calloc(MOST_PAUSES, sizeof *stream->pauses);
    }
    if (stream->pauses) {
        stream->pauses[stream->n_pauses++] = (Pause){from_ns, to_ns};
    }
    return stream->pauses;
}

static bool look_at_time(ScannedStream *self, const AVStream *stream, const AVPacket *packet)
{
    const int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    const int64_t duration_ns = packet_duration_ns(stream, packet);
    int64_t time_ns;
    bool done = true;

    if (time == AV_NOPTS_VALUE) {
        self->facts.end_ns = self->facts.end_ns != INT64_MIN
                                 ? av_sat_add64(self->facts.end_ns, duration_ns)
                                 : INT64_MIN;
        return true;
    }
    time_ns = av_rescale_q(time, stream->time_base, OASIS_NS);
    if (self->facts.first_ns == INT64_MIN) {
        self->facts.first_ns = time_ns;
    } else if (self->is_sound) {
        const int64_t pause_ns = av_sat_sub64(time_ns, self->facts.end_ns);

        self->facts.holes += duration_ns > 0 && pause_ns > HOLE_NS;
        done = pause_ns < PAUSE_NS || add_pause(self, self->facts.end_ns, time_ns);
    }
    self->facts.end_ns = time_ns + duration_ns;
    return done;
}

/* Whether an index tells of packets without end: one of a few bytes can, by naming the same bytes
 * again and again. An edit may repeat a part of a film, and packed tracks grow, but not so much. */
static bool is_endless(OasisTrackScan *scan, const AVPacket *packet)
{
    scan->packets++;
    scan->packet_bytes += packet->size;
    return scan->packets > MOST_PACKETS || scan->packets > scan->file_bytes + FREE_PACKETS ||
           scan->packet_bytes / MOST_GROWTH > scan->file_bytes + FREE_BYTES;
}

int oasis_track_scan_look(OasisTrackScan *scan, const AVFormatContext *format,
                          const AVPacket *packet)
{
    const unsigned number = (unsigned)packet->stream_index;
    const AVStream *stream;
    ScannedStream *self;

    if (is_endless(scan, packet)) {
        return OASIS_ERROR_ENDLESS;
    }
    if (number >= MOST_STREAMS) {
        return 0;
    }
    self = find_stream(scan, format, number);
    if (!self) {
        return AVERROR(ENOMEM);
    }
    stream = format->streams[number];
    if (!self->begun) {
        self->begun = true;
        self->first_byte = format->pb ? avio_tell(format->pb) : 0;
    }
    self->facts.packets++;
    self->facts.bytes += packet->size;
    if (self->parser && self->parsed) {
        parse(self, packet);
    }
    return look_at_time(self, stream, packet) ? 0 : AVERROR(ENOMEM);
}

/* Whether the stream has a pause over this time, or is over, or not begun. */
static bool is_silent(const ScannedStream *stream, int64_t from_ns, int64_t to_ns)
{
    if (stream->facts.packets == 0 || stream->facts.end_ns <= from_ns + EDGE_NS ||
        stream->facts.first_ns >= to_ns - EDGE_NS) {
        return true;
    }
    for (int i = 0; i < stream->n_pauses; i++) {
        if (stream->pauses[i].from_ns <= from_ns + EDGE_NS &&
            stream->pauses[i].to_ns >= to_ns - EDGE_NS) {
            return true;
        }
    }
    return false;
}

bool oasis_track_scan_is_silent(const OasisTrackScan *scan, int64_t from_ns, int64_t to_ns)
{
    for (unsigned i = 0; i < scan->n_streams; i++) {
        if (scan->streams[i]->is_sound && !is_silent(scan->streams[i], from_ns, to_ns)) {
            return false;
        }
    }
    return true;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Streams that the file's beginning does not show, or not what they are. */
static void plan_probe(const OasisTrackScan *scan, int64_t most, OasisIndex *index)
{
    int64_t start_ns = INT64_MAX;

    for (unsigned i = 0; i < scan->n_streams; i++) {
        if (scan->streams[i]->facts.first_ns != INT64_MIN) {
            start_ns = smaller(start_ns, scan->streams[i]->facts.first_ns);
        }
    }
    for (unsigned i = 0; i < scan->n_streams; i++) {
        const ScannedStream *stream = scan->streams[i];
        const int64_t bytes = stream->first_byte + PROBE_MARGIN_BYTES;

        if (scan->known[i] || !stream->begun) {
            continue;
        }
        if (bytes > most) {
            index->tracks[i].late_byte = stream->first_byte;
        } else if (stream->facts.first_ns != INT64_MIN) {
            const int64_t ns = stream->facts.first_ns - start_ns + PROBE_MARGIN_NS;

            index->probe_bytes = bytes > index->probe_bytes ? bytes : index->probe_bytes;
            index->probe_ns = ns > index->probe_ns ? ns : index->probe_ns;
        }
    }
}

bool oasis_track_scan_finish(const OasisTrackScan *scan, const AVFormatContext *format,
                             OasisIndex *index)
{
    const unsigned count = (unsigned)smaller(format->nb_streams, MOST_STREAMS);

    index->n_tracks = count;
    index->tracks = calloc(count, sizeof *index->tracks);
    if (!index->tracks) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        index->tracks[i] = i < scan->n_streams
                               ? scan->streams[i]->facts
                               : (OasisTrackFacts){.first_ns = INT64_MIN, .end_ns = INT64_MIN};
        index->tracks[i].type = format->streams[i]->codecpar->codec_type;
        index->tracks[i].codec = format->streams[i]->codecpar->codec_id;
        index->tracks[i].id = format->streams[i]->id;
    }
    plan_probe(scan, oasis_container_is_stream(format) ? MOST_STREAM_BYTES : MOST_PROBE_BYTES,
               index);
    return true;
}

/* Joining pieces and tracks.
 *
 * Each piece was made by an encoder of its own, whose times of decoding know nothing of the other
 * pieces. So they are made anew: the packet that is decoded as the i-th has the time at which the
 * frame D places before it is shown, D being the most that any packet needs.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/sink/joiner.h"

#include <libavutil/avstring.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/target.h"
#include "media/base/av-error.h"
#include "media/base/ns.h"
#include "media/encode/encoder.h"
#include "media/encode/piece-file.h"
#include "media/formats/muxer.h"
#include "media/sink/join-check.h"
#include "media/tracks/tags.h"
#include "media/tracks/tracks.h"

static const double MOST_OFF = 0.04; /* by which a bit rate may be off without a word */

typedef struct Join {
    const OasisJoinParams *params;
    const OasisPieceParams *pieces; /* as params has them */
    OasisPartFile *part;
    AVFormatContext *muxer;
    AVStream *video;
    AVCodecContext *encoder; /* like the pieces', for what it says of itself; encodes nothing */
    OasisOrigin origin;      /* all zeros without other tracks */
    OasisTracks *tracks;     /* NULL without */
    AVPacket *packet;
    bool counts_decoding; /* the container adds up durations in the order of decoding */

    int64_t *shown; /* when each frame is shown, in the encoder's steps, ascending */
    int64_t frames, room;
    int64_t end;    /* of the last frame */
    int64_t lag;    /* D */
    int64_t *sorted; /* of the piece at hand */
    int64_t sorted_room;
    int64_t written, bytes; /* packets, and theirs */
    size_t at;       /* the piece at hand */
} Join;

/* Fails if writing did, by FFmpeg's word (`error`) or the disk's, which is the better one. */
static OasisStatus check_written(Join *self, int error, OasisError *err)
{
    const char *name = self->pieces->name;
    const AVIOContext *io = self->muxer->pb;

    if (error >= 0 && (!io || io->error >= 0)) {
        return OASIS_OK;
    }
    if (io && io->error < 0 && io->error != AVERROR_EOF) {
        error = io->error;
    }
    if (error == AVERROR(ENOMEM)) {
        return oasis_fail_memory(err, name);
    }
    if (error == AVERROR_EXTERNAL || error == AVERROR_BUG || error == AVERROR_INVALIDDATA ||
        error == AVERROR(EINVAL) || error < -4096) { /* FFmpeg's own, no error number */
        return oasis_av_fail(err, OASIS_ERR_OUTPUT, name, error,
                             "cannot be written; choose another format or codec");
    }
    return oasis_fail_writing(err, name, AVUNERROR(error));
}

/* --- times ------------------------------------------------------------------------------------ */

static int compare(const void *a, const void *b)
{
    const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

static bool make_room(int64_t **items, int64_t *room, int64_t wanted)
{
    int64_t *grown;

    if (wanted <= *room) {
        return true;
    }
    grown = realloc(*items, (size_t)wanted * sizeof **items);
    if (grown) {
        *items = grown;
        *room = wanted;
    }
    return grown;
}

/* Times of a piece in the order of showing. */
static OasisStatus sort(Join *self, const OasisPieceIn *in, OasisError *err)
{
    const int64_t packets = oasis_piece_in_packets(in);

    if (!make_room(&self->sorted, &self->sorted_room, packets)) {
        return oasis_fail_memory(err, self->pieces->name);
    }
    memcpy(self->sorted, oasis_piece_in_pts(in), (size_t)packets * sizeof *self->sorted);
    qsort(self->sorted, (size_t)packets, sizeof *self->sorted, compare);
    return OASIS_OK;
}

/* The place of a time among those of the piece at hand. */
static int64_t rank(const Join *self, int64_t pts, int64_t packets)
{
    const int64_t *found =
        bsearch(&pts, self->sorted, (size_t)packets, sizeof pts, compare);

    return found - self->sorted;
}

/* Frames that a source has closer than the encoder's steps are moved apart. */
static void note_times(Join *self, const OasisPieceIn *in)
{
    const int64_t packets = oasis_piece_in_packets(in);
    const int64_t *pts = oasis_piece_in_pts(in);

    for (int64_t i = 0; i < packets; i++) {
        const int64_t before = self->frames > 0 ? self->shown[self->frames - 1] : INT64_MIN;
        const int64_t late = i - rank(self, pts[i], packets);

        self->shown[self->frames++] =
            self->sorted[i] > before ? self->sorted[i] : before + 1;
        self->lag = late > self->lag ? late : self->lag;
    }
    self->end = oasis_piece_in_end(in);
}

static OasisStatus open_piece(Join *self, size_t i, OasisPieceIn **in, OasisError *err)
{
    const int fd = self->params->open(i, self->params->data);
    OasisStatus status;

    self->at = i;
    *in = NULL;
    if (fd < 0) {
        return oasis_fail(err, OASIS_ERR_INPUT, self->pieces->name,
                          "a piece of the unfinished work is missing");
    }
    status = oasis_piece_in_new(fd, self->pieces->name, in, err);
    if (status == OASIS_OK && !oasis_piece_in_fits(*in, self->encoder)) {
        oasis_piece_in_free(in);
        status = oasis_fail(err, OASIS_ERR_INPUT, self->pieces->name,
                            "a piece was made by another version of the encoder");
    }
    return status;
}

static OasisStatus look_at_piece(Join *self, size_t i, OasisError *err)
{
    OasisPieceIn *in;
    OasisStatus status;

    OASIS_TRY(open_piece(self, i, &in, err));
    status = make_room(&self->shown, &self->room, self->frames + oasis_piece_in_packets(in))
                 ? sort(self, in, err)
                 : oasis_fail_memory(err, self->pieces->name);
    if (status == OASIS_OK) {
        note_times(self, in);
    }
    oasis_piece_in_free(&in);
    return status;
}

static OasisStatus look_at_pieces(Join *self, OasisError *err)
{
    for (size_t i = 0; i < self->params->n_pieces; i++) {
        OASIS_TRY(look_at_piece(self, i, err));
    }
    self->lag = self->lag < self->frames ? self->lag : self->frames - 1;
    if (self->end <= self->shown[self->frames - 1]) {
        self->end = self->shown[self->frames - 1];
    }
    return OASIS_OK;
}

/* When the packet that is decoded as the i-th is. */
static int64_t decoded_at(const Join *self, int64_t i)
{
    return i >= self->lag ? self->shown[i - self->lag]
                          : self->shown[i] - (self->shown[self->lag] - self->shown[0]);
}

/* --- the file --------------------------------------------------------------------------------- */

static int open_file(Join *self)
{
    char *url = av_asprintf("file:%s", oasis_part_file_path(self->part));
    int error = url ? avio_open(&self->muxer->pb, url, AVIO_FLAG_WRITE) : AVERROR(ENOMEM);

    self->muxer->url = url; /* the muxer reads the file again to put its index first */
    return error;
}

static OasisStatus open_muxer(Join *self, OasisError *err)
{
    const OasisPieceParams *pieces = self->pieces;
    const char *path = oasis_part_file_target(self->part);
    const OasisMuxer *muxer;
    int error;

    OASIS_TRY(oasis_muxer_find(path, &muxer, err));
    error = avformat_alloc_output_context2(&self->muxer, NULL, muxer->name, NULL);
    if (error < 0) {
        return oasis_av_fail(err, OASIS_ERR_UNSUPPORTED, path, error,
                             "this FFmpeg writes no %s files; choose another ending",
                             muxer->ending);
    }
    OASIS_TRY(oasis_encoder_open(pieces->name, pieces->target, pieces->plan, pieces->longest_ns,
                                 pieces->threads, &self->encoder, err));
    self->video = avformat_new_stream(self->muxer, NULL);
    if (!self->video ||
        avcodec_parameters_from_context(self->video->codecpar, self->encoder) < 0) {
        return oasis_fail_memory(err, path);
    }
    self->counts_decoding = !muxer->timed;
    self->video->time_base = self->encoder->time_base;
    self->video->avg_frame_rate = self->encoder->framerate;
    self->video->sample_aspect_ratio = self->encoder->sample_aspect_ratio;
    return check_written(self, open_file(self), err);
}

static OasisStatus open_tracks(Join *self, OasisError *err)
{
    const OasisMediaTarget *target = self->pieces->target;

    if (!target->tracks_from) {
        return OASIS_OK;
    }
    OASIS_TRY(oasis_origin_open(target->tracks_from, target->further, target->stream,
                                target->index_folder, &self->origin, err));
    self->tracks = oasis_tracks_open(&self->origin, self->pieces->plan, self->muxer,
                                     (OasisWarner){target->warn, target->data});
    return self->tracks ? OASIS_OK : oasis_fail_memory(err, self->pieces->name);
}

/* Tags and tracks of the origin, of the ranges. */
static int begin_tracks(Join *self, AVDictionary **options)
{
    const OasisSpan *spans = self->params->spans;
    const size_t n_spans = self->params->n_spans;
    bool all_names;

    OASIS_AV_TRY(oasis_tags_of_file(self->muxer, &self->origin, &all_names));
    OASIS_AV_TRY(
        oasis_tags_of_video(self->video, self->muxer, &self->origin, self->encoder->framerate,
                            spans->start_ns));
    OASIS_AV_TRY(oasis_chapters_copy(self->muxer, &self->origin, spans, n_spans));
    if (all_names) {
        OASIS_AV_TRY(av_dict_set(options, "movflags", "+use_metadata_tags", AV_DICT_APPEND));
    }
    return oasis_tracks_start(self->tracks, spans, n_spans);
}

static int write_header(Join *self)
{
    AVDictionary *options = NULL;
    int error = av_dict_set(&options, "movflags", "+faststart", 0);

    if (error >= 0 && self->tracks) {
        error = begin_tracks(self, &options);
    }
    if (error >= 0) {
        error = avformat_write_header(self->muxer, &options);
    }
    av_dict_free(&options);
    return error;
}

/* Few encoders tell how long the last frame is shown, and only it needs to be told: what is shown
 * last, or where durations are counted what is decoded last, lasts until the end. */
static void set_duration(Join *self)
{
    AVPacket *packet = self->packet;
    const bool last = self->written == self->frames - 1;

    if (last && self->counts_decoding) {
        packet->duration = self->end - packet->dts - (self->shown[0] - decoded_at(self, 0));
    } else if (packet->pts == self->shown[self->frames - 1]) {
        packet->duration = self->end - packet->pts;
    }
}

/* Writes a packet of pictures, and the other tracks up to there. */
static int write_packet(Join *self)
{
    const AVRational steps = self->encoder->time_base;
    const int64_t time_ns = av_rescale_q(self->packet->dts, steps, OASIS_NS);

    self->packet->stream_index = self->video->index;
    self->bytes += self->packet->size;
    set_duration(self);
    self->written++;
    av_packet_rescale_ts(self->packet, steps, self->video->time_base);
    OASIS_AV_TRY(av_interleaved_write_frame(self->muxer, self->packet));
    return self->tracks ? oasis_tracks_write(self->tracks, time_ns) : 0;
}

/* Of the half of the way that begins at `from`: a word now and then. */
static void tell(const Join *self, double from, int64_t frames)
{
    const int64_t step = self->frames / 50 + 1;

    if (self->params->progress && frames % step == 0) {
        self->params->progress(from + 0.5 * (double)frames / (double)self->frames,
                               self->params->data);
    }
}

static OasisStatus copy_packets(Join *self, OasisPieceIn *in, OasisError *err)
{
    const int64_t base = self->written, packets = oasis_piece_in_packets(in);

    OASIS_TRY(sort(self, in, err));
    for (int64_t i = 0; i < packets; i++) {
        if (oasis_cancel_is_triggered(self->params->cancel)) {
            return oasis_fail(err, OASIS_ERR_CANCELLED, self->pieces->name, "cancelled");
        }
        tell(self, 0, self->written);
        OASIS_TRY(oasis_piece_in_read(in, self->packet, err));
        self->packet->pts =
            self->shown[base + rank(self, oasis_piece_in_pts(in)[i], packets)];
        self->packet->dts = decoded_at(self, self->written);
        OASIS_TRY(check_written(self, write_packet(self), err));
    }
    return oasis_piece_in_sum(in) == self->params->sum(self->at, self->params->data)
               ? OASIS_OK
               : oasis_fail(err, OASIS_ERR_INPUT, self->pieces->name,
                            "a piece of the unfinished work is damaged");
}

static OasisStatus copy_pieces(Join *self, OasisError *err)
{
    for (size_t i = 0; i < self->params->n_pieces; i++) {
        OasisPieceIn *in;
        OasisStatus status;

        OASIS_TRY(open_piece(self, i, &in, err));
        status = copy_packets(self, in, err);
        oasis_piece_in_free(&in);
        OASIS_TRY(status);
    }
    self->at = self->params->n_pieces;
    return OASIS_OK;
}

/* No quality may be fine or coarse enough for a bit rate. */
static void warn_of_rate(const Join *self)
{
    const OasisMediaTarget *target = self->pieces->target;
    const OasisWarner warner = {target->warn, target->data};
    const double wanted = (double)self->pieces->plan->bit_rate;
    const double seconds =
        (double)(self->end - self->shown[0]) * av_q2d(self->encoder->time_base);
    const double rate = seconds > 0 ? (double)self->bytes * 8 / seconds : wanted;

    OasisPlanNote note = {.track = -1, .amount = rate};

    if (wanted > 0 && fabs(rate - wanted) > wanted * MOST_OFF) {
        note.kind = rate < wanted ? OASIS_NOTE_RATE_ENOUGH : OASIS_NOTE_RATE_LEAST;
        oasis_warn(&warner, note);
    }
}

/* Tracks end early, with a warning, where their file cannot be read; but not where it has gone. */
static OasisStatus check_origin(const Join *self, OasisError *err)
{
    const OasisMediaTarget *target = self->pieces->target;
    const char *const *further = target->tracks_from ? target->further : NULL;
    const char *path = target->tracks_from;

    while (path && access(path, R_OK) == 0) {
        path = further ? *further++ : NULL;
    }
    return path ? oasis_fail(err, OASIS_ERR_INPUT, path, "is not there any more") : OASIS_OK;
}

static int write_end(Join *self)
{
    if (self->tracks) {
        OASIS_AV_TRY(oasis_tracks_write(self->tracks, INT64_MAX));
    }
    return av_write_trailer(self->muxer);
}

static void note_seen(int64_t frames, void *data)
{
    tell(data, 0.5, frames);
}

/* Reads the file back. */
static OasisStatus check(Join *self, OasisError *err)
{
    const int64_t last = self->shown[self->frames - 1] - self->shown[0];

    return oasis_join_check(
        &(OasisJoinCheckParams){
            .path = oasis_part_file_path(self->part),
            .name = self->pieces->name,
            .muxer = self->muxer,
            .frames = self->frames,
            .length_ns = av_rescale_q(last, self->encoder->time_base, OASIS_NS),
            .cancel = self->params->cancel,
            .seen = note_seen,
            .data = self,
        },
        err);
}

static OasisStatus join(Join *self, OasisError *err)
{
    self->packet = av_packet_alloc();
    if (!self->packet) {
        return oasis_fail_memory(err, self->pieces->name);
    }
    OASIS_TRY(open_muxer(self, err));
    OASIS_TRY(look_at_pieces(self, err));
    self->at = self->params->n_pieces;
    OASIS_TRY(open_tracks(self, err));
    OASIS_TRY(check_written(self, write_header(self), err));
    OASIS_TRY(copy_pieces(self, err));
    warn_of_rate(self);
    OASIS_TRY(check_written(self, write_end(self), err));
    OASIS_TRY(check_written(self, avio_closep(&self->muxer->pb), err));
    OASIS_TRY(check_origin(self, err));
    OASIS_TRY(check(self, err));
    return oasis_part_file_commit(self->part, err);
}

static void clear(Join *self)
{
    oasis_tracks_close(&self->tracks);
    oasis_origin_close(&self->origin);
    avcodec_free_context(&self->encoder);
    if (self->muxer) {
        avio_closep(&self->muxer->pb);
        avformat_free_context(self->muxer);
    }
    av_packet_free(&self->packet);
    free(self->shown);
    free(self->sorted);
}

OasisStatus oasis_join(const OasisJoinParams *params, OasisPartFile *part, size_t *damaged,
                       OasisError *err)
{
    Join self = {
        .params = params, .pieces = params->pieces, .part = part, .at = params->n_pieces};
    OasisStatus status;

    oasis_av_begin();
    status = join(&self, err);
    *damaged = self.at;
    clear(&self);
    return status;
}

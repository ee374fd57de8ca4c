/* Media files as sinks.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavutil/avstring.h>
#include <stdlib.h>
#include <string.h>

#include "core/part-file.h"
#include "core/target.h"
#include "media/av-error.h"
#include "media/encoder-input.h"
#include "media/encoder.h"
#include "media/muxer.h"
#include "media/ns.h"
#include "media/tags.h"
#include "media/tracks.h"
#include "oasis/media.h"

typedef struct MediaSink {
    OasisSink base;
    char *path;
    OasisFrameFormat format;
    int64_t end_ns;
    OasisPartFile *part;
    AVFormatContext *muxer;
    AVStream *video;
    AVCodecContext *encoder;
    OasisEncoderInput input;
    AVFrame *picture;
    AVPacket *packet;
    OasisOrigin origin;  /* all zeros without other tracks */
    OasisMediaPlan *plan;
    OasisTracks *tracks; /* NULL without */
    bool begun;        /* the header is written */
    int64_t first_pts; /* the first frame's time in the source, by the frames' clock */
    int64_t last_pts;  /* of the frame encoded last, in the encoder's time base */
    int64_t last_duration;
    int64_t delay;     /* from the first packet's decoding to its showing */
    bool counts_decoding; /* the container adds up durations in the order of decoding */
    bool ending;       /* no frame follows */
} MediaSink;

/* Fails if writing did, by FFmpeg's word (`error`) or the disk's, which is the better one. */
static OasisStatus check_written(MediaSink *self, int error, OasisError *err)
{
    const AVIOContext *io = self->muxer->pb;

    if (error >= 0 && (!io || io->error >= 0)) {
        return OASIS_OK;
    }
    if (io && io->error < 0 && io->error != AVERROR_EOF) {
        error = io->error;
    }
    if (error == AVERROR(ENOMEM)) {
        return oasis_fail_memory(err, self->path);
    }
    if (error == AVERROR_EXTERNAL || error == AVERROR_BUG || error == AVERROR_INVALIDDATA ||
        error == AVERROR(EINVAL) || error < -4096) { /* FFmpeg's own, no error number */
        return oasis_av_fail(err, OASIS_ERR_OUTPUT, self->path, error,
                             "cannot be written; choose another format or codec");
    }
    return oasis_fail_writing(err, self->path, AVUNERROR(error));
}

static OasisStatus fail_encoding(MediaSink *self, int error, OasisError *err)
{
    return oasis_av_fail(err, OASIS_ERR_OUTPUT, self->path, error,
                         "a frame cannot be encoded; choose another codec");
}

static int open_part(MediaSink *self)
{
    char *url = av_asprintf("file:%s", oasis_part_file_path(self->part));
    int error = url ? avio_open(&self->muxer->pb, url, AVIO_FLAG_WRITE) : AVERROR(ENOMEM);

    self->muxer->url = url; /* the muxer reads the file again to put its index first */
    return error;
}

static OasisStatus open_muxer(MediaSink *self, const OasisMediaTarget *target, OasisError *err)
{
    const OasisMuxer *muxer;
    int error;

    OASIS_TRY(oasis_muxer_find(self->path, &muxer, err));
    error = avformat_alloc_output_context2(&self->muxer, NULL, muxer->name, NULL);
    if (error < 0) {
        return oasis_av_fail(err, OASIS_ERR_UNSUPPORTED, self->path, error,
                             "this FFmpeg writes no %s files; choose another ending",
                             muxer->ending);
    }
    OASIS_TRY(oasis_encoder_open(self->path, target, self->plan,
                                self->origin.info ? self->origin.info->longest_ns : 0,
                                self->muxer->oformat->flags & AVFMT_GLOBALHEADER, &self->encoder,
                                err));
    self->input = (OasisEncoderInput){.encoder = self->encoder, .format = self->format};
    self->video = avformat_new_stream(self->muxer, NULL);
    if (!self->video ||
        avcodec_parameters_from_context(self->video->codecpar, self->encoder) < 0) {
        return oasis_fail_memory(err, self->path);
    }
    self->counts_decoding = !muxer->timed;
    self->video->time_base = self->encoder->time_base;
    self->video->avg_frame_rate = self->encoder->framerate;
    self->video->sample_aspect_ratio = self->encoder->sample_aspect_ratio;
    return check_written(self, open_part(self), err);
}

/* Tags and tracks of the origin, from the range's start on. */
static int begin_tracks(MediaSink *self, int64_t start_ns, AVDictionary **options)
{
    const int64_t length_ns = self->end_ns > 0 ? self->end_ns - start_ns : INT64_MAX;
    bool all_names;

    OASIS_AV_TRY(oasis_tags_of_file(self->muxer, &self->origin, &all_names));
    OASIS_AV_TRY(
        oasis_tags_of_video(self->video, self->muxer, &self->origin, self->encoder->framerate,
                            start_ns));
    OASIS_AV_TRY(oasis_chapters_copy(self->muxer, &self->origin, start_ns, length_ns));
    if (all_names) {
        OASIS_AV_TRY(av_dict_set(options, "movflags", "+use_metadata_tags", AV_DICT_APPEND));
    }
    return oasis_tracks_start(self->tracks, start_ns, length_ns);
}

static int write_header(MediaSink *self, int64_t start_ns)
{
    AVDictionary *options = NULL;
    int error = av_dict_set(&options, "movflags", "+faststart", 0);

    if (error >= 0 && self->tracks) {
        error = begin_tracks(self, start_ns, &options);
    }
    if (error >= 0) {
        error = avformat_write_header(self->muxer, &options);
    }
    av_dict_free(&options);
    return error;
}

/* Only now is it known which frame comes first, and so where the other tracks begin. */
static OasisStatus begin(MediaSink *self, const OasisFrame *frame, OasisError *err)
{
    AVRational time_base = {(int)frame->time_base.num, (int)frame->time_base.den};

    self->first_pts = frame->pts;
    OASIS_TRY(check_written(self, write_header(self, av_rescale_q(frame->pts, time_base, OASIS_NS)),
                            err));
    self->begun = true;
    return OASIS_OK;
}

/* Few encoders tell how long the last frame is shown, and only it needs to be told: of what comes
 * at the end the one that is shown last, or that is decoded last, lasts until the end. */
static void set_duration(MediaSink *self, AVPacket *packet)
{
    if (self->delay == INT64_MIN) {
        self->delay = packet->pts - packet->dts;
    }
    if (self->ending && self->counts_decoding) {
        packet->duration = self->last_pts + self->last_duration - packet->dts - self->delay;
    } else if (self->ending && packet->pts == self->last_pts) {
        packet->duration = self->last_duration;
    }
}

/* Writes what the encoder gave, and the other tracks up to there. */
static int write_packet(MediaSink *self)
{
    const int64_t time_ns = av_rescale_q(self->packet->dts, self->encoder->time_base, OASIS_NS);

    self->packet->stream_index = self->video->index;
    set_duration(self, self->packet);
    av_packet_rescale_ts(self->packet, self->encoder->time_base, self->video->time_base);
    OASIS_AV_TRY(av_interleaved_write_frame(self->muxer, self->packet));
    return self->tracks ? oasis_tracks_write(self->tracks, time_ns) : 0;
}

/* Writes what the encoder has done. */
static OasisStatus drain(MediaSink *self, OasisError *err)
{
    for (;;) {
        int error = avcodec_receive_packet(self->encoder, self->packet);

        if (oasis_av_is_dry(error)) {
            return OASIS_OK;
        }
        if (error < 0) {
            return fail_encoding(self, error, err);
        }
        OASIS_TRY(check_written(self, write_packet(self), err));
    }
}

static OasisStatus media_write(OasisSink *sink, OasisFrame *frame, OasisError *err)
{
    MediaSink *self = (MediaSink *)sink;
    AVRational time_base = {(int)frame->time_base.num, (int)frame->time_base.den};
    int64_t pts;
    int error;

    oasis_av_begin();
    if (!oasis_frame_format_equal(&frame->format, &self->format)) {
        return oasis_fail(err, OASIS_ERR_USAGE, self->path,
                          "a frame's format is not the one that was announced");
    }
    if (!self->begun) {
        OASIS_TRY(begin(self, frame, err));
    }
    pts = av_rescale_q(frame->pts - self->first_pts, time_base, self->encoder->time_base);
    error = oasis_encoder_input_take(&self->input, frame, self->picture);
    if (error < 0) {
        return fail_encoding(self, error, err);
    }
    self->picture->pts = pts > self->last_pts ? pts : self->last_pts + 1;
    self->picture->duration = av_rescale_q(frame->duration, time_base, self->encoder->time_base);
    self->last_pts = self->picture->pts;
    self->last_duration = self->picture->duration;
    error = avcodec_send_frame(self->encoder, self->picture);
    av_frame_unref(self->picture);
    return error < 0 ? fail_encoding(self, error, err) : drain(self, err);
}

static int write_end(MediaSink *self)
{
    if (self->tracks) {
        OASIS_AV_TRY(oasis_tracks_write(self->tracks, INT64_MAX));
    }
    return av_write_trailer(self->muxer);
}

static OasisStatus media_finish(OasisSink *sink, OasisError *err)
{
    MediaSink *self = (MediaSink *)sink;
    int error;

    oasis_av_begin();
    if (!self->begun) {
        return oasis_fail(err, OASIS_ERR_USAGE, self->path,
                          "would hold no frames; choose a longer range");
    }
    self->ending = true;
    error = avcodec_send_frame(self->encoder, NULL);
    if (error < 0) {
        return oasis_av_fail(err, OASIS_ERR_OUTPUT, self->path, error,
                             "the last frames cannot be encoded; choose another codec");
    }
    OASIS_TRY(drain(self, err));
    OASIS_TRY(check_written(self, write_end(self), err));
    OASIS_TRY(check_written(self, avio_closep(&self->muxer->pb), err));
    return oasis_part_file_commit(self->part, err);
}

static void media_close(OasisSink *sink)
{
    MediaSink *self = (MediaSink *)sink;

    oasis_av_begin();
    oasis_tracks_close(&self->tracks);
    oasis_media_plan_free(&self->plan);
    oasis_origin_close(&self->origin);
    oasis_encoder_input_clear(&self->input);
    avcodec_free_context(&self->encoder);
    if (self->muxer) {
        avio_closep(&self->muxer->pb);
        avformat_free_context(self->muxer);
    }
    av_frame_free(&self->picture);
    av_packet_free(&self->packet);
    oasis_part_file_free(&self->part);
    free(self->path);
    free(self);
}

static const OasisSinkClass media_class = {
    .write = media_write,
    .finish = media_finish,
    .close = media_close,
};

/* Says what the plan has to say, or fails for it. */
static OasisStatus announce(const MediaSink *self, const OasisMediaTarget *target, OasisError *err)
{
    for (size_t i = 0; i < self->plan->n_notes; i++) {
        const OasisPlanNote *note = &self->plan->notes[i];

        if (note->loss && target->strict) {
            return oasis_fail(err, OASIS_ERR_OUTPUT, self->path, "would lose something: %s",
                              note->text);
        }
        if (target->warn) {
            target->warn(note->text, target->data);
        }
    }
    return OASIS_OK;
}

static OasisStatus open_file(MediaSink *self, const char *path, const OasisMediaTarget *target,
                             OasisError *err)
{
    self->base.klass = &media_class;
    self->base.name = self->path = strdup(path);
    self->picture = av_frame_alloc();
    self->packet = av_packet_alloc();
    if (!self->path || !self->picture || !self->packet) {
        return oasis_fail_memory(err, path);
    }
    self->format = target->target.format;
    self->end_ns = target->end_ns;
    self->last_pts = -1;
    self->delay = INT64_MIN;
    OASIS_TRY(oasis_frame_format_check(&self->format, path, err));
    if (target->tracks_from) {
        OASIS_TRY(oasis_origin_open(target->tracks_from, target->further, target->index_folder,
                                    &self->origin, err));
    }
    OASIS_TRY(oasis_media_plan_new(path, target, self->origin.info, &self->plan, err));
    OASIS_TRY(announce(self, target, err));
    OASIS_TRY(oasis_part_file_new(path, target->target.original, target->target.replace,
                                  &self->part, err));
    OASIS_TRY(open_muxer(self, target, err));
    if (target->tracks_from) {
        self->tracks = oasis_tracks_open(&self->origin, self->plan, self->muxer,
                                         (OasisWarner){target->warn, target->data});
        if (!self->tracks) {
            return oasis_fail_memory(err, path);
        }
    }
    return OASIS_OK;
}

OasisStatus oasis_media_sink_open(const char *path, const OasisMediaTarget *target,
                                  OasisSink **sink, OasisError *err)
{
    MediaSink *self = calloc(1, sizeof *self);
    OasisStatus status;

    *sink = NULL;
    oasis_av_begin();
    if (!self) {
        return oasis_fail_memory(err, path);
    }
    *sink = &self->base;
    status = open_file(self, path, target, err);
    if (status != OASIS_OK) {
        oasis_sink_close(sink);
    }
    return status;
}

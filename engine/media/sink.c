/* Media files as sinks.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavutil/avstring.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/part-file.h"
#include "core/target.h"
#include "media/av-error.h"
#include "media/encoder.h"
#include "media/ns.h"
#include "media/sound.h"
#include "oasis/media.h"

typedef struct MediaSink {
    OasisSink base;
    char *path, *original;
    OasisFrameFormat format;
    int64_t end_ns;
    OasisPartFile *part;
    AVFormatContext *muxer;
    AVStream *video;
    AVCodecContext *encoder;
    AVFrame *picture;
    AVPacket *packet;
    OasisSound *sound; /* NULL without */
    bool begun;        /* the header is written */
    int64_t first_pts; /* the first frame's time in the source, by the frames' clock */
    int64_t last_pts;  /* of the frame encoded last, in the encoder's time base */
} MediaSink;

typedef struct Container {
    const char *extension, *muxer;
    bool lossless; /* takes FFV1 */
} Container;

static const Container containers[] = {
    {"mkv", "matroska", true},
    {"mp4", "mp4", false},
    {"m4v", "mp4", false},
    {"mov", "mov", false},
};

static OasisStatus choose_container(const char *path, const OasisMediaTarget *target,
                                    const Container **container, OasisError *err)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');

    *container = NULL;
    if (dot && (!slash || dot > slash)) {
        for (size_t i = 0; i < sizeof containers / sizeof *containers && !*container; i++) {
            if (strcasecmp(dot + 1, containers[i].extension) == 0) {
                *container = &containers[i];
            }
        }
    }
    if (!*container) {
        return oasis_fail(err, OASIS_ERR_OUTPUT, path,
                          "the name must end in .mkv, .mp4 or .mov");
    }
    if (target->codec && strcmp(target->codec, "ffv1") == 0 && !(*container)->lossless) {
        return oasis_fail(err, OASIS_ERR_OUTPUT, path,
                          "FFV1 needs a .mkv file; end the name in .mkv or choose x264");
    }
    return OASIS_OK;
}

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

    av_free(url);
    return error;
}

static OasisStatus open_muxer(MediaSink *self, const Container *container,
                              const OasisMediaTarget *target, OasisError *err)
{
    int error;

    error = avformat_alloc_output_context2(&self->muxer, NULL, container->muxer, NULL);
    if (error < 0) {
        return oasis_av_fail(err, OASIS_ERR_UNSUPPORTED, self->path, error,
                             "this FFmpeg writes no %s files; choose another ending",
                             container->extension);
    }
    OASIS_TRY(oasis_encoder_open(self->path, target,
                                self->muxer->oformat->flags & AVFMT_GLOBALHEADER, &self->encoder,
                                err));
    self->video = avformat_new_stream(self->muxer, NULL);
    if (!self->video ||
        avcodec_parameters_from_context(self->video->codecpar, self->encoder) < 0) {
        return oasis_fail_memory(err, self->path);
    }
    self->video->time_base = self->encoder->time_base;
    self->video->avg_frame_rate = self->encoder->framerate;
    self->video->sample_aspect_ratio = self->encoder->sample_aspect_ratio;
    return check_written(self, open_part(self), err);
}

/* Only now is it known which frame comes first, and so where the sound begins. */
static OasisStatus begin(MediaSink *self, const OasisFrame *frame, OasisError *err)
{
    AVRational time_base = {(int)frame->time_base.num, (int)frame->time_base.den};
    int error;

    self->first_pts = frame->pts;
    if (self->sound) {
        error = oasis_sound_start(self->sound, av_rescale_q(frame->pts, time_base, OASIS_NS),
                                  self->end_ns);
        if (error < 0) {
            return oasis_av_fail(err, OASIS_ERR_INPUT, self->original, error,
                                 "its sound cannot be read; copy the file again");
        }
    }
    OASIS_TRY(check_written(self, avformat_write_header(self->muxer, NULL), err));
    self->begun = true;
    return OASIS_OK;
}

/* Writes what the encoder gave, and the sound up to there. */
static int write_packet(MediaSink *self)
{
    const int64_t time_ns = av_rescale_q(self->packet->dts, self->encoder->time_base, OASIS_NS);

    self->packet->stream_index = self->video->index;
    av_packet_rescale_ts(self->packet, self->encoder->time_base, self->video->time_base);
    OASIS_AV_TRY(av_interleaved_write_frame(self->muxer, self->packet));
    return self->sound ? oasis_sound_write(self->sound, time_ns) : 0;
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
    if (!oasis_encoder_wrap(frame, self->encoder, self->picture)) {
        return oasis_fail_memory(err, self->path);
    }
    self->picture->pts = pts > self->last_pts ? pts : self->last_pts + 1;
    self->picture->duration = av_rescale_q(frame->duration, time_base, self->encoder->time_base);
    self->last_pts = self->picture->pts;
    error = avcodec_send_frame(self->encoder, self->picture);
    av_frame_unref(self->picture);
    return error < 0 ? fail_encoding(self, error, err) : drain(self, err);
}

static int write_end(MediaSink *self)
{
    if (self->sound) {
        OASIS_AV_TRY(oasis_sound_write(self->sound, INT64_MAX));
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
    oasis_sound_close(&self->sound);
    avcodec_free_context(&self->encoder);
    if (self->muxer) {
        avio_closep(&self->muxer->pb);
        avformat_free_context(self->muxer);
    }
    av_frame_free(&self->picture);
    av_packet_free(&self->packet);
    oasis_part_file_free(&self->part);
    free(self->path);
    free(self->original);
    free(self);
}

static const OasisSinkClass media_class = {
    .write = media_write,
    .finish = media_finish,
    .close = media_close,
};

static OasisStatus open_file(MediaSink *self, const char *path, const OasisMediaTarget *target,
                             OasisError *err)
{
    const Container *container;

    self->base.klass = &media_class;
    self->base.name = self->path = strdup(path);
    self->original = target->target.original ? strdup(target->target.original) : NULL;
    self->picture = av_frame_alloc();
    self->packet = av_packet_alloc();
    if (!self->path || (target->target.original && !self->original) || !self->picture ||
        !self->packet) {
        return oasis_fail_memory(err, path);
    }
    self->format = target->target.format;
    self->end_ns = target->end_ns;
    self->last_pts = -1;
    OASIS_TRY(oasis_frame_format_check(&self->format, path, err));
    OASIS_TRY(choose_container(path, target, &container, err));
    OASIS_TRY(oasis_part_file_new(path, self->original, target->target.replace, &self->part, err));
    OASIS_TRY(open_muxer(self, container, target, err));
    if (self->original && target->sound) {
        OASIS_TRY(oasis_sound_open(self->original, target, self->muxer, &self->sound, err));
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

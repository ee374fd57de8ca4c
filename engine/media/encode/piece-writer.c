/* Encoding a piece.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/encode/piece-writer.h"

#include <stdlib.h>
#include <unistd.h>

#include "media/base/av-error.h"
#include "media/encode/encoder-input.h"
#include "media/encode/encoder.h"
#include "media/encode/pacer.h"
#include "media/encode/piece-file.h"
#include "media/formats/hardware.h"

struct OasisPieceWriter {
    const OasisPieceParams *params;
    AVCodecContext *encoder;
    OasisPacer pacer; /* encodes instead where the plan has a bit rate */
    OasisEncoderInput input;
    AVFrame *picture;
    AVPacket *packet;
    OasisPieceOut *out;
    int64_t last_pts; /* of the frame encoded last, in the encoder's steps; INT64_MIN = none yet */
    int64_t last_duration;
};

static OasisStatus fail_encoding(const OasisPieceWriter *self, int error, OasisError *err)
{
    return oasis_av_fail(err, OASIS_ERR_OUTPUT, self->params->name, error,
                         "a frame cannot be encoded; choose another codec");
}

static OasisStatus open_encoder(OasisPieceWriter *self, OasisError *err)
{
    const OasisPieceParams *params = self->params;

    self->last_pts = INT64_MIN;
    self->picture = av_frame_alloc();
    self->packet = av_packet_alloc();
    if (!self->picture || !self->packet) {
        return oasis_fail_memory(err, params->name);
    }
    OASIS_TRY(oasis_frame_format_check(&params->target->target.format, params->name, err));
    OASIS_TRY(oasis_encoder_open(params->name, params->target, params->plan, params->longest_ns,
                                 params->threads, &self->encoder, err));
    self->pacer = (OasisPacer){.like = self->encoder, .plan = params->plan};
    self->input = (OasisEncoderInput){.encoder = self->encoder,
                                      .format = params->target->target.format};
    return OASIS_OK;
}

OasisStatus oasis_piece_writer_new(const OasisPieceParams *params, int fd,
                                   OasisPieceWriter **writer, OasisError *err)
{
    OasisPieceWriter *self = *writer = calloc(1, sizeof *self);
    OasisStatus status;

    if (!self) {
        close(fd);
        return oasis_fail_memory(err, params->name);
    }
    self->params = params;
    status = open_encoder(self, err);
    if (status != OASIS_OK) {
        close(fd);
    } else {
        status = oasis_piece_out_new(fd, params->name, params->waiter, self->encoder, &self->out,
                                     err);
    }
    if (status != OASIS_OK) {
        oasis_piece_writer_free(writer);
    }
    return status;
}

static int send(OasisPieceWriter *self, const AVFrame *frame)
{
    return self->params->plan->bit_rate > 0 ? oasis_pacer_send(&self->pacer, frame)
                                            : oasis_hardware_send(self->encoder, frame);
}

static int receive(OasisPieceWriter *self)
{
    return self->params->plan->bit_rate > 0 ? oasis_pacer_receive(&self->pacer, self->packet)
                                            : avcodec_receive_packet(self->encoder, self->packet);
}

/* Writes what the encoder has done. */
static OasisStatus drain(OasisPieceWriter *self, OasisError *err)
{
    for (;;) {
        const int error = receive(self);
        OasisStatus status;

        if (oasis_av_is_dry(error)) {
            return OASIS_OK;
        }
        if (error < 0) {
            return fail_encoding(self, error, err);
        }
        status = oasis_piece_out_write(self->out, self->packet, err);
        av_packet_unref(self->packet);
        OASIS_TRY(status);
    }
}

OasisStatus oasis_piece_writer_write(OasisPieceWriter *self, OasisFrame *frame, int64_t zero_pts,
                                     OasisError *err)
{
    const AVRational time_base = {(int)frame->time_base.num, (int)frame->time_base.den};
    int64_t pts;
    int error;

    if (!oasis_frame_format_equal(&frame->format, &self->input.format)) {
        return oasis_fail(err, OASIS_ERR_USAGE, self->params->name,
                          "a frame's format is not the one that was announced");
    }
    pts = av_rescale_q(frame->pts - zero_pts, time_base, self->encoder->time_base);
    error = oasis_encoder_input_take(&self->input, frame, self->picture);
    if (error < 0) {
        return fail_encoding(self, error, err);
    }
    self->picture->pts = pts > self->last_pts ? pts : self->last_pts + 1;
    self->picture->duration = av_rescale_q(frame->duration, time_base, self->encoder->time_base);
    self->last_pts = self->picture->pts;
    self->last_duration = self->picture->duration;
    error = send(self, self->picture);
    av_frame_unref(self->picture);
    return error < 0 ? fail_encoding(self, error, err) : drain(self, err);
}

OasisStatus oasis_piece_writer_finish(OasisPieceWriter *self, OasisPieceFacts *facts,
                                      OasisError *err)
{
    int error;

    if (self->last_pts == INT64_MIN) {
        return oasis_fail(err, OASIS_ERR_USAGE, self->params->name,
                          "would hold no frames; choose a longer range");
    }
    error = send(self, NULL);
    if (error < 0) {
        return oasis_av_fail(err, OASIS_ERR_OUTPUT, self->params->name, error,
                             "the last frames cannot be encoded; choose another codec");
    }
    OASIS_TRY(drain(self, err));
    return oasis_piece_out_finish(self->out, self->last_pts + self->last_duration, facts, err);
}

void oasis_piece_writer_free(OasisPieceWriter **writer)
{
    OasisPieceWriter *self = *writer;

    *writer = NULL;
    if (self) {
        oasis_piece_out_free(&self->out);
        oasis_encoder_input_clear(&self->input);
        oasis_pacer_clear(&self->pacer);
        avcodec_free_context(&self->encoder);
        av_frame_free(&self->picture);
        av_packet_free(&self->packet);
        free(self);
    }
}

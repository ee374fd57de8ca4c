/* Frames on their way to the encoder.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/encode/encoder-input.h"

#include <libavutil/hwcontext.h>
#include <libavutil/pixdesc.h>
#include <stdio.h>

#include "media/base/av-error.h"
#include "media/base/pixels.h"

void oasis_encoder_input_clear(OasisEncoderInput *input)
{
    oasis_graph_close(&input->graph);
}

static void release(void *opaque, uint8_t *data)
{
    OasisFrame *frame = opaque;

    oasis_frame_unref(&frame);
}

/* A reference to the frame's planes. */
static int wrap(const OasisEncoderInput *input, OasisFrame *frame, AVFrame *picture)
{
    const OasisFrameFormat *format = &frame->format;

    picture->format = oasis_pixels_for_format(format);
    picture->width = format->width;
    picture->height = format->height;
    picture->colorspace = (enum AVColorSpace)format->matrix;
    picture->color_range = oasis_pixels_range(format);
    picture->color_primaries = (enum AVColorPrimaries)format->primaries;
    picture->color_trc = (enum AVColorTransferCharacteristic)format->transfer;
    picture->chroma_location = oasis_pixels_siting(format);
    picture->sample_aspect_ratio = input->encoder->sample_aspect_ratio;
    for (int p = 0; p < format->planes; p++) {
        int rows = oasis_frame_plane_height(format, p);

        picture->data[p] = frame->data[p];
        picture->linesize[p] = (int)frame->stride[p];
        picture->buf[p] =
            av_buffer_create(frame->data[p], (size_t)frame->stride[p] * (size_t)rows, release,
                             oasis_frame_ref(frame), AV_BUFFER_FLAG_READONLY);
        if (!picture->buf[p]) {
            oasis_frame_unref(&(OasisFrame *){frame});
            av_frame_unref(picture);
            return AVERROR(ENOMEM);
        }
    }
    return 0;
}

/* That the encoder takes from the host's memory. */
static enum AVPixelFormat pixels_of(const AVCodecContext *encoder)
{
    return encoder->hw_frames_ctx
               ? ((const AVHWFramesContext *)encoder->hw_frames_ctx->data)->sw_format
               : encoder->pix_fmt;
}

static const char *siting_name(const AVCodecContext *encoder)
{
    const char *name = av_chroma_location_name(encoder->chroma_sample_location);

    return name && encoder->chroma_sample_location != AVCHROMA_LOC_UNSPECIFIED ? name : "left";
}

/* A last column or row is repeated where the encoder's size is larger by one. */
static int open_graph(OasisEncoderInput *input, const AVFrame *like)
{
    const AVCodecContext *encoder = input->encoder;
    const int right = encoder->width - like->width, bottom = encoder->height - like->height;
    char fill[128] = "", chain[384];

    if (right > 0 || bottom > 0) {
        snprintf(fill, sizeof fill, "pad=%d:%d:0:0,fillborders=right=%d:bottom=%d:mode=smear,",
                 encoder->width, encoder->height, right, bottom);
    }
    snprintf(chain, sizeof chain,
             "%sscale=flags=bicubic+accurate_rnd+full_chroma_int:out_chroma_loc=%s,"
             "format=pix_fmts=%s",
             fill, siting_name(encoder), av_get_pix_fmt_name(pixels_of(encoder)));
    return oasis_graph_open(&input->graph, like, chain);
}

static int convert(OasisEncoderInput *input, AVFrame *picture)
{
    if (!input->graph.graph) {
        OASIS_AV_TRY(open_graph(input, picture));
    }
    picture->pts = 0;
    OASIS_AV_TRY(oasis_graph_send(&input->graph, picture));
    av_frame_unref(picture);
    return oasis_graph_receive(&input->graph, picture);
}

int oasis_encoder_input_take(OasisEncoderInput *input, OasisFrame *frame, AVFrame *picture)
{
    const AVCodecContext *encoder = input->encoder;
    int error = wrap(input, frame, picture);

    if (error >= 0 && (picture->format != (int)pixels_of(encoder) ||
                       picture->width != encoder->width || picture->height != encoder->height)) {
        error = convert(input, picture);
    }
    if (error < 0) {
        av_frame_unref(picture);
    }
    return error;
}

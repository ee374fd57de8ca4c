/* Giving decoded frames their final shape.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/shaper.h"

#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
#include <math.h>
#include <stdio.h>

#include "media/av-error.h"
#include "media/pixels.h"

/* The display matrix of the frame or, if it has none, of the stream; NULL if there is none. */
static const int32_t *find_matrix(const AVFrame *frame, const AVStream *stream)
{
    const size_t size = 9 * sizeof(int32_t);
    const AVFrameSideData *of_frame = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
    const AVPacketSideData *of_stream =
        av_packet_side_data_get(stream->codecpar->coded_side_data,
                                stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);

    if (of_frame && of_frame->size >= size) {
        return (const int32_t *)of_frame->data;
    }
    return of_stream && of_stream->size >= size ? (const int32_t *)of_stream->data : NULL;
}

/* Quarter turns and mirrorings; any other angle is left alone, since no camera writes one. */
static void plan_turn(OasisShaper *shaper, const int32_t *matrix)
{
    const char *turn = "";
    double angle;

    if (!matrix) {
        return;
    }
    angle = -av_display_rotation_get(matrix); /* clockwise; NaN for an impossible matrix */
    angle -= 360 * floor(angle / 360 + 0.9 / 360);
    if (fabs(angle - 90) < 1) {
        shaper->rotation = 90;
        turn = matrix[3] > 0 ? ",transpose=cclock_flip" : ",transpose=clock";
    } else if (fabs(angle - 270) < 1) {
        shaper->rotation = 270;
        turn = matrix[3] < 0 ? ",transpose=clock_flip" : ",transpose=cclock";
    } else if (fabs(angle - 180) < 1) {
        shaper->rotation = matrix[4] < 0 ? 180 : 0;
        turn = matrix[4] < 0 ? ",hflip,vflip" : ",hflip";
    } else if (fabs(angle) < 1 && matrix[4] < 0) {
        turn = ",vflip";
    }
    snprintf(shaper->turn, sizeof shaper->turn, "%s", turn);
}

static bool is_sideways(const OasisShaper *shaper)
{
    return shaper->rotation == 90 || shaper->rotation == 270;
}

/* Turning by a quarter swaps the directions of chroma subsampling; FFmpeg turns only what is
 * subsampled alike in both, so that the rest becomes 4:4:4, which loses nothing. */
static void plan_pixels(OasisShaper *shaper, OasisFrameFormat *format)
{
    oasis_pixels_describe(shaper->pixels, format);
    if (is_sideways(shaper) && format->chroma_shift_x != format->chroma_shift_y) {
        format->chroma_shift_x = format->chroma_shift_y = 0;
        shaper->pixels = oasis_pixels_for_format(format);
    }
    /* Chroma that lay to the left comes to lie where no name is; the middle is nearest. */
    if (*shaper->turn) {
        format->siting = OASIS_SITING_CENTER;
    }
}

static OasisRational read_aspect(const OasisInput *input, const AVFrame *frame, bool sideways)
{
    AVRational aspect =
        av_guess_sample_aspect_ratio(input->format, input->video, (AVFrame *)frame);

    if (aspect.num < 1 || aspect.den < 1) {
        return (OasisRational){1, 1};
    }
    return sideways ? (OasisRational){aspect.den, aspect.num}
                    : (OasisRational){aspect.num, aspect.den};
}

OasisStatus oasis_shaper_init(OasisShaper *shaper, const OasisInput *input, const AVFrame *first,
                              OasisError *err)
{
    OasisFrameFormat *format = &shaper->format;

    *shaper = (OasisShaper){
        .width = first->width,
        .height = first->height,
        .range = first->color_range,
        .pixels = oasis_pixels_nearest_planar(first->format),
        .ready = av_fifo_alloc2(4, sizeof(AVFrame *), AV_FIFO_FLAG_AUTO_GROW),
    };
    if (!shaper->ready) {
        return oasis_fail_memory(err, input->path);
    }
    if (shaper->pixels == AV_PIX_FMT_NONE) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, input->path,
                          "has pixels of an unknown kind (%s); convert the file to yuv420p first",
                          av_get_pix_fmt_name(first->format));
    }
    oasis_pixels_read_colour(first, format);
    shaper->space = format->matrix == OASIS_MATRIX_RGB       ? AVCOL_SPC_RGB
                    : first->colorspace == AVCOL_SPC_RGB     ? AVCOL_SPC_UNSPECIFIED
                                                             : first->colorspace;
    plan_turn(shaper, find_matrix(first, input->video));
    plan_pixels(shaper, format);
    format->width = is_sideways(shaper) ? first->height : first->width;
    format->height = is_sideways(shaper) ? first->width : first->height;
    format->sample_aspect = read_aspect(input, first, is_sideways(shaper));
    return oasis_frame_format_check(format, input->path, err);
}

void oasis_shaper_clear(OasisShaper *shaper)
{
    if (shaper->ready) {
        oasis_shaper_reset(shaper);
        av_fifo_freep2(&shaper->ready);
    }
}

void oasis_shaper_reset(OasisShaper *shaper)
{
    AVFrame *frame;

    while ((frame = oasis_shaper_receive(shaper))) {
        av_frame_free(&frame);
    }
    oasis_graph_close(&shaper->graph);
}

AVFrame *oasis_shaper_receive(OasisShaper *shaper)
{
    AVFrame *frame;

    return av_fifo_read(shaper->ready, &frame, 1) < 0 ? NULL : frame;
}

/* Takes what the graph has done. */
static int collect(OasisShaper *shaper)
{
    for (;;) {
        AVFrame *frame = av_frame_alloc();
        int error = frame ? oasis_graph_receive(&shaper->graph, frame) : AVERROR(ENOMEM);

        if (error >= 0) {
            error = av_fifo_write(shaper->ready, &frame, 1);
        }
        if (error < 0) {
            av_frame_free(&frame);
            return oasis_av_is_dry(error) ? 0 : error;
        }
    }
}

/* In memory, from the last row to the first. */
static bool is_upside_down(const AVFrame *frame)
{
    return frame->linesize[0] < 0 || frame->linesize[1] < 0 || frame->linesize[2] < 0;
}

/* Whether a frame can be used as it was decoded. */
static bool may_pass(const OasisShaper *shaper, const AVFrame *frame)
{
    if (*shaper->turn || frame->width != shaper->width ||
        frame->height != shaper->height || frame->format != (int)shaper->pixels) {
        return false;
    }
    return !is_upside_down(frame);
}

static int pass(OasisShaper *shaper, const AVFrame *frame, int64_t number)
{
    AVFrame *copy = av_frame_clone(frame);
    int error;

    if (!copy) {
        return AVERROR(ENOMEM);
    }
    copy->pts = number;
    error = av_fifo_write(shaper->ready, &copy, 1);
    if (error < 0) {
        av_frame_free(&copy);
    }
    return error;
}

/* Ends the graph, if there is one, and takes the frames that it still holds. */
static int finish_graph(OasisShaper *shaper)
{
    int error;

    if (!shaper->graph.graph) {
        return 0;
    }
    error = oasis_graph_send(&shaper->graph, NULL);
    if (error >= 0) {
        error = collect(shaper);
    }
    oasis_graph_close(&shaper->graph);
    return error;
}

/* Makes the graph for frames like this one; frames that differ from the first are scaled to it. */
static int start_graph(OasisShaper *shaper, const AVFrame *frame)
{
    const char *name = av_get_pix_fmt_name(shaper->pixels);
    char chain[384], scale[96] = "";

    if (frame->width != shaper->width || frame->height != shaper->height) {
        snprintf(scale, sizeof scale, ",scale=%d:%d:flags=bicubic+accurate_rnd+full_chroma_int",
                 shaper->width, shaper->height);
    }
    snprintf(chain, sizeof chain, "format=pix_fmts=%s%s,format=pix_fmts=%s%s%s",
             av_get_pix_fmt_name(oasis_pixels_nearest_planar(frame->format)), scale, name,
             shaper->turn, is_upside_down(frame) ? ",copy" : "");
    shaper->graph_width = frame->width;
    shaper->graph_height = frame->height;
    shaper->graph_pixels = frame->format;
    return oasis_graph_open(&shaper->graph, frame, chain);
}

void oasis_shaper_tag(const OasisShaper *shaper, AVFrame *frame)
{
    frame->colorspace = shaper->space;
    frame->color_range = shaper->range;
}

int oasis_shaper_send(OasisShaper *shaper, AVFrame *frame, int64_t number)
{
    if (!frame) {
        return finish_graph(shaper);
    }
    frame->pts = number;
    if (shaper->graph.graph &&
        (may_pass(shaper, frame) || frame->width != shaper->graph_width ||
         frame->height != shaper->graph_height || frame->format != shaper->graph_pixels)) {
        OASIS_AV_TRY(finish_graph(shaper));
    }
    if (may_pass(shaper, frame)) {
        return pass(shaper, frame, number);
    }
    if (!shaper->graph.graph) {
        OASIS_AV_TRY(start_graph(shaper, frame));
    }
    OASIS_AV_TRY(oasis_graph_send(&shaper->graph, frame));
    return collect(shaper);
}

/* Giving decoded frames their final shape.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/frames/shaper.h"

#include <libavutil/pixdesc.h>
#include <stdio.h>

#include "media/base/av-error.h"
#include "media/base/pixels.h"

/* Turning by a quarter swaps the directions of chroma subsampling; FFmpeg turns only what is
 * subsampled alike in both, so that the rest becomes 4:4:4, which loses nothing. */
static void plan_pixels(OasisShaper *shaper, OasisFrameFormat *format)
{
    oasis_pixels_describe(shaper->pixels, format);
    if (oasis_turn_is_sideways(shaper->turn) && format->chroma_shift_x != format->chroma_shift_y) {
        format->chroma_shift_x = format->chroma_shift_y = 0;
        shaper->pixels = oasis_pixels_for_format(format);
    }
    /* Chroma that lay to the left comes to lie where no name is; the middle is nearest. */
    if (*oasis_turn_filter(shaper->turn)) {
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

OasisStatus oasis_shaper_init(OasisShaper *shaper, const OasisInput *input,
                              const OasisMediaParams *params, const AVFrame *first,
                              OasisError *err)
{
    OasisFrameFormat *format = &shaper->format;
    OasisTurn asked;

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
    if (!oasis_turn_asked(params->rotate, params->flip, &asked)) {
        return oasis_fail(err, OASIS_ERR_USAGE, "rotate",
                          "pictures are turned by 0, 90, 180 or 270 degrees, not %d",
                          params->rotate);
    }
    shaper->turn = oasis_turn_join(oasis_turn_read(first, input->video), asked);
    plan_pixels(shaper, format);
    format->width = oasis_turn_is_sideways(shaper->turn) ? first->height : first->width;
    format->height = oasis_turn_is_sideways(shaper->turn) ? first->width : first->height;
    format->sample_aspect = read_aspect(input, first, oasis_turn_is_sideways(shaper->turn));
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
    if (*oasis_turn_filter(shaper->turn) || frame->width != shaper->width ||
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
             oasis_turn_filter(shaper->turn), is_upside_down(frame) ? ",copy" : "");
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

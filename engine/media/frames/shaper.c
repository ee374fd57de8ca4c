/* Giving decoded frames their final shape.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/frames/shaper.h"

#include <libavutil/macros.h>
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

static AVRational cleaned(AVRational aspect)
{
    AVRational reduced = {1, 1};

    if (aspect.num > 0 && aspect.den > 0) {
        av_reduce(&reduced.num, &reduced.den, aspect.num, aspect.den, INT_MAX);
    }
    return reduced;
}

/* What a container says of its samples goes before what each frame does. */
static AVRational aspect_of(const OasisShaper *shaper, AVRational of_frame)
{
    return cleaned(shaper->stream_aspect.num > 0 ? shaper->stream_aspect : of_frame);
}

/* For how many frames a shape is shown. */
static int64_t count_frames(const OasisAnalysis *analysis, const OasisShapePiece *like)
{
    int64_t count = 0;

    for (size_t i = 0; i < analysis->n_shapes; i++) {
        const OasisShapePiece *shape = &analysis->shapes[i];
        const int64_t end = i + 1 < analysis->n_shapes ? shape[1].first
                                                       : analysis->first + analysis->frames;

        count += shape->width == like->width && shape->height == like->height &&
                         shape->aspect_num == like->aspect_num &&
                         shape->aspect_den == like->aspect_den
                     ? end - shape->first
                     : 0;
    }
    return count;
}

/* The shape that most frames have, of several such the largest. */
static const OasisShapePiece *find_most(const OasisAnalysis *analysis)
{
    const OasisShapePiece *best = NULL;
    int64_t most = 0;

    for (size_t i = 0; i < analysis->n_shapes; i++) {
        const OasisShapePiece *shape = &analysis->shapes[i];
        const int64_t count = count_frames(analysis, shape);

        if (!best || count > most ||
            (count == most && (int64_t)shape->width * shape->height >
                                  (int64_t)best->width * best->height)) {
            best = shape;
            most = count;
        }
    }
    return best;
}

static void choose_shape(OasisShaper *shaper, const OasisAnalysis *analysis, const AVFrame *first)
{
    const OasisShapePiece *most = analysis && analysis->n_shapes > 1 ? find_most(analysis) : NULL;

    shaper->width = most ? most->width : first->width;
    shaper->height = most ? most->height : first->height;
    shaper->aspect = aspect_of(shaper, most ? (AVRational){most->aspect_num, most->aspect_den}
                                            : first->sample_aspect_ratio);
}

OasisStatus oasis_shaper_init(OasisShaper *shaper, const OasisInput *input,
                              const OasisMediaParams *params, const AVFrame *first,
                              OasisError *err)
{
    OasisFrameFormat *format = &shaper->format;
    OasisTurn asked;
    bool sideways;

    *shaper = (OasisShaper){
        .stream_aspect = input->video->sample_aspect_ratio,
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
    choose_shape(shaper, params->analysis, first);
    sideways = oasis_turn_is_sideways(shaper->turn);
    format->width = sideways ? shaper->height : shaper->width;
    format->height = sideways ? shaper->width : shaper->height;
    format->sample_aspect = sideways
                                ? (OasisRational){shaper->aspect.den, shaper->aspect.num}
                                : (OasisRational){shaper->aspect.num, shaper->aspect.den};
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

static bool has_shape(const OasisShaper *shaper, const AVFrame *frame)
{
    return frame->width == shaper->width && frame->height == shaper->height &&
           av_cmp_q(aspect_of(shaper, frame->sample_aspect_ratio), shaper->aspect) == 0;
}

/* Whether a frame can be used as it was decoded. */
static bool may_pass(const OasisShaper *shaper, const AVFrame *frame)
{
    return !*oasis_turn_filter(shaper->turn) && has_shape(shaper, frame) &&
           frame->format == (int)shaper->pixels && !is_upside_down(frame);
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

static int rounded(double length, int shift)
{
    const int step = 1 << shift, steps = (int)(length / step + 0.5);

    return steps < 1 ? step : steps * step;
}

typedef struct Chain {
    char text[160];
} Chain;

/* The filters that fit a frame of another shape between bars. */
static Chain fit(const OasisShaper *shaper, const AVFrame *frame)
{
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(shaper->pixels);
    const int shift_x = desc->log2_chroma_w, shift_y = desc->log2_chroma_h;
    const double aspect = av_q2d(aspect_of(shaper, frame->sample_aspect_ratio));
    double width = frame->width * aspect / av_q2d(shaper->aspect) * shaper->height / frame->height;
    double height = shaper->height;
    Chain chain = {""};
    int w, h;

    if (has_shape(shaper, frame)) {
        return chain;
    }
    if (width > shaper->width) {
        height *= shaper->width / width;
        width = shaper->width;
    }
    w = FFMIN(rounded(width, shift_x), shaper->width);
    h = FFMIN(rounded(height, shift_y), shaper->height);
    snprintf(chain.text, sizeof chain.text,
             ",scale=%d:%d:flags=bicubic+accurate_rnd+full_chroma_int,pad=%d:%d:%d:%d:black", w, h,
             shaper->width, shaper->height, (shaper->width - w) / 2 >> shift_x << shift_x,
             (shaper->height - h) / 2 >> shift_y << shift_y);
    return chain;
}

/* Transparent parts over black: what FFmpeg's filter for that takes of planes. */
static const char OVER_BLACK[] =
    "format=pix_fmts=gbrap|gbrap10|gbrap12|gbrap16|yuva420p|yuva422p|yuva444p|yuva420p10|"
    "yuva422p10|yuva444p10|yuva444p16,premultiply=inplace=1,";

/* Makes the graph for frames like this one. */
static int start_graph(OasisShaper *shaper, const AVFrame *frame)
{
    const char *name = av_get_pix_fmt_name(shaper->pixels);
    char chain[640];

    snprintf(chain, sizeof chain, "%sformat=pix_fmts=%s%s,format=pix_fmts=%s%s%s",
             oasis_pixels_have_alpha(frame->format) ? OVER_BLACK : "",
             av_get_pix_fmt_name(oasis_pixels_nearest_planar(frame->format)),
             fit(shaper, frame).text, name, oasis_turn_filter(shaper->turn),
             is_upside_down(frame) ? ",copy" : "");
    shaper->graph_aspect = frame->sample_aspect_ratio;
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
         frame->height != shaper->graph_height || frame->format != shaper->graph_pixels ||
         av_cmp_q(cleaned(frame->sample_aspect_ratio), cleaned(shaper->graph_aspect)) != 0)) {
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

/* Parting the fields of frames, and weaving fields of two frames into one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/frames/field-maker.h"

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <stdio.h>

#include "media/base/av-error.h"
#include "media/base/pixels.h"

enum {
    PARTED_BEFORE = 2, /* frames before one that the filter has to have seen */
    LEAST_SIDE = 4,    /* it takes no smaller ones */
};

bool oasis_field_maker_init(OasisFieldMaker *maker, const OasisFrameMap *map)
{
    *maker = (OasisFieldMaker){
        .map = map,
        .before = av_frame_alloc(),
        .ready = av_fifo_alloc2(4, sizeof(AVFrame *), AV_FIFO_FLAG_AUTO_GROW),
    };
    return maker->before && maker->ready;
}

void oasis_field_maker_clear(OasisFieldMaker *maker)
{
    if (maker->ready) {
        oasis_field_maker_reset(maker);
        av_fifo_freep2(&maker->ready);
    }
    av_frame_free(&maker->before);
}

static bool is_parted(const OasisFrameMap *map, int64_t coded)
{
    return coded >= 0 && coded < map->coded_frames && oasis_making_parts(map->making[coded]);
}

int64_t oasis_field_maker_history(const OasisFieldMaker *maker, int64_t coded)
{
    const OasisMaking making = maker->map->making[coded];

    return oasis_making_parts(making) ? PARTED_BEFORE : making == OASIS_MAKING_WHOLE ? 0 : 1;
}

void oasis_field_maker_reset(OasisFieldMaker *maker)
{
    AVFrame *frame;

    while ((frame = oasis_field_maker_receive(maker))) {
        av_frame_free(&frame);
    }
    av_frame_unref(maker->before);
    oasis_graph_close(&maker->graph);
}

AVFrame *oasis_field_maker_receive(OasisFieldMaker *maker)
{
    AVFrame *frame;

    return av_fifo_read(maker->ready, &frame, 1) < 0 ? NULL : frame;
}

/* Takes the frame over. */
static int give(OasisFieldMaker *maker, AVFrame *frame, int64_t number)
{
    int error;

    if (!frame) {
        return AVERROR(ENOMEM);
    }
    frame->pts = number;
    error = av_fifo_write(maker->ready, &frame, 1);
    if (error < 0) {
        av_frame_free(&frame);
    }
    return error;
}

/* --- parted fields ---------------------------------------------------------------------------- */

/* Takes what the graph has done. Its frames are counted in fields: 2n for the first of frame n. */
static int collect(OasisFieldMaker *maker)
{
    for (;;) {
        AVFrame *frame = av_frame_alloc();
        int error = frame ? oasis_graph_receive(&maker->graph, frame) : AVERROR(ENOMEM);
        int64_t coded;

        if (error < 0) {
            av_frame_free(&frame);
            return oasis_av_is_dry(error) ? 0 : error;
        }
        coded = frame->pts / 2;
        if (is_parted(maker->map, coded)) {
            OASIS_AV_TRY(give(maker, frame,
                              oasis_frame_map_first(maker->map, coded) + frame->pts % 2));
        } else {
            av_frame_free(&frame);
        }
    }
}

static int finish_graph(OasisFieldMaker *maker)
{
    int error;

    if (!maker->graph.graph) {
        return 0;
    }
    error = oasis_graph_send(&maker->graph, NULL);
    if (error >= 0) {
        error = collect(maker);
    }
    oasis_graph_close(&maker->graph);
    return error;
}

static int start_graph(OasisFieldMaker *maker, const AVFrame *frame)
{
    char chain[160];

    snprintf(chain, sizeof chain, "format=pix_fmts=%s,bwdif=mode=%s:parity=auto:deint=%s",
             av_get_pix_fmt_name(oasis_pixels_nearest_planar(frame->format)),
             maker->map->double_rate ? "send_field" : "send_frame",
             maker->map->all ? "all" : "interlaced");
    maker->width = frame->width;
    maker->height = frame->height;
    maker->format = frame->format;
    return oasis_graph_open(&maker->graph, frame, chain);
}

/* Old fields of frames from which FFmpeg's graphs set the flags anew. */
static void clear_old_flags(AVFrame *frame)
{
#if FF_API_INTERLACED_FRAME
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    frame->interlaced_frame = frame->top_field_first = 0;
#pragma GCC diagnostic pop
#endif
}

/* Says to the filter what the map says of the frame. */
static void set_flags(const OasisFrameMap *map, AVFrame *frame, int64_t coded)
{
    const OasisMaking making = map->making[coded];

    if (making == OASIS_MAKING_FLAGGED) {
        return;
    }
    clear_old_flags(frame);
    frame->flags &= ~(AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST);
    if (oasis_making_parts(making)) {
        frame->flags |= AV_FRAME_FLAG_INTERLACED;
    }
    if (making == OASIS_MAKING_TOP_FIRST) {
        frame->flags |= AV_FRAME_FLAG_TOP_FIELD_FIRST;
    }
}

/* Such a frame is shown as it is, for each of its fields. */
static bool is_tiny(const AVFrame *frame)
{
    return frame->width < LEAST_SIDE || frame->height < LEAST_SIDE;
}

static bool is_near_parted(const OasisFrameMap *map, int64_t coded)
{
    for (int64_t n = coded - 1; n <= coded + PARTED_BEFORE; n++) {
        if (is_parted(map, n)) {
            return true;
        }
    }
    return false;
}

/* Sends the graph what it has to see, and gives what it made of earlier frames. */
static int part(OasisFieldMaker *maker, const AVFrame *frame, int64_t coded)
{
    AVFrame *copy;
    int error;

    if (maker->graph.graph && (frame->width != maker->width || frame->height != maker->height ||
                               frame->format != maker->format)) {
        OASIS_AV_TRY(finish_graph(maker));
    }
    if (is_tiny(frame) || !is_near_parted(maker->map, coded)) {
        oasis_graph_close(&maker->graph);
        return 0;
    }
    if (!maker->graph.graph) {
        OASIS_AV_TRY(start_graph(maker, frame));
    }
    copy = av_frame_clone(frame);
    if (!copy) {
        return AVERROR(ENOMEM);
    }
    copy->pts = 2 * coded;
    set_flags(maker->map, copy, coded);
    error = oasis_graph_send(&maker->graph, copy);
    av_frame_free(&copy);
    return error < 0 ? error : collect(maker);
}

/* --- woven fields ----------------------------------------------------------------------------- */

static int copy_lines(AVFrame *to, const AVFrame *from, int first)
{
    const AVPixFmtDescriptor *pixels = av_pix_fmt_desc_get(to->format);

    for (int p = 0; p < 4 && to->data[p] && to->linesize[p] != 0; p++) {
        const int shift = p == 1 || p == 2 ? pixels->log2_chroma_h : 0;
        const int lines = AV_CEIL_RSHIFT(to->height, shift);
        const int bytes = av_image_get_linesize(to->format, to->width, p);

        if (bytes < 0) {
            return bytes;
        }
        for (int y = first; y < lines; y += 2) {
            memcpy(to->data[p] + y * to->linesize[p], from->data[p] + y * from->linesize[p],
                   (size_t)bytes);
        }
    }
    return 0;
}

/* The frame with its own lines from `first` on and those of the one before between them. */
static int weave(OasisFieldMaker *maker, const AVFrame *frame, int64_t number, int first)
{
    const AVFrame *before = maker->before;
    AVFrame *woven;
    int error;

    if (before->width != frame->width || before->height != frame->height ||
        before->format != frame->format ||
        av_pix_fmt_desc_get(frame->format)->flags & AV_PIX_FMT_FLAG_PAL) {
        return give(maker, av_frame_clone(frame), number);
    }
    woven = av_frame_alloc();
    if (!woven) {
        return AVERROR(ENOMEM);
    }
    woven->width = frame->width;
    woven->height = frame->height;
    woven->format = frame->format;
    error = av_frame_get_buffer(woven, 0);
    if (error >= 0) {
        error = av_frame_copy_props(woven, frame);
    }
    if (error >= 0) {
        error = copy_lines(woven, frame, first);
    }
    if (error >= 0) {
        error = copy_lines(woven, before, 1 - first);
    }
    if (error < 0) {
        av_frame_free(&woven);
        return error;
    }
    return give(maker, woven, number);
}

/* --- all of them ------------------------------------------------------------------------------ */

static int show_tiny(OasisFieldMaker *maker, const AVFrame *frame, int64_t coded)
{
    const OasisFrameMap *map = maker->map;

    for (int64_t n = oasis_frame_map_first(map, coded);
         n < map->frames && map->coded[n] == coded; n++) {
        OASIS_AV_TRY(give(maker, av_frame_clone(frame), n));
    }
    return 0;
}

static int make(OasisFieldMaker *maker, const AVFrame *frame, int64_t coded)
{
    const int64_t number = oasis_frame_map_first(maker->map, coded);

    switch ((OasisMaking)maker->map->making[coded]) {
    case OASIS_MAKING_WHOLE:
        return give(maker, av_frame_clone(frame), number);
    case OASIS_MAKING_WOVEN_TOP:
        return weave(maker, frame, number, 0);
    case OASIS_MAKING_WOVEN_BOTTOM:
        return weave(maker, frame, number, 1);
    default: /* the graph does it, or nothing is made of it */
        return is_tiny(frame) ? show_tiny(maker, frame, coded) : 0;
    }
}

int oasis_field_maker_send(OasisFieldMaker *maker, AVFrame *frame, int64_t coded)
{
    if (!frame) {
        return finish_graph(maker);
    }
    OASIS_AV_TRY(part(maker, frame, coded));
    OASIS_AV_TRY(make(maker, frame, coded));
    av_frame_unref(maker->before);
    return av_frame_ref(maker->before, frame);
}

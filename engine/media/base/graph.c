/* A chain of FFmpeg's picture filters.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/base/graph.h"

#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/mem.h>

#include "media/base/av-error.h"

enum { THREADS = 2 };

static int open_entry(OasisGraph *graph, const AVFrame *like)
{
    AVBufferSrcParameters *parameters = av_buffersrc_parameters_alloc();
    int error;

    graph->in = avfilter_graph_alloc_filter(graph->graph, avfilter_get_by_name("buffer"), "in");
    if (!parameters || !graph->in) {
        av_free(parameters);
        return AVERROR(ENOMEM);
    }
    parameters->format = like->format;
    parameters->width = like->width;
    parameters->height = like->height;
    parameters->time_base = (AVRational){1, 1};
    parameters->sample_aspect_ratio = like->sample_aspect_ratio;
    parameters->color_space = like->colorspace;
    parameters->color_range = like->color_range;
    error = av_buffersrc_parameters_set(graph->in, parameters);
    av_free(parameters);
    return error < 0 ? error : avfilter_init_str(graph->in, NULL);
}

int oasis_graph_join(AVFilterGraph *graph, AVFilterContext *in, const char *chain,
                     AVFilterContext *out)
{
    AVFilterInOut *outputs = avfilter_inout_alloc(), *inputs = avfilter_inout_alloc();
    int error = AVERROR(ENOMEM);

    if (outputs && inputs) {
        *outputs = (AVFilterInOut){.name = av_strdup("in"), .filter_ctx = in};
        *inputs = (AVFilterInOut){.name = av_strdup("out"), .filter_ctx = out};
        if (outputs->name && inputs->name) {
            error = avfilter_graph_parse_ptr(graph, chain, &inputs, &outputs, NULL);
        }
    }
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    return error < 0 ? error : avfilter_graph_config(graph, NULL);
}

static int build(OasisGraph *graph, const AVFrame *like, const char *chain)
{
    graph->graph = avfilter_graph_alloc();
    if (!graph->graph) {
        return AVERROR(ENOMEM);
    }
    graph->graph->nb_threads = THREADS;
    OASIS_AV_TRY(open_entry(graph, like));
    OASIS_AV_TRY(avfilter_graph_create_filter(&graph->out, avfilter_get_by_name("buffersink"),
                                              "out", NULL, NULL, graph->graph));
    return oasis_graph_join(graph->graph, graph->in, chain, graph->out);
}

int oasis_graph_open(OasisGraph *graph, const AVFrame *like, const char *chain)
{
    int error = build(graph, like, chain);

    if (error < 0) {
        oasis_graph_close(graph);
    }
    return error;
}

void oasis_graph_close(OasisGraph *graph)
{
    avfilter_graph_free(&graph->graph);
    *graph = (OasisGraph){0};
}

int oasis_graph_send(OasisGraph *graph, AVFrame *frame)
{
    return av_buffersrc_add_frame_flags(graph->in, frame, AV_BUFFERSRC_FLAG_KEEP_REF);
}

int oasis_graph_receive(OasisGraph *graph, AVFrame *frame)
{
    int error = av_buffersink_get_frame(graph->out, frame);

    if (error >= 0) {
        frame->pts = av_rescale_q(frame->pts, av_buffersink_get_time_base(graph->out),
                                  (AVRational){1, 1});
    }
    return error;
}

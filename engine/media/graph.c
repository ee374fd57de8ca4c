/* A chain of FFmpeg's picture filters.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/graph.h"

#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/mem.h>

enum { THREADS = 2 };

static int open_source(OasisGraph *graph, const AVFrame *like)
{
    AVBufferSrcParameters *parameters = av_buffersrc_parameters_alloc();
    int error;

    graph->source =
        avfilter_graph_alloc_filter(graph->graph, avfilter_get_by_name("buffer"), "in");
    if (!parameters || !graph->source) {
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
    error = av_buffersrc_parameters_set(graph->source, parameters);
    av_free(parameters);
    return error < 0 ? error : avfilter_init_str(graph->source, NULL);
}

int oasis_graph_open(OasisGraph *graph, const AVFrame *like, const char *chain)
{
    AVFilterInOut *outputs = avfilter_inout_alloc(), *inputs = avfilter_inout_alloc();
    int error = AVERROR(ENOMEM);

    graph->graph = avfilter_graph_alloc();
    if (!graph->graph || !outputs || !inputs) {
        goto fail;
    }
    graph->graph->nb_threads = THREADS;
    error = open_source(graph, like);
    if (error < 0) {
        goto fail;
    }
    error = avfilter_graph_create_filter(&graph->sink, avfilter_get_by_name("buffersink"), "out",
                                         NULL, NULL, graph->graph);
    if (error < 0) {
        goto fail;
    }
    *outputs = (AVFilterInOut){.name = av_strdup("in"), .filter_ctx = graph->source};
    *inputs = (AVFilterInOut){.name = av_strdup("out"), .filter_ctx = graph->sink};
    error = AVERROR(ENOMEM);
    if (!outputs->name || !inputs->name) {
        goto fail;
    }
    error = avfilter_graph_parse_ptr(graph->graph, chain, &inputs, &outputs, NULL);
    if (error >= 0) {
        error = avfilter_graph_config(graph->graph, NULL);
    }
fail:
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    if (error < 0) {
        oasis_graph_close(graph);
        return error;
    }
    return 0;
}

void oasis_graph_close(OasisGraph *graph)
{
    avfilter_graph_free(&graph->graph);
    *graph = (OasisGraph){0};
}

int oasis_graph_send(OasisGraph *graph, AVFrame *frame)
{
    return av_buffersrc_add_frame_flags(graph->source, frame, AV_BUFFERSRC_FLAG_KEEP_REF);
}

int oasis_graph_receive(OasisGraph *graph, AVFrame *frame)
{
    int error = av_buffersink_get_frame(graph->sink, frame);

    if (error >= 0) {
        frame->pts = av_rescale_q(frame->pts, av_buffersink_get_time_base(graph->sink),
                                  (AVRational){1, 1});
    }
    return error;
}

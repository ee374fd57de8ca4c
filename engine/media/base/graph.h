/* A chain of FFmpeg's picture filters.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavfilter/avfilter.h>
#include <libavutil/frame.h>

typedef struct OasisGraph {
    AVFilterGraph *graph; /* NULL = not made */
    AVFilterContext *in, *out;
} OasisGraph;

/* Makes a chain ("bwdif,transpose=clock") for frames like this one. Frames count in units of 1:
 * their pts goes in and comes out as a plain number. Returns 0 or a negative AVERROR. */
int oasis_graph_open(OasisGraph *graph, const AVFrame *like, const char *chain);

/* A chain that was never made is fine. */
void oasis_graph_close(OasisGraph *graph);

/* Sends a frame (which keeps its reference), or the end with NULL. */
int oasis_graph_send(OasisGraph *graph, AVFrame *frame);

/* AVERROR(EAGAIN) before more is sent, AVERROR_EOF after the last frame. */
int oasis_graph_receive(OasisGraph *graph, AVFrame *frame);

/* Puts a chain between two filters of a graph and makes it ready. Returns as the others do. */
int oasis_graph_join(AVFilterGraph *graph, AVFilterContext *in, const char *chain,
                     AVFilterContext *out);

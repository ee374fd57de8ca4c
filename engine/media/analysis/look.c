/* Seeing decoded frames as 8 bits of luma.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/analysis/look.h"

#include <libavutil/pixdesc.h>

#include "media/base/av-error.h"

enum { PROBES = 4 }; /* samples of a cell in each direction */

/* Whether the first plane is the luma, a byte a sample. */
static bool is_plain(int format)
{
    const AVPixFmtDescriptor *pixels = av_pix_fmt_desc_get(format);

    return pixels && pixels->comp[0].plane == 0 && pixels->comp[0].step == 1 &&
           pixels->comp[0].depth == 8 &&
           !(pixels->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_HWACCEL |
                              AV_PIX_FMT_FLAG_BITSTREAM));
}

static int convert(OasisLooker *looker, AVFrame *frame, AVFrame *grey)
{
    if (is_plain(frame->format)) {
        return av_frame_ref(grey, frame);
    }
    if (!looker->graph.graph || frame->width != looker->width || frame->height != looker->height ||
        frame->format != looker->format) {
        oasis_graph_close(&looker->graph);
        OASIS_AV_TRY(oasis_graph_open(&looker->graph, frame, "format=pix_fmts=gray"));
        looker->width = frame->width;
        looker->height = frame->height;
        looker->format = frame->format;
    }
    OASIS_AV_TRY(oasis_graph_send(&looker->graph, frame));
    return oasis_graph_receive(&looker->graph, grey);
}

static void shrink(OasisLook *look)
{
    int64_t sum = 0;

    for (int j = 0; j < OASIS_SMALL_HEIGHT; j++) {
        for (int i = 0; i < OASIS_SMALL_WIDTH; i++) {
            int cell = 0;

            for (int v = 0; v < PROBES; v++) {
                const int64_t row = (int64_t)(j * PROBES + v) * look->height;
                const uint8_t *line = look->luma + row / (PROBES * OASIS_SMALL_HEIGHT) *
                                                       look->stride;

                for (int u = 0; u < PROBES; u++) {
                    cell += line[(int64_t)(i * PROBES + u) * look->width /
                                 (PROBES * OASIS_SMALL_WIDTH)];
                }
            }
            look->small[j][i] = (uint8_t)(cell / (PROBES * PROBES));
            sum += look->small[j][i];
        }
    }
    look->mean = (double)sum / (OASIS_SMALL_WIDTH * OASIS_SMALL_HEIGHT);
}

int oasis_looker_look(OasisLooker *looker, AVFrame *frame, int64_t number, OasisLook *look)
{
    av_frame_unref(look->frame);
    OASIS_AV_TRY(convert(looker, frame, look->frame));
    look->luma = look->frame->data[0];
    look->stride = look->frame->linesize[0];
    look->width = look->frame->width;
    look->height = look->frame->height;
    look->number = number;
    look->flagged = frame->flags & AV_FRAME_FLAG_INTERLACED;
    look->top_first = frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST;
    shrink(look);
    return 0;
}

void oasis_looker_clear(OasisLooker *looker)
{
    oasis_graph_close(&looker->graph);
}

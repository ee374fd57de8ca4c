/* Looking at the edges of pictures.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/analysis/edges.h"

#include <stdlib.h>

enum {
    BLACK = 30,      /* the brightest that black is, on the average of a line */
    EVEN = 6,        /* and how far its samples lie off that */
    DARK = 36,       /* pictures that are not brighter tell of no borders */
    TAPE_LEAST = 240, /* lines of pictures that may come from a tape */
    TAPE_MOST = 576,
    HEAD_LEAST = 3,  /* fewer lines are some other fault */
    MOVED_MOST = 60, /* samples sideways */
    UNLIKE = 3,      /* times as different as other lines, */
    UNLIKE_LEAST = 4, /* and so much at least */
};

static const double NEARLY_ALL = 0.95;
static const double TORN = 2.5; /* times as different as other lines */

/* A row, or with its stride a column. */
static bool is_black(const uint8_t *samples, ptrdiff_t step, int count)
{
    int64_t sum = 0, off = 0;
    int mean;

    for (int i = 0; i < count; i++) {
        sum += samples[i * step];
    }
    mean = (int)(sum / count);
    if (mean > BLACK) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        off += abs(samples[i * step] - mean);
    }
    return off <= (int64_t)EVEN * count;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* Counts lines from an edge inwards, and notes all borders that the frame has by that. */
static void note(int64_t edge[OASIS_EDGE_MOST], const uint8_t *samples, ptrdiff_t inwards,
                 ptrdiff_t along, int lines, int count)
{
    const int most = smaller(lines / 2, OASIS_EDGE_MOST);

    for (int n = 0; n < most && is_black(samples + n * inwards, along, count); n++) {
        edge[n]++;
    }
}

/* From the line two above, the next of the same field, if that is moved so far to the right; but
 * for a margin at both sides. */
static double differ(const OasisLook *look, int y, int moved, int margin)
{
    const uint8_t *line = look->luma + y * look->stride, *above = line - 2 * look->stride - moved;
    int64_t sum = 0;

    for (int x = margin; x < look->width - margin; x++) {
        sum += abs(line[x] - above[x]);
    }
    return (double)sum / (look->width - 2 * margin);
}

static bool is_moved(const OasisLook *look, int y, double usual)
{
    const int most = smaller(MOVED_MOST, look->width / 4);
    const double unmoved = differ(look, y, 0, most);
    bool is_same = false;

    for (int moved = -most; moved <= most && unmoved > UNLIKE * usual && unmoved > UNLIKE_LEAST &&
                            !is_same; moved++) {
        is_same = differ(look, y, moved, most) < unmoved / 2;
    }
    return is_same;
}

static void look_at_heads(OasisEdges *edges, const OasisLook *look)
{
    const int from = look->height / 2, to = look->height - 2 * OASIS_HEAD_MOST;
    double usual = 0;

    if (to - from < OASIS_HEAD_MOST || look->height < TAPE_LEAST || look->height > TAPE_MOST) {
        return;
    }
    for (int y = from; y < to; y++) {
        usual += differ(look, y, 0, 0) / (to - from);
    }
    for (int n = 0; n < OASIS_HEAD_MOST; n++) {
        const int y = look->height - 1 - n;

        edges->torn[n] += differ(look, y, 0, 0) / (usual + 1);
        edges->moved[n] += is_moved(look, y, usual);
    }
}

void oasis_edges_look(OasisEdges *edges, const OasisLook *look)
{
    const ptrdiff_t stride = look->stride;
    const uint8_t *last = look->luma + (look->height - 1) * stride;

    if (look->mean < DARK) {
        return;
    }
    edges->frames++;
    note(edges->top, look->luma, stride, 1, look->height, look->width);
    note(edges->bottom, last, -stride, 1, look->height, look->width);
    note(edges->left, look->luma, 1, stride, look->width, look->height);
    note(edges->right, look->luma + look->width - 1, -1, stride, look->width, look->height);
    look_at_heads(edges, look);
}

int oasis_edges_border(const OasisEdges *edges, const int64_t edge[OASIS_EDGE_MOST])
{
    int n = 0;

    if (edges->frames == 0) {
        return 0;
    }
    while (n < OASIS_EDGE_MOST && (double)edge[n] >= NEARLY_ALL * (double)edges->frames) {
        n++;
    }
    return n;
}

int oasis_edges_head_lines(const OasisEdges *edges)
{
    int lines = 0, torn = 0;

    for (int n = 0; n < OASIS_HEAD_MOST; n++) {
        if (edges->torn[n] > TORN * (double)edges->frames) {
            torn++;
            /* Most lines below it, too: a single one is the edge of something. */
            lines = 2 * torn > n + 1 ? n + 1 : lines;
        }
        if (2 * edges->moved[n] > edges->frames) {
            lines = n + 1;
        }
    }
    return lines >= HEAD_LEAST && lines < OASIS_HEAD_MOST ? lines : 0;
}

/* The frame index: its parts that follow from the others, and looking things up.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/input/index.h"

#include <libavutil/mathematics.h>
#include <stdlib.h>

void oasis_index_free(OasisIndex **index)
{
    OasisIndex *self = *index;

    *index = NULL;
    if (self) {
        free(self->pts);
        free(self->packet);
        free(self->first_frame);
        free(self->keys);
        free(self->key_frame);
        free(self->pieces);
        free(self->tracks);
        free(self->part_starts);
        free(self);
    }
}

/* The first frame made by the packets from `begin` up to `end`, or `otherwise`. */
static int64_t first_of(const OasisIndex *index, int64_t begin, int64_t end, int64_t otherwise)
{
    int64_t first = -1;

    for (int64_t p = begin; p < end; p++) {
        int64_t frame = index->first_frame[p];

        if (frame >= 0 && (first < 0 || frame < first)) {
            first = frame;
        }
    }
    return first >= 0 ? first : otherwise;
}

bool oasis_index_link(OasisIndex *index)
{
    int64_t end = index->packets, frame = index->frames;

    free(index->first_frame);
    free(index->key_frame);
    index->first_frame = calloc((size_t)index->packets, sizeof *index->first_frame);
    index->key_frame = calloc(index->n_keys + 1, sizeof *index->key_frame);
    if (!index->first_frame || !index->key_frame) {
        return false;
    }
    for (int64_t p = 0; p < index->packets; p++) {
        index->first_frame[p] = -1;
    }
    for (int64_t n = index->frames - 1; n >= 0; n--) {
        index->first_frame[index->packet[n]] = n;
    }
    for (size_t k = index->n_keys; k-- > 0;) {
        int64_t packet = index->keys[k].packet;

        /* A key that is not shown itself, because an edit list cuts it off, still leads to the
         * frames behind it. */
        frame = index->first_frame[packet] >= 0 ? index->first_frame[packet]
                                                : first_of(index, packet, end, frame);
        index->key_frame[k] = frame;
        end = packet;
    }
    return true;
}

int64_t oasis_index_frame_of(const OasisIndex *index, int64_t packet, int64_t before)
{
    if (packet < 0 || packet >= index->packets) {
        return -1;
    }
    if (before >= 0 && before + 1 < index->frames && index->packet[before] == packet &&
        index->packet[before + 1] == packet) {
        return before + 1;
    }
    return index->first_frame[packet];
}

size_t oasis_index_key_for(const OasisIndex *index, int64_t n)
{
    size_t low = 0, high = index->n_keys;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (index->key_frame[middle] <= n) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 ? low - 1 : 0;
}

int64_t oasis_index_last_duration(const OasisIndex *index, AVRational rate, AVRational time_base)
{
    if (index->last_duration > 0) {
        return index->last_duration;
    }
    if (index->frames > 1) {
        return index->pts[index->frames - 1] - index->pts[index->frames - 2];
    }
    return av_rescale_q(1, av_inv_q(rate), time_base);
}

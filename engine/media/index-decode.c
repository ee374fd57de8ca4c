/* Checking the index by decoding samples of the file, and building it by decoding the whole.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "media/av-error.h"
#include "media/fields.h"
#include "media/index.h"

enum {
    SAMPLE_PACKETS = 60,
    CLOCK_STEPS = 4, /* frames by which times go back only if the clock was set */
    LONGEST_TAIL = 600, /* packets after the last key that are decoded to check the file's end */
};

static OasisStatus fail_reading(OasisInput *input, int error, OasisError *err)
{
    return oasis_av_fail(err, OASIS_ERR_INPUT, input->path, error,
                         "cannot be read from its disk; copy it again");
}

/* Decodes packets from a key up to `stop` and tells whether just the predicted frames come, in
 * their order. Behind a key in mid-file frames may come that are shown before it: whether those
 * can be decoded from here does not matter. Returns 0 or a negative AVERROR. */
static int sample(OasisInput *input, const OasisIndex *index, size_t key, int64_t stop,
                  OasisFieldDetector *fields, bool *right)
{
    const int64_t start = index->keys[key].packet, first = index->key_frame[key];
    int64_t expected = start == 0 ? 0 : first, last = -1, packet;
    AVFrame *frame = av_frame_alloc();
    int error = frame ? oasis_input_seek(input, index->keys, index->n_keys, key) : AVERROR(ENOMEM);

    input->stop_packet = stop;
    while (error == 0) {
        if (oasis_cancel_is_triggered(input->cancel)) {
            error = AVERROR_EXIT;
            break;
        }
        error = oasis_input_decode(input, frame, &packet);
        if (error < 0) {
            break;
        }
        oasis_fields_look(fields, frame);
        av_frame_unref(frame);
        last = oasis_index_frame_of(index, packet, last);
        if (last >= 0 && start > 0 && last < first) {
            continue;
        }
        while (expected < index->frames && expected != last &&
               (index->packet[expected] < start || index->packet[expected] >= stop)) {
            expected++;
        }
        *right &= last == expected;
        expected = last + 1;
    }
    /* Frames that should have come, too: reordering moves them by a few packets only. */
    for (int64_t n = expected; n < index->frames && n < expected + SAMPLE_PACKETS; n++) {
        *right &= index->packet[n] < start || index->packet[n] >= stop;
    }
    input->stop_packet = INT64_MAX;
    oasis_fields_end_stretch(fields);
    av_frame_free(&frame);
    return error == AVERROR_EOF ? 0 : error;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

OasisStatus oasis_index_sample(OasisInput *input, OasisIndex *index, bool *right, OasisError *err)
{
    const int64_t packets = index->packets, frames = index->frames;
    OasisFieldDetector fields = {0};
    size_t middle = oasis_index_key_for(index, frames / 2);
    size_t end = oasis_index_key_for(index, frames > 30 ? frames - 30 : 0);
    int64_t middle_packet = index->keys[middle].packet, end_packet = index->keys[end].packet;
    int error;

    *right = true;
    error = sample(input, index, 0, smaller(packets, SAMPLE_PACKETS), &fields, right);
    if (error == 0 && middle_packet >= SAMPLE_PACKETS) {
        error = sample(input, index, middle, smaller(packets, middle_packet + SAMPLE_PACKETS),
                       &fields, right);
    }
    if (error == 0 && packets > SAMPLE_PACKETS && packets - end_packet <= LONGEST_TAIL) {
        error = sample(input, index, end, packets, &fields, right);
    }
    index->fields = oasis_fields_verdict(&fields, input->video->codecpar->field_order);
    return error == 0 ? OASIS_OK : fail_reading(input, error, err);
}

static bool add_frame(OasisIndex *index, int64_t *capacity, int64_t pts, int64_t packet)
{
    if (index->frames == *capacity) {
        int64_t more = *capacity ? *capacity * 2 : 1024;
        int64_t *grown;

        if ((uint64_t)more > SIZE_MAX / sizeof *grown) {
            return false;
        }
        grown = realloc(index->pts, (size_t)more * sizeof *grown);
        if (!grown) {
            return false;
        }
        index->pts = grown;
        grown = realloc(index->packet, (size_t)more * sizeof *grown);
        if (!grown) {
            return false;
        }
        index->packet = grown;
        *capacity = more;
    }
    index->pts[index->frames] = pts;
    index->packet[index->frames] = packet;
    index->frames++;
    return true;
}

/* Makes times grow strictly: missing ones follow the frame before, a clock that was set back (tapes
 * joined to one file) goes on, and frames at one time are moved apart by the least. */
static void mend_times(const OasisInput *input, OasisIndex *index)
{
    const AVRational time_base = input->video->time_base;
    AVRational rate = av_guess_frame_rate(input->format, input->video, NULL);
    int64_t step =
        av_rescale_q(1, rate.num > 0 ? av_inv_q(rate) : (AVRational){1, 25}, time_base);
    int64_t offset = 0;

    step = step > 0 ? step : 1;
    for (int64_t n = 0; n < index->frames; n++) {
        int64_t before = n > 0 ? index->pts[n - 1] : -step;
        int64_t pts = index->pts[n];

        if (pts == AV_NOPTS_VALUE) {
            pts = before + step;
        } else {
            pts += offset;
        }
        if (n > 0 && pts <= before) {
            bool set_back = before - pts > CLOCK_STEPS * step;
            int64_t moved = set_back ? before + step : before + 1;

            offset += set_back ? moved - pts : 0;
            pts = moved;
        }
        index->pts[n] = pts;
    }
}

/* Containers mark packets as keys that are none. A key's own frame tells: keys are moved to the
 * front of the list as their frames come, and the others are left behind. */
static void confirm_key(OasisIndex *index, size_t *confirmed, int64_t packet, const AVFrame *frame)
{
    size_t k = *confirmed;

    if (!(frame->flags & AV_FRAME_FLAG_KEY) && frame->pict_type != AV_PICTURE_TYPE_I) {
        return;
    }
    while (k < index->n_keys && index->keys[k].packet < packet) {
        k++;
    }
    if (k < index->n_keys && index->keys[k].packet == packet) {
        index->keys[(*confirmed)++] = index->keys[k];
    }
}

OasisStatus oasis_index_decode(OasisInput *input, void (*progress)(double, void *), void *data,
                               OasisIndex *index, OasisError *err)
{
    OasisFieldDetector fields = {0};
    AVFrame *frame = av_frame_alloc();
    int64_t capacity = 0, packet;
    size_t confirmed = 1; /* the file's beginning is one */
    int error = frame ? oasis_input_rewind(input) : AVERROR(ENOMEM);

    free(index->pts);
    free(index->packet);
    index->pts = NULL;
    index->packet = NULL;
    index->frames = 0;
    while (error == 0) {
        if (oasis_cancel_is_triggered(input->cancel)) {
            error = AVERROR_EXIT;
            break;
        }
        error = oasis_input_decode(input, frame, &packet);
        if (error < 0) {
            break;
        }
        if (packet < 0 || packet >= index->packets) { /* the file has been changed meanwhile */
            error = AVERROR_INVALIDDATA;
        } else if (!add_frame(index, &capacity, frame->best_effort_timestamp, packet)) {
            error = AVERROR(ENOMEM);
        }
        confirm_key(index, &confirmed, packet, frame);
        if (index->frames <= SAMPLE_PACKETS ||
            (packet >= index->packets / 2 && packet < index->packets / 2 + SAMPLE_PACKETS)) {
            oasis_fields_look(&fields, frame);
        } else {
            oasis_fields_end_stretch(&fields);
        }
        av_frame_unref(frame);
        progress((double)packet / (double)index->packets, data);
    }
    oasis_fields_end_stretch(&fields);
    av_frame_free(&frame);
    if (error != AVERROR_EOF) {
        return fail_reading(input, error, err);
    }
    if (index->frames == 0) {
        return oasis_av_fail(err, OASIS_ERR_INPUT, input->path, 0,
                             "holds no frame that can be decoded; it is damaged: copy it again");
    }
    index->n_keys = confirmed;
    mend_times(input, index);
    index->fields = oasis_fields_verdict(&fields, input->video->codecpar->field_order);
    return oasis_index_link(index) ? OASIS_OK : oasis_fail_memory(err, input->path);
}

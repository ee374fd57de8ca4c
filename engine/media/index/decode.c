/* Building the index by decoding the whole file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/index/decode.h"

#include <stdlib.h>

#include "media/base/av-error.h"
#include "media/base/grow.h"
#include "media/base/ns.h"
#include "media/index/fields.h"

enum { LOOK_FRAMES = 60 }; /* at the beginning and in the middle that are looked at for fields */

typedef struct Whole {
    const OasisInput *input;
    OasisIndex *index;
    int64_t pts_capacity, packet_capacity;
    size_t confirmed; /* keys that are true ones, at the front of the index's */
    OasisFieldDetector fields;
    void (*progress)(double done, void *data);
    void *data;
} Whole;

static bool add_frame(Whole *whole, int64_t pts, int64_t packet)
{
    OasisIndex *index = whole->index;
    int64_t *times = oasis_grow(index->pts, index->frames, &whole->pts_capacity, sizeof *times);
    int64_t *packets = oasis_grow(index->packet, index->frames, &whole->packet_capacity,
                                  sizeof *packets);

    index->pts = times ? times : index->pts;
    index->packet = packets ? packets : index->packet;
    if (!times || !packets) {
        return false;
    }
    index->pts[index->frames] = pts;
    index->packet[index->frames] = packet;
    index->frames++;
    return true;
}

/* Containers mark some packets as keys that are not. A key's own frame tells: keys are moved to the
 * front of the list as their frames come, and the others are left behind. */
static void confirm_key(Whole *whole, int64_t packet, const AVFrame *frame)
{
    OasisIndex *index = whole->index;
    size_t k = whole->confirmed;

    if (!(frame->flags & AV_FRAME_FLAG_KEY) && frame->pict_type != AV_PICTURE_TYPE_I) {
        return;
    }
    while (k < index->n_keys && index->keys[k].packet < packet) {
        k++;
    }
    if (k < index->n_keys && index->keys[k].packet == packet) {
        index->keys[whole->confirmed++] = index->keys[k];
    }
}

static int take_frame(void *data, AVFrame *frame, int64_t packet)
{
    Whole *whole = data;
    const int64_t packets = whole->index->packets;
    const AVRational time_base = whole->input->video->time_base;

    if (packet < 0 || packet >= packets) { /* the file has been changed meanwhile */
        return AVERROR_INVALIDDATA;
    }
    if (!add_frame(whole, oasis_time_clean(frame->best_effort_timestamp, time_base), packet)) {
        return AVERROR(ENOMEM);
    }
    whole->index->last_duration = oasis_duration_clean(frame->duration, time_base);
    confirm_key(whole, packet, frame);
    if (whole->index->frames <= LOOK_FRAMES ||
        (packet >= packets / 2 && packet < packets / 2 + LOOK_FRAMES)) {
        oasis_field_detector_look(&whole->fields, frame);
    } else {
        oasis_field_detector_end_stretch(&whole->fields);
    }
    whole->progress((double)packet / (double)packets, whole->data);
    return 0;
}

static void drop_prediction(OasisIndex *index)
{
    free(index->pts);
    free(index->packet);
    index->pts = NULL;
    index->packet = NULL;
    index->frames = 0;
}

OasisStatus oasis_index_decode(OasisInput *input, void (*progress)(double, void *), void *data,
                               OasisIndex *index, OasisError *err)
{
    Whole whole = {
        .input = input,
        .index = index,
        .confirmed = 1, /* the file's beginning is one */
        .progress = progress,
        .data = data,
    };
    int error = oasis_input_rewind(input);

    drop_prediction(index);
    if (error == 0) {
        error = oasis_input_decode_each(input, take_frame, &whole);
    }
    oasis_field_detector_end_stretch(&whole.fields);
    if (error < 0) {
        return oasis_input_fail(input, error, err);
    }
    if (index->frames == 0 && input->decoder->codec_id == AV_CODEC_ID_WEBP) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, input->path,
                          "is an animated WebP, which this FFmpeg cannot read; convert it to GIF, "
                          "APNG or MP4 first");
    }
    if (index->frames == 0) {
        return oasis_av_fail(err, OASIS_ERR_INPUT, input->path, 0,
                             "holds no frame that can be decoded; it is damaged: copy it again");
    }
    index->n_keys = whole.confirmed;
    index->interlacing =
        oasis_field_detector_verdict(&whole.fields, input->video->codecpar->field_order);
    return oasis_index_link(index) ? OASIS_OK : oasis_fail_memory(err, input->path);
}

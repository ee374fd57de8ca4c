/* Checking the predicted index by decoding samples of the file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/index/sample.h"

#include "media/base/av-error.h"
#include "media/index/fields.h"

enum {
    SAMPLE_PACKETS = 60,
    LONGEST_TAIL = 600, /* packets after the last key that are decoded to check the file's end */
};

/* Some packets, beginning with a key, and how far the frames that came are the predicted ones. */
typedef struct Sample {
    const OasisIndex *index;
    OasisFieldDetector *fields;
    int64_t start, stop; /* the first packet, and the one after the last */
    int64_t first;       /* frame that the key leads to */
    int64_t expected;    /* frame that comes next */
    int64_t last;        /* frame that came last; -1 */
    bool right;
} Sample;

static bool holds(const Sample *sample, int64_t n)
{
    int64_t packet = sample->index->packet[n];

    return packet >= sample->start && packet < sample->stop;
}

static int compare_frame(void *data, AVFrame *frame, int64_t packet)
{
    Sample *sample = data;

    oasis_field_detector_look(sample->fields, frame);
    sample->last = oasis_index_frame_of(sample->index, packet, sample->last);
    /* Behind a key in mid-file frames may come that are shown before it: whether those can be
     * decoded from here does not matter. */
    if (sample->last >= 0 && sample->start > 0 && sample->last < sample->first) {
        return 0;
    }
    while (sample->expected < sample->index->frames && sample->expected != sample->last &&
           !holds(sample, sample->expected)) {
        sample->expected++;
    }
    sample->right &= sample->last == sample->expected;
    sample->expected = sample->last + 1;
    return 0;
}

/* Decodes packets from a key up to `stop` and tells whether just the predicted frames come, in
 * their order. */
static int check_sample(OasisInput *input, const OasisIndex *index, size_t key, int64_t stop,
                        OasisFieldDetector *fields, bool *right)
{
    Sample sample = {
        .index = index,
        .fields = fields,
        .start = index->keys[key].packet,
        .stop = stop,
        .first = index->key_frame[key],
        .last = -1,
        .right = true,
    };
    int error;

    sample.expected = sample.start == 0 ? 0 : sample.first;
    OASIS_AV_TRY(oasis_input_seek(input, index, key));
    input->stop_packet = stop;
    error = oasis_input_decode_each(input, compare_frame, &sample);
    input->stop_packet = INT64_MAX;
    oasis_field_detector_end_stretch(fields);
    /* Frames that should have come, too: reordering moves them by a few packets only. */
    for (int64_t n = sample.expected;
         n < index->frames && n < sample.expected + SAMPLE_PACKETS; n++) {
        sample.right &= !holds(&sample, n);
    }
    *right &= sample.right;
    return error;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int check_samples(OasisInput *input, const OasisIndex *index, OasisFieldDetector *fields,
                         bool *right)
{
    const int64_t packets = index->packets, frames = index->frames;
    const size_t middle = oasis_index_key_for(index, frames / 2);
    const size_t end = oasis_index_key_for(index, frames > 30 ? frames - 30 : 0);
    const int64_t middle_packet = index->keys[middle].packet, end_packet = index->keys[end].packet;

    OASIS_AV_TRY(check_sample(input, index, 0, smaller(packets, SAMPLE_PACKETS), fields, right));
    if (middle_packet >= SAMPLE_PACKETS) {
        OASIS_AV_TRY(check_sample(input, index, middle,
                                  smaller(packets, middle_packet + SAMPLE_PACKETS), fields, right));
    }
    if (packets > SAMPLE_PACKETS && packets - end_packet <= LONGEST_TAIL) {
        OASIS_AV_TRY(check_sample(input, index, end, packets, fields, right));
    }
    return 0;
}

OasisStatus oasis_index_sample(OasisInput *input, OasisIndex *index, bool *right, OasisError *err)
{
    OasisFieldDetector fields = {0};
    int error;

    *right = true;
    error = check_samples(input, index, &fields, right);
    index->interlacing =
        oasis_field_detector_verdict(&fields, input->video->codecpar->field_order);
    return error < 0 ? oasis_input_fail(input, error, err) : OASIS_OK;
}

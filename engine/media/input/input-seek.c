/* Going to a key packet of a video file.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/base/av-error.h"
#include "media/input/input.h"

enum { MAX_UNKNOWN = 4096 }; /* packets read after a seek without meeting a known one */

static bool is_key(const AVPacket *packet, const OasisKey *key)
{
    return packet->pts == key->pts && packet->dts == key->dts && packet->pos == key->position;
}

/* Reads on, after a seek, until `key` is the next packet. AVERROR_STREAM_NOT_FOUND if the seek led
 * behind it or nowhere known. */
static int read_up_to(OasisInput *input, const OasisIndex *index, size_t key)
{
    input->held = false;
    for (int unknown = 0; unknown < MAX_UNKNOWN; unknown++) {
        int error = oasis_input_read(input);

        if (error == AVERROR_EOF) {
            break;
        }
        if (error < 0) {
            return error;
        }
        if (!(input->packet->flags & AV_PKT_FLAG_KEY)) {
            continue;
        }
        if (is_key(input->packet, &index->keys[key])) {
            input->held = true;
            input->next_packet = index->keys[key].packet + 1;
            input->packet->opaque = (void *)(intptr_t)index->keys[key].packet;
            return 0;
        }
        for (size_t k = 0; k < index->n_keys; k++) {
            if (is_key(input->packet, &index->keys[k])) {
                if (k > key) {
                    return AVERROR_STREAM_NOT_FOUND;
                }
                unknown = 0;
                break;
            }
        }
    }
    return AVERROR_STREAM_NOT_FOUND;
}

/* Seeking to a time lands where the demuxer pleases: some search by showing, some by decoding time,
 * and some only nearly. So several times are tried, each earlier than the last. */
static int seek_by_time(OasisInput *input, const OasisIndex *index, size_t key)
{
    const OasisKey *target = &index->keys[key];
    const int64_t margins_ms[] = {0, 0, 500, 3000, 15000};

    for (size_t i = 0; i < sizeof margins_ms / sizeof *margins_ms; i++) {
        int64_t time = i == 0 ? target->pts : target->dts;
        int error;

        if (time == AV_NOPTS_VALUE) {
            time = i == 0 ? target->dts : target->pts;
        }
        if (time == AV_NOPTS_VALUE) {
            break;
        }
        time -= av_rescale_q(margins_ms[i], (AVRational){1, 1000}, input->video->time_base);
        if (oasis_container_seek(&input->container, input->video->index, time) < 0) {
            break;
        }
        error = read_up_to(input, index, key);
        if (error != AVERROR_STREAM_NOT_FOUND) {
            return error;
        }
    }
    return AVERROR_STREAM_NOT_FOUND;
}

int oasis_input_seek(OasisInput *input, const OasisIndex *index, size_t key)
{
    int error;

    avcodec_flush_buffers(input->decoder);
    input->drained = false;
    if (input->lost) {
        input->next_packet = INT64_MAX / 2; /* nowhere known, so that rewinding opens anew */
        OASIS_AV_TRY(oasis_input_rewind(input));
    }
    if (index->keys[key].packet > 0) {
        error = seek_by_time(input, index, key);
        if (error != AVERROR_STREAM_NOT_FOUND) {
            return error;
        }
        input->next_packet = INT64_MAX / 2; /* nowhere known, so that rewinding opens anew */
    }
    error = oasis_input_rewind(input);
    while (error == 0) {
        error = oasis_input_read(input);
        if (error == 0 && input->next_packet > index->keys[key].packet) {
            input->held = true;
            break;
        }
    }
    return error;
}

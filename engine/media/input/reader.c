/* Decoded frames by their number.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/input/reader.h"

#include "media/base/av-error.h"

/* Whether a decoder leaves out exactly the frames that nothing refers to: where it is known for
 * certain which those are, and each packet holds one frame. */
static bool may_skip(const OasisInput *input, const OasisIndex *index)
{
    switch (input->decoder->codec_id) {
    case AV_CODEC_ID_H264:
    case AV_CODEC_ID_MPEG1VIDEO:
    case AV_CODEC_ID_MPEG2VIDEO:
    case AV_CODEC_ID_MPEG4:
        return index->packets == index->frames;
    default:
        return false;
    }
}

bool oasis_reader_init(OasisReader *reader, OasisInput *input, const OasisIndex *index)
{
    *reader = (OasisReader){.input = input, .index = index, .ahead_number = -1, .ended = true,
                            .may_skip = may_skip(input, index)};
    reader->last = av_frame_alloc();
    reader->ahead = av_frame_alloc();
    return reader->last && reader->ahead;
}

void oasis_reader_clear(OasisReader *reader)
{
    av_frame_free(&reader->last);
    av_frame_free(&reader->ahead);
}

static bool is_empty(const AVFrame *frame)
{
    return !frame->buf[0];
}

static bool is_damaged(const AVFrame *frame)
{
    return frame->decode_error_flags != 0 || frame->flags & AV_FRAME_FLAG_CORRUPT;
}

/* Decodes until a frame of the index is ahead, or the file ends. Frames that the index
 * does not know, or whose time is past, are dropped. */
static int look_ahead(OasisReader *reader)
{
    int64_t packet;

    while (is_empty(reader->ahead) && !reader->ended) {
        int64_t number;
        int error;

        if (oasis_cancel_is_triggered(reader->cancel)) {
            return AVERROR_EXIT;
        }
        error = oasis_input_decode(reader->input, reader->ahead, &packet);
        if (error == AVERROR_EOF) {
            reader->ended = true;
            break;
        }
        if (error < 0) {
            return error;
        }
        number = oasis_index_frame_of(reader->index, packet, reader->ahead_number);
        if (number > reader->ahead_number) {
            reader->ahead_number = number;
        } else {
            av_frame_unref(reader->ahead);
        }
    }
    return 0;
}

/* Makes the frame ahead the last one while it lies before the next. */
static int catch_up(OasisReader *reader)
{
    OASIS_AV_TRY(look_ahead(reader));
    while (!is_empty(reader->ahead) && reader->ahead_number < reader->next) {
        av_frame_unref(reader->last);
        av_frame_move_ref(reader->last, reader->ahead);
        OASIS_AV_TRY(look_ahead(reader));
    }
    return 0;
}

static bool has_arrived(const OasisReader *reader)
{
    return !is_empty(reader->ahead) && reader->ahead_number == reader->next;
}

/* From wherever decoding can start. */
static int seek_from_key(OasisReader *reader, int64_t n)
{
    const OasisIndex *index = reader->index;

    for (size_t key = oasis_index_key_for(index, n);; key--) {
        av_frame_unref(reader->last);
        av_frame_unref(reader->ahead);
        reader->ahead_number = -1;
        reader->ended = false;
        reader->next = n;
        OASIS_AV_TRY(oasis_input_seek(reader->input, index, key));
        OASIS_AV_TRY(catch_up(reader));
        /* Right if the frame has come, or at least the one that stands in for it when the file is
         * read through. Otherwise decoding begins earlier: this key did not lead to the frame. */
        if (key == 0 || !is_empty(reader->last) || has_arrived(reader)) {
            return 0;
        }
    }
}

static int seek(OasisReader *reader, int64_t n)
{
    const OasisIndex *index = reader->index;
    size_t key = oasis_index_key_for(index, n);

    /* Decoding on is as good as seeking where no key lies between. */
    if (n >= reader->next && !reader->ended && !reader->input->lost &&
        index->keys[key].packet < reader->input->next_packet) {
        reader->next = n;
        return catch_up(reader);
    }
    return seek_from_key(reader, n);
}

/* The same without the frames on the way that nothing refers to. */
static int seek_skipping(OasisReader *reader, int64_t n)
{
    OasisInput *input = reader->input;
    int error;

    input->first_frame = reader->index->first_frame;
    input->packets = reader->index->packets;
    input->wanted = n;
    error = seek(reader, n);
    input->first_frame = NULL;
    /* What stands in for a frame that does not come may have been passed over. */
    return error < 0 || has_arrived(reader) ? error : seek_from_key(reader, n);
}

/* After a cancel: what is ahead, or would have come, is the next. */
static void stay(OasisReader *reader)
{
    reader->next = reader->ahead_number + is_empty(reader->ahead);
    reader->ended |= reader->ahead_number < 0;
}

int oasis_reader_seek(OasisReader *reader, int64_t n, const OasisCancel *cancel)
{
    int error;

    reader->cancel = cancel;
    error = reader->may_skip ? seek_skipping(reader, n) : seek(reader, n);
    reader->cancel = NULL;
    if (error == AVERROR_EXIT) {
        stay(reader);
    }
    return error;
}

int oasis_reader_glance(OasisReader *reader, int64_t n, int64_t *number, AVFrame *frame)
{
    const OasisIndex *index = reader->index;
    OasisInput *input = reader->input;
    size_t key = oasis_index_key_for(index, n);
    int64_t packet;
    int error;

    av_frame_unref(reader->last);
    av_frame_unref(reader->ahead);
    reader->ended = true; /* so that a seek begins at a key */
    OASIS_AV_TRY(oasis_input_seek(input, index, key));
    /* Two packets where each may hold a field. */
    input->stop_packet = index->keys[key].packet + (index->packets > index->frames ? 2 : 1);
    error = oasis_input_decode(input, frame, &packet);
    input->stop_packet = INT64_MAX;
    if (error < 0) {
        return error;
    }
    *number = oasis_index_frame_of(index, packet, -1);
    return *number >= 0 && *number <= n ? 0 : AVERROR_INVALIDDATA;
}

int oasis_reader_read(OasisReader *reader, AVFrame *frame)
{
    if (reader->next >= reader->index->frames) {
        return AVERROR_EOF;
    }
    OASIS_AV_TRY(catch_up(reader));
    if (has_arrived(reader)) {
        reader->concealed += is_damaged(reader->ahead);
        av_frame_unref(reader->last);
        av_frame_move_ref(reader->last, reader->ahead);
    } else {
        reader->concealed++;
    }
    /* Before the first frame that can be decoded there is only that one to show. */
    if (is_empty(reader->last) && is_empty(reader->ahead)) {
        return AVERROR_INVALIDDATA;
    }
    OASIS_AV_TRY(av_frame_ref(frame, is_empty(reader->last) ? reader->ahead : reader->last));
    reader->next++;
    return 0;
}

/* Building the index from packets: read them all and predict which frames they make.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/index/scan.h"

#include <stdlib.h>

#include "media/base/av-error.h"
#include "media/base/grow.h"
#include "media/index/dv-date.h"

/* Smaller packets of old codecs stand for "nothing has changed", and make a frame or none. */
enum { TINY_BYTES = 16 };

typedef struct ScannedPacket {
    int64_t pts;
    int64_t duration;
    int64_t packet;
    bool shown; /* a frame is expected of it */
} ScannedPacket;

typedef struct Scan {
    OasisInput *input;
    OasisIndex *index;
    ScannedPacket *packets;
    int64_t capacity;
    int64_t key_capacity;
    AVCodecParserContext *parser; /* of H.264, to tell fields from frames; else NULL */
    enum AVPictureStructure half; /* the field that waits for its other half */
    int64_t last_dts;
    bool sure;
} Scan;

/* VP9's hidden pictures share a packet with the one that is shown (a superframe, known by its last
 * byte) or stand alone, and then the first byte says so. */
static bool is_shown_vp9(const AVPacket *packet)
{
    uint8_t head = packet->size > 0 ? packet->data[0] : 0;
    bool superframe = packet->size > 0 && (packet->data[packet->size - 1] & 0xe0) == 0xc0;

    if ((head & 0x30) == 0x30) { /* profile 3 has one bit more before show_existing_frame */
        head = (uint8_t)(head << 1);
    }
    return superframe || head & 0x08 || head & 0x02;
}

/* H.264 may put the fields of a picture into packets of their own: the second makes no frame. */
static bool is_shown_h264(Scan *scan, const AVPacket *packet)
{
    enum AVPictureStructure structure;
    bool second;
    uint8_t *data;
    int size;

    if (!scan->parser) {
        return true;
    }
    av_parser_parse2(scan->parser, scan->input->decoder, &data, &size, packet->data, packet->size,
                     packet->pts, packet->dts, packet->pos);
    structure = scan->parser->picture_structure;
    if (structure != AV_PICTURE_STRUCTURE_TOP_FIELD &&
        structure != AV_PICTURE_STRUCTURE_BOTTOM_FIELD) {
        scan->half = AV_PICTURE_STRUCTURE_UNKNOWN;
        return true;
    }
    second = scan->half != AV_PICTURE_STRUCTURE_UNKNOWN && scan->half != structure;
    scan->half = second ? AV_PICTURE_STRUCTURE_UNKNOWN : structure;
    return !second;
}

/* Whether the packet makes a picture that is shown, as far as its first bytes tell. */
static bool is_shown(Scan *scan, const AVPacket *packet)
{
    if (packet->flags & AV_PKT_FLAG_DISCARD) {
        return false;
    }
    switch (scan->input->decoder->codec_id) {
    case AV_CODEC_ID_VP8: /* bit 4: show_frame */
        return packet->size > 0 && packet->data[0] & 0x10;
    case AV_CODEC_ID_VP9:
        return is_shown_vp9(packet);
    case AV_CODEC_ID_H264:
        return is_shown_h264(scan, packet);
    case AV_CODEC_ID_HEVC:
    case AV_CODEC_ID_AV1:
        return true;
    default:
        scan->sure &= packet->size > TINY_BYTES;
        return true;
    }
}

/* Whether decoding can start here. H.264 also marks pictures as keys from which it only gradually
 * comes to the right ones, by refreshing a part of each; with those no frame would be exact. The
 * file's first packet is a key in any case: there is no earlier place. */
static bool is_key(const Scan *scan, const AVPacket *packet, int64_t number)
{
    bool gradual = scan->parser && scan->parser->pict_type != AV_PICTURE_TYPE_I &&
                   scan->parser->pict_type != AV_PICTURE_TYPE_NONE;

    return number == 0 || (packet->flags & AV_PKT_FLAG_KEY && !gradual);
}

static bool make_room(Scan *scan)
{
    OasisIndex *index = scan->index;
    ScannedPacket *packets =
        oasis_grow(scan->packets, index->packets, &scan->capacity, sizeof *packets);
    OasisKey *keys = oasis_grow(index->keys, (int64_t)index->n_keys, &scan->key_capacity,
                                sizeof *keys);

    scan->packets = packets ? packets : scan->packets;
    index->keys = keys ? keys : index->keys;
    return packets && keys;
}

static bool add_packet(Scan *scan, const AVPacket *packet)
{
    OasisIndex *index = scan->index;
    const int64_t number = index->packets;
    const bool shown = is_shown(scan, packet);

    if (!make_room(scan)) {
        return false;
    }
    scan->packets[number] = (ScannedPacket){packet->pts, packet->duration, number, shown};
    index->packets++;
    index->frames += shown;
    scan->sure &= !shown || packet->pts != AV_NOPTS_VALUE;
    scan->sure &= number > 0 || packet->flags & AV_PKT_FLAG_KEY;
    if (packet->dts != AV_NOPTS_VALUE) {
        scan->sure &= scan->last_dts == AV_NOPTS_VALUE || packet->dts >= scan->last_dts;
        scan->last_dts = packet->dts;
    }
    if (number == 0 && scan->input->decoder->codec_id == AV_CODEC_ID_DVVIDEO) {
        index->recorded = oasis_dv_date(packet);
    }
    if (is_key(scan, packet, number)) {
        index->keys[index->n_keys++] = (OasisKey){packet->pts, packet->dts, packet->pos, number};
    }
    return true;
}

static int by_pts(const void *a, const void *b)
{
    const ScannedPacket *left = a, *right = b;

    if (left->pts != right->pts) {
        return left->pts < right->pts ? -1 : 1;
    }
    return left->packet < right->packet ? -1 : 1;
}

/* Sorts the packets that are shown into frames. */
static bool predict(Scan *scan)
{
    OasisIndex *index = scan->index;
    int64_t n = 0;

    index->pts = calloc((size_t)index->frames + 1, sizeof *index->pts);
    index->packet = calloc((size_t)index->frames + 1, sizeof *index->packet);
    if (!index->pts || !index->packet) {
        return false;
    }
    qsort(scan->packets, (size_t)index->packets, sizeof *scan->packets, by_pts);
    for (int64_t p = 0; p < index->packets; p++) {
        if (scan->packets[p].shown) {
            index->pts[n] = scan->packets[p].pts;
            index->packet[n] = scan->packets[p].packet;
            index->last_duration = scan->packets[p].duration;
            scan->sure &= n == 0 || index->pts[n] > index->pts[n - 1];
            n++;
        }
    }
    return oasis_index_link(index);
}

/* Reads on until it fails, which AVERROR_EOF should be. */
static int read_packets(Scan *scan, void (*progress)(double, void *), void *data)
{
    OasisInput *input = scan->input;

    for (;;) {
        if (oasis_cancel_is_triggered(input->cancel)) {
            return AVERROR_EXIT;
        }
        OASIS_AV_TRY(oasis_input_read(input));
        if (!add_packet(scan, input->packet)) {
            return AVERROR(ENOMEM);
        }
        if (scan->index->packets % 64 == 0) {
            double done = oasis_container_done(&input->container);

            if (done >= 0) {
                progress(done, data);
            }
        }
    }
}

static OasisStatus run(Scan *scan, void (*progress)(double, void *), void *data, OasisError *err)
{
    int error = oasis_input_rewind(scan->input);

    if (error == 0) {
        error = read_packets(scan, progress, data);
    }
    if (error != AVERROR_EOF) {
        return oasis_input_fail(scan->input, error, err);
    }
    if (scan->index->packets == 0) {
        return oasis_fail(err, OASIS_ERR_INPUT, scan->input->path,
                          "holds no frames; it may be cut short: copy it again");
    }
    return predict(scan) ? OASIS_OK : oasis_fail_memory(err, scan->input->path);
}

OasisStatus oasis_index_scan(OasisInput *input, void (*progress)(double, void *), void *data,
                             OasisIndex *index, bool *sure, OasisError *err)
{
    Scan scan = {.input = input, .index = index, .last_dts = AV_NOPTS_VALUE, .sure = true};
    OasisStatus status;

    if (input->decoder->codec_id == AV_CODEC_ID_H264) {
        scan.parser = av_parser_init(AV_CODEC_ID_H264);
        if (scan.parser) {
            scan.parser->flags |= PARSER_FLAG_COMPLETE_FRAMES;
        }
    }
    status = run(&scan, progress, data, err);
    *sure = scan.sure && index->frames > 0;
    av_parser_close(scan.parser);
    free(scan.packets);
    return status;
}

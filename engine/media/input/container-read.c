/* Reading files of every known format, one after the other.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavcodec/avcodec.h>
#include <string.h>

#include "media/base/av-error.h"
#include "media/base/ns.h"
#include "media/input/container-private.h"

static AVFormatContext *current(const OasisContainer *container)
{
    return container->later ? container->later : container->format;
}

/* Makes another part the one that is read, from its beginning, but for the first. */
static int open_part(OasisContainer *container, size_t number)
{
    OasisParts *parts = container->parts;
    const AVStream *video = container->format->streams[container->video], *later;

    avformat_close_input(&container->later);
    container->part = number;
    container->shift = 0;
    container->fresh = parts->mixed;
    if (number == 0) {
        return 0;
    }
    if (number == parts->known) {
        parts->list[number].start = container->end;
        parts->known++;
    }
    OASIS_AV_TRY(oasis_container_open_format(parts->list[number].path, NULL, NULL, (OasisProbe){0},
                                             container->interrupt, &container->later));
    if (container->later->nb_streams <= (unsigned)container->video) { /* changed meanwhile */
        return AVERROR_INVALIDDATA;
    }
    for (unsigned i = 0; i < container->later->nb_streams; i++) {
        container->later->streams[i]->discard =
            i < container->format->nb_streams ? container->format->streams[i]->discard
                                              : AVDISCARD_ALL;
    }
    later = container->later->streams[container->video];
    container->shift = parts->list[number].start;
    if (later->start_time != AV_NOPTS_VALUE) {
        container->shift = av_sat_sub64(
            container->shift, av_rescale_q(later->start_time, later->time_base, video->time_base));
    }
    return 0;
}

int oasis_container_go_on(OasisContainer *container)
{
    const OasisParts *parts = container->parts;

    if (parts->as_bytes || container->part + 1 == parts->count) {
        return AVERROR_EOF;
    }
    return open_part(container, container->part + 1);
}

/* Moves a later part's packet; false for one of a stream that the film does not have. */
static bool move(const OasisContainer *container, AVPacket *packet)
{
    const unsigned number = (unsigned)packet->stream_index;
    const AVStream *from, *to, *video = container->format->streams[container->video];
    int64_t shift;

    if (number >= container->format->nb_streams) {
        return false;
    }
    from = container->later->streams[number];
    to = container->format->streams[number];
    if (from->codecpar->codec_id != to->codecpar->codec_id) {
        return false;
    }
    av_packet_rescale_ts(packet, from->time_base, to->time_base);
    shift = av_rescale_q(container->shift, video->time_base, to->time_base);
    if (packet->pts != AV_NOPTS_VALUE) {
        packet->pts = av_sat_add64(packet->pts, shift);
    }
    if (packet->dts != AV_NOPTS_VALUE) {
        packet->dts = av_sat_add64(packet->dts, shift);
    }
    oasis_packet_clean(packet, to->time_base);
    return true;
}

/* Hands the part's header to the decoder. */
static int add_header(OasisContainer *container, AVPacket *packet)
{
    const AVCodecParameters *picture = current(container)->streams[container->video]->codecpar;
    uint8_t *data;

    container->fresh = false;
    if (picture->extradata_size == 0) {
        return 0;
    }
    data = av_packet_new_side_data(packet, AV_PKT_DATA_NEW_EXTRADATA,
                                   (size_t)picture->extradata_size);
    if (!data) {
        return AVERROR(ENOMEM);
    }
    memcpy(data, picture->extradata, (size_t)picture->extradata_size);
    return 0;
}

/* How long a frame is shown, also where the file does not say. */
static int64_t duration_of(const OasisContainer *container, const AVPacket *packet)
{
    AVStream *video = container->format->streams[container->video];
    const AVRational rate = av_guess_frame_rate(container->format, video, NULL);

    return packet->duration > 0 || rate.num <= 0
               ? packet->duration
               : oasis_duration_clean(av_rescale_q(1, av_inv_q(rate), video->time_base),
                                      video->time_base);
}

int oasis_container_read(OasisContainer *container, AVPacket *packet)
{
    int64_t time;

    for (;;) {
        OASIS_AV_TRY(av_read_frame(current(container), packet));
        oasis_packet_clean(packet, current(container)->streams[packet->stream_index]->time_base);
        if (!container->later || move(container, packet)) {
            break;
        }
        av_packet_unref(packet);
    }
    if (container->parts->count == 1 || packet->stream_index != container->video) {
        return 0;
    }
    time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    if (time != AV_NOPTS_VALUE && !(packet->flags & AV_PKT_FLAG_DISCARD) &&
        time + duration_of(container, packet) > container->end) {
        container->end = time + duration_of(container, packet);
    }
    return container->fresh ? add_header(container, packet) : 0;
}

int oasis_container_seek(OasisContainer *container, int stream, int64_t time)
{
    const OasisParts *parts = container->parts;
    AVRational video, to;
    size_t part = 0;

    if (parts->count == 1 || parts->as_bytes) {
        return av_seek_frame(container->format, stream, time, AVSEEK_FLAG_BACKWARD);
    }
    video = container->format->streams[container->video]->time_base;
    to = container->format->streams[stream]->time_base;
    while (part + 1 < parts->known &&
           av_compare_ts(parts->list[part + 1].start, video, time, to) <= 0) {
        part++;
    }
    if (part != container->part) {
        OASIS_AV_TRY(open_part(container, part));
    }
    container->fresh = parts->mixed;
    if (current(container)->nb_streams <= (unsigned)stream) {
        return AVERROR_INVALIDDATA;
    }
    time = av_rescale_q(time - av_rescale_q(container->shift, video, to), to,
                        current(container)->streams[stream]->time_base);
    return av_seek_frame(current(container), stream, time, AVSEEK_FLAG_BACKWARD);
}

int oasis_container_error(const OasisContainer *container)
{
    const AVIOContext *io = current(container)->pb;

    return io && io->error < 0 && io->error != AVERROR_EOF ? io->error : 0;
}

double oasis_container_done(const OasisContainer *container)
{
    const OasisParts *parts = container->parts;
    AVIOContext *io = current(container)->pb;
    int64_t before = 0;
    double done;

    if (!io || avio_size(io) <= 0) {
        return -1;
    }
    for (size_t i = 0; i < container->part; i++) {
        before += parts->list[i].bytes;
    }
    done = (double)(before + avio_tell(io)) / (double)oasis_parts_size(parts);
    return done < 1 ? done : 1;
}

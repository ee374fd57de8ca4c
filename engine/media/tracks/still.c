/* Attachments, and pictures that stand for the file: Matroska keeps these as attachments, too.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavutil/mem.h>
#include <stdlib.h>
#include <string.h>

#include "media/base/av-error.h"
#include "media/tracks/writer.h"

typedef struct TrackStill {
    OasisTrackWriter base;
    bool written;
} TrackStill;

/* Makes an attachment of the picture. */
static int attach_picture(AVStream *to, const AVStream *from)
{
    const AVPacket *picture = &from->attached_pic;
    const bool png = from->codecpar->codec_id == AV_CODEC_ID_PNG;

    to->codecpar->codec_type = AVMEDIA_TYPE_ATTACHMENT;
    to->codecpar->codec_id = from->codecpar->codec_id;
    to->codecpar->extradata =
        av_mallocz((size_t)picture->size + AV_INPUT_BUFFER_PADDING_SIZE);
    if (!to->codecpar->extradata) {
        return AVERROR(ENOMEM);
    }
    memcpy(to->codecpar->extradata, picture->data, (size_t)picture->size);
    to->codecpar->extradata_size = picture->size;
    to->disposition = 0;
    OASIS_AV_TRY(av_dict_set(&to->metadata, "filename", png ? "cover.png" : "cover.jpg", 0));
    return av_dict_set(&to->metadata, "mimetype", png ? "image/png" : "image/jpeg", 0);
}

static int still_start(OasisTrackWriter *writer)
{
    const AVStream *from = writer->reader.stream;
    const bool cover = writer->reader.track->kind == OASIS_TRACK_COVER;

    if (cover && from->attached_pic.size == 0) {
        return AVERROR_INVALIDDATA;
    }
    writer->to = oasis_track_reader_add_to(&writer->reader, writer->muxer);
    if (!writer->to) {
        return AVERROR(ENOMEM);
    }
    if (cover && strcmp(writer->muxer->oformat->name, "matroska") == 0) {
        return attach_picture(writer->to, from);
    }
    OASIS_AV_TRY(avcodec_parameters_copy(writer->to->codecpar, from->codecpar));
    writer->to->codecpar->codec_tag = 0;
    writer->to->time_base = from->time_base;
    return 0;
}

/* Attachments stand in the header; of covers MP4 wants a packet. */
static int still_write(OasisTrackWriter *writer, int64_t until_ns)
{
    TrackStill *self = (TrackStill *)writer;
    AVPacket *packet;
    int error;

    if (self->written || !writer->to ||
        writer->to->codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT) {
        return 0;
    }
    self->written = true;
    packet = av_packet_clone(&writer->reader.stream->attached_pic);
    if (!packet) {
        return AVERROR(ENOMEM);
    }
    packet->stream_index = writer->to->index;
    packet->pts = packet->dts = 0;
    error = av_interleaved_write_frame(writer->muxer, packet);
    av_packet_free(&packet);
    return error;
}

static void still_close(OasisTrackWriter *writer)
{
    free(writer);
}

static const OasisTrackWriterClass still_class = {
    .start = still_start,
    .write = still_write,
    .close = still_close,
};

OasisTrackWriter *oasis_track_still_new(void)
{
    TrackStill *self = calloc(1, sizeof *self);

    if (self) {
        self->base.klass = &still_class;
    }
    return (OasisTrackWriter *)self;
}

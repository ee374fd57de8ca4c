/* Opening video files, reading their packets and decoding their frames.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/input/input.h"

#include <stdlib.h>
#include <unistd.h>

#include "media/base/av-error.h"
#include "media/base/checksum.h"
#include "media/base/mastering.h"
#include "media/formats/known.h"
#include "media/input/container.h"

enum {
    MAX_THREADS = 4, /* of a decoder: enough for 4K, and few frames are held in memory */
    MAX_FAULTS = 64, /* broken pieces in a row, after which the container counts as ended */
    MAX_MEGAPIXELS = 64, /* of a picture: twice what 8K has, and a decoder holds twenty of them */
};

static int is_cancelled(void *data)
{
    const OasisInput *input = data;

    return oasis_cancel_is_triggered(input->cancel);
}

/* Cover pictures of sound files are video streams, too, and so is text drawn in characters. */
bool oasis_input_is_video(const AVStream *stream)
{
    switch (stream->codecpar->codec_id) {
    case AV_CODEC_ID_ANSI:
    case AV_CODEC_ID_BINTEXT:
    case AV_CODEC_ID_XBIN:
    case AV_CODEC_ID_IDF:
        return false;
    default:
        return stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
               !(stream->disposition & AV_DISPOSITION_ATTACHED_PIC);
    }
}

/* Whether a stream is more likely the film: of more than one frame, called so by the file, larger.
 * */
static bool is_better(const AVStream *a, const AVStream *b)
{
    const bool moves[] = {a->nb_frames != 1, b->nb_frames != 1};
    const int said[] = {a->disposition & AV_DISPOSITION_DEFAULT,
                        b->disposition & AV_DISPOSITION_DEFAULT};

    if (moves[0] != moves[1]) {
        return moves[0];
    }
    if (said[0] != said[1]) {
        return said[0];
    }
    return (int64_t)a->codecpar->width * a->codecpar->height >
           (int64_t)b->codecpar->width * b->codecpar->height;
}

/* The stream that was asked for, by 1 + its number. */
static OasisStatus take_video(OasisInput *input, int stream, OasisError *err)
{
    AVStream *asked =
        (unsigned)stream <= input->format->nb_streams ? input->format->streams[stream - 1] : NULL;

    if (!asked || !oasis_input_is_video(asked)) {
        return oasis_fail(err, OASIS_ERR_USAGE, input->path,
                          "has no moving picture of number %d; rekindle-cli info names its tracks",
                          stream - 1);
    }
    input->video = asked;
    input->container.video = asked->index;
    oasis_input_watch(input, NULL);
    return OASIS_OK;
}

static OasisStatus find_video(OasisInput *input, OasisError *err)
{
    bool sound = false;

    input->video = NULL;
    for (unsigned i = 0; i < input->format->nb_streams; i++) {
        AVStream *stream = input->format->streams[i];

        sound |= stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
        if (oasis_input_is_video(stream) && (!input->video || is_better(stream, input->video))) {
            input->video = stream;
        }
    }
    if (input->video) {
        input->container.video = input->video->index;
        oasis_input_watch(input, NULL);
        return OASIS_OK;
    }
    return oasis_fail(err, OASIS_ERR_INPUT, input->path,
                      sound ? "holds sound but no video; choose a file with a picture"
                            : "holds no video; choose another file");
}

static OasisStatus open_decoder(OasisInput *input, OasisError *err)
{
    const AVCodecParameters *parameters = input->video->codecpar;
    const AVCodec *codec = oasis_known_decoder(parameters->codec_id);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int threads = cores < 1 ? 1 : cores > MAX_THREADS ? MAX_THREADS : (int)cores;
    int error, profile;
    bool compatible;

    if (!codec) {
        return oasis_fail(err, OASIS_ERR_INPUT, input->path,
                          "is coded as \"%s\", which cannot be decoded here; convert it first",
                          avcodec_get_name(parameters->codec_id));
    }
    if (oasis_dolby_read(parameters, &profile, &compatible) && !compatible) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, input->path,
                          "is Dolby Vision of profile %d, whose colours only Dolby's own decoders "
                          "know; have its camera or a converter make HDR10, HLG or SDR of it",
                          profile);
    }
    if ((int64_t)parameters->width * parameters->height > MAX_MEGAPIXELS << 20) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, input->path,
                          "says that its pictures are %d×%d; %d megapixels are the most, so if it "
                          "is not damaged scale it down first",
                          parameters->width, parameters->height, MAX_MEGAPIXELS);
    }
    input->decoder = avcodec_alloc_context3(codec);
    if (!input->decoder) {
        return oasis_fail_memory(err, input->path);
    }
    error = avcodec_parameters_to_context(input->decoder, parameters);
    if (error >= 0) {
        input->decoder->pkt_timebase = input->video->time_base;
        input->decoder->thread_count = threads;
        /* Frames carry their packet's number. */
        input->decoder->flags |= AV_CODEC_FLAG_COPY_OPAQUE;
        input->decoder->max_pixels = MAX_MEGAPIXELS << 20;
        error = avcodec_open2(input->decoder, codec, NULL);
    }
    if (error < 0) {
        return oasis_av_fail(err, OASIS_ERR_INPUT, input->path, error,
                             "cannot be decoded (%s); the file may be damaged, or cut short",
                             codec->name);
    }
    return OASIS_OK;
}

static OasisStatus open_file(OasisInput *self, const char *path, const char *const *further,
                             int stream, OasisError *err)
{
    self->stop_packet = INT64_MAX;
    self->packet = av_packet_alloc();
    if (!oasis_parts_init(&self->parts, path, further) || !self->packet) {
        return oasis_fail_memory(err, path);
    }
    self->path = self->parts.list[0].path;
    OASIS_TRY(oasis_container_open(&self->container, &self->parts,
                                   (AVIOInterruptCB){is_cancelled, self}, err));
    self->format = self->container.format;
    OASIS_TRY(stream > 0 ? take_video(self, stream, err) : find_video(self, err));
    OASIS_TRY(oasis_container_check_parts(&self->container, err));
    return open_decoder(self, err);
}

OasisStatus oasis_input_open(const char *path, const char *const *further, int stream,
                             const OasisCancel *cancel, OasisInput **input, OasisError *err)
{
    OasisStatus status;

    *input = calloc(1, sizeof **input);
    if (!*input) {
        return oasis_fail_memory(err, path);
    }
    (*input)->cancel = cancel;
    status = open_file(*input, path, further, stream, err);
    if (status != OASIS_OK) {
        oasis_input_close(input);
    }
    return status;
}

void oasis_input_close(OasisInput **input)
{
    OasisInput *self = *input;

    *input = NULL;
    if (self) {
        avcodec_free_context(&self->decoder);
        oasis_container_close(&self->container);
        av_packet_free(&self->packet);
        oasis_parts_clear(&self->parts);
        free(self);
    }
}

/* Opening anew is the one way back that gives every demuxer's packets as at first. */
int oasis_input_rewind(OasisInput *input)
{
    const int index = input->video->index;
    OasisContainer container;
    int error;

    avcodec_flush_buffers(input->decoder);
    input->drained = false;
    if (input->next_packet == 0 || (input->next_packet == 1 && input->held)) {
        return 0;
    }
    error = oasis_container_reopen(&container, &input->parts, input->probe, index,
                                   (AVIOInterruptCB){is_cancelled, input});
    if (error >= 0 && container.format->nb_streams <= (unsigned)index) {
        error = AVERROR_INVALIDDATA; /* the file has been changed meanwhile */
    }
    if (error < 0) {
        oasis_container_close(&container);
        return error;
    }
    oasis_container_close(&input->container);
    input->container = container;
    input->format = container.format;
    input->video = container.format->streams[index];
    oasis_input_watch(input, input->tracks);
    input->held = false;
    input->lost = false;
    input->next_packet = 0;
    return 0;
}

void oasis_input_watch(OasisInput *input, OasisTrackScan *tracks)
{
    input->tracks = tracks;
    for (unsigned i = 0; i < input->format->nb_streams; i++) {
        AVStream *stream = input->format->streams[i];

        stream->discard = tracks || stream == input->video ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
}

int oasis_input_probe(OasisInput *input, OasisProbe probe)
{
    if (probe.bytes == input->probe.bytes && probe.ns == input->probe.ns) {
        return 0;
    }
    input->probe = probe;
    input->next_packet = INT64_MAX / 2; /* so that rewinding opens anew */
    return oasis_input_rewind(input);
}

int oasis_input_read(OasisInput *input)
{
    if (input->held) {
        input->held = false;
        return 0;
    }
    for (int faults = 0;;) {
        int error;

        av_packet_unref(input->packet);
        error = oasis_container_read(&input->container, input->packet);
        if ((error == AVERROR_INVALIDDATA || error == AVERROR(EAGAIN)) && ++faults < MAX_FAULTS) {
            continue;
        }
        if (error == AVERROR(ENOMEM) || error == AVERROR_EXIT) {
            return error;
        }
        if (error < 0) {
            error = oasis_container_error(&input->container);
            input->lost = error < 0;
            OASIS_AV_TRY(error < 0 ? error : oasis_container_go_on(&input->container));
            faults = 0;
            continue;
        }
        if (input->tracks) {
            OASIS_AV_TRY(oasis_track_scan_look(input->tracks, input->format, input->packet));
        }
        if (input->packet->stream_index == input->video->index) {
            input->packet->opaque = (void *)(intptr_t)input->next_packet++;
            return 0;
        }
    }
}

static bool is_wanted(const OasisInput *input)
{
    int64_t packet = (int64_t)(intptr_t)input->packet->opaque;

    return !input->first_frame || packet >= input->packets || input->first_frame[packet] < 0 ||
           input->first_frame[packet] >= input->wanted;
}

/* Whether the packet is what its encoder wrote, as far as can be told. */
static bool is_right(OasisInput *input)
{
    bool right;

    if (input->decoder->codec_id != AV_CODEC_ID_FFV1) {
        return true;
    }
    right = oasis_ffv1_is_right(input->packet);
    input->has_checksums |= right;
    return right || !input->has_checksums;
}

int oasis_input_decode(OasisInput *input, AVFrame *frame, int64_t *packet)
{
    for (int faults = 0;;) {
        int error = avcodec_receive_frame(input->decoder, frame);

        if (error == 0) {
            *packet = (int64_t)(intptr_t)frame->opaque;
            return 0;
        }
        if (error == AVERROR(ENOMEM)) {
            return error;
        }
        if (error != AVERROR(EAGAIN) && error != AVERROR_EOF && ++faults < MAX_FAULTS) {
            continue; /* a broken frame: the next may be whole */
        }
        if (input->drained) {
            return AVERROR_EOF;
        }
        error = oasis_input_read(input);
        if (error == 0 && input->next_packet > input->stop_packet) {
            input->held = true;
            error = AVERROR_EOF;
        }
        if (error < 0 && error != AVERROR_EOF) {
            return error;
        }
        if (error == 0 && !is_right(input)) {
            return AVERROR_INVALIDDATA;
        }
        input->drained = error == AVERROR_EOF;
        faults = 0;
        input->decoder->skip_frame =
            input->drained || is_wanted(input) ? AVDISCARD_DEFAULT : AVDISCARD_NONREF;
        /* A packet that the decoder refuses is a broken one, and the next may be whole. */
        if (avcodec_send_packet(input->decoder, input->drained ? NULL : input->packet) ==
            AVERROR(ENOMEM)) {
            return AVERROR(ENOMEM);
        }
    }
}

int oasis_input_decode_each(OasisInput *input,
                            int (*take)(void *data, AVFrame *frame, int64_t packet), void *data)
{
    AVFrame *frame = av_frame_alloc();
    int error = frame ? 0 : AVERROR(ENOMEM);
    int64_t packet;

    while (error == 0) {
        error = oasis_cancel_is_triggered(input->cancel)
                    ? AVERROR_EXIT
                    : oasis_input_decode(input, frame, &packet);
        if (error == 0) {
            error = take(data, frame, packet);
            av_frame_unref(frame);
        }
    }
    av_frame_free(&frame);
    return error == AVERROR_EOF ? 0 : error;
}

OasisStatus oasis_input_fail(const OasisInput *input, int error, OasisError *err)
{
    switch (error) {
    case OASIS_ERROR_ENDLESS:
        return oasis_fail(err, OASIS_ERR_INPUT, input->path,
                          "tells of more than it can hold; it is damaged: copy it again");
    case OASIS_ERROR_TIMES:
        return oasis_fail(err, OASIS_ERR_INPUT, input->path,
                          "would last for more than 70 years; it is damaged: copy it again");
    default:
        break;
    }
    return oasis_av_fail(err, OASIS_ERR_INPUT, input->path, error,
                         "cannot be read from its disk; copy it again");
}

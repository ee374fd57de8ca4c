/* Opening video files and reading their packets.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libavutil/opt.h>

#include "av-error.h"
#include "index.h"
#include "input.h"

enum {
    MAX_THREADS = 4, /* of a decoder: enough for 4K, and few frames are held in memory */
    MAX_FAULTS = 64, /* broken pieces in a row, after which the container counts as ended */
    MAX_UNKNOWN = 4096, /* packets read after a seek without meeting a known one */
};

static const int64_t UNKNOWN_PLACE = INT64_MAX / 2;

static int is_cancelled(void *data)
{
    const OasisInput *input = data;

    return oasis_cancel_is_triggered(input->cancel);
}

/* What is wrong with the file before FFmpeg looks at it. */
static OasisStatus check_file(const char *path, OasisError *err)
{
    struct stat info;

    if (stat(path, &info) != 0) {
        switch (errno) {
        case ENOENT:
        case ENOTDIR:
            return oasis_fail(err, OASIS_ERR_INPUT, path, "does not exist; check the name");
        case EACCES:
            return oasis_fail(err, OASIS_ERR_INPUT, path,
                              "lies in a folder that may not be read; check its permissions");
        default:
            return oasis_fail(err, OASIS_ERR_INPUT, path, "cannot be read: %s", strerror(errno));
        }
    }
    if (S_ISDIR(info.st_mode)) {
        return oasis_fail(err, OASIS_ERR_INPUT, path, "is a folder; name a video file in it");
    }
    if (!S_ISREG(info.st_mode)) {
        return oasis_fail(err, OASIS_ERR_INPUT, path,
                          "is not an ordinary file; save the video to a file first");
    }
    if (access(path, R_OK) != 0) {
        return oasis_fail(err, OASIS_ERR_INPUT, path, "may not be read; check its permissions");
    }
    if (info.st_size == 0) {
        return oasis_fail(err, OASIS_ERR_INPUT, path,
                          "is empty; copy it again from where it came from");
    }
    return OASIS_OK;
}

/* The format's context or NULL, with FFmpeg's error in *error. "file:" keeps FFmpeg from taking a
 * name with a colon for a protocol, and the white list keeps playlists from opening the network. */
static AVFormatContext *open_format(const char *path, AVIOInterruptCB interrupt, int *error)
{
    AVFormatContext *format = avformat_alloc_context();
    AVDictionary *options = NULL;
    size_t size = strlen(path) + sizeof "file:";
    char *url = malloc(size);

    *error = AVERROR(ENOMEM);
    if (!format || !url || av_dict_set(&options, "protocol_whitelist", "file", 0) < 0) {
        goto done;
    }
    snprintf(url, size, "file:%s", path);
    format->interrupt_callback = interrupt;
    *error = avformat_open_input(&format, url, NULL, &options); /* frees format if it fails */
    if (*error >= 0) {
        *error = avformat_find_stream_info(format, NULL);
    }

done:
    if (*error < 0) {
        avformat_close_input(&format);
    }
    av_dict_free(&options);
    free(url);
    return format;
}

OasisStatus oasis_input_open_container(const char *path, AVIOInterruptCB interrupt,
                                       AVFormatContext **format, OasisError *err)
{
    OasisStatus status = check_file(path, err);
    int error;

    *format = NULL;
    if (status != OASIS_OK) {
        return status;
    }
    *format = open_format(path, interrupt, &error);
    if (*format) {
        return OASIS_OK;
    }
    return oasis_av_fail(err, OASIS_ERR_INPUT, path, error,
                         error == AVERROR(EIO)
                             ? "cannot be read from its disk; copy it again"
                             : "is not a video that can be read, or is damaged; try to play it, "
                               "and copy it again if that fails");
}

/* Cover pictures of sound files are video streams, too, and so is text drawn in characters. */
static bool is_video(const AVStream *stream)
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

static OasisStatus find_video(OasisInput *input, OasisError *err)
{
    bool sound = false;

    input->video = NULL;
    for (unsigned i = 0; i < input->format->nb_streams; i++) {
        AVStream *stream = input->format->streams[i];

        sound |= stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
        if (!input->video && is_video(stream)) {
            input->video = stream;
        } else {
            stream->discard = AVDISCARD_ALL;
        }
    }
    if (input->video) {
        return OASIS_OK;
    }
    return oasis_fail(err, OASIS_ERR_INPUT, input->path,
                      sound ? "holds sound but no video; choose a file with a picture"
                            : "holds no video; choose another file");
}

static OasisStatus open_decoder(OasisInput *input, OasisError *err)
{
    const AVCodecParameters *parameters = input->video->codecpar;
    const AVCodec *codec = avcodec_find_decoder(parameters->codec_id);
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int threads = cores < 1 ? 1 : cores > MAX_THREADS ? MAX_THREADS : (int)cores;
    int error;

    if (!codec) {
        return oasis_fail(err, OASIS_ERR_INPUT, input->path,
                          "is coded as \"%s\", which this FFmpeg cannot decode; convert it first",
                          avcodec_get_name(parameters->codec_id));
    }
    input->decoder = avcodec_alloc_context3(codec);
    if (!input->decoder) {
        return oasis_av_no_memory(err, input->path);
    }
    error = avcodec_parameters_to_context(input->decoder, parameters);
    if (error >= 0) {
        input->decoder->pkt_timebase = input->video->time_base;
        input->decoder->thread_count = threads;
        /* Frames carry their packet's number. */
        input->decoder->flags |= AV_CODEC_FLAG_COPY_OPAQUE;
        error = avcodec_open2(input->decoder, codec, NULL);
    }
    if (error < 0) {
        return oasis_av_fail(err, OASIS_ERR_INPUT, input->path, error,
                             "cannot be decoded (%s); the file may be damaged, or cut short",
                             codec->name);
    }
    return OASIS_OK;
}

OasisStatus oasis_input_open(const char *path, const OasisCancel *cancel, OasisInput **input,
                             OasisError *err)
{
    OasisInput *self = calloc(1, sizeof *self);
    struct stat info;
    OasisStatus status;

    *input = NULL;
    if (!self) {
        return oasis_av_no_memory(err, path);
    }
    self->cancel = cancel;
    self->stop_packet = INT64_MAX;
    self->path = strdup(path);
    self->packet = av_packet_alloc();
    if (!self->path || !self->packet) {
        status = oasis_av_no_memory(err, path);
        goto fail;
    }
    status = oasis_input_open_container(path, (AVIOInterruptCB){is_cancelled, self}, &self->format,
                                        err);
    if (status != OASIS_OK) {
        goto fail;
    }
    if (stat(path, &info) == 0) {
        self->bytes = info.st_size;
        self->mtime_ns = (int64_t)info.st_mtim.tv_sec * 1000000000 + info.st_mtim.tv_nsec;
    }
    status = find_video(self, err);
    if (status != OASIS_OK) {
        goto fail;
    }
    status = open_decoder(self, err);
    if (status != OASIS_OK) {
        goto fail;
    }
    *input = self;
    return OASIS_OK;

fail:
    oasis_input_close(&self);
    return status;
}

void oasis_input_close(OasisInput **input)
{
    OasisInput *self = *input;

    *input = NULL;
    if (self) {
        avcodec_free_context(&self->decoder);
        avformat_close_input(&self->format);
        av_packet_free(&self->packet);
        free(self->path);
        free(self);
    }
}

/* Opening anew is the one way back that gives every demuxer's packets as at first. */
int oasis_input_rewind(OasisInput *input)
{
    int index = input->video->index, error;
    AVFormatContext *format;

    avcodec_flush_buffers(input->decoder);
    input->drained = false;
    if (input->next_packet == 0 || (input->next_packet == 1 && input->held)) {
        return 0;
    }
    format = open_format(input->path, (AVIOInterruptCB){is_cancelled, input}, &error);
    if (!format) {
        return error;
    }
    if (format->nb_streams <= (unsigned)index) { /* the file has been changed meanwhile */
        avformat_close_input(&format);
        return AVERROR_INVALIDDATA;
    }
    avformat_close_input(&input->format);
    input->format = format;
    input->video = format->streams[index];
    for (unsigned i = 0; i < format->nb_streams; i++) {
        format->streams[i]->discard = (int)i == index ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    input->held = false;
    input->next_packet = 0;
    return 0;
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
        error = av_read_frame(input->format, input->packet);
        if ((error == AVERROR_INVALIDDATA || error == AVERROR(EAGAIN)) && ++faults < MAX_FAULTS) {
            continue;
        }
        if (error == AVERROR(ENOMEM) || error == AVERROR_EXIT) {
            return error;
        }
        if (error < 0) {
            const AVIOContext *io = input->format->pb;

            return io && io->error < 0 && io->error != AVERROR_EOF ? io->error : AVERROR_EOF;
        }
        if (input->packet->stream_index == input->video->index) {
            input->packet->opaque = (void *)(intptr_t)input->next_packet++;
            return 0;
        }
    }
}

static bool is_key(const AVPacket *packet, const OasisKey *key)
{
    return packet->pts == key->pts && packet->dts == key->dts && packet->pos == key->position;
}

/* Reads on, after a seek, until `key` is the next packet. AVERROR_STREAM_NOT_FOUND if the seek led
 * behind it or nowhere known. */
static int read_up_to(OasisInput *input, const OasisKey *keys, size_t n_keys, size_t key)
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
        if (is_key(input->packet, &keys[key])) {
            input->held = true;
            input->next_packet = keys[key].packet + 1;
            input->packet->opaque = (void *)(intptr_t)keys[key].packet;
            return 0;
        }
        for (size_t k = 0; k < n_keys; k++) {
            if (is_key(input->packet, &keys[k])) {
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
static int seek_by_time(OasisInput *input, const OasisKey *keys, size_t n_keys, size_t key)
{
    const OasisKey *target = &keys[key];
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
        if (av_seek_frame(input->format, input->video->index, time, AVSEEK_FLAG_BACKWARD) < 0) {
            break;
        }
        error = read_up_to(input, keys, n_keys, key);
        if (error != AVERROR_STREAM_NOT_FOUND) {
            return error;
        }
    }
    return AVERROR_STREAM_NOT_FOUND;
}

int oasis_input_seek(OasisInput *input, const OasisKey *keys, size_t n_keys, size_t key)
{
    int error;

    avcodec_flush_buffers(input->decoder);
    input->drained = false;
    if (keys[key].packet > 0) {
        error = seek_by_time(input, keys, n_keys, key);
        if (error != AVERROR_STREAM_NOT_FOUND) {
            return error;
        }
        input->next_packet = UNKNOWN_PLACE; /* so that rewinding opens anew */
    }
    error = oasis_input_rewind(input);
    while (error == 0) {
        error = oasis_input_read(input);
        if (error == 0 && input->next_packet > keys[key].packet) {
            input->held = true;
            break;
        }
    }
    return error;
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
        input->drained = error == AVERROR_EOF;
        faults = 0;
        /* A packet that the decoder refuses is a broken one, and the next may be whole. */
        if (avcodec_send_packet(input->decoder, input->drained ? NULL : input->packet) ==
            AVERROR(ENOMEM)) {
            return AVERROR(ENOMEM);
        }
    }
}

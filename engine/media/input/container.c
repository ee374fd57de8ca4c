/* Opening files of every known format.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/input/container-private.h"

#include <errno.h>
#include <libavutil/avstring.h>
#include <libavutil/mem.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/base/av-error.h"
#include "media/formats/known.h"
#include "media/input/parts-bytes.h"

enum { MAX_TRACKS = 1000 };

/* By which a late stream's first bytes lie before the place where its first packet was whole. */
static const int64_t LATE_BYTES = 4 << 20;
static const OasisProbe LATE_PROBE = {16 << 20, INT64_C(20000000000)};

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
                              "is in a folder that cannot be read; check the folder's permissions");
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
        return oasis_fail(err, OASIS_ERR_INPUT, path, "cannot be read; check its permissions");
    }
    if (info.st_size == 0) {
        return oasis_fail(err, OASIS_ERR_INPUT, path,
                          "is empty; copy it again from where it came from");
    }
    return OASIS_OK;
}

/* Formats without a header and an index. */
bool oasis_container_is_stream(const AVFormatContext *format)
{
    static const char *const names[] = {"mpegts", "mpeg", "dv"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(format->iformat->name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int set_options(AVDictionary **options)
{
    const char *decoders = oasis_known_decoders();

    if (!decoders) {
        return AVERROR(ENOMEM);
    }
    OASIS_AV_TRY(av_dict_set(options, "protocol_whitelist", "file", 0));
    OASIS_AV_TRY(av_dict_set(options, "format_whitelist", oasis_known_demuxers(), 0));
    OASIS_AV_TRY(av_dict_set(options, "codec_whitelist", decoders, 0));
    return av_dict_set(options, "pattern_type", "none", 0); /* a picture's name is one file's */
}

/* "file:" keeps FFmpeg from taking a name with a colon for a protocol. */
int oasis_container_open_format(const char *path, AVIOContext *bytes, const AVInputFormat *kind,
                                OasisProbe probe, AVIOInterruptCB interrupt,
                                AVFormatContext **format)
{
    char *url = av_asprintf("file:%s", path);
    AVDictionary *options = NULL;
    int error = AVERROR(ENOMEM);

    *format = avformat_alloc_context();
    if (*format && url && set_options(&options) >= 0) {
        (*format)->interrupt_callback = interrupt;
        (*format)->pb = bytes;
        (*format)->max_streams = MAX_TRACKS;
        if (probe.bytes > 0) {
            (*format)->probesize = probe.bytes;
            (*format)->max_analyze_duration = probe.ns / 1000;
        }
        error = avformat_open_input(format, url, kind, &options); /* frees *format if it fails */
    }
    if (error >= 0) {
        error = avformat_find_stream_info(*format, NULL);
    }
    if (error < 0) {
        avformat_close_input(format);
    }
    av_dict_free(&options);
    av_free(url);
    return error;
}

int oasis_container_reopen(OasisContainer *container, OasisParts *parts, OasisProbe probe,
                           int video, AVIOInterruptCB interrupt)
{
    *container = (OasisContainer){
        .parts = parts,
        .interrupt = interrupt,
        .video = video,
        .fresh = parts->mixed,
    };
    if (parts->as_bytes) {
        container->bytes = oasis_parts_bytes_open(parts, 0);
        if (!container->bytes) {
            return AVERROR(ENOMEM);
        }
    }
    return oasis_container_open_format(parts->list[0].path, container->bytes, NULL, probe,
                                       interrupt, &container->format);
}

int oasis_container_open_late(OasisContainer *container, const OasisContainer *whole,
                              int64_t byte, int id, AVStream **stream)
{
    OasisParts *parts = whole->parts;

    *stream = NULL;
    *container = (OasisContainer){.parts = parts, .interrupt = whole->interrupt, .video = -1};
    if (!oasis_container_is_stream(whole->format)) {
        return AVERROR_STREAM_NOT_FOUND;
    }
    container->bytes = oasis_parts_bytes_open(parts, byte > LATE_BYTES ? byte - LATE_BYTES : 0);
    if (!container->bytes) {
        return AVERROR(ENOMEM);
    }
    OASIS_AV_TRY(oasis_container_open_format(parts->list[0].path, container->bytes,
                                             whole->format->iformat, LATE_PROBE, whole->interrupt,
                                             &container->format));
    for (unsigned i = 0; i < container->format->nb_streams && !*stream; i++) {
        *stream = container->format->streams[i]->id == id ? container->format->streams[i] : NULL;
    }
    return *stream ? 0 : AVERROR_STREAM_NOT_FOUND;
}

void oasis_container_close(OasisContainer *container)
{
    avformat_close_input(&container->later);
    avformat_close_input(&container->format);
    oasis_parts_bytes_close(&container->bytes);
}

OasisStatus oasis_container_fail(const char *path, int error, OasisError *err)
{
    if (error == AVERROR(EINVAL)) { /* FFmpeg's reason would be the whole white list */
        oasis_av_begin();
        return oasis_fail(err, OASIS_ERR_INPUT, path,
                          "is of a kind that no home video has; convert it to MP4 first");
    }
    if (oasis_av_said("max_streams")) {
        return oasis_fail(err, OASIS_ERR_INPUT, path,
                          "has more than %d tracks; it is damaged: copy it again", MAX_TRACKS);
    }
    return oasis_av_fail(err, OASIS_ERR_INPUT, path, error,
                         error == AVERROR(EIO)
                             ? "cannot be read from its disk; copy it again"
                             : "is not a video that can be read, or is damaged; try to play it, "
                               "and copy it again if that fails");
}

OasisStatus oasis_container_open(OasisContainer *container, OasisParts *parts,
                                 AVIOInterruptCB interrupt, OasisError *err)
{
    int error;

    *container = (OasisContainer){0};
    for (size_t i = 0; i < parts->count; i++) {
        OASIS_TRY(check_file(parts->list[i].path, err));
    }
    error = oasis_container_reopen(container, parts, (OasisProbe){0}, -1, interrupt);
    if (error >= 0 && parts->count > 1 && oasis_container_is_stream(container->format)) {
        parts->as_bytes = true;
        parts->known = parts->count;
        oasis_container_close(container);
        error = oasis_container_reopen(container, parts, (OasisProbe){0}, -1, interrupt);
    }
    return error < 0 ? oasis_container_fail(parts->list[0].path, error, err) : OASIS_OK;
}

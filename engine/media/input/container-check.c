/* Whether the files of a film belong together.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavcodec/avcodec.h>
#include <string.h>

#include "media/base/ns.h"
#include "media/input/container-private.h"

static bool have_same_header(const AVCodecParameters *a, const AVCodecParameters *b)
{
    return a->extradata_size == b->extradata_size &&
           (a->extradata_size == 0 ||
            memcmp(a->extradata, b->extradata, (size_t)a->extradata_size) == 0);
}

static OasisStatus check_streams(const OasisContainer *container, const AVFormatContext *later,
                                 const char *path, OasisError *err)
{
    const AVFormatContext *first = container->format;
    const AVCodecParameters *picture = first->streams[container->video]->codecpar;

    for (unsigned i = 0; i < first->nb_streams; i++) {
        const AVCodecParameters *a = first->streams[i]->codecpar;
        const AVCodecParameters *b = i < later->nb_streams ? later->streams[i]->codecpar : NULL;
        const bool same = b && a->codec_type == b->codec_type && a->codec_id == b->codec_id;

        if ((int)i == container->video &&
            (!same || a->width != b->width || a->height != b->height || a->format != b->format)) {
            return oasis_fail(err, OASIS_ERR_INPUT, path,
                              "does not go on with the film: its picture is not %s of %dx%d as in "
                              "\"%s\"; restore it by itself",
                              avcodec_get_name(picture->codec_id), picture->width, picture->height,
                              container->parts->list[0].path);
        }
        if (a->codec_type == AVMEDIA_TYPE_AUDIO &&
            (!same || a->sample_rate != b->sample_rate ||
             a->ch_layout.nb_channels != b->ch_layout.nb_channels || !have_same_header(a, b))) {
            return oasis_fail(err, OASIS_ERR_INPUT, path,
                              "does not go on with the film: its sound is not %s of %d Hz and %d "
                              "channels as in \"%s\"; restore it by itself",
                              avcodec_get_name(a->codec_id), a->sample_rate,
                              a->ch_layout.nb_channels, container->parts->list[0].path);
        }
    }
    return OASIS_OK;
}

/* Streams of bytes need not show all of theirs at a part's beginning, but the picture. */
static OasisStatus check_stream(const OasisContainer *container, const AVFormatContext *later,
                                const char *path, OasisError *err)
{
    const AVCodecParameters *picture = container->format->streams[container->video]->codecpar;

    for (unsigned i = 0; i < later->nb_streams; i++) {
        const AVCodecParameters *found = later->streams[i]->codecpar;

        if (found->codec_id == picture->codec_id && found->width == picture->width &&
            found->height == picture->height) {
            return OASIS_OK;
        }
    }
    return oasis_fail(err, OASIS_ERR_INPUT, path,
                      "does not go on with the film: its picture is not %s of %dx%d as in \"%s\"; "
                      "restore it by itself",
                      avcodec_get_name(picture->codec_id), picture->width, picture->height,
                      container->parts->list[0].path);
}

/* Counted from where the part's picture begins. */
static int read_chapters(const OasisContainer *container, const AVFormatContext *later,
                         OasisPart *part)
{
    const AVStream *video = later->streams[container->video];
    const int64_t zero = video->start_time != AV_NOPTS_VALUE ? video->start_time : 0;

    return oasis_chapters_read(&part->chapters, later,
                               av_rescale_q(zero, video->time_base, OASIS_NS));
}

OasisStatus oasis_container_check_parts(const OasisContainer *container, OasisError *err)
{
    OasisParts *parts = container->parts;
    const AVCodecParameters *picture = container->format->streams[container->video]->codecpar;

    if (oasis_chapters_read(&parts->list[0].chapters, container->format, 0) < 0) {
        return oasis_fail_memory(err, parts->list[0].path);
    }
    for (size_t i = 1; i < parts->count; i++) {
        AVFormatContext *later;
        OasisStatus status;
        int error = oasis_container_open_format(parts->list[i].path, NULL, NULL, (OasisProbe){0},
                                                container->interrupt, &later);

        if (error < 0) {
            return oasis_container_fail(parts->list[i].path, error, err);
        }
        status = (parts->as_bytes ? check_stream : check_streams)(container, later,
                                                                  parts->list[i].path, err);
        if (status == OASIS_OK && !parts->as_bytes) {
            parts->mixed |=
                !have_same_header(picture, later->streams[container->video]->codecpar);
            status = read_chapters(container, later, &parts->list[i]) < 0
                         ? oasis_fail_memory(err, parts->list[i].path)
                         : OASIS_OK;
        }
        avformat_close_input(&later);
        OASIS_TRY(status);
    }
    return OASIS_OK;
}

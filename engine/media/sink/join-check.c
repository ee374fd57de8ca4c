/* Looking whether all is in a file that was written to it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/sink/join-check.h"

#include <libavutil/avstring.h>
#include <libavutil/mem.h>
#include <stdlib.h>

#include "media/base/av-error.h"
#include "media/base/ns.h"

/* Containers round times, to a millisecond at most; twice. */
static const int64_t TOLERANCE_NS = 2000000;

typedef struct Counts {
    int64_t *packets; /* of each stream */
    int64_t first, last; /* times of the first stream's packets, in its units */
} Counts;

static OasisStatus count(const OasisJoinCheckParams *params, AVFormatContext *file,
                         AVPacket *packet, Counts *counts, OasisError *err)
{
    int error;

    while ((error = av_read_frame(file, packet)) >= 0) {
        const int64_t pts = packet->pts;

        counts->packets[packet->stream_index]++;
        if (packet->stream_index == 0 && pts != AV_NOPTS_VALUE) {
            counts->first = pts < counts->first ? pts : counts->first;
            counts->last = pts > counts->last ? pts : counts->last;
            params->seen(counts->packets[0], params->data);
        }
        av_packet_unref(packet);
        if (oasis_cancel_is_triggered(params->cancel)) {
            return oasis_fail(err, OASIS_ERR_CANCELLED, params->name, "cancelled");
        }
    }
    return error == AVERROR_EOF
               ? OASIS_OK
               : oasis_av_fail(err, OASIS_ERR_OUTPUT, params->name, error,
                               "was written, but cannot be read; the disk may be failing");
}

static OasisStatus compare(const OasisJoinCheckParams *params, const AVFormatContext *file,
                           const Counts *counts, OasisError *err)
{
    const AVFormatContext *muxer = params->muxer;
    const char *name = params->name;
    int64_t off_ns;

    if (file->nb_streams < muxer->nb_streams || counts->packets[0] != params->frames) {
        return oasis_fail(err, OASIS_ERR_OUTPUT, name,
                          "was written, but only %lld of %lld frames can be read",
                          (long long)(file->nb_streams ? counts->packets[0] : 0),
                          (long long)params->frames);
    }
    off_ns = av_rescale_q(counts->last - counts->first, file->streams[0]->time_base, OASIS_NS) -
             params->length_ns;
    if (off_ns > TOLERANCE_NS || off_ns < -TOLERANCE_NS) {
        return oasis_fail(err, OASIS_ERR_OUTPUT, name,
                          "was written, but its length is wrong by %.3f s", (double)off_ns / 1e9);
    }
    for (unsigned i = 0; i < muxer->nb_streams; i++) {
        if (muxer->streams[i]->nb_frames > 0 && counts->packets[i] == 0) {
            return oasis_fail(err, OASIS_ERR_OUTPUT, name,
                              "was written, but its track %u cannot be read", i);
        }
    }
    return OASIS_OK;
}

static OasisStatus open_file(const char *path, const char *name, AVFormatContext **file,
                             OasisError *err)
{
    char *url = av_asprintf("file:%s", path);
    int error = url ? avformat_open_input(file, url, NULL, NULL) : AVERROR(ENOMEM);

    av_free(url);
    error = error < 0 ? error : avformat_find_stream_info(*file, NULL);
    return error >= 0 ? OASIS_OK
                      : oasis_av_fail(err, OASIS_ERR_OUTPUT, name, error,
                                      "was written, but cannot be opened; the disk may be failing");
}

OasisStatus oasis_join_check(const OasisJoinCheckParams *params, OasisError *err)
{
    Counts counts = {.first = INT64_MAX, .last = INT64_MIN};
    AVPacket *packet = av_packet_alloc();
    AVFormatContext *file = NULL;
    OasisStatus status = open_file(params->path, params->name, &file, err);

    if (status == OASIS_OK) {
        counts.packets = calloc(file->nb_streams + 1, sizeof *counts.packets);
        status = packet && counts.packets ? count(params, file, packet, &counts, err)
                                          : oasis_fail_memory(err, params->name);
    }
    if (status == OASIS_OK) {
        status = compare(params, file, &counts, err);
    }
    free(counts.packets);
    av_packet_free(&packet);
    avformat_close_input(&file);
    return status;
}

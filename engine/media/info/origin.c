/* The file that an export's frames come from, opened for what else is in it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/info/origin.h"

#include "media/base/ns.h"
#include "media/index/build.h"

static int64_t duration_ns(const OasisOrigin *origin)
{
    const OasisIndex *index = origin->index;
    const AVStream *video = origin->input->video;
    const AVRational rate = av_guess_frame_rate(origin->input->format, origin->input->video, NULL);
    const int64_t last = oasis_index_last_duration(
        index, rate.num > 0 ? rate : (AVRational){25, 1}, video->time_base);

    return av_rescale_q(index->pts[index->frames - 1] - index->pts[0] + last, video->time_base,
                        OASIS_NS);
}

OasisStatus oasis_origin_open(const char *path, const char *const *further, int stream,
                              const char *index_folder, OasisOrigin *origin, OasisError *err)
{
    OASIS_TRY(oasis_input_open(path, further, stream, NULL, &origin->input, err));
    OASIS_TRY(oasis_index_open(origin->input, index_folder, NULL, NULL, &origin->index, err));
    origin->info = oasis_describe(origin->input, origin->index);
    if (!origin->info) {
        return oasis_fail_memory(err, path);
    }
    origin->info->duration_ns = duration_ns(origin);
    return OASIS_OK;
}

void oasis_origin_close(OasisOrigin *origin)
{
    oasis_media_info_free(&origin->info);
    oasis_index_free(&origin->index);
    oasis_input_close(&origin->input);
}

int64_t oasis_origin_zero_ns(const OasisOrigin *origin)
{
    return av_rescale_q(origin->index->pts[0], origin->input->video->time_base, OASIS_NS);
}

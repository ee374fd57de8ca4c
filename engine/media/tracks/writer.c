/* What writers that encode have in common.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/tracks/writer.h"

int oasis_track_writer_add_encoded(OasisTrackWriter *writer, const AVCodecContext *encoder)
{
    writer->to = oasis_track_reader_add_to(&writer->reader, writer->muxer);
    if (!writer->to || avcodec_parameters_from_context(writer->to->codecpar, encoder) < 0) {
        return AVERROR(ENOMEM);
    }
    writer->to->time_base = encoder->time_base;
    return 0;
}

/* Which way up pictures are shown.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/base/turn.h"

#include <libavutil/display.h>
#include <math.h>

/* The display matrix of the frame or, if it has none, of the stream; NULL if there is none. */
static const int32_t *find_matrix(const AVFrame *frame, const AVStream *stream)
{
    const size_t size = 9 * sizeof(int32_t);
    const AVFrameSideData *of_frame = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
    const AVPacketSideData *of_stream =
        av_packet_side_data_get(stream->codecpar->coded_side_data,
                                stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);

    if (of_frame && of_frame->size >= size) {
        return (const int32_t *)of_frame->data;
    }
    return of_stream && of_stream->size >= size ? (const int32_t *)of_stream->data : NULL;
}

/* Quarter turns and mirrorings; any other angle is left alone, since no camera writes one. */
OasisTurn oasis_turn_read(const AVFrame *frame, const AVStream *stream)
{
    const int32_t *matrix = find_matrix(frame, stream);
    double angle;

    if (!matrix) {
        return (OasisTurn){0};
    }
    angle = -av_display_rotation_get(matrix); /* clockwise; NaN for an impossible matrix */
    angle -= 360 * floor(angle / 360 + 0.9 / 360);
    if (fabs(angle - 90) < 1) {
        return matrix[3] > 0 ? (OasisTurn){3, true} : (OasisTurn){1, false};
    }
    if (fabs(angle - 270) < 1) {
        return matrix[3] < 0 ? (OasisTurn){1, true} : (OasisTurn){3, false};
    }
    if (fabs(angle - 180) < 1) {
        return matrix[4] < 0 ? (OasisTurn){2, false} : (OasisTurn){0, true};
    }
    return fabs(angle) < 1 && matrix[4] < 0 ? (OasisTurn){2, true} : (OasisTurn){0};
}

bool oasis_turn_asked(int degrees, OasisFlip flip, OasisTurn *turn)
{
    static const OasisTurn flips[] = {
        [OASIS_FLIP_HORIZONTAL] = {0, true},
        [OASIS_FLIP_VERTICAL] = {2, true},
    };

    *turn = oasis_turn_join((OasisTurn){degrees / 90 & 3, false}, flips[flip]);
    return degrees % 90 == 0;
}

/* A turn before a mirroring is the opposite turn after it. */
OasisTurn oasis_turn_join(OasisTurn first, OasisTurn then)
{
    return (OasisTurn){
        .quarters = (then.quarters + (then.mirrored ? -first.quarters : first.quarters)) & 3,
        .mirrored = first.mirrored != then.mirrored,
    };
}

bool oasis_turn_is_sideways(OasisTurn turn)
{
    return turn.quarters % 2;
}

OasisCrop oasis_turn_crop(OasisTurn turn, const OasisCrop *crop)
{
    OasisCrop turned = *crop;

    if (turn.mirrored) {
        turned.left = crop->right;
        turned.right = crop->left;
    }
    for (int i = 0; i < turn.quarters; i++) {
        turned = (OasisCrop){turned.bottom, turned.left, turned.top, turned.right};
    }
    return turned;
}

const char *oasis_turn_filter(OasisTurn turn)
{
    static const char *const filters[2][4] = {
        {"", ",transpose=clock", ",hflip,vflip", ",transpose=cclock"},
        {",hflip", ",transpose=clock_flip", ",vflip", ",transpose=cclock_flip"},
    };

    return filters[turn.mirrored][turn.quarters];
}

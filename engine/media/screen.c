/* Frames as pictures for the screen, by swscale: good enough to look at, and never measured.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include <libavutil/opt.h>
#include <libswscale/swscale.h>

#include "av-error.h"
#include "oasis/media.h"
#include "pixels.h"

struct OasisScreenConverter {
    struct SwsContext *scaler; /* for frames of `format` and pictures of this size; or NULL */
    OasisFrameFormat format;
    int width, height;
};

OasisScreenConverter *oasis_screen_converter_new(void)
{
    return calloc(1, sizeof(OasisScreenConverter));
}

void oasis_screen_converter_free(OasisScreenConverter **converter)
{
    if (*converter) {
        sws_freeContext((*converter)->scaler);
        free(*converter);
        *converter = NULL;
    }
}

/* Where chroma lies, in 256ths of a luma sample. Left to swscale where it is not halved. */
static void set_siting(struct SwsContext *scaler, const OasisFrameFormat *format)
{
    if (format->chroma_shift_x == 1) {
        av_opt_set_int(scaler, "src_h_chr_pos", format->siting == OASIS_SITING_CENTER ? 128 : 0, 0);
    }
    if (format->chroma_shift_y == 1) {
        av_opt_set_int(scaler, "src_v_chr_pos", format->siting == OASIS_SITING_TOP_LEFT ? 0 : 128,
                       0);
    }
}

/* NULL if swscale cannot do it, or without memory. */
static struct SwsContext *open_scaler(const OasisFrameFormat *format, int width, int height)
{
    struct SwsContext *scaler = sws_alloc_context();
    const int *matrix = sws_getCoefficients(format->matrix); /* numbered by H.273, too */
    const int one = 1 << 16;

    if (!scaler) {
        return NULL;
    }
    av_opt_set_int(scaler, "srcw", format->width, 0);
    av_opt_set_int(scaler, "srch", format->height, 0);
    av_opt_set_int(scaler, "src_format", oasis_pixels_for_format(format), 0);
    av_opt_set_int(scaler, "dstw", width, 0);
    av_opt_set_int(scaler, "dsth", height, 0);
    av_opt_set_int(scaler, "dst_format", AV_PIX_FMT_RGBA, 0);
    av_opt_set_int(scaler, "sws_flags", SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, 0);
    set_siting(scaler, format);
    if (sws_setColorspaceDetails(scaler, matrix, format->range == OASIS_RANGE_FULL, matrix, 1, 0,
                                 one, one) < 0 ||
        sws_init_context(scaler, NULL, NULL) < 0) {
        sws_freeContext(scaler);
        return NULL;
    }
    return scaler;
}

OasisStatus oasis_screen_convert(OasisScreenConverter *converter, const OasisFrame *frame,
                                 int width, int height, uint8_t *rgba, ptrdiff_t stride,
                                 OasisError *err)
{
    const uint8_t *planes[4] = {frame->data[0], frame->data[1], frame->data[2]};
    const int strides[4] = {(int)frame->stride[0], (int)frame->stride[1], (int)frame->stride[2]};
    uint8_t *const pictures[4] = {rgba};
    const int picture_strides[4] = {(int)stride};

    oasis_av_begin();
    if (!converter->scaler || !oasis_frame_format_equal(&converter->format, &frame->format) ||
        converter->width != width || converter->height != height) {
        sws_freeContext(converter->scaler);
        converter->scaler = open_scaler(&frame->format, width, height);
        converter->format = frame->format;
        converter->width = width;
        converter->height = height;
    }
    if (!converter->scaler ||
        sws_scale(converter->scaler, planes, strides, 0, frame->format.height, pictures,
                  picture_strides) < 0) {
        return oasis_av_fail(err, OASIS_ERR_UNSUPPORTED, "screen", 0,
                             "pictures of %d×%d cannot be shown at %d×%d", frame->format.width,
                             frame->format.height, width, height);
    }
    return OASIS_OK;
}

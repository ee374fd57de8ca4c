/* Frames as pictures for the screen, by swscale: good enough to look at, and never measured.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
#include <stdlib.h>
#include <string.h>

#include "media/base/av-error.h"
#include "media/base/pixels.h"
#include "media/frames/tonemap.h"
#include "oasis/media.h"

enum {
    SHOWING = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT,
    /* In a shrunk picture nobody sees how chroma was raised, and it takes a quarter of the time. */
    SHRINKING = SWS_BICUBIC,
    MARGIN = 64, /* bytes that swscale's fast code may write behind a row */
};

struct OasisScreenConverter {
    OasisTonemap *tonemap; /* for frames of `hdr`; NULL before the first */
    OasisFrameFormat hdr;
    struct SwsContext *scaler; /* for frames of `format` and pictures of this size; or NULL */
    OasisFrameFormat format;
    int width, height;
    uint8_t *rows; /* the picture with room behind each row; NULL where that is not needed */
    int rows_stride;
};

OasisScreenConverter *oasis_screen_converter_new(void)
{
    return calloc(1, sizeof(OasisScreenConverter));
}

void oasis_screen_converter_free(OasisScreenConverter **converter)
{
    if (*converter) {
        sws_freeContext((*converter)->scaler);
        oasis_tonemap_free(&(*converter)->tonemap);
        av_free((*converter)->rows);
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

static bool is_shrunk(const OasisFrameFormat *format, int width, int height)
{
    return width < format->width && height < format->height;
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
    av_opt_set_int(scaler, "sws_flags",
                   is_shrunk(format, width, height) ? SHRINKING : SHOWING, 0);
    set_siting(scaler, format);
    if (sws_setColorspaceDetails(scaler, matrix, format->range == OASIS_RANGE_FULL, matrix, 1, 0,
                                 one, one) < 0 ||
        sws_init_context(scaler, NULL, NULL) < 0) {
        sws_freeContext(scaler);
        return NULL;
    }
    return scaler;
}

/* Makes the converter fit frames of a format and pictures of a size. */
static bool prepare(OasisScreenConverter *self, const OasisFrameFormat *format, int width,
                    int height)
{
    if (self->scaler && oasis_frame_format_equal(&self->format, format) && self->width == width &&
        self->height == height) {
        return true;
    }
    sws_freeContext(self->scaler);
    av_freep(&self->rows);
    self->scaler = open_scaler(format, width, height);
    self->format = *format;
    self->width = width;
    self->height = height;
    if (self->scaler && is_shrunk(format, width, height)) {
        self->rows_stride = (width * 4 + 2 * MARGIN - 1) / MARGIN * MARGIN;
        self->rows = av_malloc((size_t)self->rows_stride * (size_t)height);
        if (!self->rows) {
            sws_freeContext(self->scaler);
            self->scaler = NULL;
        }
    }
    return self->scaler;
}

/* Where odd sides are cut off, chroma is shown half a sample beside its place. */
static OasisFrame cropped(const OasisFrame *frame, const OasisCrop *crop)
{
    const OasisFrameFormat *format = &frame->format;
    OasisFrame view = *frame;

    for (int p = 0; p < format->planes; p++) {
        const int x = crop->left >> (p ? format->chroma_shift_x : 0);
        const int y = crop->top >> (p ? format->chroma_shift_y : 0);

        view.data[p] += y * frame->stride[p] + (ptrdiff_t)x * oasis_frame_sample_bytes(format);
    }
    view.format.width -= crop->left + crop->right;
    view.format.height -= crop->top + crop->bottom;
    return view;
}

static OasisStatus convert(OasisScreenConverter *converter, const OasisFrame *frame,
                           const OasisCrop *crop, int width, int height, uint8_t *rgba,
                           ptrdiff_t stride, OasisError *err)
{
    const OasisFrame view = cropped(frame, crop ? crop : &(OasisCrop){0});
    const uint8_t *planes[4] = {view.data[0], view.data[1], view.data[2]};
    const int strides[4] = {(int)view.stride[0], (int)view.stride[1], (int)view.stride[2]};
    bool done;

    oasis_av_begin();
    done = prepare(converter, &view.format, width, height);
    if (done) {
        uint8_t *const pictures[4] = {converter->rows ? converter->rows : rgba};
        const int picture_strides[4] = {converter->rows ? converter->rows_stride : (int)stride};

        done = sws_scale(converter->scaler, planes, strides, 0, view.format.height, pictures,
                         picture_strides) >= 0;
    }
    if (!done) {
        return oasis_av_fail(err, OASIS_ERR_UNSUPPORTED, "screen", 0,
                             "pictures of %d×%d cannot be shown at %d×%d", frame->format.width,
                             frame->format.height, width, height);
    }
    for (int y = 0; converter->rows && y < height; y++) {
        memcpy(rgba + y * stride, converter->rows + (ptrdiff_t)y * converter->rows_stride,
               (size_t)width * 4);
    }
    return OASIS_OK;
}

/* HDR as an ordinary screen shows it; NULL without memory. */
static OasisFrame *as_sdr(OasisScreenConverter *self, const OasisFrame *frame)
{
    if (!self->tonemap || !oasis_frame_format_equal(&self->hdr, &frame->format)) {
        OasisFrameFormat format = self->hdr = frame->format;

        oasis_tonemap_free(&self->tonemap);
        self->tonemap = oasis_tonemap_new(&format, &(OasisMastering){0});
    }
    return self->tonemap ? oasis_tonemap_run(self->tonemap, frame) : NULL;
}

OasisStatus oasis_screen_convert(OasisScreenConverter *converter, const OasisFrame *frame,
                                 const OasisCrop *crop, int width, int height, uint8_t *rgba,
                                 ptrdiff_t stride, OasisError *err)
{
    OasisStatus status;
    OasisFrame *sdr;

    if (!oasis_frame_format_is_hdr(&frame->format)) {
        return convert(converter, frame, crop, width, height, rgba, stride, err);
    }
    sdr = as_sdr(converter, frame);
    status = sdr ? convert(converter, sdr, crop, width, height, rgba, stride, err)
                 : oasis_fail_memory(err, "screen");
    oasis_frame_unref(&sdr);
    return status;
}

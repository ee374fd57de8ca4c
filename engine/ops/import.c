/* Planes of a decoded frame to the RGB image that the model sees.
 *
 *   1. chroma to luma positions, linear at its siting     (resample.h)
 *   2. rgb = matrix * samples + offset, in [-1, 1]        (colour.h)
 *   3. bicubic to width x height, columns first, then rows
 *   4. the last column and row repeated up to the padded size
 *
 * Nothing is rounded or clamped on the way. image f32 [1, padded_height, padded_width, 3].
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "oasis/status.h"
#include "ops/colour.h"
#include "ops/reference.h"
#include "ops/resample.h"

static float sample(const OasisFrame *frame, int plane, int x, int y)
{
    const uint8_t *row = frame->data[plane] + y * frame->stride[plane];

    return frame->format.depth > 8 ? ((const uint16_t *)row)[x] : row[x];
}

/* A plane's value at luma position (x, y); tx and ty lead there from its own samples. */
static float interpolated(const OasisFrame *frame, int plane, const OasisTaps *tx,
                          const OasisTaps *ty, int x, int y)
{
    float sum = 0;

    for (int i = 0; i < ty->count; i++) {
        for (int j = 0; j < tx->count; j++) {
            sum += ty->weights[y * ty->count + i] * tx->weights[x * tx->count + j] *
                   sample(frame, plane, tx->first[x] + j, ty->first[y] + i);
        }
    }
    return sum;
}

/* A frame between its steps. */
typedef struct Passage {
    OasisTaps chroma_x, chroma_y; /* of planes 1 and 2 to luma positions */
    OasisTaps x, y;               /* to the target's size */
    float *rgb;                   /* [height, width, 3] at the frame's own size */
    float *narrow;                /* the same rows at the target's width */
} Passage;

static void to_rgb(const Passage *self, const OasisFrame *frame)
{
    const OasisFrameFormat *format = &frame->format;
    float *rgb = self->rgb;
    OasisColourToRgb colour;

    oasis_colour_to_rgb(format, &colour);
    for (int y = 0; y < format->height; y++) {
        for (int x = 0; x < format->width; x++) {
            float value[3] = {sample(frame, 0, x, y), 0, 0};
            for (int p = 1; p < format->planes; p++) {
                value[p] = interpolated(frame, p, &self->chroma_x, &self->chroma_y, x, y);
            }
            for (int i = 0; i < 3; i++) {
                *rgb++ = colour.matrix[i][0] * value[0] + colour.matrix[i][1] * value[1] +
                         colour.matrix[i][2] * value[2] + colour.offset[i];
            }
        }
    }
}

/* Resamples the columns of in [height, width, 3] to out [height, taps->length, 3]. */
static void resize_columns(const float *in, int height, int width, const OasisTaps *taps,
                           float *out)
{
    for (int y = 0; y < height; y++, in += (size_t)width * 3) {
        for (int x = 0; x < taps->length; x++) {
            for (int c = 0; c < 3; c++) {
                double sum = 0;
                for (int j = 0; j < taps->count; j++) {
                    sum += (double)taps->weights[x * taps->count + j] *
                           in[(taps->first[x] + j) * 3 + c];
                }
                *out++ = (float)sum;
            }
        }
    }
}

/* Resamples the rows of in [.., width, 3] to taps->length rows of out, padded_width pixels each. */
static void resize_rows(const float *in, int width, const OasisTaps *taps, float *out,
                        int padded_width)
{
    for (int y = 0; y < taps->length; y++, out += (size_t)padded_width * 3) {
        for (int x = 0; x < width * 3; x++) {
            double sum = 0;
            for (int j = 0; j < taps->count; j++) {
                sum += (double)taps->weights[y * taps->count + j] *
                       in[(size_t)(taps->first[y] + j) * width * 3 + x];
            }
            out[x] = (float)sum;
        }
    }
}

static void pad(float *image, int width, int height, int padded_width, int padded_height)
{
    for (int y = 0; y < padded_height; y++) {
        for (int x = y < height ? width : 0; x < padded_width; x++) {
            int from_x = x < width ? x : width - 1;
            int from_y = y < height ? y : height - 1;
            for (int c = 0; c < 3; c++) {
                image[((size_t)y * padded_width + x) * 3 + c] =
                    image[((size_t)from_y * padded_width + from_x) * 3 + c];
            }
        }
    }
}

static OasisStatus make_taps(Passage *self, const OasisImportArgs *a, OasisError *err)
{
    const OasisFrameFormat *format = &a->frame->format;

    OASIS_TRY(oasis_taps_bicubic(format->width, a->width, &self->x, err));
    OASIS_TRY(oasis_taps_bicubic(format->height, a->height, &self->y, err));
    if (format->planes == 1) {
        return OASIS_OK;
    }
    OASIS_TRY(oasis_taps_chroma_up(oasis_frame_plane_width(format, 1), format->width,
                                   format->chroma_shift_x, oasis_siting_centred_x(format->siting),
                                   &self->chroma_x, err));
    return oasis_taps_chroma_up(oasis_frame_plane_height(format, 1), format->height,
                                format->chroma_shift_y, oasis_siting_centred_y(format->siting),
                                &self->chroma_y, err);
}

static OasisStatus import(Passage *self, const OasisImportArgs *a, OasisError *err)
{
    const OasisFrameFormat *format = &a->frame->format;
    float *image = oasis_tensor_host(a->image);

    self->rgb = malloc((size_t)format->height * format->width * 3 * sizeof *self->rgb);
    self->narrow = malloc((size_t)format->height * a->width * 3 * sizeof *self->narrow);
    if (!self->rgb || !self->narrow) {
        return oasis_fail_memory(err, "import");
    }
    OASIS_TRY(make_taps(self, a, err));
    to_rgb(self, a->frame);
    resize_columns(self->rgb, format->height, format->width, &self->x, self->narrow);
    resize_rows(self->narrow, a->width, &self->y, image, a->padded_width);
    pad(image, a->width, a->height, a->padded_width, a->padded_height);
    return OASIS_OK;
}

OasisStatus oasis_reference_import_frame(OasisBackend *backend, const OasisImportArgs *a,
                                         OasisError *err)
{
    Passage self = {0};
    OasisStatus status = import(&self, a, err);

    oasis_taps_clear(&self.chroma_x);
    oasis_taps_clear(&self.chroma_y);
    oasis_taps_clear(&self.x);
    oasis_taps_clear(&self.y);
    free(self.rgb);
    free(self.narrow);
    return status;
}

/* Planes of a decoded frame to the RGB image that the model sees.
 *
 *   1. only what lies in the crop rectangle               (view.h)
 *   2. chroma to luma positions, linear at its siting     (resample.h)
 *   3. rgb = matrix * samples + offset, in [-1, 1]        (colour.h)
 *   4. the transfer to the model's form                   (transfer.h)
 *   5. bicubic to width x height, columns first, then rows
 *   6. the last column and row repeated up to the padded size
 *
 * Nothing is rounded or clamped on the way. image f32 [1, padded_height, padded_width, 3].
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "oasis/status.h"
#include "ops/colour.h"
#include "ops/reference.h"
#include "ops/transfer.h"
#include "ops/view.h"

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
    OasisView view;
    float *rgb;    /* [height, width, 3] at the view's own size */
    float *narrow; /* the same rows at the target's width */
} Passage;

static void to_rgb(const OasisView *view, OasisTransfer transfer, float *rgb)
{
    const OasisFrame *frame = &view->frame;
    const OasisFrameFormat *format = &frame->format;
    OasisColourToRgb colour;

    oasis_colour_to_rgb(format, &colour);
    for (int y = 0; y < format->height; y++) {
        for (int x = 0; x < format->width; x++) {
            float value[3] = {sample(frame, 0, x, y), 0, 0};
            for (int p = 1; p < format->planes; p++) {
                value[p] = interpolated(frame, p, &view->chroma_x, &view->chroma_y, x, y);
            }
            for (int i = 0; i < 3; i++) {
                float component = colour.matrix[i][0] * value[0] + colour.matrix[i][1] * value[1] +
                                  colour.matrix[i][2] * value[2] + colour.offset[i];
                *rgb++ = oasis_transfer_to_image(transfer, component);
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

static OasisStatus import(Passage *self, const OasisImportArgs *a, OasisError *err)
{
    const OasisFrameFormat *format = &self->view.frame.format;
    float *image = oasis_tensor_host(a->image);

    OASIS_TRY(oasis_view_init(a, &self->view, err));
    self->rgb = malloc((size_t)format->height * format->width * 3 * sizeof *self->rgb);
    self->narrow = malloc((size_t)format->height * a->width * 3 * sizeof *self->narrow);
    if (!self->rgb || !self->narrow) {
        return oasis_fail_memory(err, "import");
    }
    to_rgb(&self->view, a->transfer, self->rgb);
    resize_columns(self->rgb, format->height, format->width, &self->view.x, self->narrow);
    resize_rows(self->narrow, a->width, &self->view.y, image, a->padded_width);
    pad(image, a->width, a->height, a->padded_width, a->padded_height);
    return OASIS_OK;
}

OasisStatus oasis_reference_import_frame(OasisBackend *backend, const OasisImportArgs *a,
                                         OasisError *err)
{
    Passage self = {0};
    OasisStatus status = import(&self, a, err);

    oasis_view_clear(&self.view);
    free(self.rgb);
    free(self.narrow);
    return status;
}

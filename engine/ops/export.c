/* The restored RGB image to planes of the target's pixel format.
 *
 *   1. the transfer back from the model's form                 (transfer.h)
 *   2. for chroma, the mean of RGB around the sample's place   (resample.h)
 *   3. sample = matrix * rgb + offset                          (colour.h)
 *   4. clamped to what the depth can hold, rounded to nearest
 *
 * image f32 [1, padded_height, padded_width, 3], of which the frame is the upper left part.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "ops/colour.h"
#include "ops/reference.h"
#include "ops/resample.h"
#include "ops/transfer.h"

static void put_sample(OasisFrame *frame, int plane, int x, int y, float value)
{
    uint8_t *row = frame->data[plane] + y * frame->stride[plane];

    if (frame->format.depth > 8) {
        ((uint16_t *)row)[x] = (uint16_t)lrintf(value);
    } else {
        row[x] = (uint8_t)lrintf(value);
    }
}

/* The mean colour at sample (x, y) of a plane; tx and ty lead there from luma positions. */
static void mean_rgb(const OasisExportArgs *a, const OasisTaps *tx, const OasisTaps *ty, int x,
                     int y, float rgb[3])
{
    const float *image = oasis_tensor_host(a->image);

    for (int c = 0; c < 3; c++) {
        double sum = 0;
        for (int i = 0; i < ty->count; i++) {
            for (int j = 0; j < tx->count; j++) {
                size_t row = ty->first[y] + i;
                size_t pixel = row * a->padded_width + tx->first[x] + j;
                sum += (double)ty->weights[y * ty->count + i] *
                       tx->weights[x * tx->count + j] *
                       oasis_transfer_from_image(a->transfer, image[pixel * 3 + c]);
            }
        }
        rgb[c] = (float)sum;
    }
}

typedef struct Taps {
    OasisTaps x, y; /* from luma positions to a plane's */
} Taps;

static OasisStatus make_taps(const OasisFrameFormat *format, int plane, Taps *taps, OasisError *err)
{
    int shift_x = plane ? format->chroma_shift_x : 0;
    int shift_y = plane ? format->chroma_shift_y : 0;

    OASIS_TRY(oasis_taps_chroma_down(format->width, oasis_frame_plane_width(format, plane), shift_x,
                                     oasis_siting_centred_x(format->siting), &taps->x, err));
    return oasis_taps_chroma_down(format->height, oasis_frame_plane_height(format, plane), shift_y,
                                  oasis_siting_centred_y(format->siting), &taps->y, err);
}

static void export_plane(const OasisExportArgs *a, const OasisColourFromRgb *colour, int plane,
                         const Taps *taps)
{
    const float *matrix = colour->matrix[plane];

    for (int y = 0; y < taps->y.length; y++) {
        for (int x = 0; x < taps->x.length; x++) {
            float rgb[3], value;
            mean_rgb(a, &taps->x, &taps->y, x, y, rgb);
            value = matrix[0] * rgb[0] + matrix[1] * rgb[1] + matrix[2] * rgb[2] +
                    colour->offset[plane];
            put_sample(a->frame, plane, x, y, fminf(fmaxf(value, 0), colour->highest));
        }
    }
}

OasisStatus oasis_reference_export_frame(OasisBackend *backend, const OasisExportArgs *a,
                                         OasisError *err)
{
    OasisStatus status = OASIS_OK;
    OasisColourFromRgb colour;

    oasis_colour_from_rgb(&a->frame->format, &colour);
    for (int plane = 0; plane < a->frame->format.planes && status == OASIS_OK; plane++) {
        Taps taps = {0};
        status = make_taps(&a->frame->format, plane, &taps, err);
        if (status == OASIS_OK) {
            export_plane(a, &colour, plane, &taps);
        }
        oasis_taps_clear(&taps.x);
        oasis_taps_clear(&taps.y);
    }
    return status;
}

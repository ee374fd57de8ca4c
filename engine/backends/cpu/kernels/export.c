/* The restored RGB image to planes: rows in parallel, luma and then the two planes of chroma, which
 * share the mean colours that they are made of: formed down the rows first, then along them.
 * Without subsampling a row of the image is taken as it is. 1280 x 960 to 4:2:0: 5.3 ms; reading
 * the image once takes 0.7, and chroma reads it again.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <omp.h>

#include "backends/cpu/cpu.h"
#include "backends/cpu/kernels/rows.h"
#include "core/align.h"
#include "ops/colour.h"
#include "ops/transfer.h"

/* Planes of one size: 0, or 1 and 2. */
typedef struct Planes {
    int first, end;
    OasisTaps x, y; /* from the image's positions to theirs */
} Planes;

/* From the image's colours to samples; without a transfer the curve is not there. */
typedef struct Colour {
    OasisColourFromRgb from_rgb;
    OasisCurve curve;
} Colour;

/* Floats of a row of colours; the last pixel is read and written as four floats. */
static size_t row_floats(const OasisExportArgs *a)
{
    return oasis_align_host(((size_t)a->frame->format.width * 3 + 1) * sizeof(float)) /
           sizeof(float);
}

/* Scratch of a thread: a row before and after its columns are averaged, and, with a transfer, the
 * rows that a row of chroma reaches. */
static size_t work_floats(const OasisExportArgs *a)
{
    int reached = (1 << a->frame->format.chroma_shift_y) + 1;

    return (a->transfer == OASIS_TRANSFER_NONE ? 2 : 2 + reached) * row_floats(a);
}

size_t KERNEL(export_bytes)(const OasisExportArgs *a, int threads)
{
    return threads * work_floats(a) * sizeof(float);
}

static OasisStatus make_planes(const OasisFrameFormat *format, int first, int end, Planes *planes,
                               OasisError *err)
{
    int shift_x = first ? format->chroma_shift_x : 0;
    int shift_y = first ? format->chroma_shift_y : 0;

    planes->first = first;
    planes->end = end;
    OASIS_TRY(oasis_taps_chroma_down(format->width, oasis_frame_plane_width(format, first), shift_x,
                                    oasis_siting_centred_x(format->siting), &planes->x, err));
    return oasis_taps_chroma_down(format->height, oasis_frame_plane_height(format, first), shift_y,
                                  oasis_siting_centred_y(format->siting), &planes->y, err);
}

typedef struct Rows {
    const float *first;
    size_t stride;
} Rows;

/* The image's rows under row y of the planes, in the frame's transfer; work holds them where that
 * is not the image's. */
static Rows rows_under(const OasisExportArgs *a, const Colour *colour, const OasisTaps *taps, int y,
                       float *work)
{
    size_t stride = (size_t)a->padded_width * 3;
    const float *image = (const float *)oasis_tensor_host(a->image) + taps->first[y] * stride;

    if (a->transfer == OASIS_TRANSFER_NONE) {
        return (Rows){image, stride};
    }
    for (int i = 0; i < taps->count; i++) {
        const float *from = image + i * stride;
        float *to = work + i * row_floats(a);
#pragma omp simd
        for (int x = 0; x < a->frame->format.width * 3; x++) {
            to[x] = oasis_curve_at(&colour->curve, from[x]);
        }
    }
    return (Rows){work, row_floats(a)};
}

static void mean_columns(const OasisTaps *taps, const float *row, float *to)
{
    for (int x = 0; x < taps->length; x++, to += 3) {
        const float *from = row + (size_t)taps->first[x] * 3;
        const float *weights = taps->weights + (size_t)x * taps->count;
        Pixel sum = {0};
        for (int j = 0; j < taps->count; j++) {
            sum += weights[j] * *(const PixelAt *)(from + 3 * j);
        }
        *(PixelAt *)to = sum;
    }
}

INLINE void put_row(const OasisColourFromRgb *colour, int plane, const float *rgb, int width,
                    void *to, bool deep)
{
    const float red = colour->matrix[plane][0], green = colour->matrix[plane][1];
    const float blue = colour->matrix[plane][2], offset = colour->offset[plane];
    const float highest = colour->highest;

#pragma omp simd
    for (int x = 0; x < width; x++) {
        float value = red * rgb[x * 3] + green * rgb[x * 3 + 1] + blue * rgb[x * 3 + 2] + offset;
        value = value > 0 ? value : 0;
        value = value < highest ? value : highest;
        int rounded = (int)rintf(value);
        if (deep) {
            ((uint16_t *)to)[x] = (uint16_t)rounded;
        } else {
            ((uint8_t *)to)[x] = (uint8_t)rounded;
        }
    }
}

static void export_row(const OasisExportArgs *a, const Planes *planes,
                       const Colour *colour, int y, float *work)
{
    const Rows rows = rows_under(a, colour, &planes->y, y, work + 2 * row_floats(a));
    const float *rgb = rows.first;

    if (planes->x.count > 1 || planes->y.count > 1) {
        float *means = work + row_floats(a);
        sum_rows(&planes->y, y, rows.first, rows.stride, (size_t)a->frame->format.width * 3, work);
        mean_columns(&planes->x, work, means);
        rgb = means;
    }
    for (int plane = planes->first; plane < planes->end; plane++) {
        void *to = a->frame->data[plane] + y * a->frame->stride[plane];
        if (a->frame->format.depth > 8) {
            put_row(&colour->from_rgb, plane, rgb, planes->x.length, to, true);
        } else {
            put_row(&colour->from_rgb, plane, rgb, planes->x.length, to, false);
        }
    }
}

static OasisStatus export_with(OasisCpuBackend *cpu, const OasisExportArgs *a,
                               const Colour *colour, int first, int end,
                               Planes *planes, OasisError *err)
{
    void *scratch;

    OASIS_TRY(make_planes(&a->frame->format, first, end, planes, err));
    OASIS_TRY(oasis_cpu_scratch(cpu, KERNEL(export_bytes)(a, cpu->threads), &scratch, err));
#pragma omp parallel for num_threads(cpu->threads)
    for (int y = 0; y < planes->y.length; y++) {
        export_row(a, planes, colour, y,
                   (float *)scratch + omp_get_thread_num() * work_floats(a));
    }
    return OASIS_OK;
}

static OasisStatus export_planes(OasisCpuBackend *cpu, const OasisExportArgs *a,
                                 const Colour *colour, int first, int end,
                                 OasisError *err)
{
    Planes planes = {0};
    OasisStatus status = export_with(cpu, a, colour, first, end, &planes, err);

    oasis_taps_clear(&planes.x);
    oasis_taps_clear(&planes.y);
    return status;
}

OasisStatus KERNEL(export_frame)(OasisBackend *backend, const OasisExportArgs *a, OasisError *err)
{
    OasisCpuBackend *cpu = (OasisCpuBackend *)backend;
    Colour colour;

    oasis_colour_from_rgb(&a->frame->format, &colour.from_rgb);
    if (a->transfer != OASIS_TRANSFER_NONE) {
        oasis_curve_from_image(&colour.curve);
    }
    OASIS_TRY(export_planes(cpu, a, &colour, 0, 1, err));
    return a->frame->format.planes == 3 ? export_planes(cpu, a, &colour, 1, 3, err) : OASIS_OK;
}

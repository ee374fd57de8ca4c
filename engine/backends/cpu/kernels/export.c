/* The restored RGB image to planes: rows of a plane in parallel. Luma and full chroma take the
 * pixel itself; else a row's mean colours are formed first down the rows, then along them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <omp.h>

#include "../cpu.h"
#include "colour.h"
#include "resample.h"
#include "vector.h"

typedef struct Plane {
    const OasisColourFromRgb *colour;
    OasisTaps x, y; /* from the image's positions to the plane's */
    int index, width, height;
} Plane;

size_t KERNEL(export_bytes)(const OasisExportArgs *a, int threads)
{
    return threads * 2 * oasis_cpu_align((size_t)a->frame->format.width * 3 * sizeof(float));
}

static OasisStatus make_plane(const OasisExportArgs *a, int index, Plane *plane, OasisError *err)
{
    const OasisFrameFormat *format = &a->frame->format;
    int shift_x = index ? format->chroma_shift_x : 0;
    int shift_y = index ? format->chroma_shift_y : 0;
    OasisStatus status;

    plane->index = index;
    plane->width = oasis_frame_plane_width(format, index);
    plane->height = oasis_frame_plane_height(format, index);
    status = oasis_taps_chroma_down(format->width, plane->width, shift_x,
                                    oasis_siting_centred_x(format->siting), &plane->x, err);
    if (status)
        return status;
    return oasis_taps_chroma_down(format->height, plane->height, shift_y,
                                  oasis_siting_centred_y(format->siting), &plane->y, err);
}

/* The mean of the image's rows under row y of the plane. */
static void mean_rows(const OasisExportArgs *a, const OasisTaps *taps, int y, float *to)
{
    const float *image = oasis_tensor_host(a->image);
    size_t stride = (size_t)a->padded_width * 3, n = (size_t)a->frame->format.width * 3;
    const float *from = image + (size_t)taps->first[y] * stride;
    const float *weights = taps->weights + (size_t)y * taps->count;

#pragma omp simd
    for (size_t x = 0; x < n; x++) {
        float sum = 0;
        for (int i = 0; i < taps->count; i++)
            sum += weights[i] * from[i * stride + x];
        to[x] = sum;
    }
}

static void mean_columns(const OasisTaps *taps, const float *row, float *to)
{
    for (int x = 0; x < taps->length; x++)
        for (int c = 0; c < 3; c++) {
            float sum = 0;
            for (int j = 0; j < taps->count; j++)
                sum += taps->weights[(size_t)x * taps->count + j] *
                       row[(taps->first[x] + j) * 3 + c];
            to[x * 3 + c] = sum;
        }
}

INLINE void put_row(const Plane *plane, const float *rgb, void *to, bool deep)
{
    const float *matrix = plane->colour->matrix[plane->index];
    float offset = plane->colour->offset[plane->index];
    float low = plane->colour->low[plane->index], high = plane->colour->high[plane->index];

#pragma omp simd
    for (int x = 0; x < plane->width; x++) {
        const float *pixel = rgb + (size_t)x * 3;
        float value = matrix[0] * pixel[0] + matrix[1] * pixel[1] + matrix[2] * pixel[2] + offset;
        value = value > low ? value : low;
        value = value < high ? value : high;
        int rounded = (int)rintf(value);
        if (deep)
            ((uint16_t *)to)[x] = (uint16_t)rounded;
        else
            ((uint8_t *)to)[x] = (uint8_t)rounded;
    }
}

static void export_row(const OasisExportArgs *a, const Plane *plane, int y, float *work)
{
    const OasisFrameFormat *format = &a->frame->format;
    const float *image = oasis_tensor_host(a->image);
    const float *rgb = image + (size_t)y * a->padded_width * 3;
    float *means = work + oasis_cpu_align((size_t)format->width * 3 * sizeof *work) / sizeof *work;
    void *to = a->frame->data[plane->index] + y * a->frame->stride[plane->index];

    if (plane->x.count > 1 || plane->y.count > 1) {
        mean_rows(a, &plane->y, y, work);
        mean_columns(&plane->x, work, means);
        rgb = means;
    }
    if (format->depth > 8)
        put_row(plane, rgb, to, true);
    else
        put_row(plane, rgb, to, false);
}

OasisStatus KERNEL(export_frame)(OasisBackend *backend, const OasisExportArgs *a, OasisError *err)
{
    OasisCpuBackend *cpu = (OasisCpuBackend *)backend;
    size_t bytes = KERNEL(export_bytes)(a, 1);
    OasisColourFromRgb colour;
    void *scratch;
    OasisStatus status = oasis_cpu_scratch(cpu, bytes * cpu->threads, &scratch, err);

    oasis_colour_from_rgb(&a->frame->format, &colour);
    for (int index = 0; !status && index < a->frame->format.planes; index++) {
        Plane plane = {.colour = &colour};
        status = make_plane(a, index, &plane, err);
        if (!status) {
#pragma omp parallel for num_threads(cpu->threads)
            for (int y = 0; y < plane.height; y++)
                export_row(a, &plane, y,
                           (float *)((char *)scratch + omp_get_thread_num() * bytes));
        }
        oasis_taps_clear(&plane.x);
        oasis_taps_clear(&plane.y);
    }
    return status;
}

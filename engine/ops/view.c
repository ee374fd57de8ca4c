/* The part of a frame within a rectangle.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/view.h"

#include <assert.h>

#include "ops/colour.h"

OasisRect oasis_import_rect(const OasisImportArgs *a)
{
    const OasisFrameFormat *format = &a->frame->format;

    if (!a->crop.width && !a->crop.height) {
        return (OasisRect){0, 0, format->width, format->height};
    }
    assert(a->crop.x >= 0 && a->crop.width > 0 && a->crop.width <= format->width - a->crop.x);
    assert(a->crop.y >= 0 && a->crop.height > 0 && a->crop.height <= format->height - a->crop.y);
    return a->crop;
}

OasisChromaSpan oasis_chroma_span(int first, int length, int shift)
{
    OasisChromaSpan span = {.first = first >> shift};

    span.phase = first - (span.first << shift);
    span.length = (span.phase + length + (1 << shift) - 1) >> shift;
    return span;
}

static OasisStatus init_chroma(OasisView *view, OasisRect rect, OasisError *err)
{
    const OasisFrameFormat *format = &view->frame.format;
    OasisChromaSpan x = oasis_chroma_span(rect.x, rect.width, format->chroma_shift_x);
    OasisChromaSpan y = oasis_chroma_span(rect.y, rect.height, format->chroma_shift_y);

    for (int p = 1; p < format->planes; p++) {
        view->frame.data[p] += y.first * view->frame.stride[p] +
                               (ptrdiff_t)x.first * oasis_frame_sample_bytes(format);
    }
    view->chroma_width = x.length;
    view->chroma_height = y.length;
    OASIS_TRY(oasis_taps_chroma_up(x.length, rect.width, x.phase, format->chroma_shift_x,
                                   oasis_siting_centred_x(format->siting), &view->chroma_x, err));
    return oasis_taps_chroma_up(y.length, rect.height, y.phase, format->chroma_shift_y,
                                oasis_siting_centred_y(format->siting), &view->chroma_y, err);
}

OasisStatus oasis_view_init(const OasisImportArgs *a, OasisView *view, OasisError *err)
{
    OasisRect rect = oasis_import_rect(a);

    *view = (OasisView){.frame = *a->frame};
    view->frame.format.width = rect.width;
    view->frame.format.height = rect.height;
    view->frame.data[0] += rect.y * view->frame.stride[0] +
                           (ptrdiff_t)rect.x * oasis_frame_sample_bytes(&view->frame.format);
    OASIS_TRY(oasis_taps_bicubic(rect.width, a->width, &view->x, err));
    OASIS_TRY(oasis_taps_bicubic(rect.height, a->height, &view->y, err));
    return a->frame->format.planes == 1 ? OASIS_OK : init_chroma(view, rect, err);
}

void oasis_view_clear(OasisView *view)
{
    oasis_taps_clear(&view->x);
    oasis_taps_clear(&view->y);
    oasis_taps_clear(&view->chroma_x);
    oasis_taps_clear(&view->chroma_y);
}

/* import_frame.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "backends/cuda/ops/frame.h"
#include "backends/cuda/tables.h"
#include "ops/colour.h"
#include "ops/view.h"

/* Lets the planes begin in the rectangle, and gets the taps from theirs to its luma positions. */
static OasisStatus place(OasisCudaBackend *cuda, const OasisFrameFormat *format, OasisRect rect,
                         OasisCudaImportColumns *params, OasisError *err)
{
    OasisCudaFrame *frame = &params->frame;
    OasisChromaSpan x = oasis_chroma_span(rect.x, rect.width, frame->chroma_shift_x);
    OasisChromaSpan y = oasis_chroma_span(rect.y, rect.height, frame->chroma_shift_y);
    int sample = oasis_frame_sample_bytes(format);
    const OasisCudaTableKey to_x = {OASIS_CUDA_CHROMA_UP, x.length, rect.width, x.phase,
                                    frame->chroma_shift_x, oasis_siting_centred_x(format->siting)};
    const OasisCudaTableKey to_y = {OASIS_CUDA_CHROMA_UP, y.length, rect.height, y.phase,
                                    frame->chroma_shift_y, oasis_siting_centred_y(format->siting)};

    frame->width = rect.width;
    frame->height = rect.height;
    frame->data[0] += rect.y * frame->row[0] + rect.x * sample;
    for (int p = 1; p < frame->planes; p++) {
        frame->data[p] += y.first * frame->row[p] + x.first * sample;
    }
    if (frame->planes == 1) {
        return OASIS_OK;
    }
    OASIS_TRY(oasis_cuda_taps(cuda, to_x, &params->chroma_x, err));
    return oasis_cuda_taps(cuda, to_y, &params->chroma_y, err);
}

static OasisStatus launch_columns(OasisCudaBackend *cuda, const OasisImportArgs *a, OasisRect rect,
                                  OasisCudaImportColumns *params, OasisError *err)
{
    const OasisFrameFormat *format = &a->frame->format;
    const OasisCudaTableKey x = {.kind = OASIS_CUDA_BICUBIC, .in = rect.width, .out = a->width};
    OasisColourToRgb colour;

    OASIS_TRY(place(cuda, format, rect, params, err));
    OASIS_TRY(oasis_cuda_taps(cuda, x, &params->x, err));
    if (a->transfer == OASIS_TRANSFER_PQ) {
        OASIS_TRY(oasis_cuda_curve(cuda, OASIS_CUDA_TO_IMAGE, &params->curve, err));
    }
    oasis_colour_to_rgb(format, &colour);
    memcpy(params->matrix, colour.matrix, sizeof params->matrix);
    memcpy(params->offset, colour.offset, sizeof params->offset);
    return oasis_cuda_launch(
        cuda, format->depth > 8 ? "import_columns_16" : "import_columns_8",
        (OasisCudaGrid){oasis_cuda_blocks_of((uint64_t)a->width), (unsigned)rect.height, 1},
        OASIS_CUDA_THREADS, 0, params, err);
}

static OasisStatus launch_rows(OasisCudaBackend *cuda, const OasisImportArgs *a, OasisRect rect,
                               const float *narrow, OasisError *err)
{
    OasisCudaImportRows params = {
        .narrow = narrow,
        .image = oasis_cuda_at(a->image),
        .width = a->width,
        .height = a->height,
        .padded_width = a->padded_width,
        .aligned = a->width % 4 == 0 && a->padded_width % 4 == 0 &&
                   oasis_cuda_aligned(oasis_cuda_at(a->image), 16),
    };
    const OasisCudaTableKey y = {.kind = OASIS_CUDA_BICUBIC, .in = rect.height, .out = a->height};
    uint64_t vectors = ((uint64_t)a->padded_width * 3 + 3) / 4; /* of a row */

    OASIS_TRY(oasis_cuda_taps(cuda, y, &params.y, err));
    return oasis_cuda_launch(
        cuda, "import_rows",
        (OasisCudaGrid){oasis_cuda_blocks_of(vectors), (unsigned)a->padded_height, 1},
        OASIS_CUDA_THREADS, 0, &params, err);
}

OasisStatus oasis_cuda_import_frame(OasisBackend *backend, const OasisImportArgs *a,
                                    OasisError *err)
{
    OasisCudaBackend *cuda;
    const OasisRect rect = oasis_import_rect(a);
    const OasisCudaPlanes planes = oasis_cuda_planes(&a->frame->format);
    OasisCudaImportColumns params = {.width = a->width};
    OasisCudaStage in;
    void *narrow;

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    OASIS_TRY(oasis_cuda_scratch(cuda, oasis_cuda_narrow_bytes(a), &narrow, err));
    OASIS_TRY(oasis_cuda_stage_in(cuda, planes.bytes, &in, err));
    OASIS_TRY(oasis_cuda_pack(cuda, a->frame, &planes, in.host, err));
    OASIS_TRY(oasis_cuda_stage_send(cuda, &in, err));
    params.frame = oasis_cuda_frame(&a->frame->format, &planes, in.device);
    params.narrow = narrow;
    OASIS_TRY(launch_columns(cuda, a, rect, &params, err));
    return launch_rows(cuda, a, rect, narrow, err);
}

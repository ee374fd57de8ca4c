/* export_frame.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "backends/cuda/ops/frame.h"
#include "backends/cuda/tables.h"
#include "ops/colour.h"

/* Taps from luma positions to the chroma planes' samples. */
static OasisStatus get_taps(OasisCudaBackend *cuda, const OasisFrameFormat *format,
                            OasisCudaExport *params, OasisError *err)
{
    const OasisCudaTableKey x = {
        .kind = OASIS_CUDA_CHROMA_DOWN,
        .in = format->width,
        .out = oasis_frame_plane_width(format, 1),
        .shift = format->chroma_shift_x,
        .centred = oasis_siting_centred_x(format->siting),
    };
    const OasisCudaTableKey y = {
        .kind = OASIS_CUDA_CHROMA_DOWN,
        .in = format->height,
        .out = oasis_frame_plane_height(format, 1),
        .shift = format->chroma_shift_y,
        .centred = oasis_siting_centred_y(format->siting),
    };

    OASIS_TRY(oasis_cuda_taps(cuda, x, &params->chroma_x, err));
    return oasis_cuda_taps(cuda, y, &params->chroma_y, err);
}

OasisStatus oasis_cuda_export_frame(OasisBackend *backend, const OasisExportArgs *a,
                                    OasisError *err)
{
    OasisCudaBackend *cuda;
    const OasisFrameFormat *format = &a->frame->format;
    const OasisCudaPlanes planes = oasis_cuda_planes(format);
    OasisColourFromRgb colour;
    OasisCudaStage out;
    OasisCudaExport params = {
        .image = oasis_cuda_at(a->image),
        .padded_width = a->padded_width,
    };

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    if (a->transfer == OASIS_TRANSFER_PQ) {
        OASIS_TRY(oasis_cuda_curve(cuda, OASIS_CUDA_FROM_IMAGE, &params.curve, err));
    }
    if (format->planes > 1) {
        OASIS_TRY(get_taps(cuda, format, &params, err));
    }
    oasis_colour_from_rgb(format, &colour);
    memcpy(params.matrix, colour.matrix, sizeof params.matrix);
    memcpy(params.offset, colour.offset, sizeof params.offset);
    params.highest = colour.highest;
    OASIS_TRY(oasis_cuda_stage_out(cuda, planes.bytes, &out, err));
    params.frame = oasis_cuda_frame(format, &planes, out.device);
    OASIS_TRY(oasis_cuda_launch(
        cuda, format->depth > 8 ? "export_16" : "export_8",
        (OasisCudaGrid){
            oasis_cuda_blocks_of(oasis_cuda_chroma_length(format->width,
                                                          params.frame.chroma_shift_x)),
            oasis_cuda_chroma_length(format->height, params.frame.chroma_shift_y), 1},
        OASIS_CUDA_THREADS, 0, &params, err));
    return oasis_cuda_stage_fetch(cuda, &out, a->frame, &planes, err);
}

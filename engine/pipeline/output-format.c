/* The format of the frames that a job writes.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "oasis/job.h"
#include "oasis/status.h"

enum {
    TRANSFER_PQ = 16, /* H.273 TransferCharacteristics */
    TRANSFER_HLG = 18,
};

static const double MAX_SCALE = 4;

/* Up to the next multiple of what the subsampling needs. */
static int aligned(double length, int shift)
{
    int rounded = length < 1 ? 1 : (int)floor(length + 0.5);

    return (rounded + (1 << shift) - 1) >> shift << shift;
}

static OasisStatus size_scale(const OasisFrameFormat *source, const OasisSize *size, double *scale,
                              OasisError *err)
{
    if (size->height) {
        if (size->scale != 0) {
            return oasis_fail(err, OASIS_ERR_USAGE, "size", "give a scale or a height, not both");
        }
        if (size->height < 1 || size->height > MAX_SCALE * source->height) {
            return oasis_fail(err, OASIS_ERR_USAGE, "height",
                              "%d lines cannot be made from %d; choose 1 to %d", size->height,
                              source->height, (int)(MAX_SCALE * source->height));
        }
        *scale = (double)size->height / source->height;
        return OASIS_OK;
    }
    *scale = size->scale == 0 ? 2 : size->scale;
    if (!(*scale >= 1 && *scale <= MAX_SCALE)) {
        return oasis_fail(err, OASIS_ERR_USAGE, "scale", "%g is not a scale from 1 to %g", *scale,
                          MAX_SCALE);
    }
    return OASIS_OK;
}

OasisStatus oasis_output_format(const OasisFrameFormat *source, const OasisSize *size,
                                OasisFrameFormat *output, OasisError *err)
{
    OasisFrameFormat format = *source;
    double scale = 0;
    OasisStatus status = oasis_frame_format_check(source, "source", err);

    if (status != OASIS_OK) {
        return status;
    }
    if (source->transfer == TRANSFER_PQ || source->transfer == TRANSFER_HLG) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, "source",
                          "HDR video (%s) is not supported yet; convert it to SDR first",
                          source->transfer == TRANSFER_PQ ? "PQ" : "HLG");
    }
    OASIS_TRY(size_scale(source, size, &scale, err));

    format.range = OASIS_RANGE_LIMITED;
    format.depth = source->depth > 8 ? 10 : 8;
    format.planes = 3;
    if (source->matrix == OASIS_MATRIX_RGB) {
        format.matrix = OASIS_MATRIX_BT709;
    } else if (source->planes == 1) {
        /* Grey becomes 4:2:0, because few players take a stream without chroma. */
        format.chroma_shift_x = 1;
        format.chroma_shift_y = 1;
    } else {
        format.chroma_shift_x = source->chroma_shift_x ? 1 : 0;
        format.chroma_shift_y = source->chroma_shift_y ? 1 : 0;
    }

    format.width = aligned(source->width * scale, format.chroma_shift_x);
    format.height = aligned(size->height ? size->height : source->height * scale,
                            format.chroma_shift_y);
    status = oasis_frame_format_check(&format, "size", err);
    if (status == OASIS_OK) {
        *output = format;
    }
    return status;
}

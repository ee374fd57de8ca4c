/* The format of the frames that a job writes.
 * SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "oasis/job.h"
#include "oasis/status.h"

static const double MAX_SCALE = 4;

/* Up to the next multiple of what the subsampling needs. */
static int aligned(double length, int shift)
{
    int rounded = length < 1 ? 1 : (int)floor(length + 0.5);

    return (rounded + (1 << shift) - 1) >> shift << shift;
}

typedef struct Shape {
    double width, height;
} Shape;

/* The picture that is left of a source, in its samples. */
static Shape shape_of(const OasisFrameFormat *source, const OasisCrop *crop)
{
    return (Shape){source->width - crop->left - crop->right,
                   source->height - crop->top - crop->bottom};
}

/* The same in square samples. Nothing is made smaller for that, unless the lines are given. */
static Shape made_square(Shape shape, OasisRational aspect, bool keeps_height)
{
    const double wider = (double)aspect.num / (double)aspect.den;

    if (keeps_height || wider >= 1) {
        shape.width *= wider;
    } else {
        shape.height /= wider;
    }
    return shape;
}

static OasisStatus size_scale(const Shape *source, const OasisSize *size, double *scale,
                              OasisError *err)
{
    if (size->height) {
        if (size->scale != 0) {
            return oasis_fail(err, OASIS_ERR_USAGE, "size", "give a scale or a height, not both");
        }
        if (size->height < 1 || size->height > MAX_SCALE * source->height) {
            return oasis_fail(err, OASIS_ERR_USAGE, "height",
                              "%d lines cannot be made from %.0f; choose 1 to %.0f", size->height,
                              source->height, MAX_SCALE * source->height);
        }
        *scale = size->height / source->height;
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
    Shape shape;

    OASIS_TRY(oasis_frame_format_check(source, "source", err));
    OASIS_TRY(oasis_crop_check(&size->crop, source, err));
    shape = shape_of(source, &size->crop);
    OASIS_TRY(size_scale(&shape, size, &scale, err));
    if (size->square) {
        shape = made_square(shape, source->sample_aspect, size->height > 0);
        format.sample_aspect = (OasisRational){1, 1};
    }
    format.range = OASIS_RANGE_LIMITED;
    format.depth = source->depth > 8 || oasis_frame_format_is_hdr(source) ? 10 : 8;
    format.planes = 3;
    if (source->matrix == OASIS_MATRIX_RGB) {
        format.matrix = oasis_frame_format_is_hdr(source) ? OASIS_MATRIX_BT2020_NCL
                                                          : OASIS_MATRIX_BT709;
    } else if (source->planes == 1) {
        /* Grey becomes 4:2:0, because few players take a stream without chroma. */
        format.chroma_shift_x = 1;
        format.chroma_shift_y = 1;
    } else {
        format.chroma_shift_x = source->chroma_shift_x ? 1 : 0;
        format.chroma_shift_y = source->chroma_shift_y ? 1 : 0;
    }

    format.width = aligned(shape.width * scale, format.chroma_shift_x);
    format.height = aligned(size->height ? size->height : shape.height * scale,
                            format.chroma_shift_y);
    OASIS_TRY(oasis_frame_format_check(&format, "size", err));
    *output = format;
    return OASIS_OK;
}

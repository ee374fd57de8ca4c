/* Samples of planes, of either size, and PQ's curves.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "device.cuh"
#include "params.h"

/* Sample is uint8_t or uint16_t. */
template <typename Sample>
DEVICE Sample *sample_row(const OasisCudaFrame &frame, int plane, int y)
{
    return reinterpret_cast<Sample *>(frame.data[plane] + y * frame.row[plane]);
}

DEVICE int plane_width(const OasisCudaFrame &frame, int plane)
{
    const int shift = plane ? frame.chroma_shift_x : 0;

    return (frame.width + (1 << shift) - 1) >> shift;
}

DEVICE int plane_height(const OasisCudaFrame &frame, int plane)
{
    const int shift = plane ? frame.chroma_shift_y : 0;

    return (frame.height + (1 << shift) - 1) >> shift;
}

/* oasis_curve_at (ops/transfer.h). */
DEVICE float curve_at(const OasisCudaCurve &curve, float value)
{
    constexpr int cells = 4096;
    const float x = (value + 1) / 2;
    float inside = x > 0 ? x : 0;

    inside = inside < curve.end ? inside : curve.end;
    const float at = sqrtf(inside / curve.end) * cells;
    const int cell = (int)at < cells ? (int)at : cells - 1;
    const float low = curve.knots[cell], high = curve.knots[cell + 1];

    return 2 * (low + (at - (float)cell) * (high - low) + (x - inside)) - 1;
}

/* A component in the other form, or itself where there is no curve. */
DEVICE float transferred(const OasisCudaCurve &curve, float value)
{
    return curve.knots ? curve_at(curve, value) : value;
}

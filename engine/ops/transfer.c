/* PQ and HLG by BT.2100's formulas.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/transfer.h"

#include "core/light.h"

static const double end = 1.3468177503860743; /* of PQ's range, in HLG's form */

static double light_to_hlg(double light)
{
    return oasis_scene_to_hlg(pow(light / oasis_hlg_peak, 1 / oasis_hlg_gamma));
}

static double hlg_to_light(double h)
{
    return oasis_hlg_peak * pow(oasis_hlg_to_scene(h), oasis_hlg_gamma);
}

static double pq_to_hlg(double v)
{
    return v <= 0 ? v : v >= 1 ? end + (v - 1) : light_to_hlg(oasis_pq_to_light(v));
}

static double hlg_to_pq(double h)
{
    return h <= 0 ? h : h >= end ? 1 + (h - end) : oasis_light_to_pq(hlg_to_light(h));
}

float oasis_transfer_to_image(OasisTransfer transfer, float value)
{
    if (transfer == OASIS_TRANSFER_NONE) {
        return value;
    }
    return (float)(2 * pq_to_hlg((value + 1.0) / 2) - 1);
}

float oasis_transfer_from_image(OasisTransfer transfer, float value)
{
    if (transfer == OASIS_TRANSFER_NONE) {
        return value;
    }
    return (float)(2 * hlg_to_pq((value + 1.0) / 2) - 1);
}

static void fill(OasisCurve *curve, double last, double (*function)(double component))
{
    curve->end = (float)last;
    for (int i = 0; i <= OASIS_CURVE_CELLS; i++) {
        double root = (double)i / OASIS_CURVE_CELLS;
        curve->knots[i] = (float)function(last * root * root);
    }
}

void oasis_curve_to_image(OasisCurve *curve)
{
    fill(curve, 1, pq_to_hlg);
}

void oasis_curve_from_image(OasisCurve *curve)
{
    fill(curve, end, hlg_to_pq);
}

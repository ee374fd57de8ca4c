/* PQ and HLG by BT.2100's formulas.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/transfer.h"

static const double m1 = 2610 / 16384.0, m2 = 2523 / 4096.0 * 128;
static const double c1 = 3424 / 4096.0, c2 = 2413 / 4096.0 * 32, c3 = 2392 / 4096.0 * 32;
static const double pq_peak = 10000, hlg_peak = 1000, hlg_gamma = 1.2; /* cd/m2, cd/m2 */
static const double a = 0.17883277, b = 0.28466892, c = 0.55991073;
static const double end = 1.3468177503860743; /* of PQ's range, in HLG's form */

static double pq_to_light(double v)
{
    double power = pow(v, 1 / m2);

    return pq_peak * pow(fmax(power - c1, 0) / (c2 - c3 * power), 1 / m1);
}

static double light_to_pq(double light)
{
    double power = pow(light / pq_peak, m1);

    return pow((c1 + c2 * power) / (1 + c3 * power), m2);
}

static double light_to_hlg(double light)
{
    double scene = pow(light / hlg_peak, 1 / hlg_gamma);

    return scene <= 1 / 12.0 ? sqrt(3 * scene) : a * log(12 * scene - b) + c;
}

static double hlg_to_light(double h)
{
    double scene = h <= 0.5 ? h * h / 3 : (exp((h - c) / a) + b) / 12;

    return hlg_peak * pow(scene, hlg_gamma);
}

static double pq_to_hlg(double v)
{
    return v <= 0 ? v : v >= 1 ? end + (v - 1) : light_to_hlg(pq_to_light(v));
}

static double hlg_to_pq(double h)
{
    return h <= 0 ? h : h >= end ? 1 + (h - end) : light_to_pq(hlg_to_light(h));
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

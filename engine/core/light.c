/* PQ and HLG by BT.2100-2, tables 4 and 5.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/light.h"

#include <math.h>

static const double m1 = 2610 / 16384.0, m2 = 2523 / 4096.0 * 128;
static const double c1 = 3424 / 4096.0, c2 = 2413 / 4096.0 * 32, c3 = 2392 / 4096.0 * 32;
static const double pq_peak = 10000;
static const double a = 0.17883277, b = 0.28466892, c = 0.55991073;

const double oasis_hlg_peak = 1000, oasis_hlg_gamma = 1.2;

double oasis_pq_to_light(double component)
{
    double power = pow(component, 1 / m2);

    return pq_peak * pow(fmax(power - c1, 0) / (c2 - c3 * power), 1 / m1);
}

double oasis_light_to_pq(double light)
{
    double power = pow(light / pq_peak, m1);

    return pow((c1 + c2 * power) / (1 + c3 * power), m2);
}

double oasis_hlg_to_scene(double component)
{
    return component <= 0.5 ? component * component / 3 : (exp((component - c) / a) + b) / 12;
}

double oasis_scene_to_hlg(double scene)
{
    return scene <= 1 / 12.0 ? sqrt(3 * scene) : a * log(12 * scene - b) + c;
}

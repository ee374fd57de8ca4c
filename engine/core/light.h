/* The light of a screen that the samples of HDR video stand for, by BT.2100's formulas.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* PQ (SMPTE ST 2084): a component in [0, 1] and the light of its colour, cd/m2 up to 10000. */
double oasis_pq_to_light(double component);
double oasis_light_to_pq(double light);

/* HLG: a component and the scene's light, both in [0, 1] (the component somewhat beyond). */
double oasis_hlg_to_scene(double component);
double oasis_scene_to_hlg(double scene);

/* Of a screen that shows HLG at its reference: the scene's light to the power of gamma, up to the
 * peak in cd/m2. */
extern const double oasis_hlg_peak, oasis_hlg_gamma;

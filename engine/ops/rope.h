/* Tables of rotary position embedding (oasis.md 1.4).
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Angle per position of pair j of an axis that has `pairs` of them: 10000^(-j/pairs). */
double oasis_rope_frequency(int j, int pairs);

/* Fills [length, pairs] of (cos, sin) for positions 0..length-1 of one axis; made in double,
 * because angles reach hundreds of radians. OasisNormRopeArgs.tables is three of these in a row. */
void oasis_rope_table(int length, int pairs, float *table);

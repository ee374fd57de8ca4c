/* Angles of positions.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/rope.h"

#include <math.h>

double oasis_rope_frequency(int j, int pairs)
{
    return pow(10000.0, -(double)j / pairs);
}

void oasis_rope_table(int length, int pairs, float *table)
{
    for (int position = 0; position < length; position++) {
        for (int j = 0; j < pairs; j++) {
            double angle = position * oasis_rope_frequency(j, pairs);
            *table++ = (float)cos(angle);
            *table++ = (float)sin(angle);
        }
    }
}

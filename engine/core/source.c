/* What all sources share.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/source.h"

/* Products of two 64-bit numbers. */
__extension__ typedef __int128 Wide;

/* Whether a time in `base` units is at or after ns nanoseconds. */
static bool reaches(int64_t pts, OasisRational base, int64_t ns)
{
    const Wide ns_per_second = 1000000000;

    return (Wide)pts * base.num * ns_per_second >= (Wide)ns * base.den;
}

int64_t oasis_source_frame_at(OasisSource *source, int64_t ns)
{
    const OasisSourceInfo *info = source->klass->info(source);
    int64_t low = 0, high = info->frames;

    while (low < high) {
        int64_t middle = low + (high - low) / 2;

        if (reaches(source->klass->pts(source, middle), info->time_base, ns)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

void oasis_source_close(OasisSource **source)
{
    if (*source) {
        (*source)->klass->close(*source);
        *source = NULL;
    }
}

/* Calling sources, and finding the frame of a time.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/source.h"

const OasisSourceInfo *oasis_source_info(OasisSource *source)
{
    return source->klass->info(source);
}

int64_t oasis_source_pts(OasisSource *source, int64_t n)
{
    return source->klass->pts(source, n);
}

int64_t oasis_source_keyframe(OasisSource *source, int64_t n)
{
    return source->klass->keyframe ? source->klass->keyframe(source, n) : n;
}

OasisStatus oasis_source_seek(OasisSource *source, int64_t n, const OasisCancel *cancel,
                              OasisError *err)
{
    return source->klass->seek(source, n, cancel, err);
}

OasisStatus oasis_source_read(OasisSource *source, OasisFrame **frame, OasisError *err)
{
    return source->klass->read(source, frame, err);
}

bool oasis_source_can_glance(OasisSource *source)
{
    return source->klass->glance;
}

OasisStatus oasis_source_glance(OasisSource *source, int64_t n, int64_t *number,
                                OasisFrame **frame, OasisError *err)
{
    return source->klass->glance(source, n, number, frame, err);
}

void oasis_source_close(OasisSource **source)
{
    if (*source) {
        (*source)->klass->close(*source);
        *source = NULL;
    }
}

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
    const OasisSourceInfo *info = oasis_source_info(source);
    int64_t low = 0, high = info->frames;

    while (low < high) {
        int64_t middle = low + (high - low) / 2;

        if (reaches(oasis_source_pts(source, middle), info->time_base, ns)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

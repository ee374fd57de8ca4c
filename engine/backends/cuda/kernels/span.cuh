/* Which keys a local query sees along one axis.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "device.cuh"

struct Span {
    int first, count;
};

/* As oasis_window_span. */
DEVICE Span window_span(int i, int length, int window, bool shift)
{
    const int count = window < length ? window : length;
    int first = i - window / 2, last;

    if (shift) {
        first = first > length - count ? length - count : first;
        return {first < 0 ? 0 : first, count};
    }
    last = i + (window - 1) / 2;
    first = first < 0 ? 0 : first;
    return {first, (last > length - 1 ? length - 1 : last) - first + 1};
}

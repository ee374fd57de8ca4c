/* Which keys a local query sees: the border rules of window attention (oasis.md 5.3).
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "ops/ops.h"

typedef struct OasisSpan {
    int first, count;
} OasisSpan;

/* The keys of query i along one axis of `length` with a window of `window` (>= 1) of them. CLIP
 * drops what lies outside; SHIFT moves the window inwards, so that it always has min(window,
 * length) keys. Of an even window the larger half lies before the query. */
static inline OasisSpan oasis_window_span(int i, int length, int window, OasisWindowBorder border)
{
    OasisSpan span;
    int last;

    if (border == OASIS_BORDER_SHIFT) {
        span.count = window < length ? window : length;
        span.first = i - window / 2;
        if (span.first > length - span.count) {
            span.first = length - span.count;
        }
        if (span.first < 0) {
            span.first = 0;
        }
        return span;
    }
    span.first = i - window / 2;
    if (span.first < 0) {
        span.first = 0;
    }
    last = i + (window - 1) / 2;
    if (last > length - 1) {
        last = length - 1;
    }
    span.count = last - span.first + 1;
    return span;
}

/* Quantities as people read them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <inttypes.h>
#include <stdio.h>

Text text_duration(double seconds)
{
    /* A job that takes longer than a year is shown as one. */
    int64_t s = seconds < 3e7 ? (int64_t)(seconds + 0.5) : 30000000;
    Text out;

    if (s < 3600) {
        snprintf(out.text, sizeof out.text, "%" PRId64 ":%02" PRId64, s / 60, s % 60);
    } else {
        snprintf(out.text, sizeof out.text, "%" PRId64 ":%02" PRId64 ":%02" PRId64, s / 3600,
                 s / 60 % 60, s % 60);
    }
    return out;
}

Text text_time(int64_t ns)
{
    int64_t ms = ns / 1000000;
    Text out = text_duration((double)(ms / 1000)), with_ms;

    snprintf(with_ms.text, sizeof with_ms.text, "%.24s.%03d", out.text, (int)(ms % 1000));
    return with_ms;
}

Text text_bytes(uint64_t bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    double value = (double)bytes / 1000;
    int unit = 0;
    Text out;

    if (bytes < 1000) {
        snprintf(out.text, sizeof out.text, "%d bytes", (int)bytes);
        return out;
    }
    for (; value >= 999.95 && unit < 3; unit++) {
        value /= 1000;
    }
    snprintf(out.text, sizeof out.text, "%.1f %s", value, units[unit]);
    return out;
}

Text text_crop(const OasisCrop *crop)
{
    Text out = {""};

    if (crop->left || crop->top || crop->right || crop->bottom) {
        snprintf(out.text, sizeof out.text, ", cropped by %d:%d:%d:%d", crop->left, crop->top,
                 crop->right, crop->bottom);
    }
    return out;
}

/* Mixing the restored frame into its source.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/mix.h"

#include <assert.h>

int oasis_mix_steps(double strength)
{
    if (!(strength > 0)) {
        return 0;
    }
    return strength < 1 ? (int)(strength * OASIS_MIX_FULL + 0.5) : OASIS_MIX_FULL;
}

static void mix_row_8(uint8_t *source, const uint8_t *restored, int width, uint32_t steps)
{
    for (int x = 0; x < width; x++) {
        source[x] = (uint8_t)oasis_mix_sample(source[x], restored[x], steps);
    }
}

static void mix_row_16(uint16_t *source, const uint16_t *restored, int width, uint32_t steps)
{
    for (int x = 0; x < width; x++) {
        source[x] = (uint16_t)oasis_mix_sample(source[x], restored[x], steps);
    }
}

void oasis_frame_mix(OasisFrame *source, const OasisFrame *restored, double strength)
{
    const OasisFrameFormat *format = &source->format;
    uint32_t steps = (uint32_t)oasis_mix_steps(strength);

    assert(oasis_frame_format_equal(format, &restored->format));
    for (int p = 0; p < format->planes; p++) {
        int width = oasis_frame_plane_width(format, p);
        int height = oasis_frame_plane_height(format, p);

        for (int y = 0; y < height; y++) {
            uint8_t *s = source->data[p] + y * source->stride[p];
            const uint8_t *r = restored->data[p] + y * restored->stride[p];

            if (format->depth > 8) {
                mix_row_16((uint16_t *)s, (const uint16_t *)r, width, steps);
            } else {
                mix_row_8(s, r, width, steps);
            }
        }
    }
}

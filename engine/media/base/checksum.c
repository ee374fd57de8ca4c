/* FFV1's decoder compares the checksums and goes on with a frame that is wrong, which only its log
 * tells; so we compare them before.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/base/checksum.h"

#include <libavutil/crc.h>
#include <libavutil/intreadwrite.h>

enum { FOOTER = 8 }; /* of a slice: 24 bits of its length, 8 of a flag, 32 of the checksum */

bool oasis_ffv1_is_right(const AVPacket *packet)
{
    const AVCRC *table = av_crc_get_table(AV_CRC_32_IEEE);
    const uint32_t starts[] = {0, 0x7a8c4079}; /* to version 3, from 4 on; they end as they start */
    int left = packet->size;

    /* From the last slice to the first. */
    while (left >= FOOTER) {
        int64_t length = (int64_t)AV_RB24(packet->data + left - FOOTER) + FOOTER;
        const uint8_t *slice = packet->data + left - length;

        if (length > left || (av_crc(table, starts[0], slice, (size_t)length) != starts[0] &&
                              av_crc(table, starts[1], slice, (size_t)length) != starts[1])) {
            return false;
        }
        left -= (int)length;
    }
    return left == 0 && packet->size > 0;
}

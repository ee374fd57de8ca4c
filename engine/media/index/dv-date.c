/* When a DV tape was recorded. A frame is a row of sequences of 150 blocks, each of 80 bytes; the
 * second and third block of a sequence are its subcode, with six sync blocks of eight bytes that
 * end in a pack: 0x62 holds the date and 0x63 the time, in decimal digits of four bits (IEC
 * 61834-4). SPDX-License-Identifier: Apache-2.0 */
#include "media/index/dv-date.h"

#include <stdbool.h>
#include <time.h>

enum {
    BLOCK = 80,
    SEQUENCE = 150 * BLOCK,
    PACK_DATE = 0x62,
    PACK_TIME = 0x63,
};

/* Two digits, the upper one of few bits; -1 for what is none. */
static int digits(uint8_t byte, uint8_t mask)
{
    const int low = byte & 0x0f, high = (byte & mask) >> 4;

    return low > 9 || high > 9 ? -1 : 10 * high + low;
}

static bool read_date(const uint8_t *pack, struct tm *date)
{
    const int year = digits(pack[4], 0xf0);

    date->tm_mday = digits(pack[2], 0x30);
    date->tm_mon = digits(pack[3], 0x10) - 1;
    date->tm_year = year < 75 ? 100 + year : year;
    return year >= 0 && date->tm_mday >= 1 && date->tm_mday <= 31 && date->tm_mon >= 0 &&
           date->tm_mon < 12;
}

static bool read_time(const uint8_t *pack, struct tm *date)
{
    date->tm_sec = digits(pack[2], 0x70);
    date->tm_min = digits(pack[3], 0x70);
    date->tm_hour = digits(pack[4], 0x30);
    return date->tm_sec >= 0 && date->tm_sec < 60 && date->tm_min >= 0 && date->tm_min < 60 &&
           date->tm_hour >= 0 && date->tm_hour < 24;
}

int64_t oasis_dv_date(const AVPacket *packet)
{
    struct tm date = {0};
    bool has_date = false, has_time = false;

    for (int start = 0; start + SEQUENCE <= packet->size && !(has_date && has_time);
         start += SEQUENCE) {
        for (int sync = 0; sync < 12; sync++) {
            const uint8_t *pack = packet->data + start + (1 + sync / 6) * BLOCK + 3 +
                                  sync % 6 * 8 + 3;

            if (pack[0] == PACK_DATE && !has_date) {
                has_date = read_date(pack, &date);
            } else if (pack[0] == PACK_TIME && !has_time) {
                has_time = read_time(pack, &date);
            }
        }
    }
    if (!has_date) {
        return 0;
    }
    if (!has_time) {
        date.tm_hour = date.tm_min = date.tm_sec = 0;
    }
    return timegm(&date);
}

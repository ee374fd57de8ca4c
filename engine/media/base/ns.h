/* Times in nanoseconds, and which are possible at all: damaged files hold any number, and sums of
 * those would overflow.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/packet.h>
#include <libavutil/avutil.h>
#include <libavutil/mathematics.h>
#include <stdbool.h>

static const AVRational OASIS_NS = {1, 1000000000};

/* More than 70 years of nanoseconds; recordings of a broadcast count from 1970 on. */
static const int64_t OASIS_MOST_NS = INT64_C(1) << 61;

static inline bool oasis_time_is_possible(int64_t time, AVRational time_base)
{
    const int64_t ns = av_rescale_q(time, time_base, OASIS_NS);

    return time > -OASIS_MOST_NS && time < OASIS_MOST_NS && ns > -OASIS_MOST_NS &&
           ns < OASIS_MOST_NS;
}

/* The time; AV_NOPTS_VALUE for one that is not possible. */
static inline int64_t oasis_time_clean(int64_t time, AVRational time_base)
{
    return oasis_time_is_possible(time, time_base) ? time : AV_NOPTS_VALUE;
}

/* The duration; 0, which is unknown, for one that is not possible. */
static inline int64_t oasis_duration_clean(int64_t duration, AVRational time_base)
{
    return duration > 0 && oasis_time_is_possible(duration, time_base) ? duration : 0;
}

static inline void oasis_packet_clean(AVPacket *packet, AVRational time_base)
{
    packet->pts = oasis_time_clean(packet->pts, time_base);
    packet->dts = oasis_time_clean(packet->dts, time_base);
    packet->duration = oasis_duration_clean(packet->duration, time_base);
}

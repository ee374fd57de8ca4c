/* When a DV tape was recorded.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/packet.h>
#include <stdint.h>

/* Seconds since 1970 by the camera's own clock, from a DV frame's subcode; 0 if it does not say. */
int64_t oasis_dv_date(const AVPacket *packet);

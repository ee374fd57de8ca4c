/* Checksums that a codec's packets carry.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/packet.h>
#include <stdbool.h>

/* Whether an FFV1 packet is cut into slices that carry checksums, all of them right. A file's
 * packets have them all or none, from version 3 on if the encoder was not told otherwise. */
bool oasis_ffv1_is_right(const AVPacket *packet);

/* Building the index from packets.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "media/input/input.h"

/* Reads all packets and predicts the frames from them, one a packet. *sure says whether nothing in
 * the packets speaks against the prediction. */
OasisStatus oasis_index_scan(OasisInput *input, void (*progress)(double, void *), void *data,
                             OasisIndex *index, bool *sure, OasisError *err) OASIS_MUST_USE;

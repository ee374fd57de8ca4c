/* HDR frames as SDR, for screens of before.
 *
 * The curve: each colour's light is found by BT.2100 (HLG for a screen of 1,000 cd/m2). Its largest
 * component follows the curve of BT.2390-10, annex 5 (EETF), from the film's brightest light, as it
 * says of itself, or else 1,000 cd/m2, to 203 cd/m2, which is SDR's white (BT.2408): what is darker
 * than about 90 cd/m2 keeps its light. The others go with it, so that hues stay; then BT.2020's
 * primaries become BT.709's, what lies outside is clipped, and a gamma of 2.4 (BT.1886) makes the
 * samples: 8 bits, limited range, 4:2:0.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/media.h"

typedef struct OasisTonemap OasisTonemap;

/* Takes over a format that is HDR, and changes it to what frames will be. NULL without memory. */
OasisTonemap *oasis_tonemap_new(OasisFrameFormat *format, const OasisMastering *mastering);
void oasis_tonemap_free(OasisTonemap **tonemap); /* a pointer to NULL is fine */

/* A new frame, with the same times; NULL without memory. Thread-safety: one thread at a time. */
OasisFrame *oasis_tonemap_run(OasisTonemap *tonemap, const OasisFrame *frame);

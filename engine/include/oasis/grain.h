/* Grain: a source's own fine noise, measured and given back to what was restored from it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/analysis.h"
#include "oasis/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { OASIS_GRAIN_KNOTS = 17 };

typedef enum OasisGrainShape {
    OASIS_GRAIN_FINE = 0, /* each sample by itself */
    OASIS_GRAIN_SOFT = 1, /* spread over 3x3 samples */
} OasisGrainShape;

/* What grain looks like: of each plane its standard deviation, in 1/256 of a code of 8 bits, where
 * the brightness is 0, 16, 32, ... 256 in codes of 8 bits; linear between. */
typedef struct OasisGrain {
    OasisGrainShape shape;
    int32_t levels[3][OASIS_GRAIN_KNOTS]; /* 0 to 65535 */
} OasisGrain;

/* Grain like the noise that an analysis has measured (OasisAnalysis.noise), as it looks when frames
 * are enlarged `scale` times: of the shape whose spectrum is nearer, as strong at each brightness,
 * in luma alone. What was not measured at a brightness is as at the nearest one. False, and no
 * grain, where none was measured at all. */
OASIS_API bool oasis_grain_measured(const OasisNoise noise[OASIS_BRIGHTNESSES], double scale,
                                    OasisGrain *grain);

/* A new frame: `frame` with a share of grain, 0..1, quantised to 1/256. The same bytes for the same
 * frame, grain, share and number, on any machine; each number has grain of its own, so that it is
 * to be the frame's in its source. NULL without memory. Any thread. */
OASIS_API OasisFrame *oasis_frame_with_grain(const OasisFrame *frame, const OasisGrain *grain,
                                             double share, int64_t number);

#ifdef __cplusplus
}
#endif

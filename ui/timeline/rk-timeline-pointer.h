/* Pointer, wheel, touchpad and fingers on a timeline.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-timeline.h"

G_BEGIN_DECLS

/* Moves the playhead and the range's handles, whose frames are shown while they are dragged; zooms by
 * Ctrl and wheel or by two fingers, scrolls by the wheel. Borrowed session; once. */
void rk_timeline_pointer_attach (RkTimeline *timeline,
                                 RkSession  *session);

G_END_DECLS

/* What the pointer may do to a timeline. Places are in the widget's coordinates; there has to be a
 * clip.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-timeline.h"
#include "rk-timescale.h"

G_BEGIN_DECLS

RkTimescale _rk_timeline_get_scale (RkTimeline *self);
/* Shows factor times as much; what lies at x stays there. */
void        _rk_timeline_zoom_at   (RkTimeline *self,
                                    double      factor,
                                    double      x);
void        _rk_timeline_scroll    (RkTimeline *self,
                                    double      pixels);
/* What lies under the pointer is shown above it. */
void        _rk_timeline_hover     (RkTimeline *self,
                                    double      x);
void        _rk_timeline_leave     (RkTimeline *self);

G_END_DECLS

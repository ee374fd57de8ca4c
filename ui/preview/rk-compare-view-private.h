/* What the pointer may do to a comparison. Places are in the widget's coordinates.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-compare-view.h"

G_BEGIN_DECLS

gboolean _rk_compare_view_is_on_split   (RkCompareView *self,
                                         double         x);
void     _rk_compare_view_move_split_to (RkCompareView *self,
                                         double         x);
void     _rk_compare_view_pan           (RkCompareView *self,
                                         double         dx,
                                         double         dy);
/* The factor in force, whether chosen or fitted. */
double   _rk_compare_view_get_factor    (RkCompareView *self);
void     _rk_compare_view_zoom_at       (RkCompareView *self,
                                         double         factor,
                                         double         x,
                                         double         y);

G_END_DECLS

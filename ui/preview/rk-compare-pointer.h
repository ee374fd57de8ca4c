/* What the pointer does to a comparison: dragging the split or the picture, wheel and pinch.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-compare-view.h"

G_BEGIN_DECLS

/* Adds the gestures to a view, which frees their state when it goes. */
void rk_compare_pointer_attach (RkCompareView *view);

G_END_DECLS

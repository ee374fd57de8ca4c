/* Start and end of the chosen range, as times to be read and typed.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "rk-session.h"

G_BEGIN_DECLS

#define RK_TYPE_RANGE_POPOVER (rk_range_popover_get_type ())
G_DECLARE_FINAL_TYPE (RkRangePopover, rk_range_popover, RK, RANGE_POPOVER, GtkPopover)

void rk_range_popover_set_session (RkRangePopover *self,
                                   RkSession      *session);

G_END_DECLS

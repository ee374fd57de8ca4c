/* Whether the computer runs on its battery, as UPower says.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Main thread. Property, notified: on-battery (boolean), FALSE where nobody knows. */
#define RK_TYPE_POWER (rk_power_get_type ())
G_DECLARE_FINAL_TYPE (RkPower, rk_power, RK, POWER, GObject)

/* Asks the system's bus, and knows a little later. */
RkPower  *rk_power_new            (void);
gboolean  rk_power_get_on_battery (RkPower *self);

G_END_DECLS

/* The models and devices that there are, listed once a program, away from the main thread.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

#include "oasis/device.h"
#include "rk-choice.h"

G_BEGIN_DECLS

/* Begins to list when it is made; what is installed or plugged in later is not noticed. Main thread,
 * but for what says otherwise. Property, notified: filled (boolean), once everything is listed. */
#define RK_TYPE_CATALOGUE (rk_catalogue_get_type ())
G_DECLARE_FINAL_TYPE (RkCatalogue, rk_catalogue, RK, CATALOGUE, GObject)

RkCatalogue *rk_catalogue_new                  (void);

gboolean     rk_catalogue_get_filled           (RkCatalogue      *self);
/* Lists of RkChoice, empty until filled, borrowed. Models go by their path, the default one first. */
GListModel  *rk_catalogue_get_models           (RkCatalogue      *self);
/* Those that can be used, by name; the first one stands for the best of them and is always there. */
GListModel  *rk_catalogue_get_devices          (RkCatalogue      *self);
/* Those that cannot; the note says why. */
GListModel  *rk_catalogue_get_unusable_devices (RkCatalogue      *self);

/* The codecs that pictures can be encoded with here, by the engine's names; filled soon after the rest.
 * Borrowed. */
GListModel  *rk_catalogue_get_codecs           (RkCatalogue      *self);

/* The device of a name, NULL = the best one, with what it computes in by default, which stays the same
 * as long as the program runs. Any thread but the main one: waits until it is filled, and measures a
 * device of which nothing is known (2 s, once a processor). */
gboolean     rk_catalogue_find_device          (RkCatalogue      *self,
                                                const char       *name,
                                                OasisDeviceInfo  *info,
                                                GError          **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

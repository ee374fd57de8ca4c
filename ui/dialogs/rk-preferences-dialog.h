/* Preferences: the device that computes, and how much disk previews may take.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

#include "rk-catalogue.h"
#include "rk-preview-store.h"

G_BEGIN_DECLS

#define RK_TYPE_PREFERENCES_DIALOG (rk_preferences_dialog_get_type ())
G_DECLARE_FINAL_TYPE (RkPreferencesDialog, rk_preferences_dialog, RK, PREFERENCES_DIALOG, AdwPreferencesDialog)

RkPreferencesDialog *rk_preferences_dialog_new (GSettings      *settings,
                                                RkPreviewStore *store,
                                                RkCatalogue    *catalogue);

G_END_DECLS

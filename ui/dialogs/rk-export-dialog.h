/* Where and how a clip is to be exported.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

#include "rk-session.h"

G_BEGIN_DECLS

/* Signal "export" (const RkExportSettings *): people have chosen; the dialog closes itself. */
#define RK_TYPE_EXPORT_DIALOG (rk_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (RkExportDialog, rk_export_dialog, RK, EXPORT_DIALOG, AdwDialog)

RkExportDialog *rk_export_dialog_new (RkSession *session);

G_END_DECLS

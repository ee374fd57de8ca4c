/* Files that a desktop's portal lends to a program in a sandbox. Main thread.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The folder where something new can be written beside the file; NULL where the portal lends the
 * file alone, and what was written beside it would be seen by nobody. */
GFile *rk_portal_get_folder (GFile *file) G_GNUC_WARN_UNUSED_RESULT;

/* What people know the folder by: its path, or without the portal's part of it. */
char  *rk_portal_name_folder (GFile *folder) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-portal.h"

#include <string.h>

/* Each thing lent lies in a folder of its own in there. */
static GFile *
get_documents (void)
{
  g_autofree char *path = g_build_filename (g_get_user_runtime_dir (), "doc", NULL);

  return g_file_new_for_path (path);
}

GFile *
rk_portal_get_folder (GFile *file)
{
  g_autoptr (GFile) documents = get_documents ();
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autoptr (GFile) above = folder != NULL ? g_file_get_parent (folder) : NULL;

  if (above != NULL && g_file_equal (above, documents))
    return NULL;

  return g_steal_pointer (&folder);
}

char *
rk_portal_name_folder (GFile *folder)
{
  g_autoptr (GFile) documents = get_documents ();
  g_autofree char *path = g_file_get_relative_path (documents, folder);
  const char *lent = path != NULL ? strchr (path, G_DIR_SEPARATOR) : NULL;

  return lent != NULL ? g_filename_display_name (lent + 1) : g_file_get_parse_name (folder);
}

/* What the document portal lends: files without their folders, and whole folders.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"
#include "rk-portal.h"

static GFile *
lent (const char *path)
{
  g_autofree char *whole = g_build_filename (g_get_user_runtime_dir (), "doc", path, NULL);

  return g_file_new_for_path (whole);
}

static void
check (GFile      *file,
       const char *name)
{
  g_autoptr (GFile) folder = rk_portal_get_folder (file);
  g_autofree char *found = folder != NULL ? rk_portal_name_folder (folder) : NULL;

  g_assert_cmpstr (found, ==, name);
}

static void
test_folders (void)
{
  g_autoptr (GFile) file = lent ("1f/clip.mp4"), inside = lent ("1f/Videos/clip.mp4");
  g_autoptr (GFile) deeper = lent ("1f/Videos/old/clip.mp4");
  g_autoptr (GFile) own = g_file_new_for_path ("/home/me/Videos/clip.mp4");
  g_autoptr (GFile) top = g_file_new_for_path ("/clip.mp4");

  check (file, NULL);
  check (inside, "Videos");
  check (deeper, "Videos/old");
  check (own, "/home/me/Videos");
  check (top, "/");
}

int
main (int   argc,
      char *argv[])
{
  app_test_init (&argc, &argv);

  g_test_add_func ("/portal/folders", test_folders);

  return app_test_run ();
}

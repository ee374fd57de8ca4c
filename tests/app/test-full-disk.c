/* A disk that is full: an export or a preview fails, says so, and leaves nothing half done.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "rk-error.h"

#define SMALL "size=32k"  /* less than a chunk */
#define LARGER "size=150k" /* a few chunks */
#define SMALL_FILE_BYTES 20000

static gboolean may_mount_here;

static gboolean
write_text (const char *path,
            const char *text)
{
  FILE *file = fopen (path, "w");
  const gboolean written = file != NULL && fputs (text, file) >= 0;

  return file != NULL && fclose (file) == 0 && written;
}

/* Lets this process mount what it likes, unseen by others. Only while it has a single thread. */
static gboolean
may_mount (void)
{
  g_autofree char *user = g_strdup_printf ("0 %d 1", (int) geteuid ());
  g_autofree char *group = g_strdup_printf ("0 %d 1", (int) getegid ());

  return unshare (CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
         write_text ("/proc/self/setgroups", "deny") &&
         write_text ("/proc/self/uid_map", user) &&
         write_text ("/proc/self/gid_map", group);
}

static gboolean
mount_disk (const char *folder,
            const char *size)
{
  return may_mount_here &&
         g_mkdir (folder, 0700) == 0 &&
         mount ("none", folder, "tmpfs", 0, size) == 0;
}

static void
assert_export_fails (App        *app,
                     const char *folder,
                     int         code)
{
  g_autofree char *path = g_build_filename (folder, "out.mkv", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (path);
  const RkExportSettings settings = app_export_settings (target);
  RkJob *job = app_export (app, &settings);

  g_assert_cmpint (rk_job_get_state (job), ==, RK_JOB_FAILED);
  g_assert_error (rk_job_get_error (job), RK_ENGINE_ERROR, code);
  g_assert_nonnull (strstr (rk_job_get_error (job)->message, "out.mkv"));
  g_assert_cmpuint (app->errors->len, ==, 1);
  app_assert_finalized (job);
  app_assert_only (folder, NULL);
}

static void
test_export (App           *app,
             gconstpointer  data)
{
  g_autofree char *folder = app_path ("small");

  if (!mount_disk (folder, SMALL))
    {
      g_test_skip ("a small disk cannot be made here");
      return;
    }

  app_open (app, "export.mp4", 100);
  assert_export_fails (app, folder, OASIS_ERR_NO_SPACE);
  g_assert_cmpint (umount2 (folder, MNT_DETACH), ==, 0);
}

/* Chunks that fitted stay; the one that did not leaves nothing. */
static void
test_preview (App           *app,
              gconstpointer  data)
{
  RkPreview *preview;
  const GError *error;
  gint64 n_present = 0;

  if (!mount_disk (app->folder, LARGER))
    {
      g_test_skip ("a small disk cannot be made here");
      return;
    }

  app_open (app, "preview.mp4", 200);
  preview = rk_session_get_preview (app->session);
  rk_session_set_range_end (app->session, 199);
  rk_session_preview (app->session);
  app_finish_jobs (app);
  g_assert_cmpuint (app->errors->len, ==, 1);
  error = g_ptr_array_index (app->errors, 0);
  g_assert_error (error, RK_ENGINE_ERROR, OASIS_ERR_NO_SPACE);

  for (gint64 i = 0; i < rk_preview_get_n_chunks (preview); i++)
    n_present += rk_preview_has_chunk (preview, i);
  g_assert_cmpint (n_present, >, 0);
  g_assert_cmpint (n_present, <, rk_preview_get_n_chunks (preview));

  /* All that is there is whole. */
  for (gint64 i = 0; i < rk_preview_get_n_chunks (preview); i++)
    if (rk_preview_has_chunk (preview, i))
      {
        OasisSource *source = NULL;

        g_assert_true (rk_preview_open_chunk (preview, i, &source, NULL));
        oasis_source_close (&source);
      }
  rk_preview_store_clear (app->store);
  g_assert_cmpuint (rk_preview_store_get_size (app->store), ==, 0);
  g_assert_cmpint (umount2 (app->folder, MNT_DETACH), ==, 0);
}

/* A limit on a file's size ends in another error of the system's. */
static void
test_file_limit (App           *app,
                 gconstpointer  data)
{
  g_autofree char *folder = app_path ("limited");
  struct rlimit limit, small;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  app_open (app, "limited.mp4", 100);

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  small = (struct rlimit) { SMALL_FILE_BYTES, limit.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  assert_export_fails (app, folder, OASIS_ERR_OUTPUT);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  may_mount_here = may_mount ();
  app_test_init (&argc, &argv);

  app_add ("/full-disk/export", test_export);
  app_add ("/full-disk/preview", test_preview);
  app_add ("/full-disk/file-limit", test_file_limit);

  return app_test_run ();
}

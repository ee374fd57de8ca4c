/* Opening a clip: facts and times, what is no video, cancelling, and reports that come too late.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

#include "rk-error.h"

/* One opening under way. */
typedef struct {
  GCancellable *cancellable;
  GAsyncResult *result;
  int reports;
  double last;
  gboolean finished; /* rk_clip_open_finish has been called */
} Opening;

static void
progress_cb (double   done,
             gpointer data)
{
  Opening *opening = data;

  g_assert_false (opening->finished);
  g_assert_cmpfloat (done, >=, opening->last);
  g_assert_cmpfloat (done, <=, 1);
  opening->last = done;
  opening->reports++;
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Opening *opening = data;

  opening->result = g_object_ref (result);
}

static void
begin_with (Opening    *opening,
            const char *path,
            RkRecipe   *recipe)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  *opening = (Opening) { .cancellable = g_cancellable_new () };
  rk_clip_open_async (file, recipe, opening->cancellable,
                      progress_cb, opening, opened_cb, opening);
}

static void
begin (Opening    *opening,
       const char *path)
{
  begin_with (opening, path, NULL);
}

static RkClip *
finish (Opening  *opening,
        GError  **error)
{
  RkClip *clip;

  app_wait_until (opening->result != NULL);
  clip = rk_clip_open_finish (opening->result, error);
  opening->finished = TRUE;
  app_assert_finalized (opening->result);
  g_object_unref (opening->cancellable);
  app_settle ();

  return clip;
}

static void
test_facts (void)
{
  g_autofree char *path = app_path ("facts.mp4");
  g_autoptr (GError) error = NULL;
  Opening opening;
  RkClip *clip;
  OasisSource *source;
  double width, height;

  app_write_clip (path, 30);
  begin (&opening, path);
  clip = finish (&opening, &error);
  g_assert_no_error (error);

  g_assert_cmpstr (rk_clip_get_path (clip), ==, path);
  g_assert_cmpint (rk_clip_get_n_frames (clip), ==, 30);
  g_assert_cmpint (rk_clip_get_source_info (clip)->format.width, ==, 48);
  g_assert_cmpstr (rk_clip_get_media_info (clip)->video_codec, ==, "h264");
  g_assert_false (rk_clip_has_sound (clip));
  rk_clip_get_display_size (clip, &width, &height);
  g_assert_cmpfloat (width, ==, 48);
  g_assert_cmpfloat (height, ==, 32);

  for (int i = 0; i < 30; i++)
    {
      const gint64 time = rk_clip_get_frame_time (clip, i);

      g_assert_cmpint (ABS (time - i * 40000000), <, 100000);
      g_assert_cmpint (rk_clip_get_frame_at (clip, time), ==, i);
      g_assert_cmpint (rk_clip_get_frame_at (clip, time + 39000000), ==, i);
    }
  g_assert_cmpint (rk_clip_get_frame_at (clip, -1), ==, 0);
  g_assert_cmpint (rk_clip_get_frame_at (clip, G_MAXINT64), ==, 29);
  g_assert_cmpint (rk_clip_get_frame_time (clip, -1), ==, 0);
  g_assert_cmpint (rk_clip_get_frame_time (clip, 30), ==, rk_clip_get_frame_time (clip, 99));
  g_assert_cmpint (ABS (rk_clip_get_frame_time (clip, 30) - 30 * 40000000), <, 100000);

  g_assert_true (rk_clip_open_source (clip, &source, &error));
  g_assert_cmpint (oasis_source_info (source)->frames, ==, 30);
  oasis_source_close (&source);
  g_assert_finalize_object (clip);
}

/* Each setting that changes the frames makes another key. */
static void
test_settings (void)
{
  static const struct {
    const char *property;
    int value, width, height;
  } settings[] = {
    { "deinterlace", RK_DEINTERLACE_AUTO, 48, 32 }, /* the default */
    { "deinterlace", RK_DEINTERLACE_ON, 48, 32 },
    { "rotate", 90, 32, 48 },
    { "rotate", 180, 48, 32 },
    { "flip", RK_FLIP_HORIZONTAL, 48, 32 },
    { "flip", RK_FLIP_VERTICAL, 48, 32 },
  };
  g_autofree char *path = app_path ("settings.mp4");
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  app_write_clip (path, 5);
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autoptr (RkRecipe) recipe = rk_recipe_new ();
      g_autoptr (GError) error = NULL;
      double width, height;
      Opening opening;
      RkClip *clip;

      g_object_set (recipe, settings[i].property, settings[i].value, NULL);
      begin_with (&opening, path, recipe);
      clip = finish (&opening, &error);
      g_assert_no_error (error);
      rk_clip_get_display_size (clip, &width, &height);
      g_assert_cmpfloat (width, ==, settings[i].width);
      g_assert_cmpfloat (height, ==, settings[i].height);
      g_assert_true (g_hash_table_add (keys, rk_clip_dup_key (clip)));
      g_assert_finalize_object (clip);
    }
}

/* The identity stands for path, size and time: a file that has changed is another. */
static void
test_identity (void)
{
  g_autofree char *path = app_path ("identity.mp4");
  g_autofree char *other_path = app_path ("identity-2.mp4");
  g_autoptr (RkClip) first = NULL;
  g_autoptr (RkClip) same = NULL;
  g_autoptr (RkClip) other = NULL;
  g_autoptr (RkClip) changed = NULL;

  app_write_clip (path, 5);
  app_write_clip (other_path, 5);
  first = app_open_clip (path);
  same = app_open_clip (path);
  other = app_open_clip (other_path);
  app_write_clip (path, 6);
  changed = app_open_clip (path);

  g_assert_cmpuint (strlen (rk_clip_get_identity (first)), ==, 64);
  g_assert_cmpstr (rk_clip_get_identity (first), ==, rk_clip_get_identity (same));
  g_assert_cmpstr (rk_clip_get_identity (first), !=, rk_clip_get_identity (other));
  g_assert_cmpstr (rk_clip_get_identity (first), !=, rk_clip_get_identity (changed));
  g_assert_cmpint (rk_clip_get_n_frames (changed), ==, 6);
}

static void
assert_refused (const char *path,
                GQuark      domain,
                int         code,
                const char *says)
{
  g_autoptr (GError) error = NULL;
  Opening opening;

  begin (&opening, path);
  g_assert_null (finish (&opening, &error));
  g_assert_error (error, domain, code);
  if (says != NULL)
    g_assert_nonnull (strstr (rk_error_get_detail (error), says));
}

static void
test_refused (void)
{
  g_autofree char *missing = app_path ("missing.mp4");
  g_autofree char *text = app_path ("no-video.mp4");
  g_autofree char *empty = app_path ("empty.mp4");
  g_autofree char *directory = app_path ("cache");

  g_assert_true (g_file_set_contents (text, "These are words, not pictures.\n", -1, NULL));
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));

  assert_refused (missing, RK_ENGINE_ERROR, OASIS_ERR_INPUT, "missing.mp4");
  assert_refused (text, RK_ENGINE_ERROR, OASIS_ERR_INPUT, "no-video.mp4");
  assert_refused (empty, RK_ENGINE_ERROR, OASIS_ERR_INPUT, "empty.mp4");
  assert_refused (directory, RK_ENGINE_ERROR, OASIS_ERR_INPUT, "cache");
}

static void
test_not_local (void)
{
  g_autoptr (GFile) file = g_file_new_for_uri ("https://example.org/video.mp4");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Opening opening = { 0 };

  rk_clip_open_async (file, NULL, NULL, NULL, NULL, opened_cb, &opening);
  app_wait_until (opening.result != NULL);
  g_assert_null (rk_clip_open_finish (opening.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_object_unref (opening.result);
}

static void
test_cancelled (void)
{
  g_autofree char *path = app_path ("cancelled.mp4");
  g_autoptr (GError) error = NULL;
  Opening opening;

  app_write_clip (path, 5);
  begin (&opening, path);
  g_cancellable_cancel (opening.cancellable);
  g_assert_null (finish (&opening, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Cancelling at any moment gives the clip or "cancelled", never a report after the end. */
static void
test_cancelled_anywhere (void)
{
  for (int iterations = 0; iterations < 40; iterations++)
    {
      g_autofree char *name = g_strdup_printf ("anywhere-%d.mp4", iterations);
      g_autofree char *path = app_path (name);
      g_autoptr (GError) error = NULL;
      RkClip *clip;
      Opening opening;

      app_write_clip (path, 3);
      begin (&opening, path);
      for (int i = 0; i < iterations % 8 && opening.result == NULL; i++)
        {
          g_main_context_iteration (NULL, FALSE);
          g_thread_yield ();
        }
      g_cancellable_cancel (opening.cancellable);
      clip = finish (&opening, &error);
      if (clip == NULL)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      else
        g_assert_finalize_object (clip);
    }
}

int
main (int   argc,
      char *argv[])
{
  app_test_init (&argc, &argv);

  g_test_add_func ("/clip/facts", test_facts);
  g_test_add_func ("/clip/settings", test_settings);
  g_test_add_func ("/clip/identity", test_identity);
  g_test_add_func ("/clip/refused", test_refused);
  g_test_add_func ("/clip/not-local", test_not_local);
  g_test_add_func ("/clip/cancelled", test_cancelled);
  g_test_add_func ("/clip/cancelled-anywhere", test_cancelled_anywhere);

  return app_test_run ();
}

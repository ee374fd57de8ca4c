/* Exports: the bytes of the preview, what fails and leaves nothing.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "rk-error.h"
#include "rk-estimate.h"
#include "rk-preview-job.h"

#define CLIP_FRAMES 55 /* four chunks */

/* Restores frames first <= n < end. */
static void
restore (App    *app,
         gint64  first,
         gint64  end)
{
  RkJob *job = rk_preview_job_new ("Preview", rk_session_get_preview (app->session), first, end);

  rk_queue_add (app->queue, job);
  app_wait_until (rk_job_is_over (job));
  g_assert_no_error (rk_job_get_error (job));
  app_assert_finalized (job);
}

/* What the store holds, frame by frame. */
static GPtrArray *
read_preview (App *app)
{
  RkPreview *preview = rk_session_get_preview (app->session);
  GPtrArray *frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (gint64 chunk = 0; chunk < rk_preview_get_n_chunks (preview); chunk++)
    {
      OasisSource *source = NULL;

      g_assert_true (rk_preview_open_chunk (preview, chunk, &source, NULL));
      g_ptr_array_extend_and_steal (frames, app_read_source (source));
      oasis_source_close (&source);
    }

  return frames;
}

static void
assert_frames (GPtrArray *actual,
               GPtrArray *expected,
               guint      offset)
{
  for (guint i = 0; i < actual->len; i++)
    if (!g_bytes_equal (actual->pdata[i], expected->pdata[offset + i]))
      g_error ("frame %u differs", i);
}

/* Exports first <= n < end and reads it back. */
static GPtrArray *
export_frames (App    *app,
               gint64  first,
               gint64  end,
               double  strength)
{
  g_autoptr (GFile) target = g_file_new_for_path (app->target);
  RkExportSettings settings = app_export_settings (target);
  RkJob *job;
  GPtrArray *frames;

  rk_session_reset_range (app->session);
  rk_session_set_range_first (app->session, first);
  rk_session_set_range_end (app->session, end);
  rk_recipe_set_strength (rk_session_get_recipe (app->session), strength);
  settings.replace = TRUE;
  job = app_export (app, &settings);
  g_assert_no_error (rk_job_get_error (job));
  g_assert_cmpint (rk_job_get_state (job), ==, RK_JOB_DONE);
  g_assert_true (g_file_equal (rk_export_job_get_target (RK_EXPORT_JOB (job)), target));
  g_assert_null (rk_export_job_get_warnings (RK_EXPORT_JOB (job)));
  app_assert_finalized (job);

  frames = app_read_frames (app->target);
  g_assert_cmpint (frames->len, ==, end - first);

  return frames;
}

/* A previewed frame is the exported one: the same bytes at full strength, in whole and in part. */
static void
test_same_bytes (App           *app,
                 gconstpointer  data)
{
  g_autoptr (GPtrArray) kept = NULL;
  g_autoptr (GPtrArray) whole = NULL;
  g_autoptr (GPtrArray) part = NULL;

  app_open (app, "same-bytes.mp4", CLIP_FRAMES);
  restore (app, 0, CLIP_FRAMES);
  kept = read_preview (app);
  g_assert_cmpuint (kept->len, ==, CLIP_FRAMES);

  whole = export_frames (app, 0, CLIP_FRAMES, 1);
  assert_frames (whole, kept, 0);
  part = export_frames (app, 11, 37, 1);
  assert_frames (part, kept, 11);
}

/* Exports all into a file for players, without loss, and reads it back. */
static GPtrArray *
export_for_players (App        *app,
                    const char *path)
{
  g_autoptr (GFile) target = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (RkExportPlan) plan = NULL;
  RkExportSettings settings = app_export_settings (target);
  gboolean said = FALSE;
  RkJob *job;

  settings.codec = "x264";
  settings.quality = 0;
  settings.whole = settings.replace = TRUE;
  plan = rk_export_plan_new (app->session, &settings, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < plan->lines->len; i++)
    {
      const RkPlanLine *line = plan->lines->pdata[i];

      said |= line->loss && g_str_has_prefix (line->text, "Colour is stored as 4:2:0 instead of 4:2:2");
    }
  g_assert_true (said);

  job = app_export (app, &settings);
  g_assert_no_error (rk_job_get_error (job));
  g_assert_null (rk_export_job_get_warnings (RK_EXPORT_JOB (job)));
  app_assert_finalized (job);

  return app_read_frames (path);
}

/* The store keeps the source's own colour. A file for players converts it once, which is said before,
 * and comes out the same whether its frames were kept or are computed. */
static void
test_other_format (App           *app,
                   gconstpointer  data)
{
  g_autofree char *clip = app_path ("fine.mkv");
  g_autofree char *path = app_path ("for-players.mp4");
  g_autoptr (GPtrArray) kept = NULL;
  g_autoptr (GPtrArray) computed = NULL;
  OasisSource *source = NULL;

  app_write_fine_clip (clip, CLIP_FRAMES);
  app_open_path (app, clip);
  restore (app, 0, CLIP_FRAMES);
  g_assert_true (rk_preview_open_chunk (rk_session_get_preview (app->session), 0, &source, NULL));
  g_assert_cmpint (oasis_source_info (source)->format.chroma_shift_x, ==, 1);
  g_assert_cmpint (oasis_source_info (source)->format.chroma_shift_y, ==, 0);
  oasis_source_close (&source);

  kept = export_for_players (app, path);
  rk_preview_store_clear (app->store);
  computed = export_for_players (app, path);
  g_assert_cmpuint (kept->len, ==, CLIP_FRAMES);
  assert_frames (kept, computed, 0);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* What no preview holds is computed, and comes out as the preview would have it. */
static void
test_computed (App           *app,
               gconstpointer  data)
{
  g_autoptr (GPtrArray) computed = NULL;
  g_autoptr (GPtrArray) partly = NULL;
  g_autoptr (GPtrArray) kept = NULL;

  app_open (app, "computed.mp4", CLIP_FRAMES);
  computed = export_frames (app, 0, CLIP_FRAMES, 1);
  rk_preview_store_clear (app->store);
  restore (app, 20, 21);
  partly = export_frames (app, 5, CLIP_FRAMES, 1);
  restore (app, 0, CLIP_FRAMES);
  kept = read_preview (app);

  assert_frames (computed, kept, 0);
  assert_frames (partly, kept, 5);
}

/* What people are told of an export beforehand. */
static char *
describe (App                    *app,
          const RkExportSettings *settings)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RkExportPlan) plan = rk_export_plan_new (app->session, settings, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (plan->bytes, >, 0);
  g_assert_cmpint (plan->free_bytes, >, 0);

  return rk_estimate_describe (app->session, settings, plan);
}

/* What an export has computed is there for the preview, chunk by chunk, as long as there is room. */
static void
test_keeps (App           *app,
            gconstpointer  data)
{
  RkPreview *preview;
  g_autoptr (GPtrArray) exported = NULL;
  g_autoptr (GPtrArray) mixed = NULL;
  g_autoptr (GPtrArray) kept = NULL;

  app_open (app, "keeps.mp4", CLIP_FRAMES);
  preview = rk_session_get_preview (app->session);
  rk_preview_store_set_limit (app->store, 0);
  exported = export_frames (app, 0, CLIP_FRAMES, 1);
  g_assert_false (rk_preview_has_chunk (preview, 0));

  rk_preview_store_set_limit (app->store, RK_PREVIEW_STORE_DEFAULT_LIMIT);
  mixed = export_frames (app, 1, CLIP_FRAMES, 0.5);
  g_assert_false (rk_preview_has_chunk (preview, 0)); /* not whole */
  for (gint64 chunk = 1; chunk < rk_preview_get_n_chunks (preview); chunk++)
    g_assert_true (rk_preview_has_chunk (preview, chunk));

  restore (app, 0, 1);
  kept = read_preview (app);
  assert_frames (exported, kept, 0);
}

/* The whole clip on demand, whatever range is chosen. */
static void
test_whole (App           *app,
            gconstpointer  data)
{
  g_autoptr (GFile) target = g_file_new_for_path (app->target);
  RkExportSettings settings = app_export_settings (target);
  g_autofree char *of_range = NULL;
  g_autofree char *of_all = NULL;
  g_autoptr (GPtrArray) frames = NULL;

  app_open (app, "whole.mp4", CLIP_FRAMES);
  rk_session_set_range_first (app->session, 3);
  rk_session_set_range_end (app->session, 5);
  of_range = describe (app, &settings);
  settings.whole = TRUE;
  of_all = describe (app, &settings);
  g_assert_cmpstr (of_range, !=, of_all);

  app_assert_finalized (app_export (app, &settings));
  frames = app_read_frames (app->target);
  g_assert_cmpint (frames->len, ==, CLIP_FRAMES);
}

/* At half strength it is the mix of what strength 0 gives and what the store holds. */
static void
test_mix (App           *app,
          gconstpointer  data)
{
  g_autoptr (GPtrArray) kept = NULL;
  g_autoptr (GPtrArray) source = NULL;
  g_autoptr (GPtrArray) mixed = NULL;
  guint changed = 0;

  app_open (app, "mix.mp4", CLIP_FRAMES);
  restore (app, 0, CLIP_FRAMES);
  kept = read_preview (app);
  source = export_frames (app, 3, 40, 0);
  mixed = export_frames (app, 3, 40, 0.5);

  for (guint i = 0; i < mixed->len; i++)
    {
      gsize size;
      const guint8 *m = g_bytes_get_data (mixed->pdata[i], &size);
      const guint8 *s = g_bytes_get_data (source->pdata[i], NULL);
      const guint8 *r = g_bytes_get_data (kept->pdata[i + 3], NULL);

      for (gsize k = 0; k < size; k++)
        {
          g_assert_cmpint (ABS (2 * m[k] - s[k] - r[k]), <=, 1);
          changed += s[k] != r[k];
        }
    }
  g_assert_cmpuint (changed, >, 1000);

  /* The function that the house has for it gives these very bytes. */
  for (guint i = 0; i < mixed->len; i++)
    {
      RkPreview *preview = rk_session_get_preview (app->session);
      const OasisFrameFormat *format = rk_preview_get_format (preview);
      OasisFrame *frames[2] = { oasis_frame_new (format), oasis_frame_new (format) };
      const guint8 *bytes[2] = {
        g_bytes_get_data (source->pdata[i], NULL),
        g_bytes_get_data (kept->pdata[i + 3], NULL),
      };
      const guint8 *m = g_bytes_get_data (mixed->pdata[i], NULL);

      for (int f = 0; f < 2; f++)
        for (int plane = 0; plane < format->planes; plane++)
          for (int y = 0; y < oasis_frame_plane_height (format, plane); y++)
            {
              const int width = oasis_frame_plane_width (format, plane);

              memcpy (frames[f]->data[plane] + y * frames[f]->stride[plane], bytes[f], width);
              bytes[f] += width;
            }
      oasis_frame_mix (frames[0], frames[1], 0.5);
      for (int plane = 0; plane < format->planes; plane++)
        for (int y = 0; y < oasis_frame_plane_height (format, plane); y++)
          {
            const int width = oasis_frame_plane_width (format, plane);

            g_assert_cmpmem (frames[0]->data[plane] + y * frames[0]->stride[plane], width,
                             m, width);
            m += width;
          }
      oasis_frame_unref (&frames[0]);
      oasis_frame_unref (&frames[1]);
    }
}

/* The export reads the store: two segments that have changed places change places in the file. */
static void
test_reuse (App           *app,
            gconstpointer  data)
{
  RkPreview *preview;
  g_autoptr (GPtrArray) kept = NULL;
  g_autoptr (GPtrArray) exported = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *aside = NULL;
  gint64 first_begin, first_end, second_begin, second_end;

  app_open (app, "reuse.mp4", CLIP_FRAMES);
  restore (app, 0, CLIP_FRAMES);
  kept = read_preview (app);
  preview = rk_session_get_preview (app->session);
  rk_preview_get_chunk_range (preview, 1, &first_begin, &first_end);
  rk_preview_get_chunk_range (preview, 2, &second_begin, &second_end);
  g_assert_cmpint (first_end - first_begin, ==, second_end - second_begin);

  first = rk_preview_dup_chunk_path (preview, 1);
  second = rk_preview_dup_chunk_path (preview, 2);
  aside = app_path ("aside.mkv");
  g_assert_cmpint (g_rename (first, aside), ==, 0);
  g_assert_cmpint (g_rename (second, first), ==, 0);
  g_assert_cmpint (g_rename (aside, second), ==, 0);

  exported = export_frames (app, first_begin, first_end, 1);
  assert_frames (exported, kept, second_begin);
}

/* While an export runs, nothing of its preview is evicted. */
static void
test_pinned (App           *app,
             gconstpointer  data)
{
  g_autoptr (GFile) target = g_file_new_for_path (app->target);
  RkExportSettings settings;
  RkPreview *preview;
  RkJob *job;
  gint64 last;

  app_open (app, "pinned.mp4", 200);
  restore (app, 199, 200);
  preview = rk_session_get_preview (app->session);
  last = rk_preview_get_n_chunks (preview) - 1;
  g_assert_true (rk_preview_has_chunk (preview, last));

  settings = app_export_settings (target);
  job = rk_session_export (app->session, &settings);
  g_object_ref (job);
  app_wait_until (rk_job_get_fraction (job) > 0);
  rk_preview_store_clear (app->store);
  g_assert_true (rk_preview_has_chunk (preview, last));
  app_wait_until (rk_job_is_over (job));
  g_assert_cmpint (rk_job_get_state (job), ==, RK_JOB_DONE);
  app_assert_finalized (job);

  rk_preview_store_clear (app->store);
  g_assert_false (rk_preview_has_chunk (preview, last));
}

static void
test_cancelled (App           *app,
                gconstpointer  data)
{
  g_autofree char *folder = app_path ("cancelled");
  g_autofree char *path = g_build_filename (folder, "out.mkv", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (path);
  RkExportSettings settings;
  gint64 asked_us;
  RkJob *job;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  app_open (app, "cancelled.mp4", 200);
  settings = app_export_settings (target);
  job = g_object_ref (rk_session_export (app->session, &settings));
  app_wait_until (rk_job_get_fraction (job) > 0);
  asked_us = g_get_monotonic_time ();
  rk_queue_delete (app->queue, job);
  app_wait_until (rk_job_is_over (job));
  g_test_message ("cancelled after %.1f ms", (g_get_monotonic_time () - asked_us) / 1000.0);
  g_assert_cmpint (rk_job_get_state (job), ==, RK_JOB_CANCELLED);
  g_assert_null (rk_job_get_error (job));
  app_assert_finalized (job);
  app_assert_only (folder, NULL);
  g_assert_cmpuint (app->errors->len, ==, 0);
}

/* Exports to a path, which must fail so. */
static void
assert_fails (App        *app,
              const char *path,
              int         code)
{
  g_autoptr (GFile) target = g_file_new_for_path (path);
  const RkExportSettings settings = app_export_settings (target);
  const guint told = app->errors->len;
  RkJob *job = app_export (app, &settings);
  g_autofree char *name = g_path_get_basename (path);

  g_assert_cmpint (rk_job_get_state (job), ==, RK_JOB_FAILED);
  g_assert_error (rk_job_get_error (job), RK_ENGINE_ERROR, code);
  g_assert_nonnull (strstr (rk_job_get_error (job)->message, name));
  g_assert_cmpuint (app->errors->len, ==, told + 1);
  app_assert_finalized (job);
}

static void
test_existing (App           *app,
               gconstpointer  data)
{
  g_autofree char *folder = app_path ("existing");
  g_autofree char *path = g_build_filename (folder, "out.mkv", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GPtrArray) frames = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "precious", -1, NULL));
  app_open (app, "existing.mp4", 5);
  assert_fails (app, path, OASIS_ERR_EXISTS);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "precious");
  app_assert_only (folder, "out.mkv");

  /* With leave it is replaced. */
  g_free (app->target);
  app->target = g_strdup (path);
  frames = export_frames (app, 0, 5, 1);
  app_assert_only (folder, "out.mkv");
}

/* The source is never replaced, by whatever name. */
static void
test_source_as_target (App           *app,
                       gconstpointer  data)
{
  static const char *const names[] = { "source.mkv", "hard-link.mkv", "soft-link.mkv" };
  g_autofree char *path = app_path (names[0]);
  g_autofree char *hard_link = app_path (names[1]);
  g_autofree char *soft_link = app_path (names[2]);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize size_before, size_after;

  app_open (app, names[0], 5);
  g_assert_cmpint (link (path, hard_link), ==, 0);
  g_assert_cmpint (symlink (path, soft_link), ==, 0);
  g_assert_true (g_file_get_contents (path, &before, &size_before, NULL));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = app_path (names[i]);
      g_autoptr (GFile) file = g_file_new_for_path (name);
      RkExportSettings settings = app_export_settings (file);
      RkJob *job;

      settings.replace = TRUE;
      job = app_export (app, &settings);
      g_assert_error (rk_job_get_error (job), RK_ENGINE_ERROR, OASIS_ERR_OUTPUT);
      g_assert_nonnull (strstr (rk_job_get_error (job)->message, names[i]));
      app_assert_finalized (job);
    }

  g_assert_true (g_file_get_contents (path, &after, &size_after, NULL));
  g_assert_cmpmem (before, size_before, after, size_after);
}

static void
test_unwritable (App           *app,
                 gconstpointer  data)
{
  g_autofree char *missing = app_path ("nowhere/out.mkv");
  g_autofree char *inside_file = app_path ("unwritable.mp4/out.mkv");
  g_autofree char *wrong_container = app_path ("out.avi");
  g_autofree char *folder = app_path ("read-only");
  g_autofree char *inside_folder = g_build_filename (folder, "out.mkv", NULL);

  app_open (app, "unwritable.mp4", 5);
  assert_fails (app, missing, OASIS_ERR_OUTPUT);
  assert_fails (app, inside_file, OASIS_ERR_OUTPUT);
  assert_fails (app, wrong_container, OASIS_ERR_OUTPUT);

  g_assert_cmpint (g_mkdir (folder, 0500), ==, 0);
  if (g_access (folder, W_OK) != 0) /* root may write everywhere */
    assert_fails (app, inside_folder, OASIS_ERR_OUTPUT);
  app_assert_only (folder, NULL);
}

static void
overwrite (const char *path)
{
  g_assert_true (g_file_set_contents (path, "damaged", -1, NULL));
}

static void
cut_short (const char *path)
{
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (path, bytes, size * 2 / 3, NULL));
}

/* Some bytes of one of the last frames: the file opens, and looks whole. */
static void
flip_bytes (const char *path)
{
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (gsize i = size * 4 / 5; i < size * 4 / 5 + 4; i++)
    bytes[i] = ~bytes[i];
  g_assert_true (g_file_set_contents (path, bytes, size, NULL));
}

/* Segments that cannot be read cost an export nothing: it restores their frames anew, and the store has
 * them anew. */
static void
test_damaged (App           *app,
              gconstpointer  data)
{
  static void (*const damages[]) (const char *path) = { overwrite, cut_short, flip_bytes };
  const double strength = g_test_rand_bit () ? 1 : g_test_rand_double_range (0.1, 0.9);
  RkPreview *preview;
  g_autoptr (GPtrArray) kept = NULL;
  g_autoptr (GPtrArray) whole = NULL;

  app_open (app, "damaged.mp4", CLIP_FRAMES);
  preview = rk_session_get_preview (app->session);
  restore (app, 0, CLIP_FRAMES);
  kept = read_preview (app);
  whole = export_frames (app, 0, CLIP_FRAMES, strength);

  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      const gint64 chunk = g_test_rand_int_range (0, rk_preview_get_n_chunks (preview));
      g_autofree char *segment = rk_preview_dup_chunk_path (preview, chunk);
      g_autoptr (GPtrArray) exported = NULL;
      g_autoptr (GPtrArray) again = NULL;
      int *changes = app_count (preview, "changed");

      damages[i] (segment);
      exported = export_frames (app, 0, CLIP_FRAMES, strength);
      assert_frames (exported, whole, 0);

      app_wait_until (*changes > 0);
      g_assert_true (rk_preview_has_chunk (preview, chunk));
      again = read_preview (app);
      assert_frames (again, kept, 0);
    }
}

/* The estimate knows what need not be computed. */
static void
test_estimate (App           *app,
               gconstpointer  data)
{
  RkExportSettings settings;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  app_open (app, "estimate.mp4", CLIP_FRAMES);
  settings = app_export_settings (NULL);
  before = rk_estimate_describe (app->session, &settings, NULL);
  restore (app, 0, CLIP_FRAMES);
  after = rk_estimate_describe (app->session, &settings, NULL);
  g_assert_nonnull (strstr (before, "Preview something first"));
  g_assert_nonnull (strstr (after, "restored already"));
}

int
main (int   argc,
      char *argv[])
{
  app_test_init (&argc, &argv);

  app_add ("/export/same-bytes", test_same_bytes);
  app_add ("/export/other-format", test_other_format);
  app_add ("/export/whole", test_whole);
  app_add ("/export/computed", test_computed);
  app_add ("/export/keeps", test_keeps);
  app_add ("/export/mix", test_mix);
  app_add ("/export/reuse", test_reuse);
  app_add ("/export/pinned", test_pinned);
  app_add ("/export/cancelled", test_cancelled);
  app_add ("/export/existing", test_existing);
  app_add ("/export/source-as-target", test_source_as_target);
  app_add ("/export/unwritable", test_unwritable);
  app_add ("/export/damaged", test_damaged);
  app_add ("/export/estimate", test_estimate);

  return app_test_run ();
}

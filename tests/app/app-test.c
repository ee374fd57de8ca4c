/* SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

#include <glib/gstdio.h>
#include <string.h>

#include "folders/folders.h"
#include "time-limit.h"

#define LOOK_AGAIN_MS 5

static char *folder;

/* --- the program ------------------------------------------------------------------------------ */

static void
remove_tree (GFile *file)
{
  g_autoptr (GFileEnumerator) children = NULL;
  GFile *child;

  children = g_file_enumerate_children (file, G_FILE_ATTRIBUTE_STANDARD_NAME,
                                        G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  while (children != NULL &&
         g_file_enumerator_iterate (children, NULL, &child, NULL, NULL) && child != NULL)
    remove_tree (child);
  g_file_delete (file, NULL, NULL);
}

static void
set_folder (const char *variable,
            const char *name)
{
  g_autofree char *path = app_path (name);

  g_setenv (variable, path, TRUE);
}

void
app_test_init (int    *argc,
               char ***argv)
{
  folder = g_dir_make_tmp ("rekindle-app-XXXXXX", NULL);
  g_assert_nonnull (folder);
  set_folder ("XDG_CACHE_HOME", "cache");
  set_folder ("XDG_DATA_HOME", "data");
  set_folder ("XDG_CONFIG_HOME", "config");
  set_folder ("XDG_STATE_HOME", "state");
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_setenv ("LANGUAGE", "C", TRUE);

  g_test_init (argc, argv, NULL);
  time_limit_begin ();
}

int
app_test_run (void)
{
  const int result = g_test_run ();
  g_autoptr (GFile) file = g_file_new_for_path (folder);

  remove_tree (file);
  g_clear_pointer (&folder, g_free);

  return result;
}

char *
app_path (const char *name)
{
  return g_build_filename (folder, name, NULL);
}

const char *
app_model (void)
{
  const char *model = g_getenv ("REKINDLE_MODEL");

  g_assert_nonnull (model);
  return model;
}

/* --- waiting ---------------------------------------------------------------------------------- */

static gboolean
wake_cb (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_REMOVE;
}

void
app_iterate (const char *awaited)
{
  gboolean woken = FALSE;
  guint wake;

  /* What other threads change need not wake the main context. */
  wake = g_timeout_add (LOOK_AGAIN_MS, wake_cb, &woken);
  test_awaited = awaited;
  g_main_context_iteration (NULL, TRUE);
  test_awaited = NULL;
  if (!woken)
    g_source_remove (wake);
}

void
app_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

gboolean
app_is_gone (GWeakRef *weak)
{
  g_autoptr (GObject) object = g_weak_ref_get (weak);

  return object == NULL;
}

static void
count_cb (int *count)
{
  (*count)++;
}

static void
free_count (gpointer  count,
            GClosure *closure)
{
  g_free (count);
}

int *
app_count (gpointer    object,
           const char *signal)
{
  int *count = g_new0 (int, 1);

  g_signal_connect_data (object, signal, G_CALLBACK (count_cb), count, free_count,
                         G_CONNECT_SWAPPED);

  return count;
}

/* --- clips ------------------------------------------------------------------------------------ */

static void
draw (OasisFrame *frame,
      int         n)
{
  for (int plane = 0; plane < 3; plane++)
    for (int y = 0; y < oasis_frame_plane_height (&frame->format, plane); y++)
      for (int x = 0; x < oasis_frame_plane_width (&frame->format, plane); x++)
        frame->data[plane][y * frame->stride[plane] + x] =
          32 + (x * 3 + y * 2 + n * 5 + plane * 40) % 180;
}

/* The luma's light and dark change places. */
static void
invert (OasisFrame *frame)
{
  for (int y = 0; y < frame->format.height; y++)
    for (int x = 0; x < frame->format.width; x++)
      frame->data[0][y * frame->stride[0] + x] ^= 0xff;
}

static void
write_film (const char *path,
            int         chroma_shift_y,
            const char *codec,
            int         n_frames,
            int         cut)
{
  const OasisMediaTarget target = {
    .target = {
      .format = {
        .width = 48,
        .height = 32,
        .depth = 8,
        .planes = 3,
        .chroma_shift_x = 1,
        .chroma_shift_y = chroma_shift_y,
        .matrix = OASIS_MATRIX_BT470BG,
        .primaries = 2,
        .transfer = 2,
        .sample_aspect = { 1, 1 },
      },
      .frame_rate = { 25, 1 },
      .replace = true,
    },
    .codec = codec,
    .quality = -1,
  };
  OasisSink *sink = NULL;
  OasisError error;

  if (oasis_media_sink_open (path, &target, &sink, &error) != OASIS_OK)
    g_error ("%s: %s", error.subject, error.detail);

  for (int i = 0; i < n_frames; i++)
    {
      OasisFrame *frame = oasis_frame_new (&target.target.format);

      frame->pts = i;
      frame->duration = 1;
      frame->time_base = (OasisRational) { 1, 25 };
      draw (frame, i);
      if (i >= cut)
        invert (frame);
      g_assert_cmpint (oasis_sink_write (sink, frame, &error), ==, OASIS_OK);
      oasis_frame_unref (&frame);
    }

  g_assert_cmpint (oasis_sink_finish (sink, &error), ==, OASIS_OK);
  oasis_sink_close (&sink);
}

void
app_write_scenes (const char *path,
                  int         n_frames,
                  int         cut)
{
  write_film (path, 1, NULL, n_frames, cut);
}

void
app_write_clip (const char *path,
                int         n_frames)
{
  app_write_scenes (path, n_frames, n_frames);
}

void
app_write_fine_clip (const char *path,
                     int         n_frames)
{
  write_film (path, 0, "ffv1", n_frames, n_frames);
}

void
app_analyse_clip (const char *path)
{
  char folder[4096];
  const OasisAnalyseParams params = { .index_folder = folders_cache ("index", folder, sizeof folder) };
  OasisAnalysis *analysis = NULL;
  OasisError error;

  if (oasis_media_analyse (path, &params, &analysis, &error) != OASIS_OK)
    g_error ("%s: %s", error.subject, error.detail);
  oasis_analysis_free (&analysis);
}

static void
store_result_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

RkClip *
app_open_clip (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  RkClip *clip;

  rk_clip_open_async (file, NULL, NULL, NULL, NULL, store_result_cb, &result);
  app_wait_until (result != NULL);
  clip = rk_clip_open_finish (result, &error);
  g_assert_no_error (error);

  return clip;
}

/* --- previews --------------------------------------------------------------------------------- */

void
app_set_recipe (RkRecipe *recipe)
{
  rk_recipe_set_model (recipe, app_model ());
  rk_recipe_set_device (recipe, "reference");
  rk_recipe_set_scale (recipe, 1);
}

RkPreview *
app_open_preview (RkPreviewStore *store,
                  RkCatalogue    *catalogue,
                  RkClip         *clip)
{
  g_autoptr (RkRecipe) recipe = rk_recipe_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  RkPreview *preview;

  app_set_recipe (recipe);
  rk_preview_open_async (store, catalogue, clip, recipe, NULL, store_result_cb, &result);
  app_wait_until (result != NULL);
  preview = rk_preview_open_finish (result, &error);
  g_assert_no_error (error);

  return preview;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void
failed_cb (App          *app,
           const GError *error)
{
  g_ptr_array_add (app->errors, g_error_copy (error));
}

static void
over_cb (App   *app,
         RkJob *job)
{
  if (rk_job_get_state (job) == RK_JOB_FAILED)
    failed_cb (app, rk_job_get_error (job));
}

void
app_set_up (App           *app,
            gconstpointer  data)
{
  static int n;
  g_autofree char *name = g_strdup_printf ("store-%d", n);
  g_autofree char *state = g_strdup_printf ("state-%d", n);
  g_autofree char *target = g_strdup_printf ("target-%d.mkv", n++);

  app->folder = app_path (name);
  app->state = app_path (state);
  app->target = app_path (target);
  app->errors = g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
  app->catalogue = rk_catalogue_new ();
  app->store = rk_preview_store_new (app->folder);
  app->queue = rk_queue_new (app->catalogue, app->store, app->state);
  app->session = rk_session_new (app->queue, app->store, app->catalogue);
  app_set_recipe (rk_session_get_recipe (app->session));
  g_signal_connect_swapped (app->session, "failed", G_CALLBACK (failed_cb), app);
  g_signal_connect_swapped (app->queue, "over", G_CALLBACK (over_cb), app);
}

void
app_tear_down (App           *app,
               gconstpointer  data)
{
  app_assert_finalized (app->session);
  app_assert_finalized (app->queue);
  app_assert_finalized (app->store);
  app_assert_finalized (app->catalogue);
  g_ptr_array_unref (app->errors);
  g_free (app->folder);
  g_free (app->state);
  g_free (app->target);
}

void
app_open (App        *app,
          const char *name,
          int         n_frames)
{
  g_autofree char *path = app_path (name);

  app_write_clip (path, n_frames);
  app_open_path (app, path);
}

void
app_open_path (App        *app,
               const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  rk_session_open (app->session, file);
  app_wait_until (rk_session_get_clip (app->session) != NULL &&
                  rk_session_get_preview (app->session) != NULL);
}

void
app_finish_jobs (App *app)
{
  app_wait_until (rk_session_get_job (app->session) == NULL);
}

RkPlayhead *
app_get_playhead (App *app)
{
  return rk_session_get_playhead (app->session);
}

RkPicture *
app_dup_after (App    *app,
               gint64  frame)
{
  RkFrameReader *after = rk_playhead_get_after (app_get_playhead (app));

  return after != NULL ? rk_frame_reader_dup (after, frame) : NULL;
}

/* --- exports ---------------------------------------------------------------------------------- */

RkExportSettings
app_export_settings (GFile *target)
{
  return (RkExportSettings) {
    .target = target,
    .codec = "ffv1",
    .quality = -1,
    .sound = "none",
  };
}

RkJob *
app_export (App                    *app,
            const RkExportSettings *settings)
{
  RkJob *job = g_object_ref (rk_session_export (app->session, settings));

  app_wait_until (rk_job_is_over (job));

  return job;
}

void
app_assert_only (const char *path,
                 const char *name)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *child;
  int n = 0;

  g_assert_nonnull (dir);
  for (; (child = g_dir_read_name (dir)) != NULL; n++)
    g_assert_cmpstr (child, ==, name);
  g_assert_cmpint (n, ==, name != NULL);
}

/* --- frames ----------------------------------------------------------------------------------- */

static GBytes *
pack (const OasisFrame *frame)
{
  GByteArray *bytes = g_byte_array_new ();

  for (int plane = 0; plane < frame->format.planes; plane++)
    for (int y = 0; y < oasis_frame_plane_height (&frame->format, plane); y++)
      g_byte_array_append (bytes, frame->data[plane] + y * frame->stride[plane],
                           oasis_frame_plane_width (&frame->format, plane) *
                           oasis_frame_sample_bytes (&frame->format));

  return g_byte_array_free_to_bytes (bytes);
}

GPtrArray *
app_read_source (OasisSource *source)
{
  GPtrArray *frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  OasisFrame *frame = NULL;
  OasisError error;

  while (oasis_source_read (source, &frame, &error) == OASIS_OK && frame != NULL)
    {
      g_ptr_array_add (frames, pack (frame));
      oasis_frame_unref (&frame);
    }
  g_assert_cmpint (frames->len, ==, oasis_source_info (source)->frames);

  return frames;
}

GPtrArray *
app_read_frames (const char *path)
{
  OasisSource *source = NULL;
  OasisError error;
  GPtrArray *frames;

  if (oasis_media_source_open (path, NULL, &source, &error) != OASIS_OK)
    g_error ("%s: %s", error.subject, error.detail);
  frames = app_read_source (source);
  oasis_source_close (&source);

  return frames;
}

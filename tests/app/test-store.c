/* The preview store: what is kept, what goes first, what is damaged.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

#include <glib/gstdio.h>
#include <utime.h>

#include "rk-error.h"
#include "rk-preview-job.h"

#define CLIP_FRAMES 55 /* four chunks */

static void
assert_chunks (RkPreview  *preview,
               const char *expected)
{
  g_autoptr (GString) chunks = g_string_new (NULL);

  for (gint64 i = 0; i < rk_preview_get_n_chunks (preview); i++)
    g_string_append_c (chunks, rk_preview_has_chunk (preview, i) ? '1' : '0');
  g_assert_cmpstr (chunks->str, ==, expected);
}

static char *
folder_of (RkPreview *preview)
{
  g_autofree char *path = rk_preview_dup_chunk_path (preview, 0);

  return g_path_get_dirname (path);
}

/* As when the program begins anew: the store lists its folder. */
static void
reopen_store (App *app)
{
  g_object_unref (app->store);
  app->store = rk_preview_store_new (app->folder);
}

/* Takes a preview, and finds it in the store that there is now. */
static RkPreview *
open_again (App       *app,
            RkPreview *preview)
{
  g_autoptr (RkClip) clip = g_object_ref (rk_preview_get_clip (preview));

  app_assert_finalized (preview);
  return app_open_preview (app->store, app->catalogue, clip);
}

/* Restores frames first <= n < end. */
static void
restore (App       *app,
         RkPreview *preview,
         gint64     first,
         gint64     end)
{
  RkJob *job = rk_preview_job_new ("Preview", preview, first, end);

  rk_queue_add (app->queue, job);
  app_wait_until (rk_job_is_over (job));
  g_assert_no_error (rk_job_get_error (job));
  g_assert_cmpint (rk_job_get_state (job), ==, RK_JOB_DONE);
  app_assert_finalized (job);
  app_settle ();
}

/* Seconds ago at which a segment was last used. */
static void
set_used (RkPreview *preview,
          int        chunk,
          int        seconds_ago)
{
  g_autofree char *path = rk_preview_dup_chunk_path (preview, chunk);
  const gint64 time = g_get_real_time () / G_USEC_PER_SEC - seconds_ago;

  g_assert_cmpint (g_utime (path, &(struct utimbuf) { time, time }), ==, 0);
}

static void
remove_file (const char *path)
{
  g_assert_cmpint (g_unlink (path), ==, 0);
}

static guint64
segment_size (RkPreview *preview,
              int        chunk)
{
  g_autofree char *path = rk_preview_dup_chunk_path (preview, chunk);
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return info.st_size;
}

static RkPreview *
open_restored (App        *app,
               const char *name)
{
  g_autofree char *path = app_path (name);
  g_autoptr (RkClip) clip = NULL;
  RkPreview *preview;

  app_write_clip (path, CLIP_FRAMES);
  clip = app_open_clip (path);
  preview = app_open_preview (app->store, app->catalogue, clip);
  assert_chunks (preview, "0000");
  restore (app, preview, 0, CLIP_FRAMES);
  assert_chunks (preview, "1111");

  return preview;
}

static void
test_chunks (App           *app,
             gconstpointer  data)
{
  g_autofree char *path = app_path ("chunks.mp4");
  g_autoptr (RkClip) clip = NULL;
  RkPreview *preview;
  gint64 next = 0, first, end;
  int *changes;

  app_write_clip (path, CLIP_FRAMES);
  clip = app_open_clip (path);
  preview = app_open_preview (app->store, app->catalogue, clip);
  changes = app_count (preview, "changed");
  g_assert_true (rk_preview_get_clip (preview) == clip);
  g_assert_cmpint (rk_preview_get_format (preview)->width, ==, 48);

  /* Every frame is owned by one chunk. */
  g_assert_cmpint (rk_preview_get_n_chunks (preview), ==, 4);
  for (gint64 i = 0; i < 4; i++)
    {
      rk_preview_get_chunk_range (preview, i, &first, &end);
      g_assert_cmpint (first, ==, next);
      g_assert_cmpint (rk_preview_get_chunk_at (preview, first), ==, i);
      g_assert_cmpint (rk_preview_get_chunk_at (preview, end - 1), ==, i);
      next = end;
    }
  g_assert_cmpint (next, ==, CLIP_FRAMES);
  g_assert_cmpint (rk_preview_get_chunk_at (preview, -5), ==, 0);
  g_assert_cmpint (rk_preview_get_chunk_at (preview, 1000), ==, 3);
  g_assert_false (rk_preview_find_run (preview, 0, &first, &end));

  /* A range restores the chunks that it touches. */
  rk_preview_get_chunk_range (preview, 2, &first, &end);
  restore (app, preview, first, first + 1);
  assert_chunks (preview, "0010");
  g_assert_cmpint (*changes, ==, 1);
  restore (app, preview, 0, 1);
  assert_chunks (preview, "1010");

  /* What is there is not computed again. */
  set_used (preview, 0, 1000);
  restore (app, preview, 0, CLIP_FRAMES);
  assert_chunks (preview, "1111");
  {
    g_autofree char *kept = rk_preview_dup_chunk_path (preview, 0);
    GStatBuf info;

    g_assert_cmpint (g_stat (kept, &info), ==, 0);
    g_assert_cmpint (info.st_mtime, <, g_get_real_time () / G_USEC_PER_SEC - 500);
  }

  g_assert_true (rk_preview_find_run (preview, 0, &first, &end));
  g_assert_cmpint (first, ==, 0);
  g_assert_cmpint (end, ==, CLIP_FRAMES);
  g_assert_false (rk_preview_find_run (preview, CLIP_FRAMES, &first, &end));
  app_assert_finalized (preview);

  /* Who opens it anew finds it. */
  preview = app_open_preview (app->store, app->catalogue, clip);
  assert_chunks (preview, "1111");
  app_assert_finalized (preview);
}

static void
test_runs (App           *app,
           gconstpointer  data)
{
  RkPreview *preview = open_restored (app, "runs.mp4");
  g_autofree char *second = rk_preview_dup_chunk_path (preview, 1);
  OasisSource *source = NULL;
  gint64 first, end, chunk_first, chunk_end;

  remove_file (second);
  g_assert_false (rk_preview_open_chunk (preview, 1, &source, NULL));
  assert_chunks (preview, "1011");

  g_assert_true (rk_preview_find_run (preview, 0, &first, &end));
  rk_preview_get_chunk_range (preview, 0, &chunk_first, &chunk_end);
  g_assert_cmpint (first, ==, chunk_first);
  g_assert_cmpint (end, ==, chunk_end);

  g_assert_true (rk_preview_find_run (preview, end, &first, &end));
  rk_preview_get_chunk_range (preview, 2, &chunk_first, &chunk_end);
  g_assert_cmpint (first, ==, chunk_first);
  g_assert_cmpint (end, ==, CLIP_FRAMES);

  app_settle ();
  app_assert_finalized (preview);
}

/* A restored chunk is a file of the frames that it owns, in the output format. */
static void
test_open_chunk (App           *app,
                 gconstpointer  data)
{
  RkPreview *preview = open_restored (app, "open.mp4");
  g_autoptr (GError) error = NULL;
  OasisSource *source;
  gint64 first, end;

  for (gint64 i = 0; i < 4; i++)
    {
      rk_preview_get_chunk_range (preview, i, &first, &end);
      g_assert_true (rk_preview_open_chunk (preview, i, &source, &error));
      g_assert_cmpint (oasis_source_info (source)->frames, ==, end - first);
      g_assert_true (oasis_frame_format_equal (&oasis_source_info (source)->format,
                                               rk_preview_get_format (preview)));
      oasis_source_close (&source);
    }

  app_assert_finalized (preview);
}

static void
test_eviction (App           *app,
               gconstpointer  data)
{
  RkPreview *old = open_restored (app, "old.mp4");
  RkPreview *young = open_restored (app, "young.mp4");
  const guint64 size = rk_preview_store_get_size (app->store);
  g_autofree char *folder = folder_of (young);
  OasisSource *source;

  set_used (old, 0, 400);
  set_used (young, 3, 300);
  set_used (old, 1, 200);
  set_used (old, 2, 100);
  set_used (old, 3, 90);
  set_used (young, 0, 80);
  set_used (young, 1, 70);
  set_used (young, 2, 60);
  reopen_store (app);
  old = open_again (app, old);
  young = open_again (app, young);
  g_assert_cmpuint (rk_preview_store_get_size (app->store), ==, size);

  /* Enough room: all stay. */
  rk_preview_store_set_limit (app->store, size);
  rk_preview_store_trim (app->store);
  g_assert_cmpuint (rk_preview_store_get_size (app->store), ==, size);

  /* One byte too much costs the one that was used longest ago. */
  rk_preview_store_set_limit (app->store, size - 1);
  rk_preview_store_trim (app->store);
  assert_chunks (old, "0111");
  assert_chunks (young, "1111");

  /* Reading is using. */
  g_assert_true (rk_preview_open_chunk (young, 3, &source, NULL));
  oasis_source_close (&source);
  rk_preview_store_set_limit (app->store, rk_preview_store_get_size (app->store) - 1);
  rk_preview_store_trim (app->store);
  assert_chunks (old, "0011");
  assert_chunks (young, "1111");

  /* What is pinned stays, even where the limit says otherwise. */
  rk_preview_pin (old);
  rk_preview_store_set_limit (app->store, 0);
  rk_preview_store_trim (app->store);
  assert_chunks (old, "0011");
  assert_chunks (young, "0000");
  g_assert_cmpuint (rk_preview_store_get_size (app->store), ==,
                    segment_size (old, 2) + segment_size (old, 3));
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  rk_preview_store_clear (app->store);
  assert_chunks (old, "0011");

  rk_preview_unpin (old);
  rk_preview_store_clear (app->store);
  assert_chunks (old, "0000");
  g_assert_cmpuint (rk_preview_store_get_size (app->store), ==, 0);

  app_settle ();
  app_assert_finalized (old);
  app_assert_finalized (young);
}

/* A new segment pushes old ones out while the job runs, and those who watch hear of it. */
static void
test_eviction_while_writing (App           *app,
                             gconstpointer  data)
{
  g_autofree char *path = app_path ("small.mp4");
  g_autoptr (RkClip) clip = NULL;
  RkPreview *large = open_restored (app, "large.mp4");
  RkPreview *small;
  int *changes;

  for (int i = 0; i < 4; i++)
    set_used (large, i, 1000 - i);
  reopen_store (app);
  large = open_again (app, large);
  rk_preview_store_set_limit (app->store, rk_preview_store_get_size (app->store));
  changes = app_count (large, "changed");

  app_write_clip (path, 5);
  clip = app_open_clip (path);
  small = app_open_preview (app->store, app->catalogue, clip);
  restore (app, small, 0, 5);
  assert_chunks (small, "1");
  assert_chunks (large, "0111");
  g_assert_cmpint (*changes, ==, 1);

  app_assert_finalized (small);
  app_assert_finalized (large);
}

/* Keys tell results apart: the same clip at another size has a place of its own. */
static void
test_keys (App           *app,
           gconstpointer  data)
{
  g_autoptr (RkPreview) preview = open_restored (app, "keys.mp4");
  RkRecipe *recipe = rk_session_get_recipe (app->session);
  g_autofree char *path = app_path ("keys.mp4");
  g_autoptr (GFile) file = g_file_new_for_path (path);

  rk_session_open (app->session, file);
  app_wait_until (rk_session_get_preview (app->session) != NULL);
  assert_chunks (rk_session_get_preview (app->session), "1111");

  rk_recipe_set_scale (recipe, 1.5);
  app_wait_until (rk_preview_get_format (rk_session_get_preview (app->session))->width == 72);
  assert_chunks (rk_session_get_preview (app->session), "0000");

  rk_recipe_set_scale (recipe, 1);
  app_wait_until (rk_preview_get_format (rk_session_get_preview (app->session))->width == 48);
  assert_chunks (rk_session_get_preview (app->session), "1111");
}

static void
assert_damage_is_noticed (App        *app,
                          const char *name,
                          void      (*damage) (const char *path))
{
  RkPreview *preview = open_restored (app, name);
  g_autofree char *path = rk_preview_dup_chunk_path (preview, 1);
  g_autofree char *file = g_path_get_basename (path);
  g_autoptr (GError) error = NULL;
  OasisSource *source = NULL;
  int *changes;

  changes = app_count (preview, "changed");
  damage (path);
  g_assert_false (rk_preview_open_chunk (preview, 1, &source, &error));
  g_assert_error (error, RK_ENGINE_ERROR, OASIS_ERR_INPUT);
  g_assert_nonnull (strstr (error->message, file));
  g_assert_null (source);
  assert_chunks (preview, "1011");
  app_wait_until (*changes == 1);

  /* It is gone for whoever comes next, and is made anew. */
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  restore (app, preview, 0, CLIP_FRAMES);
  assert_chunks (preview, "1111");
  g_assert_true (rk_preview_open_chunk (preview, 1, &source, NULL));
  oasis_source_close (&source);

  app_assert_finalized (preview);
}

static void
overwrite (const char *path)
{
  g_assert_true (g_file_set_contents (path, "no segment any more", -1, NULL));
}

static void
cut_short (const char *path)
{
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (path, bytes, size / 2, NULL));
}

static void
test_overwritten (App           *app,
                  gconstpointer  data)
{
  assert_damage_is_noticed (app, "overwritten.mp4", overwrite);
}

static void
test_removed (App           *app,
              gconstpointer  data)
{
  assert_damage_is_noticed (app, "removed.mp4", remove_file);
}

static void
test_cut_short (App           *app,
                gconstpointer  data)
{
  assert_damage_is_noticed (app, "cut-short.mp4", cut_short);
}

/* Turns a byte in the middle, in place. */
static void
flip_byte (const char *path)
{
  FILE *file = fopen (path, "r+b");
  long place;
  int byte;

  g_assert_nonnull (file);
  g_assert_cmpint (fseek (file, 0, SEEK_END), ==, 0);
  place = ftell (file) / 2;
  g_assert_cmpint (fseek (file, place, SEEK_SET), ==, 0);
  byte = fgetc (file);
  g_assert_cmpint (fseek (file, place, SEEK_SET), ==, 0);
  fputc (byte ^ 0xff, file);
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
test_flipped (App           *app,
              gconstpointer  data)
{
  assert_damage_is_noticed (app, "flipped.mp4", flip_byte);
}

/* One that is damaged after it was opened is dropped when that is read. It is larger than what FFmpeg
 * buffers of a file's beginning and end. */
static void
test_flipped_late (App           *app,
                   gconstpointer  data)
{
  RkPreview *preview;
  g_autofree char *path = NULL;
  OasisSource *source = NULL;
  OasisError error;
  OasisStatus status = OASIS_OK;
  gint64 n_frames;

  app_open (app, "flipped-late.mp4", CLIP_FRAMES);
  rk_recipe_set_scale (rk_session_get_recipe (app->session), 4);
  app_wait_until (rk_preview_get_format (rk_session_get_preview (app->session))->height == 128);
  preview = rk_session_get_preview (app->session);
  restore (app, preview, 0, 20);
  assert_chunks (preview, "1100");
  path = rk_preview_dup_chunk_path (preview, 1);

  g_assert_true (rk_preview_open_chunk (preview, 1, &source, NULL));
  flip_byte (path);
  n_frames = oasis_source_info (source)->frames;
  for (gint64 i = 0; i < n_frames && status == OASIS_OK; i++)
    {
      OasisFrame *frame = NULL;

      status = oasis_source_read (source, &frame, &error);
      oasis_frame_unref (&frame);
    }
  g_assert_cmpint (status, ==, OASIS_ERR_INPUT);
  g_assert_cmpstr (error.subject, ==, path);
  oasis_source_close (&source);
  assert_chunks (preview, "1000");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* What other programs leave in the folder is not taken for a segment. */
static void
test_strangers (App           *app,
                gconstpointer  data)
{
  RkPreview *preview = open_restored (app, "strangers.mp4");
  g_autofree char *first = rk_preview_dup_chunk_path (preview, 1);
  g_autofree char *folder = NULL;
  static const char *const strangers[] = {
    "1.mkv", "00000001.mkv.bak", "99999999.mkv", "notes.txt",
  };

  remove_file (first);
  folder = folder_of (preview);
  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      g_autofree char *path = g_build_filename (folder, strangers[i], NULL);

      g_assert_true (g_file_set_contents (path, "stranger", -1, NULL));
    }

  reopen_store (app);
  preview = open_again (app, preview);
  assert_chunks (preview, "1011");
  app_assert_finalized (preview);
  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      g_autofree char *path = g_build_filename (folder, strangers[i], NULL);

      g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
    }
}

/* What a job that died has left is removed in time; what is being written is not. */
static void
test_left_behind (App           *app,
                  gconstpointer  data)
{
  RkPreview *preview = open_restored (app, "left-behind.mp4");
  const guint64 size = rk_preview_store_get_size (app->store);
  g_autofree char *folder = folder_of (preview);
  g_autofree char *old = g_build_filename (folder, ".00000001.part.mkv", NULL);
  g_autofree char *young = g_build_filename (folder, ".00000002.part.mkv", NULL);
  const gint64 yesterday = g_get_real_time () / G_USEC_PER_SEC - 24 * 3600;

  g_assert_true (g_file_set_contents (old, "left", -1, NULL));
  g_assert_true (g_file_set_contents (young, "written", -1, NULL));
  g_assert_cmpint (g_utime (old, &(struct utimbuf) { yesterday, yesterday }), ==, 0);

  reopen_store (app);
  preview = open_again (app, preview);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  assert_chunks (preview, "1111");
  g_assert_cmpuint (rk_preview_store_get_size (app->store), ==, size);

  rk_preview_store_clear (app->store);
  g_assert_true (g_file_test (young, G_FILE_TEST_EXISTS));
  assert_chunks (preview, "0000");
  app_settle ();
  app_assert_finalized (preview);
}

/* A device or model that is not there is refused with its name. */
static void
test_missing (App           *app,
              gconstpointer  data)
{
  g_autofree char *path = app_path ("missing.mp4");
  RkRecipe *recipe = rk_session_get_recipe (app->session);
  const GError *error;

  app_open (app, "missing.mp4", 5);
  rk_recipe_set_device (recipe, "cuda:77");
  app_wait_until (app->errors->len == 1);
  error = g_ptr_array_index (app->errors, 0);
  g_assert_error (error, RK_ENGINE_ERROR, OASIS_ERR_DEVICE);
  g_assert_nonnull (strstr (error->message, "cuda:77"));
  g_assert_null (rk_session_get_preview (app->session));

  rk_recipe_set_device (recipe, "reference");
  app_wait_until (rk_session_get_preview (app->session) != NULL);
  rk_recipe_set_model (recipe, "/nowhere/model.safetensors");
  app_wait_until (app->errors->len == 2);
  error = g_ptr_array_index (app->errors, 1);
  g_assert_error (error, RK_ENGINE_ERROR, OASIS_ERR_MODEL);
  g_assert_nonnull (strstr (error->message, "model.safetensors"));
  g_assert_null (rk_session_get_preview (app->session));
}

/* Where a cut becomes known, chunks that lie before it are what they were; of those behind it each
 * is of other frames, whatever its index. */
static void
test_cut (App           *app,
          gconstpointer  data)
{
  g_autofree char *path = app_path ("cut.mp4");
  g_autoptr (RkClip) clip = NULL;
  g_autoptr (RkPreview) preview = NULL;
  gint64 first, end;
  gsize n_cuts;

  app_write_scenes (path, CLIP_FRAMES, 22);
  clip = app_open_clip (path);
  preview = app_open_preview (app->store, app->catalogue, clip);
  restore (app, preview, 0, CLIP_FRAMES);
  assert_chunks (preview, "1111");
  g_clear_object (&preview);
  g_clear_object (&clip);

  app_analyse_clip (path);
  clip = app_open_clip (path);
  g_assert_cmpint (rk_clip_get_cuts (clip, &n_cuts)[0], ==, 22);
  g_assert_cmpint (n_cuts, ==, 1);
  preview = app_open_preview (app->store, app->catalogue, clip);
  assert_chunks (preview, "10000");
  for (int i = 0; i < rk_preview_get_n_chunks (preview); i++)
    {
      rk_preview_get_chunk_range (preview, i, &first, &end);
      g_assert_true (end <= 22 || first >= 22);
    }

  restore (app, preview, 0, CLIP_FRAMES);
  assert_chunks (preview, "11111");
}

int
main (int   argc,
      char *argv[])
{
  app_test_init (&argc, &argv);

  app_add ("/store/chunks", test_chunks);
  app_add ("/store/runs", test_runs);
  app_add ("/store/cut", test_cut);
  app_add ("/store/open-chunk", test_open_chunk);
  app_add ("/store/eviction", test_eviction);
  app_add ("/store/eviction-while-writing", test_eviction_while_writing);
  app_add ("/store/keys", test_keys);
  app_add ("/store/overwritten", test_overwritten);
  app_add ("/store/removed", test_removed);
  app_add ("/store/cut-short", test_cut_short);
  app_add ("/store/flipped", test_flipped);
  app_add ("/store/flipped-late", test_flipped_late);
  app_add ("/store/strangers", test_strangers);
  app_add ("/store/left-behind", test_left_behind);
  app_add ("/store/missing", test_missing);

  return app_test_run ();
}

/* A session: opening, the playhead, the range, previews and how they reach the screen.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

#include <glib/gstdio.h>

#include "rk-error.h"
#include "rk-preview-private.h"

static RkPlayhead *
get_playhead (App *app)
{
  return rk_session_get_playhead (app->session);
}

/* The picture of a frame on the after side, NULL while it is on its way. */
static RkPicture *
dup_after (App    *app,
           gint64  frame)
{
  RkFrameReader *after = rk_playhead_get_after (get_playhead (app));

  return after != NULL ? rk_frame_reader_dup (after, frame) : NULL;
}

typedef enum {
  UNKNOWN,
  MISSING,
  RESTORED,
} Shown;

static Shown
get_shown (App    *app,
           gint64  frame)
{
  RkPicture *picture = dup_after (app, frame);
  const Shown shown = picture == NULL ? UNKNOWN : picture->rgba == NULL ? MISSING : RESTORED;

  g_clear_pointer (&picture, rk_picture_unref);
  return shown;
}

/* --- opening ---------------------------------------------------------------------------------- */

static void
test_open (App           *app,
           gconstpointer  data)
{
  g_autoptr (RkClip) clip = NULL;
  int *openings;
  int *clips;

  clips = app_count (app->session, "notify::clip");
  openings = app_count (app->session, "notify::opening");
  g_assert_null (rk_session_get_clip (app->session));
  g_assert_null (rk_playhead_get_before (get_playhead (app)));
  g_assert_null (rk_session_get_job (app->session));
  g_assert_true (rk_session_get_whole_range (app->session));

  app_open (app, "open.mp4", 25);
  g_assert_cmpint (*clips, ==, 1);
  g_assert_cmpint (*openings, ==, 2);
  g_assert_cmpint (rk_playhead_get_position (get_playhead (app)), ==, 0);
  g_assert_cmpint (rk_session_get_range_first (app->session), ==, 0);
  g_assert_cmpint (rk_session_get_range_end (app->session), ==, 25);
  g_assert_true (rk_session_get_whole_range (app->session));
  g_assert_false (rk_session_get_stale (app->session));
  g_assert_nonnull (rk_playhead_get_before (get_playhead (app)));
  g_assert_nonnull (rk_playhead_get_after (get_playhead (app)));

  clip = g_object_ref (rk_session_get_clip (app->session));
  rk_session_close (app->session);
  g_assert_null (rk_session_get_clip (app->session));
  g_assert_null (rk_session_get_preview (app->session));
  g_assert_null (rk_playhead_get_before (get_playhead (app)));
  g_assert_null (rk_playhead_get_after (get_playhead (app)));
  app_settle ();
  app_assert_finalized (g_steal_pointer (&clip));
  g_assert_cmpuint (app->errors->len, ==, 0);
}

/* The latest call wins, and one that fails leaves what is open. */
static void
test_open_twice (App           *app,
                 gconstpointer  data)
{
  g_autofree char *first_path = app_path ("twice-1.mp4");
  g_autofree char *second_path = app_path ("twice-2.mp4");
  g_autofree char *text_path = app_path ("twice.txt");
  g_autoptr (GFile) first = g_file_new_for_path (first_path);
  g_autoptr (GFile) second = g_file_new_for_path (second_path);
  g_autoptr (GFile) text = g_file_new_for_path (text_path);
  int *clips;

  app_write_clip (first_path, 5);
  app_write_clip (second_path, 6);
  g_assert_true (g_file_set_contents (text_path, "words", -1, NULL));
  clips = app_count (app->session, "notify::clip");

  rk_session_open (app->session, first);
  rk_session_open (app->session, second);
  app_wait_until (!rk_session_get_opening (app->session));
  g_assert_cmpint (rk_clip_get_n_frames (rk_session_get_clip (app->session)), ==, 6);
  g_assert_cmpint (*clips, ==, 1);

  rk_session_open (app->session, text);
  app_wait_until (app->errors->len == 1);
  g_assert_error ((GError *) app->errors->pdata[0], RK_ENGINE_ERROR, OASIS_ERR_INPUT);
  g_assert_cmpint (rk_clip_get_n_frames (rk_session_get_clip (app->session)), ==, 6);

  rk_session_open (app->session, first);
  rk_session_cancel_opening (app->session);
  g_assert_false (rk_session_get_opening (app->session));
  app_settle ();
  g_assert_cmpint (rk_clip_get_n_frames (rk_session_get_clip (app->session)), ==, 6);
  g_assert_cmpint (*clips, ==, 1);

  /* Dropped while a file is being opened. */
  rk_session_open (app->session, first);
}

/* --- playhead and range ----------------------------------------------------------------------- */

static void
test_position (App           *app,
               gconstpointer  data)
{
  int *positions;

  app_open (app, "position.mp4", 25);
  positions = app_count (get_playhead (app), "notify::position");

  rk_playhead_set_position (get_playhead (app), 7);
  rk_playhead_set_position (get_playhead (app), 7);
  g_assert_cmpint (rk_playhead_get_position (get_playhead (app)), ==, 7);
  g_assert_cmpint (*positions, ==, 1);
  rk_playhead_step (get_playhead (app), -2);
  g_assert_cmpint (rk_playhead_get_position (get_playhead (app)), ==, 5);
  rk_playhead_step (get_playhead (app), -20);
  g_assert_cmpint (rk_playhead_get_position (get_playhead (app)), ==, 0);
  rk_playhead_set_position (get_playhead (app), G_MAXINT64);
  g_assert_cmpint (rk_playhead_get_position (get_playhead (app)), ==, 24);
  rk_playhead_step (get_playhead (app), 1);
  g_assert_cmpint (rk_playhead_get_position (get_playhead (app)), ==, 24);
  g_assert_cmpint (*positions, ==, 4);
}

static void
test_range (App           *app,
            gconstpointer  data)
{
  static const struct {
    gint64 first, end; /* one of them is set, the other is -1 */
    gint64 then_first, then_end;
  } steps[] = {
    { 5, -1, 5, 25 },
    { -1, 10, 5, 10 },
    { 9, -1, 9, 10 },
    { 10, -1, 10, 11 },  /* pushes the end */
    { 20, -1, 20, 21 },
    { -1, 20, 19, 20 },  /* pushes the start */
    { -1, 3, 2, 3 },
    { 24, -1, 24, 25 },
    { 25, -1, 24, 25 },  /* one frame, at least */
    { 1000, -1, 24, 25 },
    { -1, 1000, 24, 25 },
    { -1, 0, 0, 1 },
    { -1, -7, 0, 1 },
    { 0, -1, 0, 1 },
    { -1, G_MAXINT64, 0, 25 },
  };
  gint64 preview_first, preview_end;
  int *ends;
  int *firsts;

  app_open (app, "range.mp4", 25);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      if (steps[i].first != -1)
        rk_session_set_range_first (app->session, steps[i].first);
      else
        rk_session_set_range_end (app->session, steps[i].end);
      g_test_message ("step %u", i);
      g_assert_cmpint (rk_session_get_range_first (app->session), ==, steps[i].then_first);
      g_assert_cmpint (rk_session_get_range_end (app->session), ==, steps[i].then_end);
    }
  g_assert_true (rk_session_get_whole_range (app->session));

  firsts = app_count (app->session, "notify::range-first");
  ends = app_count (app->session, "notify::range-end");
  rk_session_set_range_first (app->session, 4);
  rk_session_set_range_first (app->session, 4);
  rk_session_set_range_end (app->session, 8);
  g_assert_cmpint (*firsts, ==, 1);
  g_assert_cmpint (*ends, ==, 1);
  rk_session_set_range_first (app->session, 9);
  g_assert_cmpint (*firsts, ==, 2);
  g_assert_cmpint (*ends, ==, 2);

  /* What would be restored: the range, or, of the whole clip, the playhead's chunk. */
  rk_session_get_preview_range (app->session, &preview_first, &preview_end);
  g_assert_cmpint (preview_first, ==, 9);
  g_assert_cmpint (preview_end, ==, 10);
  rk_session_set_range_first (app->session, 0);
  rk_session_set_range_end (app->session, 25);
  rk_playhead_set_position (get_playhead (app), 24);
  rk_session_get_preview_range (app->session, &preview_first, &preview_end);
  g_assert_cmpint (preview_first, >, 10);
  g_assert_cmpint (preview_end, ==, 25);
}

/* Playing keeps both sides in step and stops at the end. */
static void
test_playing (App           *app,
              gconstpointer  data)
{
  gint64 time_us = 1000000, last = 0;

  app_open (app, "playing.mp4", 25);
  rk_playhead_set_picture_size (get_playhead (app), 32, 24);
  rk_playhead_set_position (get_playhead (app), 20);
  rk_playhead_set_playing (get_playhead (app), TRUE);
  g_assert_true (rk_playhead_get_playing (get_playhead (app)));

  while (rk_playhead_get_playing (get_playhead (app)))
    {
      const gint64 position = rk_playhead_get_position (get_playhead (app));

      g_assert_cmpint (position, >=, last);
      last = position;
      rk_playhead_tick (get_playhead (app), time_us);
      time_us += 20000;
      if (rk_playhead_get_position (get_playhead (app)) != position)
        {
          const gint64 now = rk_playhead_get_position (get_playhead (app));
          RkFrameReader *reader = rk_playhead_get_before (get_playhead (app));
          g_autoptr (RkPicture) before = rk_frame_reader_dup (reader, now);
          g_autoptr (RkPicture) after = dup_after (app, now);

          g_assert_nonnull (before);
          g_assert_nonnull (after);
        }
      g_main_context_iteration (NULL, FALSE);
      g_thread_yield ();
      g_assert_cmpint (time_us, <, G_GINT64_CONSTANT (1000000000000));
    }
  g_assert_cmpint (rk_playhead_get_position (get_playhead (app)), ==, 24);

  /* From the end it starts anew; a step stops it. */
  rk_playhead_set_playing (get_playhead (app), TRUE);
  g_assert_cmpint (rk_playhead_get_position (get_playhead (app)), ==, 0);
  rk_playhead_step (get_playhead (app), 1);
  g_assert_false (rk_playhead_get_playing (get_playhead (app)));
}

/* The picture of the position once it is exact. */
static RkPicture *
wait_for_picture (App *app)
{
  RkPlayhead *playhead = get_playhead (app);
  RkFrameReader *reader = rk_playhead_get_before (playhead);
  RkPicture *picture;

  app_wait_until ((picture = rk_frame_reader_dup (reader, rk_playhead_get_position (playhead))) != NULL &&
                  (rk_picture_is_exact (picture) || (rk_picture_unref (picture), FALSE)));

  return picture;
}

#define N_PICTURES 25

/* Fills in the pictures of all frames by steps on. */
static void
read_pictures (App        *app,
               const char *name,
               RkPicture  *pictures[N_PICTURES])
{
  app_open (app, name, N_PICTURES);
  rk_playhead_set_picture_size (get_playhead (app), 32, 24);
  for (guint i = 0; i < N_PICTURES; i++)
    {
      rk_playhead_set_position (get_playhead (app), i);
      pictures[i] = wait_for_picture (app);
      g_assert_true (i == 0 || !g_bytes_equal (pictures[i]->rgba, pictures[i - 1]->rgba));
    }
}

static void
free_pictures (RkPicture *pictures[N_PICTURES])
{
  for (guint i = 0; i < N_PICTURES; i++)
    g_clear_pointer (&pictures[i], rk_picture_unref);
}

/* Frames that steps back pass are those that steps on pass. */
static void
test_steps_back (App           *app,
                 gconstpointer  data)
{
  RkPicture *pictures[N_PICTURES];

  read_pictures (app, "back.mp4", pictures);
  for (guint i = N_PICTURES; i-- > 0;)
    {
      g_autoptr (RkPicture) again = NULL;

      rk_playhead_set_position (get_playhead (app), i);
      again = wait_for_picture (app);
      g_assert_cmpint (again->frame, ==, i);
      g_assert_true (g_bytes_equal (again->rgba, pictures[i]->rgba));
    }
  free_pictures (pictures);
}

/* However the playhead moves, and whether it waits or not: what is there for its frame is the
 * picture of the frame that it says it shows, and the exact one comes. */
static void
test_moves (App           *app,
            gconstpointer  data)
{
  RkFrameReader *reader;
  RkPicture *pictures[N_PICTURES];

  read_pictures (app, "moves.mp4", pictures);
  reader = rk_playhead_get_before (get_playhead (app));
  for (int move = 0; move < 200; move++)
    {
      const gint64 now = rk_playhead_get_position (get_playhead (app));
      const gint64 next = g_test_rand_bit () ? g_test_rand_int_range (0, N_PICTURES) : now + g_test_rand_int_range (-2, 3);
      g_autoptr (RkPicture) first = NULL;
      g_autoptr (RkPicture) exact = NULL;

      rk_playhead_set_position (get_playhead (app), MAX (next, 0));
      g_main_context_iteration (NULL, FALSE);
      first = rk_frame_reader_dup (reader, rk_playhead_get_position (get_playhead (app)));
      if (first != NULL)
        g_assert_true (g_bytes_equal (first->rgba, pictures[first->shows]->rgba));
      if (g_test_rand_bit ())
        continue;

      exact = wait_for_picture (app);
      g_assert_cmpint (exact->shows, ==, rk_playhead_get_position (get_playhead (app)));
      g_assert_true (g_bytes_equal (exact->rgba, pictures[exact->shows]->rgba));
    }
  free_pictures (pictures);
}

/* --- previews --------------------------------------------------------------------------------- */

/* What is not restored is shown as such, and is replaced once its chunk is there. */
static void
test_preview (App           *app,
              gconstpointer  data)
{
  int *ready;
  int *jobs;

  app_open (app, "preview.mp4", 25);
  jobs = app_count (app->session, "notify::job");
  ready = app_count (get_playhead (app), "pictures-ready");
  rk_playhead_set_picture_size (get_playhead (app), 32, 24);
  app_wait_until (get_shown (app, 0) == MISSING && *ready > 0);

  rk_session_preview (app->session);
  g_assert_nonnull (rk_session_get_job (app->session));
  g_assert_cmpint (*jobs, ==, 1);
  app_wait_until (get_shown (app, 0) == RESTORED);
  app_finish_jobs (app);
  g_assert_cmpint (*jobs, ==, 2);
  g_assert_cmpfloat (rk_session_get_last_rate (app->session), >=, 0);
  g_assert_true (rk_preview_has_chunk (rk_session_get_preview (app->session), 0));
  g_assert_false (rk_preview_has_chunk (rk_session_get_preview (app->session), 1));

  /* Size and bytes are those asked for. */
  {
    g_autoptr (RkPicture) picture = dup_after (app, 0);

    g_assert_cmpint (picture->width, ==, 32);
    g_assert_cmpint (picture->height, ==, 24);
    g_assert_cmpuint (g_bytes_get_size (picture->rgba), ==, picture->stride * 24);
    g_assert_true (rk_picture_is_exact (picture));
  }

  rk_playhead_set_position (get_playhead (app), 24);
  app_wait_until (get_shown (app, 24) == MISSING);
  g_assert_cmpuint (app->errors->len, ==, 0);
}

/* A cancel ends the job; what is finished stays; the next preview goes on from there. */
static void
test_cancel (App           *app,
             gconstpointer  data)
{
  RkPreview *preview;
  gint64 asked_us;
  gint64 first, end;

  app_open (app, "cancel.mp4", 200);
  preview = rk_session_get_preview (app->session);
  rk_session_set_range_end (app->session, 199);
  rk_session_preview (app->session);
  app_wait_until (rk_preview_find_run (preview, 0, &first, &end));

  asked_us = g_get_monotonic_time ();
  rk_session_cancel (app->session);
  app_finish_jobs (app);
  g_test_message ("cancelled after %.1f ms", (g_get_monotonic_time () - asked_us) / 1000.0);
  g_assert_true (rk_preview_has_chunk (preview, 0));
  g_assert_false (rk_preview_has_chunk (preview, rk_preview_get_n_chunks (preview) - 1));

  rk_session_preview (app->session);
  app_finish_jobs (app);
  g_assert_true (rk_preview_find_run (preview, 0, &first, &end));
  g_assert_cmpint (first, ==, 0);
  g_assert_cmpint (end, ==, 200);
  g_assert_cmpuint (app->errors->len, ==, 0);
}

/* A second preview waits for the first; cancelling takes both. */
static void
test_queue (App           *app,
            gconstpointer  data)
{
  RkJob *first, *second;
  RkPreview *preview;

  app_open (app, "queue.mp4", 55);
  preview = rk_session_get_preview (app->session);
  rk_session_preview (app->session);
  first = g_object_ref (rk_session_get_job (app->session));
  rk_playhead_set_position (get_playhead (app), 54);
  rk_session_preview (app->session);
  g_assert_true (rk_session_get_job (app->session) == first);
  g_assert_cmpuint (g_list_model_get_n_items (rk_worker_get_jobs (app->worker)), ==, 2);
  second = g_list_model_get_item (rk_worker_get_jobs (app->worker), 1);

  app_wait_until (rk_job_is_over (first));
  g_assert_cmpint (rk_job_get_state (first), ==, RK_JOB_DONE);
  app_finish_jobs (app);
  g_assert_cmpint (rk_job_get_state (second), ==, RK_JOB_DONE);
  g_assert_true (rk_preview_has_chunk (preview, 0));
  g_assert_false (rk_preview_has_chunk (preview, 1));
  g_assert_true (rk_preview_has_chunk (preview, 3));
  app_assert_finalized (first);
  app_assert_finalized (second);

  rk_session_set_range_end (app->session, 54);
  rk_session_preview (app->session);
  rk_session_preview (app->session);
  second = g_list_model_get_item (rk_worker_get_jobs (app->worker), 1);
  rk_session_cancel (app->session);
  app_finish_jobs (app);
  g_assert_cmpint (rk_job_get_state (second), ==, RK_JOB_CANCELLED);
  app_assert_finalized (second);
  g_assert_cmpuint (app->errors->len, ==, 0);
}

/* The same range twice at once: the second job finds all done. */
static void
test_same_twice (App           *app,
                 gconstpointer  data)
{
  RkJob *second;

  app_open (app, "same.mp4", 25);
  rk_session_preview (app->session);
  rk_session_preview (app->session);
  second = g_list_model_get_item (rk_worker_get_jobs (app->worker), 1);
  app_finish_jobs (app);
  g_assert_cmpint (rk_job_get_state (second), ==, RK_JOB_DONE);
  app_assert_finalized (second);
}

/* Another setting makes the preview stale until it is restored anew or set back. */
static void
test_stale (App           *app,
            gconstpointer  data)
{
  RkRecipe *recipe = rk_session_get_recipe (app->session);
  RkPreview *preview;
  int *changes;

  app_open (app, "stale.mp4", 5);
  changes = app_count (app->session, "notify::stale");
  preview = rk_session_get_preview (app->session);

  /* Nothing is restored: nothing can be stale. */
  rk_recipe_set_scale (recipe, 2);
  app_wait_until (rk_session_get_preview (app->session) != preview);
  g_assert_false (rk_session_get_stale (app->session));

  rk_session_preview (app->session);
  app_finish_jobs (app);
  g_assert_false (rk_session_get_stale (app->session));
  rk_recipe_set_scale (recipe, 1.5);
  app_wait_until (rk_session_get_stale (app->session));
  rk_recipe_set_scale (recipe, 2);
  app_wait_until (!rk_session_get_stale (app->session));

  rk_recipe_set_scale (recipe, 1);
  app_wait_until (rk_session_get_stale (app->session));
  rk_session_preview (app->session);
  app_finish_jobs (app);
  app_wait_until (!rk_session_get_stale (app->session));
  g_assert_cmpint (*changes, ==, 4);

  /* Two changes at once end at the last one. */
  rk_recipe_set_scale (recipe, 3);
  rk_recipe_set_scale (recipe, 2);
  app_wait_until (rk_preview_get_format (rk_session_get_preview (app->session))->width == 96);
  app_settle ();
  g_assert_false (rk_session_get_stale (app->session));
}

/* Strength is mixed on screen: the preview and its pictures stay. */
static void
test_strength (App           *app,
               gconstpointer  data)
{
  RkRecipe *recipe = rk_session_get_recipe (app->session);
  RkPreview *preview;
  RkFrameReader *after;
  int *previews;

  app_open (app, "strength.mp4", 5);
  rk_playhead_set_picture_size (get_playhead (app), 32, 24);
  rk_session_preview (app->session);
  app_finish_jobs (app);
  app_wait_until (get_shown (app, 0) == RESTORED);
  preview = rk_session_get_preview (app->session);
  after = rk_playhead_get_after (get_playhead (app));
  previews = app_count (app->session, "notify::preview");

  rk_recipe_set_strength (recipe, 0.5);
  app_settle ();
  g_assert_true (rk_session_get_preview (app->session) == preview);
  g_assert_true (rk_playhead_get_after (get_playhead (app)) == after);
  g_assert_cmpint (get_shown (app, 0), ==, RESTORED);
  g_assert_false (rk_session_get_stale (app->session));
  g_assert_cmpint (*previews, ==, 0);
}

/* Deinterlacing reads the file anew; place and range are kept. */
static void
test_deinterlace (App           *app,
                  gconstpointer  data)
{
  RkClip *clip;

  app_open (app, "deinterlace.mp4", 25);
  clip = rk_session_get_clip (app->session);
  rk_playhead_set_position (get_playhead (app), 9);
  rk_session_set_range_first (app->session, 5);
  rk_session_set_range_end (app->session, 20);

  rk_recipe_set_deinterlace (rk_session_get_recipe (app->session), RK_DEINTERLACE_ON);
  app_wait_until (rk_session_get_clip (app->session) != clip);
  clip = rk_session_get_clip (app->session);
  g_assert_cmpint (rk_clip_get_deinterlace (clip), ==, RK_DEINTERLACE_ON);
  g_assert_true (rk_clip_get_media_info (clip)->deinterlaced);
  g_assert_cmpint (rk_playhead_get_position (get_playhead (app)), ==, 9);
  g_assert_cmpint (rk_session_get_range_first (app->session), ==, 5);
  g_assert_cmpint (rk_session_get_range_end (app->session), ==, 20);
  app_wait_until (rk_session_get_preview (app->session) != NULL &&
                  rk_preview_get_clip (rk_session_get_preview (app->session)) == clip);
}

/* A kept segment that cannot be read is reported once, shown as missing, and can be made anew. */
static void
test_damaged (App           *app,
              gconstpointer  data)
{
  RkPreview *preview;
  g_autofree char *path = NULL;

  app_open (app, "damaged.mp4", 55);
  preview = rk_session_get_preview (app->session);
  rk_session_preview (app->session);
  app_finish_jobs (app);
  path = g_build_filename (_rk_preview_get_folder (preview), "00000000.mkv", NULL);
  g_assert_true (g_file_set_contents (path, "damaged", -1, NULL));

  rk_playhead_set_picture_size (get_playhead (app), 32, 24);
  app_wait_until (app->errors->len == 1);
  g_assert_error ((GError *) app->errors->pdata[0], RK_ENGINE_ERROR, OASIS_ERR_INPUT);
  app_wait_until (get_shown (app, 0) == MISSING);

  rk_session_preview (app->session);
  app_finish_jobs (app);
  app_wait_until (get_shown (app, 0) == RESTORED);
  g_assert_cmpuint (app->errors->len, ==, 1);
}

/* The session goes while its job runs, and its readers read. */
static void
test_dropped (App           *app,
              gconstpointer  data)
{
  app_open (app, "dropped.mp4", 200);
  rk_playhead_set_picture_size (get_playhead (app), 48, 32);
  rk_session_set_range_end (app->session, 199);
  rk_session_preview (app->session);
  app_wait_until (rk_job_get_state (rk_session_get_job (app->session)) == RK_JOB_RUNNING);
  rk_playhead_set_position (get_playhead (app), 150);
  app_assert_finalized (app->session);
  app_wait_until (!rk_worker_get_busy (app->worker));

  app->session = rk_session_new (app->worker, app->store);
}

int
main (int   argc,
      char *argv[])
{
  app_test_init (&argc, &argv);

  app_add ("/session/open", test_open);
  app_add ("/session/open-twice", test_open_twice);
  app_add ("/session/position", test_position);
  app_add ("/session/range", test_range);
  app_add ("/session/playing", test_playing);
  app_add ("/session/steps-back", test_steps_back);
  app_add ("/session/moves", test_moves);
  app_add ("/session/preview", test_preview);
  app_add ("/session/cancel", test_cancel);
  app_add ("/session/queue", test_queue);
  app_add ("/session/same-twice", test_same_twice);
  app_add ("/session/stale", test_stale);
  app_add ("/session/strength", test_strength);
  app_add ("/session/deinterlace", test_deinterlace);
  app_add ("/session/damaged", test_damaged);
  app_add ("/session/dropped", test_dropped);

  return app_test_run ();
}

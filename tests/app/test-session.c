/* A session: opening, the playhead and the range.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

#include "rk-error.h"

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
  g_assert_null (rk_playhead_get_before (app_get_playhead (app)));
  g_assert_null (rk_session_get_job (app->session));
  g_assert_true (rk_session_get_whole_range (app->session));

  app_open (app, "open.mp4", 25);
  g_assert_cmpint (*clips, ==, 1);
  g_assert_cmpint (*openings, ==, 2);
  g_assert_cmpint (rk_playhead_get_position (app_get_playhead (app)), ==, 0);
  g_assert_cmpint (rk_session_get_range_first (app->session), ==, 0);
  g_assert_cmpint (rk_session_get_range_end (app->session), ==, 25);
  g_assert_true (rk_session_get_whole_range (app->session));
  g_assert_false (rk_session_get_stale (app->session));
  g_assert_nonnull (rk_playhead_get_before (app_get_playhead (app)));
  g_assert_nonnull (rk_playhead_get_after (app_get_playhead (app)));

  clip = g_object_ref (rk_session_get_clip (app->session));
  rk_session_close (app->session);
  g_assert_null (rk_session_get_clip (app->session));
  g_assert_null (rk_session_get_preview (app->session));
  g_assert_null (rk_playhead_get_before (app_get_playhead (app)));
  g_assert_null (rk_playhead_get_after (app_get_playhead (app)));
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
  positions = app_count (app_get_playhead (app), "notify::position");

  rk_playhead_set_position (app_get_playhead (app), 7);
  rk_playhead_set_position (app_get_playhead (app), 7);
  g_assert_cmpint (rk_playhead_get_position (app_get_playhead (app)), ==, 7);
  g_assert_cmpint (*positions, ==, 1);
  rk_playhead_step (app_get_playhead (app), -2);
  g_assert_cmpint (rk_playhead_get_position (app_get_playhead (app)), ==, 5);
  rk_playhead_step (app_get_playhead (app), -20);
  g_assert_cmpint (rk_playhead_get_position (app_get_playhead (app)), ==, 0);
  rk_playhead_set_position (app_get_playhead (app), G_MAXINT64);
  g_assert_cmpint (rk_playhead_get_position (app_get_playhead (app)), ==, 24);
  rk_playhead_step (app_get_playhead (app), 1);
  g_assert_cmpint (rk_playhead_get_position (app_get_playhead (app)), ==, 24);
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
  rk_playhead_set_position (app_get_playhead (app), 24);
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
  rk_playhead_set_picture_size (app_get_playhead (app), 32, 24);
  rk_playhead_set_position (app_get_playhead (app), 20);
  rk_playhead_set_playing (app_get_playhead (app), TRUE);
  g_assert_true (rk_playhead_get_playing (app_get_playhead (app)));

  while (rk_playhead_get_playing (app_get_playhead (app)))
    {
      const gint64 position = rk_playhead_get_position (app_get_playhead (app));

      g_assert_cmpint (position, >=, last);
      last = position;
      rk_playhead_tick (app_get_playhead (app), time_us);
      time_us += 20000;
      if (rk_playhead_get_position (app_get_playhead (app)) != position)
        {
          const gint64 now = rk_playhead_get_position (app_get_playhead (app));
          RkFrameReader *reader = rk_playhead_get_before (app_get_playhead (app));
          g_autoptr (RkPicture) before = rk_frame_reader_dup (reader, now);
          g_autoptr (RkPicture) after = app_dup_after (app, now);

          g_assert_nonnull (before);
          g_assert_nonnull (after);
        }
      g_main_context_iteration (NULL, FALSE);
      g_thread_yield ();
    }
  g_assert_cmpint (rk_playhead_get_position (app_get_playhead (app)), ==, 24);

  /* From the end it starts anew; a step stops it. */
  rk_playhead_set_playing (app_get_playhead (app), TRUE);
  g_assert_cmpint (rk_playhead_get_position (app_get_playhead (app)), ==, 0);
  rk_playhead_step (app_get_playhead (app), 1);
  g_assert_false (rk_playhead_get_playing (app_get_playhead (app)));
}

/* The picture of the position once it is exact. */
static RkPicture *
wait_for_picture (App *app)
{
  RkPlayhead *playhead = app_get_playhead (app);
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
  rk_playhead_set_picture_size (app_get_playhead (app), 32, 24);
  for (guint i = 0; i < N_PICTURES; i++)
    {
      rk_playhead_set_position (app_get_playhead (app), i);
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

      rk_playhead_set_position (app_get_playhead (app), i);
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
  reader = rk_playhead_get_before (app_get_playhead (app));
  for (int move = 0; move < 200; move++)
    {
      const gint64 now = rk_playhead_get_position (app_get_playhead (app));
      const gint64 next = g_test_rand_bit () ? g_test_rand_int_range (0, N_PICTURES) : now + g_test_rand_int_range (-2, 3);
      g_autoptr (RkPicture) first = NULL;
      g_autoptr (RkPicture) exact = NULL;

      rk_playhead_set_position (app_get_playhead (app), MAX (next, 0));
      g_main_context_iteration (NULL, FALSE);
      first = rk_frame_reader_dup (reader, rk_playhead_get_position (app_get_playhead (app)));
      if (first != NULL)
        g_assert_true (g_bytes_equal (first->rgba, pictures[first->shows]->rgba));
      if (g_test_rand_bit ())
        continue;

      exact = wait_for_picture (app);
      g_assert_cmpint (exact->shows, ==, rk_playhead_get_position (app_get_playhead (app)));
      g_assert_true (g_bytes_equal (exact->rgba, pictures[exact->shows]->rgba));
    }
  free_pictures (pictures);
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

  return app_test_run ();
}

/* A session's previews, and how they reach the screen.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

#include "rk-error.h"

typedef enum {
  UNKNOWN,
  MISSING,
  RESTORED,
} Shown;

static Shown
get_shown (App    *app,
           gint64  frame)
{
  RkPicture *picture = app_dup_after (app, frame);
  const Shown shown = picture == NULL ? UNKNOWN : picture->rgba == NULL ? MISSING : RESTORED;

  g_clear_pointer (&picture, rk_picture_unref);
  return shown;
}

/* What is not restored is shown as such, and is replaced once its chunk is there. */
static void
test_preview (App           *app,
              gconstpointer  data)
{
  int *ready;
  int *jobs;

  app_open (app, "preview.mp4", 25);
  jobs = app_count (app->session, "notify::job");
  ready = app_count (app_get_playhead (app), "pictures-ready");
  rk_playhead_set_picture_size (app_get_playhead (app), 32, 24);
  app_wait_until (get_shown (app, 0) == MISSING && *ready > 0);

  rk_session_preview (app->session);
  g_assert_nonnull (rk_session_get_job (app->session));
  g_assert_cmpint (*jobs, ==, 1);
  app_wait_until (get_shown (app, 0) == RESTORED);
  app_finish_jobs (app);
  g_assert_cmpint (*jobs, ==, 2);
  g_assert_cmpfloat (rk_rates_get (rk_queue_get_rates (app->queue), rk_preview_get_recipe (rk_session_get_preview (app->session)),
                                   rk_preview_get_format (rk_session_get_preview (app->session))), >, 0);
  g_assert_true (rk_preview_has_chunk (rk_session_get_preview (app->session), 0));
  g_assert_false (rk_preview_has_chunk (rk_session_get_preview (app->session), 1));

  /* Size and bytes are those asked for. */
  {
    g_autoptr (RkPicture) picture = app_dup_after (app, 0);

    g_assert_cmpint (picture->width, ==, 32);
    g_assert_cmpint (picture->height, ==, 24);
    g_assert_cmpuint (g_bytes_get_size (picture->rgba), ==, picture->stride * 24);
    g_assert_true (rk_picture_is_exact (picture));
  }

  rk_playhead_set_position (app_get_playhead (app), 24);
  app_wait_until (get_shown (app, 24) == MISSING);
  g_assert_cmpuint (app->errors->len, ==, 0);
}

/* Grain is seen at once, the same again for the same share; nothing is restored for it. */
static void
test_grain (App           *app,
            gconstpointer  data)
{
  RkRecipe *recipe = rk_session_get_recipe (app->session);
  g_autoptr (RkPicture) plain = NULL;
  g_autoptr (RkPicture) grained = NULL;
  RkPreview *preview;
  OasisGrain grain;

  app_open (app, "grain.mp4", 25);
  rk_playhead_set_picture_size (app_get_playhead (app), 96, 64);
  rk_session_preview (app->session);
  app_finish_jobs (app);
  app_wait_until (get_shown (app, 0) == RESTORED);
  plain = app_dup_after (app, 0);
  preview = rk_session_get_preview (app->session);
  g_assert_true (rk_clip_measure_grain (rk_session_get_clip (app->session), rk_preview_get_format (preview), &grain));

  rk_recipe_set_grain (recipe, 1);
  app_wait_until (get_shown (app, 0) == RESTORED);
  grained = app_dup_after (app, 0);
  g_assert_false (g_bytes_equal (plain->rgba, grained->rgba));
  g_assert_true (rk_session_get_preview (app->session) == preview);
  g_assert_true (rk_preview_has_chunk (preview, 0));

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (RkPicture) again = NULL;

      rk_recipe_set_grain (recipe, i);
      app_wait_until (get_shown (app, 0) == RESTORED);
      again = app_dup_after (app, 0);
      g_assert_true (g_bytes_equal (again->rgba, i == 0 ? plain->rgba : grained->rgba));
    }
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
  rk_session_cancel_previews (app->session);
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
  rk_playhead_set_position (app_get_playhead (app), 54);
  rk_session_preview (app->session);
  g_assert_true (rk_session_get_job (app->session) == first);
  g_assert_cmpuint (g_list_model_get_n_items (rk_queue_get_jobs (app->queue)), ==, 2);
  second = g_list_model_get_item (rk_queue_get_jobs (app->queue), 1);

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
  second = g_list_model_get_item (rk_queue_get_jobs (app->queue), 1);
  rk_session_cancel_previews (app->session);
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
  second = g_list_model_get_item (rk_queue_get_jobs (app->queue), 1);
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

/* A draft of what is seen comes before the preview, and by itself with another setting; meanwhile the
 * frames by the settings of before are shown. */
static void
test_draft (App           *app,
            gconstpointer  data)
{
  const RkPart seen = { .left = 0.9, .top = 0.5, .right = 1, .bottom = 0.75 };
  RkPreview *before;
  RkDraft *draft;

  app_open (app, "draft.mp4", 25);
  rk_session_set_seen (app->session, &seen, 96);
  rk_playhead_set_picture_size (app_get_playhead (app), 96, 64);
  rk_playhead_set_position (app_get_playhead (app), 7);
  rk_session_preview (app->session);
  app_wait_until ((draft = rk_session_get_draft (app->session)) != NULL);
  g_assert_cmpint (rk_draft_get_frame (draft), ==, 7);
  g_assert_cmpfloat (rk_draft_get_part (draft)->left, <=, seen.left);
  g_assert_cmpfloat (rk_draft_get_part (draft)->bottom, >=, seen.bottom);
  g_assert_cmpfloat (rk_draft_get_part (draft)->left, >, 0);
  g_assert_cmpint (rk_draft_get_picture (draft)->width, <, 96);
  app_finish_jobs (app);
  app_wait_until (get_shown (app, 7) == RESTORED);

  /* Restored frames need none. */
  g_assert_null (rk_session_get_old_preview (app->session));
  rk_session_preview (app->session);
  app_finish_jobs (app);
  g_assert_true (rk_session_get_draft (app->session) == draft);

  before = rk_session_get_preview (app->session);
  rk_recipe_set_scale (rk_session_get_recipe (app->session), 2);
  app_wait_until (rk_session_get_preview (app->session) != before);
  g_assert_true (rk_session_get_old_preview (app->session) == before);
  app_wait_until (rk_session_get_draft (app->session) != NULL);
  g_assert_true (rk_draft_get_preview (rk_session_get_draft (app->session)) == rk_session_get_preview (app->session));
  app_wait_until (get_shown (app, 7) == RESTORED);

  /* Two changes at once: only the last one's is kept. */
  rk_recipe_set_scale (rk_session_get_recipe (app->session), 3);
  rk_recipe_set_scale (rk_session_get_recipe (app->session), 1.5);
  app_wait_until (rk_session_get_draft (app->session) != NULL &&
                  rk_preview_get_format (rk_session_get_preview (app->session))->width == 72);

  rk_session_preview (app->session);
  app_finish_jobs (app);
  app_wait_until (rk_session_get_old_preview (app->session) == NULL);
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
  rk_playhead_set_picture_size (app_get_playhead (app), 32, 24);
  rk_session_preview (app->session);
  app_finish_jobs (app);
  app_wait_until (get_shown (app, 0) == RESTORED);
  preview = rk_session_get_preview (app->session);
  after = rk_playhead_get_after (app_get_playhead (app));
  previews = app_count (app->session, "notify::preview");

  rk_recipe_set_strength (recipe, 0.5);
  app_settle ();
  g_assert_true (rk_session_get_preview (app->session) == preview);
  g_assert_true (rk_playhead_get_after (app_get_playhead (app)) == after);
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
  rk_playhead_set_position (app_get_playhead (app), 9);
  rk_session_set_range_first (app->session, 5);
  rk_session_set_range_end (app->session, 20);

  rk_recipe_set_deinterlace (rk_session_get_recipe (app->session), RK_DEINTERLACE_ON);
  app_wait_until (rk_session_get_clip (app->session) != clip);
  clip = rk_session_get_clip (app->session);
  g_assert_cmpint (rk_clip_get_settings (clip)->deinterlace, ==, OASIS_DEINTERLACE_ON);
  g_assert_true (rk_clip_get_media_info (clip)->deinterlaced);
  g_assert_cmpint (rk_playhead_get_position (app_get_playhead (app)), ==, 9);
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
  path = rk_preview_dup_chunk_path (preview, 0);
  g_assert_true (g_file_set_contents (path, "damaged", -1, NULL));

  rk_playhead_set_picture_size (app_get_playhead (app), 32, 24);
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
  rk_playhead_set_picture_size (app_get_playhead (app), 48, 32);
  rk_session_set_range_end (app->session, 199);
  rk_session_preview (app->session);
  app_wait_until (rk_job_get_state (rk_session_get_job (app->session)) == RK_JOB_RUNNING);
  rk_playhead_set_position (app_get_playhead (app), 150);
  app_assert_finalized (app->session);
  app_wait_until (!rk_queue_get_busy (app->queue));

  app->session = rk_session_new (app->queue, app->store, app->catalogue);
}

int
main (int   argc,
      char *argv[])
{
  app_test_init (&argc, &argv);

  app_add ("/previews/preview", test_preview);
  app_add ("/previews/grain", test_grain);
  app_add ("/previews/cancel", test_cancel);
  app_add ("/previews/queue", test_queue);
  app_add ("/previews/same-twice", test_same_twice);
  app_add ("/previews/stale", test_stale);
  app_add ("/previews/draft", test_draft);
  app_add ("/previews/strength", test_strength);
  app_add ("/previews/deinterlace", test_deinterlace);
  app_add ("/previews/damaged", test_damaged);
  app_add ("/previews/dropped", test_dropped);

  return app_test_run ();
}

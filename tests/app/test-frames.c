/* Which frames are decoded, shown first and kept while the playhead moves.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "app-test.h"
#include "rk-frame-supply.h"

#define N_FRAMES 150

/* --- pace ------------------------------------------------------------------------------------- */

/* As if so many frames had been decoded in so long each, for a while. */
static void
set_pace (RkPace *pace,
          gint64  us_a_frame)
{
  for (int i = 0; i < 150; i++)
    {
      const gint64 frames = g_test_rand_int_range (1, 30);

      rk_pace_add (pace, frames, frames * us_a_frame);
    }
}

static void
test_estimate (void)
{
  RkPace pace = RK_PACE_INIT;

  for (int i = 0; i < 20; i++)
    {
      const gint64 us_a_frame = g_test_rand_int_range (1, 1000000);
      const gint64 frames = g_test_rand_int_range (1, 1000);

      /* What was seen before is forgotten. */
      set_pace (&pace, us_a_frame);
      g_assert_cmpfloat_with_epsilon ((double) rk_pace_estimate (&pace, frames), (double) (frames * us_a_frame),
                                      1 + (double) (frames * us_a_frame) / 100);
    }
}

/* A frame that is there in time is waited for, from however far away. */
static void
test_fast_source (void)
{
  RkPace pace = RK_PACE_INIT;

  set_pace (&pace, 100);
  for (int i = 0; i < 100; i++)
    {
      const gint64 start = g_test_rand_int_range (0, 100000);
      const gint64 wanted = start + g_test_rand_int_range (0, 300);
      const RkRoute route = rk_pace_find_route (&pace, start, wanted, wanted - start + g_test_rand_int_range (1, 5));

      g_assert_cmpint (route.first, ==, wanted);
      g_assert_false (route.long_way);
    }
}

/* Of a file so slow that each frame takes a second, where decoding starts is shown first. */
static void
test_slow_source (void)
{
  RkPace pace = RK_PACE_INIT;

  set_pace (&pace, 1000000);
  for (int i = 0; i < 100; i++)
    {
      const gint64 start = g_test_rand_int_range (0, 100000);
      const gint64 wanted = start + g_test_rand_int_range (0, 300);
      const RkRoute route = rk_pace_find_route (&pace, start, wanted, wanted - start + 1);

      g_assert_cmpint (route.first, ==, start);
      g_assert_true (route.long_way);
    }
}

/* In between, the stand-in comes nearer the faster the file is, and lies on the way. */
static void
test_stand_in (void)
{
  gint64 last = 1000;

  for (gint64 us_a_frame = 500; us_a_frame < 100000; us_a_frame *= 2)
    {
      RkPace pace = RK_PACE_INIT;
      RkRoute route;

      set_pace (&pace, us_a_frame);
      route = rk_pace_find_route (&pace, 0, 1000, 1004);
      g_assert_cmpint (route.first, <, last);
      g_assert_cmpint (route.first, >=, 0);
      g_assert_cmpint (rk_pace_estimate (&pace, route.first), <, 100000);
      last = MAX (route.first, 1);
    }
}

/* --- history ---------------------------------------------------------------------------------- */

static OasisFrame *
make_frame (int width,
            int height)
{
  OasisFrame *frame = oasis_frame_new (&(OasisFrameFormat) {
    .width = width, .height = height, .depth = 8, .planes = 1, .sample_aspect = { 1, 1 },
  });

  g_assert_nonnull (frame);
  return frame;
}

/* When it is full those go that are furthest from where the playhead is. */
static void
test_history (void)
{
  RkFrameHistory history;
  OasisFrame *first = make_frame (16, 16);
  const gint64 center = 1000;

  rk_frame_history_init (&history);
  g_assert_null (rk_frame_history_get (&history, center));
  rk_frame_history_add (&history, center, first, center);
  g_assert_true (rk_frame_history_get (&history, center) == first);
  g_assert_cmpint (history.capacity, >, 4);

  /* A frame that is there already stays. */
  rk_frame_history_add (&history, center, make_frame (16, 16), center);
  g_assert_true (rk_frame_history_get (&history, center) == first);

  for (gint64 distance = 200; distance > 0; distance--)
    {
      rk_frame_history_add (&history, center + distance, make_frame (16, 16), center);
      rk_frame_history_add (&history, center - distance, make_frame (16, 16), center);
    }
  g_assert_cmpuint (history.entries->len, ==, (guint) history.capacity);
  for (gint64 distance = 0; distance < history.capacity / 2; distance++)
    {
      g_assert_nonnull (rk_frame_history_get (&history, center + distance));
      g_assert_nonnull (rk_frame_history_get (&history, center - distance));
    }
  g_assert_null (rk_frame_history_get (&history, center + history.capacity));

  rk_frame_history_clear (&history);
}

/* Large frames are few. */
static void
test_history_bytes (void)
{
  RkFrameHistory history;

  rk_frame_history_init (&history);
  rk_frame_history_add (&history, 0, make_frame (8192, 4096), 0);
  g_assert_cmpint (history.capacity, ==, 4);
  rk_frame_history_clear (&history);
}

/* --- supply ----------------------------------------------------------------------------------- */

typedef struct {
  RkClip *clip;
  RkFrameSupply supply;
  GPtrArray *frames; /* of GBytes: luma as it is read from beginning to end */
} Supply;

static GBytes *
pack_luma (const OasisFrame *frame)
{
  const gsize width = (gsize) frame->format.width, height = (gsize) frame->format.height;
  guint8 *luma = g_malloc (width * height);

  for (gsize y = 0; y < height; y++)
    memcpy (luma + y * width, frame->data[0] + (gssize) y * frame->stride[0], width);

  return g_bytes_new_take (luma, width * height);
}

static void
open_frame (RkFrameSupply *supply,
            gint64         number)
{
  g_autoptr (GError) error = NULL;
  gboolean missing;

  g_assert_true (rk_frame_supply_open (supply, number, &missing, &error));
  g_assert_no_error (error);
  g_assert_false (missing);
}

static void
set_up (Supply        *self,
        gconstpointer  data)
{
  g_autofree char *path = app_path ("frames.mp4");
  OasisSource *source = NULL;
  OasisFrame *frame = NULL;
  OasisError error;

  app_write_clip (path, N_FRAMES);
  self->clip = app_open_clip (path);
  rk_frame_supply_init (&self->supply, self->clip, NULL);
  open_frame (&self->supply, 0);

  self->frames = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_assert_true (rk_clip_open_source (self->clip, &source, NULL));
  for (int i = 0; i < N_FRAMES; i++)
    {
      g_assert_cmpint (oasis_source_read (source, &frame, &error), ==, OASIS_OK);
      g_ptr_array_add (self->frames, pack_luma (frame));
      oasis_frame_unref (&frame);
    }
  oasis_source_close (&source);
}

static void
tear_down (Supply        *self,
           gconstpointer  data)
{
  rk_frame_supply_clear (&self->supply);
  app_assert_finalized (g_steal_pointer (&self->clip));
  g_ptr_array_unref (self->frames);
}

static void
assert_frame (Supply           *self,
              const OasisFrame *frame,
              gint64            number)
{
  g_autoptr (GBytes) luma = NULL;

  g_assert_nonnull (frame);
  luma = pack_luma (frame);
  g_assert_true (g_bytes_equal (luma, g_ptr_array_index (self->frames, (guint) number)));
}

/* Whatever is shown first on the way, and however slow the file is taken for: it is a true frame
 * between the wanted one and where decoding starts, and the wanted one follows. */
static void
test_routes (Supply        *self,
             gconstpointer  data)
{
  for (int i = 0; i < 60; i++)
    {
      const gint64 wanted = g_test_rand_int_range (0, N_FRAMES);
      OasisFrame *first;
      RkRoute route;
      gint64 shown;

      set_pace (&self->supply.cursor.pace, i % 2 == 0 ? g_test_rand_int_range (1, 200) : g_test_rand_int_range (10000, 1000000));
      route = rk_frame_supply_find_route (&self->supply, wanted);
      g_assert_cmpint (route.first, <=, wanted);
      if (i % 2 == 0 || rk_frame_history_get (&self->supply.history, wanted) != NULL)
        g_assert_cmpint (route.first, ==, wanted);

      first = rk_frame_supply_read_first (&self->supply, wanted, &route, NULL, &shown);
      g_assert_cmpint (shown, ==, route.first);
      assert_frame (self, first, shown);
      oasis_frame_unref (&first);
      assert_frame (self, rk_frame_supply_read (&self->supply, wanted, NULL, NULL), wanted);

      /* What is kept needs no way, however slow the file is. */
      set_pace (&self->supply.cursor.pace, 1000000);
      route = rk_frame_supply_find_route (&self->supply, wanted);
      g_assert_cmpint (route.first, ==, wanted);
      g_assert_false (route.long_way);
    }
}

/* Far from the one keyframe of a slow file, that is shown first. */
static void
test_slow_file (Supply        *self,
                gconstpointer  data)
{
  RkRoute route;

  set_pace (&self->supply.cursor.pace, 1000000);
  route = rk_frame_supply_find_route (&self->supply, N_FRAMES - 1);
  g_assert_cmpint (route.first, ==, 0);
  g_assert_true (route.alone);
  g_assert_true (route.long_way);
}

/* A step back reads the frames behind in one go, and says which are wanted next. */
static void
test_back (Supply        *self,
           gconstpointer  data)
{
  RkFrameHistory *history = &self->supply.history;
  gint64 frame = N_FRAMES - 1, least;

  /* How much there is room for is known from the first frame on. */
  g_assert_cmpint (rk_frame_supply_find_gap (&self->supply, frame), ==, -1);
  assert_frame (self, rk_frame_supply_read (&self->supply, frame, NULL, NULL), frame);
  g_assert_cmpint (rk_frame_supply_find_gap (&self->supply, frame), ==, frame - 1);

  frame--;
  assert_frame (self, rk_frame_supply_read_back (&self->supply, frame, NULL, NULL), frame);
  for (least = frame; least > 0 && rk_frame_history_get (history, least - 1) != NULL; least--)
    assert_frame (self, rk_frame_history_get (history, least - 1), least - 1);
  g_assert_cmpint (frame - least, >, history->capacity / 2);

  /* As long as there are many, none is missing; then the next one is. */
  g_assert_cmpint (rk_frame_supply_find_gap (&self->supply, frame), ==, -1);
  g_assert_cmpint (rk_frame_supply_find_gap (&self->supply, least + 1), ==, least - 1);
  frame = least + 1;
  assert_frame (self, rk_frame_supply_read_back (&self->supply, least - 1, NULL, NULL), least - 1);
  g_assert_cmpint (rk_frame_supply_find_gap (&self->supply, frame), ==, -1);
  assert_frame (self, rk_frame_history_get (history, frame), frame);

  /* There is nothing before the first frame. */
  assert_frame (self, rk_frame_supply_read_back (&self->supply, 0, NULL, NULL), 0);
  g_assert_cmpint (rk_frame_supply_find_gap (&self->supply, 0), ==, -1);
}

/* Cancelled on the way back: an error, and the next try goes on from there. */
static void
test_back_cancelled (Supply        *self,
                     gconstpointer  data)
{
  OasisCancel *cancel = oasis_cancel_new (NULL);
  g_autoptr (GError) error = NULL;

  assert_frame (self, rk_frame_supply_read (&self->supply, N_FRAMES - 1, NULL, NULL), N_FRAMES - 1);
  oasis_cancel_trigger (cancel);
  g_assert_null (rk_frame_supply_read_back (&self->supply, N_FRAMES - 2, cancel, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_frame (self, rk_frame_supply_read_back (&self->supply, N_FRAMES - 2, NULL, NULL), N_FRAMES - 2);
  oasis_cancel_free (&cancel);
}

int
main (int   argc,
      char *argv[])
{
  app_test_init (&argc, &argv);
  g_test_add_func ("/pace/estimate", test_estimate);
  g_test_add_func ("/pace/fast-source", test_fast_source);
  g_test_add_func ("/pace/slow-source", test_slow_source);
  g_test_add_func ("/pace/stand-in", test_stand_in);
  g_test_add_func ("/history/furthest", test_history);
  g_test_add_func ("/history/bytes", test_history_bytes);
  g_test_add ("/supply/routes", Supply, NULL, set_up, test_routes, tear_down);
  g_test_add ("/supply/slow-file", Supply, NULL, set_up, test_slow_file, tear_down);
  g_test_add ("/supply/back", Supply, NULL, set_up, test_back, tear_down);
  g_test_add ("/supply/back-cancelled", Supply, NULL, set_up, test_back_cancelled, tear_down);

  return app_test_run ();
}

/* How long a step of the playhead takes: bench-scrub FILE... Two times for every kind of step, both
 * from asking for a frame:
 *   something to show   until there is a texture of a true frame: the one asked for, or another on
 *                       the way to it that stands in; what was on the screen before does not count
 *   exact frame         until there is a texture of the very frame asked for
 * Goal: 100 ms for 1080p H.264 with a keyframe at least every 25 frames.
 * SPDX-License-Identifier: Apache-2.0 */
#include <gtk/gtk.h>

#include "figures.h"
#include "rk-frame-reader.h"

#define GOAL_MS 100
#define STEPS 60
#define HAND_WISHES 180

static void
store_result_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static RkClip *
open_clip (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  RkClip *clip;

  rk_clip_open_async (file, NULL, NULL, NULL, NULL, store_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  clip = rk_clip_open_finish (result, &error);
  if (clip == NULL)
    g_error ("%s", error->message);

  return clip;
}

/* One kind of step, timed. */
typedef struct {
  Figures first, exact, work;
  int stand_ins;
  gint64 furthest; /* frames between a stand-in and what it stood for */
} Steps;

static void
time_step (RkFrameReader *reader,
           gint64         frame,
           int            width,
           int            height,
           Steps         *steps)
{
  const double start = now_ms ();
  const double work_before = process_ms ();
  double first = 0, exact = 0;

  rk_frame_reader_request (reader, frame, 0, width, height, 0);
  while (exact == 0)
    {
      g_autoptr (RkPicture) picture = rk_frame_reader_dup (reader, frame);

      if (picture != NULL && (first == 0 || rk_picture_is_exact (picture)))
        {
          g_autoptr (GdkTexture) texture =
            gdk_memory_texture_new (width, height, GDK_MEMORY_R8G8B8A8,
                                    picture->rgba, picture->stride);

          if (first == 0 && !rk_picture_is_exact (picture))
            {
              steps->stand_ins++;
              steps->furthest = MAX (steps->furthest, ABS (picture->shows - frame));
            }
          if (first == 0)
            first = now_ms () - start;
          if (rk_picture_is_exact (picture))
            exact = now_ms () - start;
        }
      if (exact == 0)
        g_main_context_iteration (NULL, TRUE);
    }
  figures_add (&steps->first, first);
  figures_add (&steps->exact, exact);
  figures_add (&steps->work, process_ms () - work_before);
}

/* Without counting. */
static void
go_to (RkFrameReader *reader,
       gint64         frame,
       int            width,
       int            height)
{
  rk_frame_reader_request (reader, frame, 0, width, height, 0);
  while (TRUE)
    {
      g_autoptr (RkPicture) picture = rk_frame_reader_dup (reader, frame);

      if (picture != NULL && rk_picture_is_exact (picture))
        return;
      g_main_context_iteration (NULL, TRUE);
    }
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_until (double time)
{
  const guint timer = g_timeout_add (1, G_SOURCE_FUNC (wake_cb), NULL);

  while (now_ms () < time)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

typedef struct {
  const char *name;
  gint64 (*next) (gint64 frame,
                  gint64 n_frames);
  double interval_ms; /* from step to step at least */
} Walk;

static gint64
go_anywhere (gint64 frame,
             gint64 n_frames)
{
  return g_random_int_range (0, (gint32) n_frames);
}

static gint64
go_on (gint64 frame,
       gint64 n_frames)
{
  return (frame + 1) % n_frames;
}

static gint64
go_back (gint64 frame,
         gint64 n_frames)
{
  return (frame + n_frames - 1) % n_frames;
}

/* As a hand drags the playhead over a timeline some hundred pixels wide. */
static gint64
drag (gint64 frame,
      gint64 n_frames)
{
  return (frame + g_random_int_range (2, 12)) % n_frames;
}

static const Walk walks[] = {
  { "jumps anywhere", go_anywhere },
  { "drag, 2 to 11 frames on", drag },
  { "next frame", go_on },
  { "frame before, as fast as it can", go_back },
  { "frame before, a key held (30 a second)", go_back, 1000.0 / 30 },
};

static void
measure (RkClip *clip,
         int     width,
         int     height)
{
  RkFrameReader *reader = rk_frame_reader_new (clip, NULL);
  const gint64 n_frames = rk_clip_get_n_frames (clip);

  for (guint i = 0; i < G_N_ELEMENTS (walks); i++)
    {
      Steps steps = {
        FIGURES_INIT ("    something to show", GOAL_MS),
        FIGURES_INIT ("    exact frame", GOAL_MS),
        FIGURES_INIT ("    processor time", 0),
      };
      gint64 frame = n_frames / 2;

      /* Opening the file, and the way to where the walk begins, do not count. */
      go_to (reader, frame, width, height);
      for (int step = 0; step < STEPS; step++)
        {
          const double next = now_ms () + walks[i].interval_ms;

          frame = walks[i].next (frame, n_frames);
          time_step (reader, frame, width, height, &steps);
          wait_until (next);
        }
      g_print ("  %dx%d, %s: %d stood in for, by up to %" G_GINT64_FORMAT " frames\n",
               width, height, walks[i].name, steps.stand_ins, steps.furthest);
      figures_print (&steps.first);
      figures_print (&steps.exact);
      figures_print (&steps.work);
    }
  g_object_unref (reader);
}

/* A hand that does not wait: how often what is shown changes while the wish changes 60 times a
 * second. */
static void
measure_hand (RkClip *clip,
              int     width,
              int     height)
{
  RkFrameReader *reader = rk_frame_reader_new (clip, NULL);
  const double start = now_ms ();
  GBytes *shown = NULL;
  int changes = 0;

  go_to (reader, 0, width, height);
  for (int wish = 0; wish < HAND_WISHES; wish++)
    {
      const gint64 frame = 3 * wish % rk_clip_get_n_frames (clip);
      const guint timer = g_timeout_add (1, G_SOURCE_FUNC (wake_cb), NULL);
      const double end = now_ms () + 1000.0 / 60;

      rk_frame_reader_request (reader, frame, 0, width, height, 0);
      while (now_ms () < end)
        {
          g_autoptr (RkPicture) picture = rk_frame_reader_dup (reader, frame);

          if (picture != NULL && picture->rgba != shown)
            {
              shown = picture->rgba; /* only compared */
              changes++;
            }
          g_main_context_iteration (NULL, TRUE);
        }
      g_source_remove (timer);
    }
  g_print ("  %dx%d, drag at 60 wishes a second: %.1f pictures a second\n", width, height,
           changes / ((now_ms () - start) / 1000));
  g_object_unref (reader);
}

int
main (int   argc,
      char *argv[])
{
  const char *given = g_getenv ("SEED");
  guint32 seed = g_random_int ();

  if (given != NULL)
    seed = (guint32) g_ascii_strtoull (given, NULL, 10);
  g_print ("SEED=%u\n", seed);
  g_random_set_seed (seed);

  for (int i = 1; i < argc; i++)
    {
      g_autoptr (RkClip) clip = open_clip (argv[i]);

      g_print ("%s\n", argv[i]);
      measure (clip, 1920, 1080);
      measure (clip, 960, 540);
      measure_hand (clip, 960, 540);
    }

  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-frame-reader.h"

#include "rk-error.h"
#include "rk-frame-supply.h"
#include "rk-side-thread.h"

/* Pictures kept beside the wanted ones; those further off are converted again from the frames that
 * the supply keeps. */
#define KEEP_BESIDE 2

/* Up to this far apart frames are reached by steps, not by jumps. */
#define NEIGHBOURS 8

typedef struct {
  gint64 frame;
  int ahead;
  int width, height;
  double grain;          /* share of the clip's */
  gboolean back;         /* the playhead steps back */
} Wish;

/* Shared by the object and its thread. */
struct _RkFrameReader
{
  GObject parent_instance;

  RkClip *clip;
  RkPreview *preview;    /* NULL: the clip's own frames */
  GError *shown_error;

  RkSideThread side;
  /* By its mutex. */
  Wish wish;
  OasisCancel *errand;   /* of the frame that the thread is at; NULL while it waits */
  gboolean may_drop;     /* a newer wish does not wait for the errand's end */
  GHashTable *pictures;  /* frame number -> RkPicture, all of the wish's size */
  gint64 shown;          /* the frame that was seen in the newest picture; -1 = none */
  gboolean stuck;        /* the wish cannot be fulfilled */
  GError *error;         /* not told yet */

  /* The thread's own. */
  RkFrameSupply supply;
  OasisScreenConverter *converter;
};

G_DEFINE_FINAL_TYPE (RkFrameReader, rk_frame_reader, G_TYPE_OBJECT)

enum {
  READY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Whether pictures made for one wish do for another. */
static gboolean
look_the_same (const Wish *a,
               const Wish *b)
{
  return a->width == b->width && a->height == b->height && a->grain == b->grain;
}

/* --- publishing -------------------------------------------------------------------------------- */

/* Pictures beside the wish go. By mutex. */
static gboolean
is_outdated (gpointer key,
             gpointer value,
             gpointer user_data)
{
  const RkPicture *picture = value;
  const Wish *wish = user_data;

  return picture->frame < wish->frame - KEEP_BESIDE || picture->frame > wish->frame + wish->ahead + KEEP_BESIDE;
}

/* Takes the picture. By mutex. */
static void
keep_picture (RkFrameReader *self,
              RkPicture     *picture)
{
  g_hash_table_replace (self->pictures, g_memdup2 (&picture->frame, sizeof picture->frame), picture);
}

/* While a hand drags the playhead, each picture comes too late for the wish that it was made for; it
 * stands in until the newest one is there. Restored frames are read as fast as any. By mutex. */
static void
stand_in (RkFrameReader *self,
          RkPicture     *picture)
{
  if (self->preview == NULL && picture->rgba != NULL && !g_hash_table_contains (self->pictures, &self->wish.frame))
    keep_picture (self, rk_picture_stand_in (picture, self->wish.frame));
}

/* A picture, an error, or both: a frame whose kept segment is damaged counts as not restored. */
static void
publish (RkFrameReader *self,
         const Wish    *made_for,
         gint64         frame,
         RkPicture     *picture,
         const GError  *error)
{
  g_mutex_lock (&self->side.mutex);
  if (picture != NULL && look_the_same (made_for, &self->wish))
    {
      keep_picture (self, rk_picture_ref (picture));
      stand_in (self, picture);
      g_hash_table_foreach_remove (self->pictures, is_outdated, &self->wish);
      self->shown = picture->shows;
    }
  if (error != NULL && frame >= self->wish.frame && frame <= self->wish.frame + self->wish.ahead)
    {
      self->stuck = picture == NULL;
      g_clear_error (&self->error);
      self->error = g_error_copy (error);
    }
  rk_side_thread_post (&self->side);
  g_mutex_unlock (&self->side.mutex);
}

static void
tell (gpointer owner)
{
  RkFrameReader *self = owner;

  g_mutex_lock (&self->side.mutex);
  g_clear_error (&self->shown_error);
  self->shown_error = g_steal_pointer (&self->error);
  g_mutex_unlock (&self->side.mutex);

  g_signal_emit (self, signals[READY], 0);
}

/* --- the thread -------------------------------------------------------------------------------- */

/* The restored frame with its grain; without it, where there is none or no memory for it. */
static OasisFrame *
add_grain (RkFrameReader    *self,
           const OasisFrame *frame,
           gint64            number,
           double            share)
{
  OasisGrain grain;

  if (self->preview == NULL || share == 0 || !rk_clip_measure_grain (self->clip, &frame->format, &grain))
    return NULL;

  return oasis_frame_with_grain (frame, &grain, share, number);
}

static RkPicture *
convert (RkFrameReader     *self,
         const OasisFrame  *frame,
         gint64             number,
         const Wish        *wish,
         GError           **error)
{
  OasisError engine_error;
  /* Restored frames are cropped already. */
  const OasisCrop *crop = self->preview == NULL ? rk_clip_get_crop (self->clip) : NULL;
  OasisFrame *grained = add_grain (self, frame, number, wish->grain);
  RkPicture *picture = rk_picture_convert (self->converter, grained != NULL ? grained : frame, crop, number,
                                           wish->width, wish->height, &engine_error);

  oasis_frame_unref (&grained);

  if (picture == NULL)
    rk_set_engine_error (error, &engine_error);

  return picture;
}

/* From now on a newer wish ends the errand. */
static void
allow_drop (RkFrameReader *self)
{
  g_mutex_lock (&self->side.mutex);
  self->may_drop = TRUE;
  g_mutex_unlock (&self->side.mutex);
}

/* Shows a frame on the way first. Where that one cannot be read, the wanted one may be whole. */
static void
show_stand_in (RkFrameReader      *self,
               const Wish         *wish,
               gint64              number,
               const RkRoute      *route,
               const OasisCancel  *errand)
{
  gint64 shown;
  OasisFrame *frame = rk_frame_supply_read_first (&self->supply, number, route, errand, &shown);
  g_autoptr (RkPicture) picture = frame != NULL ? convert (self, frame, shown, wish, NULL) : NULL;
  g_autoptr (RkPicture) other = picture != NULL ? rk_picture_stand_in (picture, number) : NULL;

  if (other != NULL)
    publish (self, wish, number, other, NULL);
  oasis_frame_unref (&frame);
}

/* Whether the frame on the screen hardly differs: to show one from far away instead, for a moment,
 * would only flicker. */
static gboolean
is_near_shown (RkFrameReader *self,
               gint64         number)
{
  gboolean near;

  g_mutex_lock (&self->side.mutex);
  near = self->shown >= 0 && ABS (self->shown - number) <= NEIGHBOURS;
  g_mutex_unlock (&self->side.mutex);

  return near;
}

static void
prepare_way (RkFrameReader      *self,
             const Wish         *wish,
             gint64              number,
             const OasisCancel  *errand)
{
  const RkRoute route = rk_frame_supply_find_route (&self->supply, number);

  if (route.first != number && !is_near_shown (self, number))
    show_stand_in (self, wish, number, &route, errand);
  if (route.long_way)
    allow_drop (self);
}

static RkPicture *
read_picture (RkFrameReader      *self,
              const Wish         *wish,
              gint64              number,
              const OasisCancel  *errand,
              GError            **error)
{
  const OasisFrame *frame;
  gboolean missing;
  const gboolean opened = rk_frame_supply_open (&self->supply, number, &missing, error);

  if (missing)
    return rk_picture_new (number, wish->width, wish->height, 0, NULL);
  if (!opened)
    return NULL;

  /* Each frame of a preview is a keyframe. */
  if (self->preview == NULL)
    prepare_way (self, wish, number, errand);
  frame = wish->back ? rk_frame_supply_read_back (&self->supply, number, errand, error)
                     : rk_frame_supply_read (&self->supply, number, errand, error);

  return frame != NULL ? convert (self, frame, number, wish, error) : NULL;
}

/* Reads the frames that the next steps back will want. */
static void
read_behind (RkFrameReader     *self,
             gint64             number,
             const OasisCancel *errand)
{
  g_autoptr (GError) error = NULL;

  allow_drop (self);
  if (rk_frame_supply_read_back (&self->supply, number, errand, &error) != NULL ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* Nobody has asked for it yet; whoever does will hear of the error. */
  g_mutex_lock (&self->side.mutex);
  self->wish.back = FALSE;
  g_mutex_unlock (&self->side.mutex);
}

/* By mutex. */
static gboolean
has_exact (RkFrameReader *self,
           gint64         frame)
{
  const RkPicture *picture = g_hash_table_lookup (self->pictures, &frame);

  return picture != NULL && rk_picture_is_exact (picture);
}

/* The first wanted frame that is not there yet, else one behind them that will be wanted soon; or
 * -1. By mutex. */
static gint64
next_frame (RkFrameReader *self)
{
  const gint64 end = MIN (self->wish.frame + self->wish.ahead + 1, rk_clip_get_n_frames (self->clip));

  if (self->wish.width == 0 || self->stuck)
    return -1;

  for (gint64 frame = self->wish.frame; frame < end; frame++)
    if (!has_exact (self, frame))
      return frame;

  return self->wish.back && self->preview == NULL ? rk_frame_supply_find_gap (&self->supply, self->wish.frame) : -1;
}

static void
work (gpointer owner)
{
  RkFrameReader *self = owner;

  g_mutex_lock (&self->side.mutex);
  while (!self->side.quit)
    {
      g_autoptr (RkPicture) picture = NULL;
      g_autoptr (GError) error = NULL;
      const gint64 frame = next_frame (self);
      const Wish wish = self->wish;

      if (frame < 0)
        {
          g_cond_wait (&self->side.cond, &self->side.mutex);
          continue;
        }

      self->errand = oasis_cancel_new (NULL);
      self->may_drop = FALSE;
      g_mutex_unlock (&self->side.mutex);
      if (frame < wish.frame)
        read_behind (self, frame, self->errand);
      else
        {
          picture = read_picture (self, &wish, frame, self->errand, &error);
          if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            publish (self, &wish, frame, picture, error);
        }
      g_mutex_lock (&self->side.mutex);
      oasis_cancel_free (&self->errand);
    }
  g_mutex_unlock (&self->side.mutex);

  rk_frame_supply_clear (&self->supply);
  oasis_screen_converter_free (&self->converter);
}

static const RkSideThreadClass before_class = { "rk-before", work, tell, G_PRIORITY_DEFAULT };
static const RkSideThreadClass after_class = { "rk-after", work, tell, G_PRIORITY_DEFAULT };

/* What the thread is at is no longer wanted. By mutex. */
static void
cancel_errand (RkFrameReader *self)
{
  if (self->errand != NULL)
    oasis_cancel_trigger (self->errand);
}

/* --- the object -------------------------------------------------------------------------------- */

static gboolean
is_missing (gpointer key,
            gpointer value,
            gpointer user_data)
{
  return ((RkPicture *) value)->rgba == NULL;
}

static void
preview_changed_cb (RkFrameReader *self)
{
  g_mutex_lock (&self->side.mutex);
  g_hash_table_foreach_remove (self->pictures, is_missing, NULL);
  self->stuck = FALSE;
  g_cond_signal (&self->side.cond);
  g_mutex_unlock (&self->side.mutex);
}

static void
rk_frame_reader_dispose (GObject *object)
{
  RkFrameReader *self = RK_FRAME_READER (object);

  rk_side_thread_leave (&self->side);
  g_mutex_lock (&self->side.mutex);
  cancel_errand (self);
  g_mutex_unlock (&self->side.mutex);

  G_OBJECT_CLASS (rk_frame_reader_parent_class)->dispose (object);
}

static void
rk_frame_reader_finalize (GObject *object)
{
  RkFrameReader *self = RK_FRAME_READER (object);

  g_clear_object (&self->clip);
  g_clear_object (&self->preview);
  g_clear_error (&self->shown_error);
  g_clear_error (&self->error);
  g_hash_table_unref (self->pictures);
  rk_side_thread_clear (&self->side);

  G_OBJECT_CLASS (rk_frame_reader_parent_class)->finalize (object);
}

static void
rk_frame_reader_class_init (RkFrameReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = rk_frame_reader_dispose;
  G_OBJECT_CLASS (klass)->finalize = rk_frame_reader_finalize;

  signals[READY] = g_signal_new ("ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
rk_frame_reader_init (RkFrameReader *self)
{
  rk_side_thread_init (&self->side);
  self->shown = -1;
  self->pictures = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) rk_picture_unref);
}

RkFrameReader *
rk_frame_reader_new (RkClip    *clip,
                     RkPreview *preview)
{
  RkFrameReader *self = g_object_new (RK_TYPE_FRAME_READER, NULL);

  self->clip = g_object_ref (clip);
  self->preview = preview != NULL ? g_object_ref (preview) : NULL;
  self->converter = oasis_screen_converter_new ();
  rk_frame_supply_init (&self->supply, clip, preview);
  if (preview != NULL)
    g_signal_connect_object (preview, "changed", G_CALLBACK (preview_changed_cb), self, G_CONNECT_SWAPPED);
  rk_side_thread_start (&self->side, preview != NULL ? &after_class : &before_class, self);

  return self;
}

void
rk_frame_reader_request (RkFrameReader *self,
                         gint64         frame,
                         int            ahead,
                         int            width,
                         int            height,
                         double         grain)
{
  Wish wish = { frame, ahead, width, height, grain };

  g_mutex_lock (&self->side.mutex);
  wish.back = frame < self->wish.frame && frame >= self->wish.frame - NEIGHBOURS;
  if (wish.frame != self->wish.frame || wish.ahead != self->wish.ahead || !look_the_same (&wish, &self->wish))
    {
      if (!look_the_same (&wish, &self->wish))
        g_hash_table_remove_all (self->pictures);

      /* Playing on is the same errand: what is being decoded is still wanted. */
      if (wish.frame < self->wish.frame || wish.frame > self->wish.frame + self->wish.ahead ||
          !look_the_same (&wish, &self->wish))
        {
          if (self->may_drop && !has_exact (self, wish.frame))
            cancel_errand (self);
        }

      self->wish = wish;
      self->stuck = FALSE;
      g_cond_signal (&self->side.cond);
    }
  g_mutex_unlock (&self->side.mutex);
}

RkPicture *
rk_frame_reader_dup (RkFrameReader *self,
                     gint64         frame)
{
  RkPicture *picture;

  g_mutex_lock (&self->side.mutex);
  picture = g_hash_table_lookup (self->pictures, &frame);
  if (picture != NULL)
    rk_picture_ref (picture);
  g_mutex_unlock (&self->side.mutex);

  return picture;
}

const GError *
rk_frame_reader_get_error (RkFrameReader *self)
{
  return self->shown_error;
}

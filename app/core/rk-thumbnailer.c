/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-thumbnailer.h"

#include "rk-frame-cursor.h"
#include "rk-side-thread.h"

/* Up to here the exact frame is decoded; further from its keyframe, the keyframe has to do. */
#define NEAR_FRAMES 60

/* So many thumbnails are kept for when the view comes back to them. */
#define MOST_KEPT 600

struct _RkThumbnailer
{
  GObject parent_instance;

  RkClip *clip;
  OasisCancel *cancel; /* triggered when the object goes */

  RkSideThread side;
  /* By its mutex. */
  GArray *wanted; /* of gint64, frames, the first ones first */
  int height, width;
  gboolean failed;
  GHashTable *pictures; /* frame number asked for -> RkPicture */
};

G_DEFINE_FINAL_TYPE (RkThumbnailer, rk_thumbnailer, G_TYPE_OBJECT)

enum {
  READY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* By mutex. */
static gint64
next_frame (RkThumbnailer *self)
{
  if (self->failed)
    return -1;

  for (guint i = 0; i < self->wanted->len; i++)
    {
      const gint64 frame = g_array_index (self->wanted, gint64, i);

      if (!g_hash_table_contains (self->pictures, &frame))
        return frame;
    }

  return -1;
}

static RkPicture *
read_thumbnail (RkThumbnailer        *self,
                RkFrameCursor        *cursor,
                OasisScreenConverter *converter,
                gint64                number,
                int                   width,
                int                   height)
{
  OasisFrame *frame = NULL;
  OasisSource *source = NULL;
  RkPicture *picture;
  gint64 start;

  if (cursor->source == NULL)
    {
      if (!rk_clip_open_source (self->clip, &source, NULL))
        return NULL;
      rk_frame_cursor_set (cursor, source);
    }

  start = rk_frame_cursor_get_start (cursor, number);
  if (!rk_frame_cursor_read (cursor, number - start > NEAR_FRAMES ? start : number, self->cancel, &frame, NULL))
    return NULL;

  picture = rk_picture_convert (converter, frame, rk_clip_get_crop (self->clip), number, width, height, NULL);
  oasis_frame_unref (&frame);

  return picture;
}

static void
work (gpointer owner)
{
  RkThumbnailer *self = owner;
  RkFrameCursor cursor = RK_FRAME_CURSOR_INIT;
  OasisScreenConverter *converter = oasis_screen_converter_new ();

  g_mutex_lock (&self->side.mutex);
  while (!self->side.quit)
    {
      RkPicture *picture;
      const gint64 frame = next_frame (self);
      const int width = self->width, height = self->height;

      if (frame < 0)
        {
          g_cond_wait (&self->side.cond, &self->side.mutex);
          continue;
        }

      g_mutex_unlock (&self->side.mutex);
      picture = read_thumbnail (self, &cursor, converter, frame, width, height);
      g_mutex_lock (&self->side.mutex);

      if (picture == NULL)
        {
          self->failed = TRUE;
          continue;
        }
      if (height != self->height)
        {
          rk_picture_unref (picture);
          continue;
        }

      g_hash_table_replace (self->pictures, g_memdup2 (&frame, sizeof frame), picture);
      rk_side_thread_post (&self->side);
    }
  g_mutex_unlock (&self->side.mutex);

  rk_frame_cursor_clear (&cursor);
  oasis_screen_converter_free (&converter);
}

static void
tell (gpointer owner)
{
  g_signal_emit (owner, signals[READY], 0);
}

static const RkSideThreadClass side_class = { "rk-thumbnails", work, tell, G_PRIORITY_LOW };

static void
rk_thumbnailer_dispose (GObject *object)
{
  RkThumbnailer *self = RK_THUMBNAILER (object);

  rk_side_thread_leave (&self->side);
  if (self->cancel != NULL)
    oasis_cancel_trigger (self->cancel);

  G_OBJECT_CLASS (rk_thumbnailer_parent_class)->dispose (object);
}

static void
rk_thumbnailer_finalize (GObject *object)
{
  RkThumbnailer *self = RK_THUMBNAILER (object);

  g_clear_object (&self->clip);
  oasis_cancel_free (&self->cancel);
  g_hash_table_unref (self->pictures);
  g_array_unref (self->wanted);
  rk_side_thread_clear (&self->side);

  G_OBJECT_CLASS (rk_thumbnailer_parent_class)->finalize (object);
}

static void
rk_thumbnailer_class_init (RkThumbnailerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = rk_thumbnailer_dispose;
  G_OBJECT_CLASS (klass)->finalize = rk_thumbnailer_finalize;

  signals[READY] = g_signal_new ("ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
rk_thumbnailer_init (RkThumbnailer *self)
{
  rk_side_thread_init (&self->side);
  self->cancel = oasis_cancel_new (NULL);
  self->wanted = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->pictures = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) rk_picture_unref);
}

RkThumbnailer *
rk_thumbnailer_new (RkClip *clip)
{
  RkThumbnailer *self = g_object_new (RK_TYPE_THUMBNAILER, NULL);

  self->clip = g_object_ref (clip);
  rk_side_thread_start (&self->side, &side_class, self);

  return self;
}

/* Whether it is to be kept: all are, until there are too many. By mutex. */
static gboolean
is_unwanted (gpointer key,
             gpointer value,
             gpointer data)
{
  RkThumbnailer *self = data;

  for (guint i = 0; i < self->wanted->len; i++)
    if (g_array_index (self->wanted, gint64, i) == *(gint64 *) key)
      return FALSE;

  return TRUE;
}

void
rk_thumbnailer_request (RkThumbnailer *self,
                        const gint64  *frames,
                        guint          n_frames,
                        int            height)
{
  double clip_width, clip_height;

  rk_clip_get_display_size (self->clip, &clip_width, &clip_height);

  g_mutex_lock (&self->side.mutex);
  if (height != self->height)
    {
      g_hash_table_remove_all (self->pictures);
      self->height = height;
      self->width = MAX ((int) (height * clip_width / clip_height + 0.5), 1);
    }
  g_array_set_size (self->wanted, 0);
  g_array_append_vals (self->wanted, frames, n_frames);
  if (g_hash_table_size (self->pictures) > MOST_KEPT)
    g_hash_table_foreach_remove (self->pictures, is_unwanted, self);
  g_cond_signal (&self->side.cond);
  g_mutex_unlock (&self->side.mutex);
}

RkPicture *
rk_thumbnailer_dup (RkThumbnailer *self,
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

/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-thumbnailer.h"

#include "rk-frame-cursor.h"

/* Up to here the exact frame is decoded; further from its keyframe, the keyframe has to do. */
#define NEAR_FRAMES 60

struct _RkThumbnailer
{
  GObject parent_instance;

  RkClip *clip;
  GThread *thread;

  GMutex mutex;
  GCond cond;
  /* By mutex. */
  int count, height, width;
  guint generation;
  gboolean quit, failed;
  OasisCancel *cancel; /* triggered when the object goes */
  GHashTable *pictures; /* frame number asked for -> RkPicture */
  gboolean idle_pending;
};

G_DEFINE_FINAL_TYPE (RkThumbnailer, rk_thumbnailer, G_TYPE_OBJECT)

enum {
  READY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gint64
frame_of_thumbnail (RkThumbnailer *self,
                    int            i)
{
  return (gint64) ((i + 0.5) * rk_clip_get_n_frames (self->clip) / self->count);
}

static gboolean
ready_cb (gpointer data)
{
  RkThumbnailer *self = data;

  g_mutex_lock (&self->mutex);
  self->idle_pending = FALSE;
  g_mutex_unlock (&self->mutex);

  g_signal_emit (self, signals[READY], 0);

  return G_SOURCE_REMOVE;
}

/* The middle first, then the middles of what is left: a rough idea comes early. By mutex. */
static gint64
next_frame (RkThumbnailer *self)
{
  if (self->failed)
    return -1;

  for (int step = self->count; step > 0; step /= 2)
    for (int i = step / 2; i < self->count; i += step)
      {
        const gint64 frame = frame_of_thumbnail (self, i);

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
  const gsize stride = (gsize) width * 4;
  OasisFrame *frame = NULL;
  OasisSource *source = NULL;
  guint8 *rgba;
  OasisStatus status;
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

  rgba = g_malloc (stride * height);
  status = oasis_screen_convert (converter, frame, width, height, rgba, stride, NULL);
  oasis_frame_unref (&frame);
  if (status != OASIS_OK)
    {
      g_free (rgba);
      return NULL;
    }

  return rk_picture_new (number, width, height, stride, g_bytes_new_take (rgba, stride * height), FALSE);
}

/* On the main thread, where the object is freed. */
static gboolean
gone_cb (gpointer data)
{
  return G_SOURCE_REMOVE;
}

static gpointer
thumbnailer_thread (gpointer data)
{
  RkThumbnailer *self = data;
  RkFrameCursor cursor = RK_FRAME_CURSOR_INIT;
  OasisScreenConverter *converter = oasis_screen_converter_new ();

  g_mutex_lock (&self->mutex);
  while (!self->quit)
    {
      RkPicture *picture;
      const gint64 frame = next_frame (self);
      const guint generation = self->generation;
      const int width = self->width, height = self->height;

      if (frame < 0)
        {
          g_cond_wait (&self->cond, &self->mutex);
          continue;
        }

      g_mutex_unlock (&self->mutex);
      picture = read_thumbnail (self, &cursor, converter, frame, width, height);
      g_mutex_lock (&self->mutex);

      if (picture == NULL)
        {
          self->failed = TRUE;
          continue;
        }
      if (generation != self->generation)
        {
          rk_picture_unref (picture);
          continue;
        }

      g_hash_table_replace (self->pictures, g_memdup2 (&frame, sizeof frame), picture);
      if (!self->idle_pending && !self->quit)
        {
          self->idle_pending = TRUE;
          g_idle_add_full (G_PRIORITY_LOW, ready_cb, g_object_ref (self), g_object_unref);
        }
    }
  g_mutex_unlock (&self->mutex);

  rk_frame_cursor_clear (&cursor);
  oasis_screen_converter_free (&converter);
  g_idle_add_full (G_PRIORITY_DEFAULT, gone_cb, self, g_object_unref);

  return NULL;
}

static void
rk_thumbnailer_dispose (GObject *object)
{
  RkThumbnailer *self = RK_THUMBNAILER (object);

  /* As in RkFrameReader: the thread is not waited for, and keeps the object until it is done. */
  if (self->thread != NULL)
    {
      g_object_ref (self);
      g_mutex_lock (&self->mutex);
      self->quit = TRUE;
      if (self->cancel != NULL)
        oasis_cancel_trigger (self->cancel);
      g_cond_signal (&self->cond);
      g_mutex_unlock (&self->mutex);
      g_clear_pointer (&self->thread, g_thread_unref);
    }

  G_OBJECT_CLASS (rk_thumbnailer_parent_class)->dispose (object);
}

static void
rk_thumbnailer_finalize (GObject *object)
{
  RkThumbnailer *self = RK_THUMBNAILER (object);

  g_clear_object (&self->clip);
  oasis_cancel_free (&self->cancel);
  g_hash_table_unref (self->pictures);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);

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
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->cancel = oasis_cancel_new (NULL);
  self->pictures = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) rk_picture_unref);
}

RkThumbnailer *
rk_thumbnailer_new (RkClip *clip)
{
  RkThumbnailer *self = g_object_new (RK_TYPE_THUMBNAILER, NULL);

  self->clip = g_object_ref (clip);
  self->thread = g_thread_new ("rk-thumbnails", thumbnailer_thread, self);

  return self;
}

void
rk_thumbnailer_request (RkThumbnailer *self,
                        int            count,
                        int            height)
{
  double clip_width, clip_height;

  rk_clip_get_display_size (self->clip, &clip_width, &clip_height);

  g_mutex_lock (&self->mutex);
  if (height != self->height)
    g_hash_table_remove_all (self->pictures);
  if (count != self->count || height != self->height)
    {
      self->count = count;
      self->height = height;
      self->width = MAX ((int) (height * clip_width / clip_height + 0.5), 1);
      self->generation++;
      g_cond_signal (&self->cond);
    }
  g_mutex_unlock (&self->mutex);
}

RkPicture *
rk_thumbnailer_dup (RkThumbnailer *self,
                    int            i)
{
  RkPicture *picture = NULL;

  g_mutex_lock (&self->mutex);
  if (i >= 0 && i < self->count)
    {
      const gint64 frame = frame_of_thumbnail (self, i);

      picture = g_hash_table_lookup (self->pictures, &frame);
      if (picture != NULL)
        rk_picture_ref (picture);
    }
  g_mutex_unlock (&self->mutex);

  return picture;
}

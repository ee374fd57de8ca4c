/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-frame-reader.h"

#include "rk-error.h"
#include "rk-frame-cursor.h"

/* From this many frames on, the nearest keyframe is shown while the exact frame is decoded. */
#define FAR_FRAMES 25

/* Frames kept behind the wanted one, so that a step back is free. Decoding goes forwards alone, so
 * frames behind come in batches: when half of them are used up, all are read anew. */
#define KEEP_BEHIND 8

typedef struct {
  gint64 frame;
  int ahead;
  int width, height;
  gboolean back;         /* the playhead steps back */
} Wish;

/* Shared by the object and its thread. */
struct _RkFrameReader
{
  GObject parent_instance;

  RkClip *clip;
  RkPreview *preview; /* NULL: the clip's own frames */
  GThread *thread;
  GError *shown_error;

  GMutex mutex;
  GCond cond;
  /* By mutex. */
  Wish wish;
  OasisCancel *errand;   /* of the frame that the thread is at; NULL while it waits */
  gboolean far;          /* and that takes long, so a newer wish does not wait for it */
  gboolean quit;
  GHashTable *pictures;  /* frame number -> RkPicture, all of the wish's size */
  gboolean stuck;        /* the wish cannot be fulfilled */
  GError *error;         /* not told yet */
  gboolean idle_pending;

  /* The thread's own. */
  RkFrameCursor cursor;
  gint64 cursor_first;   /* the clip's frame that is the cursor's frame 0 */
  gint64 cursor_chunk;   /* of the preview; -1 = none */
  GPtrArray *passed;     /* pictures of frames before the one that is read */
  OasisScreenConverter *converter;
};

G_DEFINE_FINAL_TYPE (RkFrameReader, rk_frame_reader, G_TYPE_OBJECT)

enum {
  READY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- publishing -------------------------------------------------------------------------------- */

static gboolean
ready_cb (gpointer data)
{
  RkFrameReader *self = data;

  g_mutex_lock (&self->mutex);
  self->idle_pending = FALSE;
  g_clear_error (&self->shown_error);
  self->shown_error = g_steal_pointer (&self->error);
  g_mutex_unlock (&self->mutex);

  g_signal_emit (self, signals[READY], 0);

  return G_SOURCE_REMOVE;
}

/* Frames outside the wish, and pictures that only stood in, go. By mutex. */
static gboolean
is_outdated (gpointer key,
             gpointer value,
             gpointer user_data)
{
  const RkPicture *picture = value;
  const Wish *wish = user_data;

  return picture->frame < wish->frame - KEEP_BEHIND || picture->frame > wish->frame + wish->ahead + KEEP_BEHIND;
}

/* While a hand drags the playhead, each picture comes too late for the wish that it was made for; it
 * stands in until the newest one is there. Restored frames are read as fast as any. By mutex. */
static void
stand_in (RkFrameReader *self,
          RkPicture     *picture)
{
  RkPicture *other;

  if (self->preview != NULL || picture->rgba == NULL || g_hash_table_contains (self->pictures, &self->wish.frame))
    return;

  other = rk_picture_new (self->wish.frame, picture->width, picture->height, picture->stride,
                          g_bytes_ref (picture->rgba), TRUE);
  g_hash_table_insert (self->pictures, g_memdup2 (&other->frame, sizeof other->frame), other);
}

/* A picture, an error, or both: a frame whose kept segment is damaged counts as not restored. */
static void
publish (RkFrameReader *self,
         gint64         frame,
         RkPicture     *picture,
         const GError  *error)
{
  gboolean post = FALSE;

  g_mutex_lock (&self->mutex);
  if (picture != NULL && picture->width == self->wish.width && picture->height == self->wish.height)
    {
      gint64 *key = g_memdup2 (&picture->frame, sizeof picture->frame);

      g_hash_table_replace (self->pictures, key, rk_picture_ref (picture));
      stand_in (self, picture);
      g_hash_table_foreach_remove (self->pictures, is_outdated, &self->wish);
    }
  if (error != NULL && frame >= self->wish.frame && frame <= self->wish.frame + self->wish.ahead)
    {
      self->stuck = picture == NULL;
      g_clear_error (&self->error);
      self->error = g_error_copy (error);
    }
  if (error != NULL && frame < self->wish.frame)
    self->wish.back = FALSE;
  /* Once the object is disposed of, posts are of no use. */
  if (!self->idle_pending && !self->quit)
    post = self->idle_pending = TRUE;
  if (post)
    g_idle_add_full (G_PRIORITY_DEFAULT, ready_cb, g_object_ref (self), g_object_unref);
  g_mutex_unlock (&self->mutex);
}

/* --- the thread -------------------------------------------------------------------------------- */

static RkPicture *
convert (RkFrameReader     *self,
         const OasisFrame  *frame,
         gint64             number,
         const Wish        *wish,
         gboolean           nearest,
         GError           **error)
{
  const gsize stride = (gsize) wish->width * 4;
  guint8 *rgba = g_malloc (stride * wish->height);
  OasisError engine_error;

  if (oasis_screen_convert (self->converter, frame, wish->width, wish->height, rgba, stride, &engine_error) != OASIS_OK)
    {
      g_free (rgba);
      rk_set_engine_error (error, &engine_error);
      return NULL;
    }

  return rk_picture_new (number, wish->width, wish->height, stride,
                         g_bytes_new_take (rgba, stride * wish->height), nearest);
}

/* Points the cursor at what holds the frame. *missing: the preview does not hold it. */
static gboolean
open_for_frame (RkFrameReader  *self,
                gint64          number,
                gboolean       *missing,
                GError        **error)
{
  OasisSource *source = NULL;
  gint64 chunk, end;

  *missing = FALSE;
  if (self->preview == NULL)
    {
      if (self->cursor.source != NULL)
        return TRUE;
      if (!rk_clip_open_source (self->clip, &source, error))
        return FALSE;
      rk_frame_cursor_set (&self->cursor, source);
      return TRUE;
    }

  chunk = rk_preview_get_chunk_at (self->preview, number);
  *missing = !rk_preview_has_chunk (self->preview, chunk);
  if (*missing || self->cursor_chunk == chunk)
    return TRUE;

  self->cursor_chunk = -1;
  if (!rk_preview_open_chunk (self->preview, chunk, &source, error))
    return FALSE;
  rk_frame_cursor_set (&self->cursor, source);
  rk_preview_get_chunk_range (self->preview, chunk, &self->cursor_first, &end);
  self->cursor_chunk = chunk;

  return TRUE;
}

static RkPicture *
read_picture (RkFrameReader      *self,
              const Wish         *wish,
              gint64              number,
              const OasisCancel  *errand,
              GError            **error)
{
  OasisFrame *frame = NULL;
  RkPicture *picture;
  gboolean missing;
  gint64 local, start, first;

  if (!open_for_frame (self, number, &missing, error))
    {
      if (self->preview == NULL)
        return NULL;
      missing = TRUE;
    }
  if (missing)
    return rk_picture_new (number, wish->width, wish->height, 0, NULL, FALSE);

  local = number - self->cursor_first;
  start = rk_frame_cursor_get_start (&self->cursor, local);
  g_mutex_lock (&self->mutex);
  self->far = local - start > FAR_FRAMES || number < wish->frame;
  g_mutex_unlock (&self->mutex);
  if (local - start > FAR_FRAMES && start != self->cursor.reached && number >= wish->frame)
    {
      if (!rk_frame_cursor_read (&self->cursor, start, errand, &frame, error))
        return NULL;

      picture = convert (self, frame, number, wish, TRUE, error);
      oasis_frame_unref (&frame);
      if (picture == NULL)
        return NULL;
      publish (self, number, picture, NULL);
      rk_picture_unref (picture);
    }

  first = wish->back ? CLAMP (wish->frame - KEEP_BEHIND - self->cursor_first, start, local) : local;
  for (gint64 n = first; ; n++)
    {
      if (!rk_frame_cursor_read (&self->cursor, n, errand, &frame, error))
        {
          if (n == local || g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
            return NULL;

          /* What is wanted may be whole, though a frame before it is not. */
          g_clear_error (error);
          n = local - 1;
          continue;
        }

      picture = convert (self, frame, n + self->cursor_first, wish, FALSE, error);
      oasis_frame_unref (&frame);
      if (picture == NULL || n == local)
        return picture;

      g_ptr_array_add (self->passed, picture);
    }
}

/* By mutex. */
static gboolean
has_exact (RkFrameReader *self,
           gint64         frame)
{
  const RkPicture *picture = g_hash_table_lookup (self->pictures, &frame);

  return picture != NULL && !picture->nearest;
}

/* The first wanted frame that is not there yet, then those that will be wanted next; or -1. By
 * mutex. */
static gint64
next_frame (RkFrameReader *self)
{
  const gint64 end = MIN (self->wish.frame + self->wish.ahead + 1, rk_clip_get_n_frames (self->clip));

  if (self->wish.width == 0 || self->stuck)
    return -1;

  for (gint64 frame = self->wish.frame; frame < end; frame++)
    if (!has_exact (self, frame))
      return frame;

  if (self->wish.back && self->preview == NULL)
    for (gint64 frame = self->wish.frame - 1; frame >= MAX (0, self->wish.frame - KEEP_BEHIND / 2); frame--)
      if (!has_exact (self, frame))
        return frame;

  return -1;
}

/* On the main thread, where the object is freed. */
static gboolean
gone_cb (gpointer data)
{
  return G_SOURCE_REMOVE;
}

static gpointer
reader_thread (gpointer data)
{
  RkFrameReader *self = data;

  g_mutex_lock (&self->mutex);
  while (!self->quit)
    {
      g_autoptr (RkPicture) picture = NULL;
      g_autoptr (GError) error = NULL;
      const gint64 frame = next_frame (self);
      const Wish wish = self->wish;

      if (frame < 0)
        {
          g_cond_wait (&self->cond, &self->mutex);
          continue;
        }

      self->errand = oasis_cancel_new (NULL);
      self->far = FALSE;
      g_mutex_unlock (&self->mutex);
      picture = read_picture (self, &wish, frame, self->errand, &error);
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        publish (self, frame, picture, error);
      for (guint i = 0; i < self->passed->len; i++)
        publish (self, frame, g_ptr_array_index (self->passed, i), NULL);
      g_ptr_array_set_size (self->passed, 0);
      g_mutex_lock (&self->mutex);
      oasis_cancel_free (&self->errand);
    }
  g_mutex_unlock (&self->mutex);

  rk_frame_cursor_clear (&self->cursor);
  oasis_screen_converter_free (&self->converter);
  g_idle_add_full (G_PRIORITY_DEFAULT, gone_cb, self, g_object_unref);

  return NULL;
}

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
  g_mutex_lock (&self->mutex);
  g_hash_table_foreach_remove (self->pictures, is_missing, NULL);
  self->stuck = FALSE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static void
rk_frame_reader_dispose (GObject *object)
{
  RkFrameReader *self = RK_FRAME_READER (object);

  /* The thread is told, and not waited for: opening a file takes its time. Until it gives the
   * object back, it keeps it. */
  if (self->thread != NULL)
    {
      g_object_ref (self);
      g_mutex_lock (&self->mutex);
      self->quit = TRUE;
      cancel_errand (self);
      g_cond_signal (&self->cond);
      g_mutex_unlock (&self->mutex);
      g_clear_pointer (&self->thread, g_thread_unref);
    }

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
  g_ptr_array_unref (self->passed);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);

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
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->cursor = (RkFrameCursor) RK_FRAME_CURSOR_INIT;
  self->cursor_chunk = -1;
  self->passed = g_ptr_array_new_with_free_func ((GDestroyNotify) rk_picture_unref);
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
  if (preview != NULL)
    g_signal_connect_object (preview, "changed", G_CALLBACK (preview_changed_cb), self, G_CONNECT_SWAPPED);
  self->thread = g_thread_new (preview != NULL ? "rk-after" : "rk-before", reader_thread, self);

  return self;
}

void
rk_frame_reader_request (RkFrameReader *self,
                         gint64         frame,
                         int            ahead,
                         int            width,
                         int            height)
{
  Wish wish = { frame, ahead, width, height };

  g_mutex_lock (&self->mutex);
  wish.back = frame < self->wish.frame && frame >= self->wish.frame - KEEP_BEHIND;
  if (wish.frame != self->wish.frame || wish.ahead != self->wish.ahead ||
      wish.width != self->wish.width || wish.height != self->wish.height)
    {
      if (wish.width != self->wish.width || wish.height != self->wish.height)
        g_hash_table_remove_all (self->pictures);

      /* Playing on is the same errand: what is being decoded is still wanted. */
      if (wish.frame < self->wish.frame || wish.frame > self->wish.frame + self->wish.ahead ||
          wish.width != self->wish.width || wish.height != self->wish.height)
        {
          if (self->far && !has_exact (self, wish.frame))
            cancel_errand (self);
        }

      self->wish = wish;
      self->stuck = FALSE;
      g_cond_signal (&self->cond);
    }
  g_mutex_unlock (&self->mutex);
}

RkPicture *
rk_frame_reader_dup (RkFrameReader *self,
                     gint64         frame)
{
  RkPicture *picture;

  g_mutex_lock (&self->mutex);
  picture = g_hash_table_lookup (self->pictures, &frame);
  if (picture != NULL)
    rk_picture_ref (picture);
  g_mutex_unlock (&self->mutex);

  return picture;
}

const GError *
rk_frame_reader_get_error (RkFrameReader *self)
{
  return self->shown_error;
}

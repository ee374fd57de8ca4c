/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-playhead.h"

/* Frames decoded ahead of a running playhead. */
#define PLAY_AHEAD 8

struct _RkPlayhead
{
  GObject parent_instance;

  /* Owned. */
  RkClip *clip;
  RkFrameReader *before, *after;

  int picture_width, picture_height;
  gint64 position;
  gint64 start;
  gboolean playing;
  gint64 play_origin_us; /* clock time at which frame 0 would have been shown; 0 = not started */
};

G_DEFINE_FINAL_TYPE (RkPlayhead, rk_playhead, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_POSITION,
  PROP_PLAYING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum {
  FAILED,
  PICTURES_READY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gint64
get_last (RkPlayhead *self)
{
  return self->clip != NULL ? rk_clip_get_n_frames (self->clip) - 1 : 0;
}

/* --- readers ----------------------------------------------------------------------------------- */

static void
request_pictures (RkPlayhead *self)
{
  const int ahead = self->playing ? PLAY_AHEAD : 0;

  if (self->picture_width <= 0 || self->picture_height <= 0)
    return;

  if (self->before != NULL)
    rk_frame_reader_request (self->before, self->position, ahead, self->picture_width, self->picture_height);
  if (self->after != NULL)
    rk_frame_reader_request (self->after, self->position, ahead, self->picture_width, self->picture_height);
}

static void
reader_ready_cb (RkPlayhead    *self,
                 RkFrameReader *reader)
{
  const GError *error = rk_frame_reader_get_error (reader);

  if (error != NULL)
    {
      rk_playhead_set_playing (self, FALSE);
      g_signal_emit (self, signals[FAILED], 0, error);
    }

  g_signal_emit (self, signals[PICTURES_READY], 0);
}

static void
set_reader (RkPlayhead     *self,
            RkFrameReader **reader,
            RkFrameReader  *value)
{
  if (*reader != NULL)
    g_signal_handlers_disconnect_by_func (*reader, reader_ready_cb, self);
  g_clear_object (reader);
  *reader = value;
  if (value != NULL)
    g_signal_connect_object (value, "ready", G_CALLBACK (reader_ready_cb), self, G_CONNECT_SWAPPED);

  request_pictures (self);
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_playhead_dispose (GObject *object)
{
  RkPlayhead *self = RK_PLAYHEAD (object);

  g_clear_object (&self->before);
  g_clear_object (&self->after);
  g_clear_object (&self->clip);

  G_OBJECT_CLASS (rk_playhead_parent_class)->dispose (object);
}

static void
rk_playhead_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  RkPlayhead *self = RK_PLAYHEAD (object);

  switch (prop_id)
    {
    case PROP_POSITION:
      g_value_set_int64 (value, self->position);
      break;
    case PROP_PLAYING:
      g_value_set_boolean (value, self->playing);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_playhead_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  RkPlayhead *self = RK_PLAYHEAD (object);

  switch (prop_id)
    {
    case PROP_POSITION:
      rk_playhead_set_position (self, g_value_get_int64 (value));
      break;
    case PROP_PLAYING:
      rk_playhead_set_playing (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_playhead_class_init (RkPlayheadClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = rk_playhead_dispose;
  object_class->get_property = rk_playhead_get_property;
  object_class->set_property = rk_playhead_set_property;

  properties[PROP_POSITION] = g_param_spec_int64 ("position", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_PLAYING] = g_param_spec_boolean ("playing", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[PICTURES_READY] = g_signal_new ("pictures-ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
rk_playhead_init (RkPlayhead *self)
{
}

RkPlayhead *
rk_playhead_new (void)
{
  return g_object_new (RK_TYPE_PLAYHEAD, NULL);
}

void
rk_playhead_set_clip (RkPlayhead *self,
                      RkClip     *clip)
{
  rk_playhead_set_playing (self, FALSE);
  g_set_object (&self->clip, clip);
  rk_playhead_set_position (self, self->position);
  set_reader (self, &self->before, clip != NULL ? rk_frame_reader_new (clip, NULL) : NULL);
}

void
rk_playhead_set_preview (RkPlayhead *self,
                         RkPreview  *preview)
{
  set_reader (self, &self->after, preview != NULL ? rk_frame_reader_new (rk_preview_get_clip (preview), preview) : NULL);
}

void
rk_playhead_set_start (RkPlayhead *self,
                       gint64      frame)
{
  self->start = frame;
}

void
rk_playhead_set_picture_size (RkPlayhead *self,
                              int         width,
                              int         height)
{
  if (self->picture_width == width && self->picture_height == height)
    return;

  self->picture_width = width;
  self->picture_height = height;
  request_pictures (self);
}

RkFrameReader *
rk_playhead_get_before (RkPlayhead *self)
{
  return self->before;
}

RkFrameReader *
rk_playhead_get_after (RkPlayhead *self)
{
  return self->after;
}

/* --- moving ------------------------------------------------------------------------------------ */

gint64
rk_playhead_get_position (RkPlayhead *self)
{
  return self->position;
}

static void
move_to (RkPlayhead *self,
         gint64      frame)
{
  frame = CLAMP (frame, 0, get_last (self));
  if (self->position == frame)
    return;

  self->position = frame;
  request_pictures (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_POSITION]);
}

void
rk_playhead_set_position (RkPlayhead *self,
                          gint64      frame)
{
  self->play_origin_us = 0;
  move_to (self, frame);
}

void
rk_playhead_step (RkPlayhead *self,
                  gint64      frames)
{
  rk_playhead_set_playing (self, FALSE);
  rk_playhead_set_position (self, self->position + frames);
}

/* --- playing ----------------------------------------------------------------------------------- */

gboolean
rk_playhead_get_playing (RkPlayhead *self)
{
  return self->playing;
}

void
rk_playhead_set_playing (RkPlayhead *self,
                         gboolean    playing)
{
  playing = playing && self->clip != NULL;
  if (self->playing == playing)
    return;

  self->playing = playing;
  self->play_origin_us = 0;
  if (playing && self->position == get_last (self))
    move_to (self, self->start);
  request_pictures (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLAYING]);
}

static gboolean
is_there (RkFrameReader *reader,
          gint64         frame)
{
  g_autoptr (RkPicture) picture = reader != NULL ? rk_frame_reader_dup (reader, frame) : NULL;

  return reader == NULL || (picture != NULL && rk_picture_is_exact (picture));
}

void
rk_playhead_tick (RkPlayhead *self,
                  gint64      time_us)
{
  gint64 target;

  if (!self->playing)
    return;

  if (self->play_origin_us == 0)
    self->play_origin_us = time_us - rk_clip_get_frame_time (self->clip, self->position) / 1000;

  target = rk_clip_get_frame_at (self->clip, (time_us - self->play_origin_us) * 1000);
  if (target <= self->position)
    {
      if (self->position == get_last (self))
        rk_playhead_set_playing (self, FALSE);
      return;
    }

  /* The furthest frame up to the target that both sides have. */
  for (; target > self->position; target--)
    if (is_there (self->before, target) && is_there (self->after, target))
      break;

  if (target == self->position)
    {
      /* Late: the clock waits, so that no frame is skipped on one side only. */
      self->play_origin_us = 0;
      return;
    }

  move_to (self, target);
}

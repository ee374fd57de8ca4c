/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-playhead.h"

#include "rk-play-clock.h"

/* Frames decoded ahead of a running playhead. */
#define PLAY_AHEAD 8

struct _RkPlayhead
{
  GObject parent_instance;

  /* Owned. */
  RkClip *clip;
  RkPreview *preview;
  RkFrameReader *before, *after;

  int picture_width, picture_height;
  double grain;
  gint64 position;
  gint64 start;
  gboolean playing;
  gboolean looping;
  gboolean began_restored; /* playing did, with a frame that is restored */
  RkPlayClock clock;
};

G_DEFINE_FINAL_TYPE (RkPlayhead, rk_playhead, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_POSITION,
  PROP_PLAYING,
  PROP_LOOPING,
  PROP_SPEED,
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
    rk_frame_reader_request (self->before, self->position, ahead, self->picture_width, self->picture_height, 0);
  if (self->after != NULL)
    rk_frame_reader_request (self->after, self->position, ahead, self->picture_width, self->picture_height, self->grain);
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
  g_clear_object (&self->preview);

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
    case PROP_LOOPING:
      g_value_set_boolean (value, self->looping);
      break;
    case PROP_SPEED:
      g_value_set_double (value, rk_playhead_get_speed (self));
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
    case PROP_LOOPING:
      rk_playhead_set_looping (self, g_value_get_boolean (value));
      break;
    case PROP_SPEED:
      rk_playhead_set_speed (self, g_value_get_double (value));
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
  properties[PROP_LOOPING] = g_param_spec_boolean ("looping", NULL, NULL, TRUE, flags);
  properties[PROP_SPEED] =
    g_param_spec_double ("speed", NULL, NULL, RK_PLAYHEAD_SLOWEST, RK_PLAYHEAD_FASTEST, 1, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
  signals[PICTURES_READY] = g_signal_new ("pictures-ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
rk_playhead_init (RkPlayhead *self)
{
  self->looping = TRUE;
  rk_play_clock_set_speed (&self->clock, 1);
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
  g_set_object (&self->preview, preview);
  set_reader (self, &self->after, preview != NULL ? rk_frame_reader_new (rk_preview_get_clip (preview), preview) : NULL);
}

void
rk_playhead_set_grain (RkPlayhead *self,
                       double      grain)
{
  self->grain = grain;
  request_pictures (self);
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

/* Playing goes on from the frame that is shown. */
static void
set_clock (RkPlayhead *self)
{
  if (self->clip != NULL)
    rk_play_clock_set (&self->clock, rk_clip_get_frame_time (self->clip, self->position));
}

void
rk_playhead_set_position (RkPlayhead *self,
                          gint64      frame)
{
  move_to (self, frame);
  set_clock (self);
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

/* The run of restored frames around the position. */
static gboolean
find_run (RkPlayhead *self,
          gint64     *first,
          gint64     *end)
{
  return self->preview != NULL && rk_preview_find_run_around (self->preview, self->position, first, end);
}

void
rk_playhead_set_playing (RkPlayhead *self,
                         gboolean    playing)
{
  playing = playing && self->clip != NULL;
  if (self->playing == playing)
    return;

  self->playing = playing;
  self->began_restored = playing && find_run (self, &(gint64) { 0 }, &(gint64) { 0 });
  if (playing && self->position == get_last (self) && !(self->looping && self->began_restored))
    move_to (self, self->start);
  set_clock (self);
  request_pictures (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLAYING]);
}

gboolean
rk_playhead_get_looping (RkPlayhead *self)
{
  return self->looping;
}

void
rk_playhead_set_looping (RkPlayhead *self,
                         gboolean    looping)
{
  looping = !!looping;
  if (self->looping == looping)
    return;

  self->looping = looping;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOPING]);
}

double
rk_playhead_get_speed (RkPlayhead *self)
{
  return rk_play_clock_get_speed (&self->clock);
}

void
rk_playhead_set_speed (RkPlayhead *self,
                       double      speed)
{
  speed = CLAMP (speed, RK_PLAYHEAD_SLOWEST, RK_PLAYHEAD_FASTEST);
  if (rk_playhead_get_speed (self) == speed)
    return;

  rk_play_clock_set_speed (&self->clock, speed);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SPEED]);
}

static gboolean
is_there (RkFrameReader *reader,
          gint64         frame)
{
  g_autoptr (RkPicture) picture = reader != NULL ? rk_frame_reader_dup (reader, frame) : NULL;

  return reader == NULL || (picture != NULL && rk_picture_is_exact (picture));
}

/* At the end of what is restored back to where it begins. */
static gboolean
loop (RkPlayhead *self,
      gint64      time_ns)
{
  gint64 first, end;

  if (!self->looping || !self->began_restored || !find_run (self, &first, &end) ||
      time_ns < rk_clip_get_frame_time (self->clip, end))
    return FALSE;

  rk_playhead_set_position (self, first);
  return TRUE;
}

void
rk_playhead_tick (RkPlayhead *self,
                  gint64      time_us)
{
  gint64 time_ns, target, next;

  if (!self->playing)
    return;

  time_ns = rk_play_clock_advance (&self->clock, time_us);
  if (loop (self, time_ns))
    return;

  target = rk_clip_get_frame_at (self->clip, time_ns);
  if (target <= self->position)
    {
      if (time_ns >= rk_clip_get_frame_time (self->clip, get_last (self) + 1))
        rk_playhead_set_playing (self, FALSE);
      return;
    }

  for (next = self->position; next < target; next++)
    if (!is_there (self->before, next + 1) || !is_there (self->after, next + 1))
      break;
  move_to (self, next);

  /* Late: the clock waits, so that no frame is left out. */
  if (next < target)
    set_clock (self);
}

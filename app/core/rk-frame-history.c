/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-frame-history.h"

/* A second of 1080p with 8 bits a sample, and a bit. */
#define MAX_BYTES (96 << 20)
#define MAX_FRAMES 64
#define MIN_FRAMES 4

typedef struct {
  gint64 number;
  OasisFrame *frame; /* owned */
} Entry;

static Entry *
get_entry (RkFrameHistory *self,
           guint           i)
{
  return &g_array_index (self->entries, Entry, i);
}

static void
clear_entry (gpointer data)
{
  oasis_frame_unref (&((Entry *) data)->frame);
}

void
rk_frame_history_init (RkFrameHistory *self)
{
  self->capacity = 0;
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, clear_entry);
}

void
rk_frame_history_clear (RkFrameHistory *self)
{
  g_clear_pointer (&self->entries, g_array_unref);
}

static int
find_capacity (const OasisFrame *frame)
{
  gsize bytes = 0;

  for (int p = 0; p < frame->format.planes; p++)
    bytes += (gsize) ABS (frame->stride[p]) * (gsize) oasis_frame_plane_height (&frame->format, p);

  return (int) CLAMP (MAX_BYTES / MAX (bytes, 1), MIN_FRAMES, MAX_FRAMES);
}

static void
drop_furthest (RkFrameHistory *self,
               gint64          center)
{
  guint furthest = 0;

  for (guint i = 1; i < self->entries->len; i++)
    if (ABS (get_entry (self, i)->number - center) > ABS (get_entry (self, furthest)->number - center))
      furthest = i;
  g_array_remove_index_fast (self->entries, furthest);
}

void
rk_frame_history_add (RkFrameHistory *self,
                      gint64          number,
                      OasisFrame     *frame,
                      gint64          center)
{
  Entry entry = { number, frame };

  if (rk_frame_history_get (self, number) != NULL)
    {
      oasis_frame_unref (&frame);
      return;
    }

  if (self->capacity == 0)
    self->capacity = find_capacity (frame);
  if (self->entries->len == (guint) self->capacity)
    drop_furthest (self, center);
  g_array_append_val (self->entries, entry);
}

OasisFrame *
rk_frame_history_get (RkFrameHistory *self,
                      gint64          number)
{
  for (guint i = 0; i < self->entries->len; i++)
    if (get_entry (self, i)->number == number)
      return get_entry (self, i)->frame;

  return NULL;
}

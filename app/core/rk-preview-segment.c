/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-preview-segment.h"

#include <glib/gstdio.h>

/* Bits of a number that count frames of a chunk; the rest say which is the first. */
#define COUNT_BITS 10

gint64
rk_preview_segment_number (const OasisChunkGrid *grid,
                           gint64                chunk)
{
  const OasisChunk info = oasis_chunk_get (grid, chunk);
  const gint64 counts[] = { info.frames, info.own_first - info.first, info.own_frames };
  gint64 number = info.first;

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    number = number << COUNT_BITS | counts[i];

  return number;
}

gint64
rk_preview_segment_find (const OasisChunkGrid *grid,
                         gint64                number)
{
  const gint64 before = number >> COUNT_BITS & ((1 << COUNT_BITS) - 1);
  const gint64 own_first = (number >> 3 * COUNT_BITS) + before;
  gint64 chunk;

  if (own_first >= grid->frames)
    return -1;

  chunk = oasis_chunk_of_frame (grid, own_first);

  return rk_preview_segment_number (grid, chunk) == number ? chunk : -1;
}

/* --- reading ---------------------------------------------------------------------------------- */

typedef struct {
  OasisSource base;
  OasisSource *file;
  RkPreviewStore *store;
  char *key;
  gint64 number;
  gint64 next; /* frame of the segment */
} SegmentSource;

/* Passes a status on. A segment that cannot be read is dropped, so that its frames are restored
 * anew; without memory, or having been stopped, nothing is known of it. */
static OasisStatus
check (RkPreviewStore *store,
       const char     *key,
       gint64          number,
       OasisStatus     status,
       OasisError     *engine_error)
{
  g_autofree char *path = NULL;

  if (status == OASIS_OK || status == OASIS_ERR_CANCELLED || status == OASIS_ERR_NO_MEMORY)
    return status;

  path = rk_preview_store_dup_path (store, key, number);
  rk_preview_store_remove (store, key, number);

  return oasis_fail (engine_error, OASIS_ERR_INPUT, path, "was damaged and has been removed; restore this part again");
}

static OasisStatus
check_self (SegmentSource *self,
            OasisStatus    status,
            OasisError    *engine_error)
{
  return check (self->store, self->key, self->number, status, engine_error);
}

static const OasisSourceInfo *
segment_info (OasisSource *source)
{
  SegmentSource *self = (SegmentSource *) source;

  return oasis_source_info (self->file);
}

static int64_t
segment_pts (OasisSource *source,
             int64_t      n)
{
  SegmentSource *self = (SegmentSource *) source;

  return oasis_source_pts (self->file, n);
}

static int64_t
segment_keyframe (OasisSource *source,
                  int64_t      n)
{
  SegmentSource *self = (SegmentSource *) source;

  return oasis_source_keyframe (self->file, n);
}

static OasisStatus
segment_seek (OasisSource       *source,
              int64_t            n,
              const OasisCancel *cancel,
              OasisError        *engine_error)
{
  SegmentSource *self = (SegmentSource *) source;
  const OasisStatus status = oasis_source_seek (self->file, n, cancel, engine_error);

  self->next = n;

  return check_self (self, status, engine_error);
}

static OasisStatus
segment_read (OasisSource  *source,
              OasisFrame  **frame,
              OasisError   *engine_error)
{
  SegmentSource *self = (SegmentSource *) source;
  OasisStatus status = oasis_source_read (self->file, frame, engine_error);

  if (status == OASIS_OK && *frame == NULL && self->next < segment_info (source)->frames)
    status = OASIS_ERR_INPUT; /* it ends early */
  self->next++;

  return check_self (self, status, engine_error);
}

static void
segment_source_close (OasisSource *source)
{
  SegmentSource *self = (SegmentSource *) source;

  oasis_source_close (&self->file);
  g_object_unref (self->store);
  g_free (self->key);
  g_free (self);
}

static const OasisSourceClass segment_source_class = {
  .info = segment_info,
  .pts = segment_pts,
  .keyframe = segment_keyframe,
  .seek = segment_seek,
  .read = segment_read,
  .close = segment_source_close,
};

OasisStatus
rk_preview_segment_open (RkPreviewStore                *store,
                         const char                    *key,
                         gint64                         chunk,
                         const RkPreviewSegmentParams  *params,
                         OasisSource                  **source,
                         OasisError                    *engine_error)
{
  const gint64 number = rk_preview_segment_number (&params->grid, chunk);
  g_autofree char *path = rk_preview_store_dup_path (store, key, number);
  const OasisMediaParams media = { .deinterlace = OASIS_DEINTERLACE_OFF };
  OasisSource *file = NULL;
  SegmentSource *self;
  OasisStatus status = oasis_media_source_open (path, &media, &file, engine_error);

  if (status == OASIS_OK &&
      (oasis_source_info (file)->frames != oasis_chunk_get (&params->grid, chunk).own_frames ||
       !oasis_frame_format_equal (&oasis_source_info (file)->format, &params->format)))
    status = OASIS_ERR_INPUT;

  if (status != OASIS_OK)
    {
      oasis_source_close (&file);
      return check (store, key, number, status, engine_error);
    }

  rk_preview_store_use (store, key, number);
  self = g_new0 (SegmentSource, 1);
  self->base.klass = &segment_source_class;
  self->base.name = file->name;
  self->file = file;
  self->store = g_object_ref (store);
  self->key = g_strdup (key);
  self->number = number;
  *source = &self->base;

  return OASIS_OK;
}

/* --- writing ---------------------------------------------------------------------------------- */

typedef struct {
  OasisSink base;
  RkPreviewStore *store;
  char *key;
  char *folder;
  RkPreviewSegmentParams params;
  gint64 number;
  OasisSink *segment; /* of the chunk being written */
} SegmentSink;

static OasisStatus
segment_begin (OasisSink            *sink,
               const OasisChunkInfo *chunk,
               OasisError           *engine_error)
{
  SegmentSink *self = (SegmentSink *) sink;
  const gint64 number = rk_preview_segment_number (&self->params.grid, chunk->index);
  g_autofree char *path = rk_preview_store_dup_path (self->store, self->key, number);
  const OasisMediaTarget target = {
    .target = {
      .format = self->params.format,
      .frame_rate = self->params.frame_rate,
      .replace = true,
    },
    .codec = "ffv1",
    .quality = -1,
  };

  self->number = number;
  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    return oasis_fail (engine_error, OASIS_ERR_OUTPUT, self->folder, "cannot be made; previews are kept there");

  return oasis_media_sink_open (path, &target, &self->segment, engine_error);
}

static OasisStatus
segment_write (OasisSink  *sink,
               OasisFrame *frame,
               OasisError *engine_error)
{
  SegmentSink *self = (SegmentSink *) sink;

  return oasis_sink_write (self->segment, frame, engine_error);
}

static OasisStatus
segment_end (OasisSink  *sink,
             OasisError *engine_error)
{
  SegmentSink *self = (SegmentSink *) sink;
  OasisStatus status = oasis_sink_finish (self->segment, engine_error);

  oasis_sink_close (&self->segment);
  if (status == OASIS_OK)
    rk_preview_store_add (self->store, self->key, self->number);

  return status;
}

static OasisStatus
segment_finish (OasisSink  *sink,
                OasisError *engine_error)
{
  return OASIS_OK;
}

static void
segment_sink_close (OasisSink *sink)
{
  SegmentSink *self = (SegmentSink *) sink;

  oasis_sink_close (&self->segment);
  g_object_unref (self->store);
  g_free (self->key);
  g_free (self->folder);
  g_free (self);
}

static const OasisSinkClass segment_sink_class = {
  .begin_chunk = segment_begin,
  .write = segment_write,
  .end_chunk = segment_end,
  .finish = segment_finish,
  .close = segment_sink_close,
};

OasisSink *
rk_preview_segment_sink_new (RkPreviewStore               *store,
                             const char                   *key,
                             const RkPreviewSegmentParams *params)
{
  SegmentSink *self = g_new0 (SegmentSink, 1);

  self->store = g_object_ref (store);
  self->key = g_strdup (key);
  self->folder = rk_preview_store_dup_folder (store, key);
  self->params = *params;
  self->base.klass = &segment_sink_class;
  self->base.name = self->folder;

  return &self->base;
}

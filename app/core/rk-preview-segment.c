/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-preview-segment.h"

#include <glib/gstdio.h>

/* --- reading ---------------------------------------------------------------------------------- */

typedef struct {
  OasisSource base;
  OasisSource *file;
  RkPreviewStore *store;
  char *key;
  gint64 chunk;
  gint64 next; /* frame of the segment */
} SegmentSource;

/* Passes a status on. A segment that cannot be read is dropped, so that its frames are restored
 * anew; without memory, or having been stopped, nothing is known of it. */
static OasisStatus
check (RkPreviewStore *store,
       const char     *key,
       gint64          chunk,
       OasisStatus     status,
       OasisError     *engine_error)
{
  g_autofree char *path = NULL;

  if (status == OASIS_OK || status == OASIS_ERR_CANCELLED || status == OASIS_ERR_NO_MEMORY)
    return status;

  path = rk_preview_store_dup_path (store, key, chunk);
  rk_preview_store_remove (store, key, chunk);

  return oasis_fail (engine_error, OASIS_ERR_INPUT, path, "was damaged and has been removed; restore this part again");
}

static OasisStatus
check_self (SegmentSource *self,
            OasisStatus    status,
            OasisError    *engine_error)
{
  return check (self->store, self->key, self->chunk, status, engine_error);
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
                         gint64                         n_frames,
                         const RkPreviewSegmentParams  *params,
                         OasisSource                  **source,
                         OasisError                    *engine_error)
{
  g_autofree char *path = rk_preview_store_dup_path (store, key, chunk);
  const OasisMediaParams media = { .deinterlace = OASIS_DEINTERLACE_OFF };
  OasisSource *file = NULL;
  SegmentSource *self;
  OasisStatus status = oasis_media_source_open (path, &media, &file, engine_error);

  if (status == OASIS_OK &&
      (oasis_source_info (file)->frames != n_frames ||
       !oasis_frame_format_equal (&oasis_source_info (file)->format, &params->format)))
    status = OASIS_ERR_INPUT;

  if (status != OASIS_OK)
    {
      oasis_source_close (&file);
      return check (store, key, chunk, status, engine_error);
    }

  rk_preview_store_use (store, key, chunk);
  self = g_new0 (SegmentSource, 1);
  self->base.klass = &segment_source_class;
  self->base.name = file->name;
  self->file = file;
  self->store = g_object_ref (store);
  self->key = g_strdup (key);
  self->chunk = chunk;
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
  gint64 chunk;
  OasisSink *segment; /* of the chunk being written */
} SegmentSink;

static OasisStatus
segment_begin (OasisSink            *sink,
               const OasisChunkInfo *chunk,
               OasisError           *engine_error)
{
  SegmentSink *self = (SegmentSink *) sink;
  g_autofree char *path = rk_preview_store_dup_path (self->store, self->key, chunk->index);
  const OasisMediaTarget target = {
    .target = {
      .format = self->params.format,
      .frame_rate = self->params.frame_rate,
      .replace = true,
    },
    .codec = "ffv1",
    .quality = -1,
  };

  self->chunk = chunk->index;
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
    rk_preview_store_add (self->store, self->key, self->chunk);

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

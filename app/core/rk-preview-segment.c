/* The files of a preview: one segment a chunk, read as a source and written by a sink.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rk-preview-private.h"

#include <glib/gstdio.h>
#include <utime.h>

#include "rk-error.h"

static OasisStatus
fail (OasisError  *engine_error,
      OasisStatus  status,
      const char  *subject,
      const char  *detail)
{
  if (engine_error != NULL)
    {
      engine_error->status = status;
      g_strlcpy (engine_error->subject, subject, sizeof engine_error->subject);
      g_strlcpy (engine_error->detail, detail, sizeof engine_error->detail);
    }

  return status;
}

static char *
segment_name (gint64 chunk)
{
  return g_strdup_printf ("%08" G_GINT64_FORMAT ".mkv", chunk);
}

static char *
segment_path (RkPreview *preview,
              gint64     chunk)
{
  g_autofree char *name = segment_name (chunk);

  return g_build_filename (_rk_preview_get_folder (preview), name, NULL);
}

gint64
_rk_preview_parse_segment_name (const char *name)
{
  const gint64 chunk = g_ascii_strtoll (name, NULL, 10);
  g_autofree char *expected = segment_name (chunk);

  return chunk >= 0 && g_str_equal (name, expected) ? chunk : -1;
}

/* --- reading ---------------------------------------------------------------------------------- */

typedef struct {
  OasisSource base;
  OasisSource *file;
  RkPreview *preview; /* borrowed */
  gint64 chunk;
  gint64 next; /* frame of the segment */
} SegmentSource;

/* Passes a status on. A segment that cannot be read is dropped, so that its frames are restored
 * anew; without memory, or having been stopped, nothing is known of it. */
static OasisStatus
check (RkPreview   *preview,
       gint64       chunk,
       OasisStatus  status,
       OasisError  *engine_error)
{
  g_autofree char *path = NULL;

  if (status == OASIS_OK || status == OASIS_ERR_CANCELLED || status == OASIS_ERR_NO_MEMORY)
    return status;

  path = segment_path (preview, chunk);
  g_unlink (path);
  _rk_preview_forget (preview, chunk);

  return fail (engine_error, OASIS_ERR_INPUT, path, "was damaged and has been removed; restore this part again");
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

  return check (self->preview, self->chunk, status, engine_error);
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

  return check (self->preview, self->chunk, status, engine_error);
}

static void
segment_source_close (OasisSource *source)
{
  SegmentSource *self = (SegmentSource *) source;

  oasis_source_close (&self->file);
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

/* Whether the file is what this chunk is. */
static gboolean
fits (RkPreview   *preview,
      gint64       chunk,
      OasisSource *file)
{
  const OasisSourceInfo *info = oasis_source_info (file);
  gint64 first, end;

  rk_preview_get_chunk_range (preview, chunk, &first, &end);

  return info->frames == end - first && oasis_frame_format_equal (&info->format, rk_preview_get_format (preview));
}

static OasisStatus
open_segment (RkPreview    *preview,
              gint64        chunk,
              OasisSource **source,
              OasisError   *engine_error)
{
  g_autofree char *path = segment_path (preview, chunk);
  const OasisMediaParams params = { .deinterlace = OASIS_DEINTERLACE_OFF, .transient = true };
  OasisSource *file = NULL;
  SegmentSource *self;
  OasisStatus status = oasis_media_source_open (path, &params, &file, engine_error);

  if (status == OASIS_OK && !fits (preview, chunk, file))
    status = OASIS_ERR_INPUT;

  if (status != OASIS_OK)
    {
      oasis_source_close (&file);
      return check (preview, chunk, status, engine_error);
    }

  g_utime (path, NULL); /* used just now: last to be evicted */
  self = g_new0 (SegmentSource, 1);
  self->base.klass = &segment_source_class;
  self->base.name = file->name;
  self->file = file;
  self->preview = preview;
  self->chunk = chunk;
  *source = &self->base;

  return OASIS_OK;
}

gboolean
rk_preview_open_chunk (RkPreview    *self,
                       gint64        chunk,
                       OasisSource **source,
                       GError      **error)
{
  OasisError engine_error;

  if (open_segment (self, chunk, source, &engine_error) == OASIS_OK)
    return TRUE;

  rk_set_engine_error (error, &engine_error);
  return FALSE;
}

static bool
cache_has (void    *data,
           int64_t  chunk)
{
  return rk_preview_has_chunk (data, chunk);
}

static OasisStatus
cache_open (void         *data,
            int64_t       chunk,
            OasisSource **frames,
            OasisError   *engine_error)
{
  return open_segment (data, chunk, frames, engine_error);
}

OasisChunkCache
rk_preview_get_cache (RkPreview *self)
{
  return (OasisChunkCache) { .has = cache_has, .open = cache_open, .data = self };
}

/* --- writing ---------------------------------------------------------------------------------- */

typedef struct {
  OasisSink base;
  RkPreview *preview;
  gint64 chunk;
  OasisSink *segment; /* of the chunk being written */
} SegmentSink;

static OasisStatus
segment_begin (OasisSink            *sink,
               const OasisChunkInfo *chunk,
               OasisError           *engine_error)
{
  SegmentSink *self = (SegmentSink *) sink;
  g_autofree char *path = segment_path (self->preview, chunk->index);
  const OasisMediaTarget target = {
    .target = {
      .format = *rk_preview_get_format (self->preview),
      .frame_rate = rk_clip_get_source_info (rk_preview_get_clip (self->preview))->frame_rate,
      .replace = true,
    },
    .codec = "ffv1",
    .crf = -1,
  };

  self->chunk = chunk->index;
  if (g_mkdir_with_parents (_rk_preview_get_folder (self->preview), 0700) != 0)
    return fail (engine_error, OASIS_ERR_OUTPUT, _rk_preview_get_folder (self->preview), "cannot be made; previews are kept there");

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
    {
      _rk_preview_remember (self->preview, self->chunk);
      rk_preview_store_trim (_rk_preview_get_store (self->preview));
    }

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
rk_preview_new_sink (RkPreview *self)
{
  SegmentSink *sink = g_new0 (SegmentSink, 1);

  sink->base.klass = &segment_sink_class;
  sink->base.name = _rk_preview_get_folder (self);
  sink->preview = self;

  return &sink->base;
}

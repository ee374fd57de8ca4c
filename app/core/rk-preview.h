/* The restored chunks of one clip by one recipe, as kept in the preview store.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

#include "rk-catalogue.h"
#include "rk-clip.h"
#include "rk-preview-store.h"
#include "rk-recipe.h"

G_BEGIN_DECLS

/* A chunk is one lossless FFV1 segment that holds the frames which the chunk owns, at strength 1, in
 * the job's output format: so a previewed frame is the exported frame. Thread-safety: functions may
 * be called from any thread; the signal "changed" is emitted on the main thread, once for any
 * number of chunks that came or went since. */
#define RK_TYPE_PREVIEW (rk_preview_get_type ())
G_DECLARE_FINAL_TYPE (RkPreview, rk_preview, RK, PREVIEW, GObject)

/* The preview of a clip by a recipe, with the chunks that the store holds already. Reads the model
 * file, so it runs on a thread of its own. */
void                    rk_preview_open_async      (RkPreviewStore    *store,
                                                    RkCatalogue       *catalogue,
                                                    RkClip            *clip,
                                                    RkRecipe          *recipe,
                                                    GCancellable      *cancellable,
                                                    GAsyncReadyCallback callback,
                                                    gpointer           user_data);
RkPreview              *rk_preview_open_finish     (GAsyncResult      *result,
                                                    GError           **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same on the calling thread, which it blocks; never the main one. */
RkPreview              *rk_preview_open            (RkPreviewStore    *store,
                                                    RkCatalogue       *catalogue,
                                                    RkClip            *clip,
                                                    RkRecipe          *recipe,
                                                    GError           **error) G_GNUC_WARN_UNUSED_RESULT;

RkClip                 *rk_preview_get_clip        (RkPreview         *self);
/* The recipe that the frames were made by; model and device are the resolved ones. */
RkRecipe               *rk_preview_get_recipe      (RkPreview         *self);
const OasisFrameFormat *rk_preview_get_format      (RkPreview         *self);
double                  rk_preview_get_default_strength (RkPreview    *self);

gint64                  rk_preview_get_n_chunks    (RkPreview         *self);
gint64                  rk_preview_get_chunk_at    (RkPreview         *self,
                                                    gint64             frame);
/* The frames that a chunk owns: first <= n < end. */
void                    rk_preview_get_chunk_range (RkPreview         *self,
                                                    gint64             chunk,
                                                    gint64            *first,
                                                    gint64            *end);
gboolean                rk_preview_has_chunk       (RkPreview         *self,
                                                    gint64             chunk);
/* The first run of restored frames that ends after `from`; FALSE when there is none. */
gboolean                rk_preview_find_run        (RkPreview         *self,
                                                    gint64             from,
                                                    gint64            *first,
                                                    gint64            *end);

/* The run of restored frames that a frame lies in; FALSE where that is not restored. */
gboolean                rk_preview_find_run_around (RkPreview      *self,
                                                    gint64          frame,
                                                    gint64         *first,
                                                    gint64         *end);

/* How many of frames first <= n < end are not restored. */
gint64                  rk_preview_count_missing   (RkPreview         *self,
                                                    gint64             first,
                                                    gint64             end);

/* The file of a chunk, which may not be there. */
char                   *rk_preview_dup_chunk_path  (RkPreview         *self,
                                                    gint64             chunk) G_GNUC_WARN_UNUSED_RESULT;

/* Opens a restored chunk; frame k of the source is frame first + k of the clip. A segment that cannot
 * be opened or read is removed, and the chunk is not there any more. */
gboolean                rk_preview_open_chunk      (RkPreview         *self,
                                                    gint64             chunk,
                                                    OasisSource      **source,
                                                    GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* A sink for a job over whole chunks: each becomes a segment, there or not there. */
OasisSink              *rk_preview_new_sink        (RkPreview         *self) G_GNUC_WARN_UNUSED_RESULT;

/* What an export may take from here instead of computing it; the preview must live longer. While
 * pinned, nothing is evicted. */
OasisChunkCache         rk_preview_get_cache       (RkPreview         *self);
void                    rk_preview_pin             (RkPreview         *self);
void                    rk_preview_unpin           (RkPreview         *self);

G_END_DECLS

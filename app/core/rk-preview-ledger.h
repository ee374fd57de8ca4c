/* What the preview store holds: which chunks of which key, how large, and in which order they were used.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers only, no file is looked at. A change takes as long as there are keys at most, however many
 * segments there are. Thread-safety: one thread at a time. */
typedef struct _RkPreviewLedger RkPreviewLedger;

RkPreviewLedger *rk_preview_ledger_new         (void);
void             rk_preview_ledger_free        (RkPreviewLedger *self);

/* Of all segments. */
guint64          rk_preview_ledger_get_bytes   (RkPreviewLedger *self);

/* A segment, in place of one that is there already; used_us is a time in microseconds. Quick if the
 * segment was used later than the others of its key. */
void             rk_preview_ledger_put         (RkPreviewLedger *self,
                                                const char      *key,
                                                gint64           chunk,
                                                guint64          bytes,
                                                gint64           used_us);
/* Has been used just now. One that is not there is ignored. */
void             rk_preview_ledger_use         (RkPreviewLedger *self,
                                                const char      *key,
                                                gint64           chunk,
                                                gint64           used_us);
/* Returns whether the segment was there. */
gboolean         rk_preview_ledger_remove      (RkPreviewLedger *self,
                                                const char      *key,
                                                gint64           chunk);
gboolean         rk_preview_ledger_has_key     (RkPreviewLedger *self,
                                                const char      *key);
void             rk_preview_ledger_foreach     (RkPreviewLedger *self,
                                                const char      *key,
                                                void           (*func) (gint64   chunk,
                                                                        gpointer user_data),
                                                gpointer         user_data);

/* While a key is pinned, its segments are not offered as the oldest. A key may be pinned before it has
 * any. */
void             rk_preview_ledger_pin         (RkPreviewLedger *self,
                                                const char      *key);
void             rk_preview_ledger_unpin       (RkPreviewLedger *self,
                                                const char      *key);
/* The segment that was used longest ago and may go; FALSE when there is none. */
gboolean         rk_preview_ledger_find_oldest (RkPreviewLedger  *self,
                                                const char      **key,
                                                gint64           *chunk);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RkPreviewLedger, rk_preview_ledger_free)

G_END_DECLS

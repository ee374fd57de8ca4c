/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-preview-ledger.h"

typedef struct {
  gint64 chunk;
  guint64 bytes;
  gint64 used_us;
  GList link; /* in its entry's by_use; data is the segment */
} Segment;

/* All segments of one key. */
typedef struct {
  GHashTable *by_chunk; /* chunk -> Segment, owned */
  GQueue by_use;        /* of Segment, the one used longest ago first */
  int pins;
} Entry;

struct _RkPreviewLedger
{
  GHashTable *entries; /* key -> Entry */
  guint64 bytes;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_hash_table_unref (entry->by_chunk);
  g_free (entry);
}

RkPreviewLedger *
rk_preview_ledger_new (void)
{
  RkPreviewLedger *self = g_new0 (RkPreviewLedger, 1);

  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);

  return self;
}

void
rk_preview_ledger_free (RkPreviewLedger *self)
{
  g_hash_table_unref (self->entries);
  g_free (self);
}

guint64
rk_preview_ledger_get_bytes (RkPreviewLedger *self)
{
  return self->bytes;
}

/* --- segments ---------------------------------------------------------------------------------- */

static Entry *
find_or_add_entry (RkPreviewLedger *self,
                   const char      *key)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      entry->by_chunk = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
      g_hash_table_insert (self->entries, g_strdup (key), entry);
    }

  return entry;
}

static void
drop_if_unused (RkPreviewLedger *self,
                const char      *key,
                Entry           *entry)
{
  if (entry->by_use.length == 0 && entry->pins == 0)
    g_hash_table_remove (self->entries, key);
}

static Segment *
find_segment (Entry  *entry,
              gint64  chunk)
{
  return entry != NULL ? g_hash_table_lookup (entry->by_chunk, &chunk) : NULL;
}

/* From the end, since what is put was mostly used last. */
static void
queue (Entry   *entry,
       Segment *segment)
{
  GList *before = entry->by_use.tail;

  while (before != NULL && ((Segment *) before->data)->used_us > segment->used_us)
    before = before->prev;

  g_queue_insert_after_link (&entry->by_use, before, &segment->link);
}

static void
drop_segment (RkPreviewLedger *self,
              Entry           *entry,
              Segment         *segment)
{
  self->bytes -= segment->bytes;
  g_queue_unlink (&entry->by_use, &segment->link);
  g_hash_table_remove (entry->by_chunk, &segment->chunk);
}

void
rk_preview_ledger_put (RkPreviewLedger *self,
                       const char      *key,
                       gint64           chunk,
                       guint64          bytes,
                       gint64           used_us)
{
  Entry *entry = find_or_add_entry (self, key);
  Segment *segment = find_segment (entry, chunk);

  if (segment != NULL)
    drop_segment (self, entry, segment);

  segment = g_new0 (Segment, 1);
  segment->chunk = chunk;
  segment->bytes = bytes;
  segment->used_us = used_us;
  segment->link.data = segment;
  g_hash_table_insert (entry->by_chunk, &segment->chunk, segment);
  queue (entry, segment);
  self->bytes += bytes;
}

void
rk_preview_ledger_use (RkPreviewLedger *self,
                       const char      *key,
                       gint64           chunk,
                       gint64           used_us)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);
  Segment *segment = find_segment (entry, chunk);

  if (segment == NULL)
    return;

  segment->used_us = used_us;
  g_queue_unlink (&entry->by_use, &segment->link);
  queue (entry, segment);
}

gboolean
rk_preview_ledger_remove (RkPreviewLedger *self,
                          const char      *key,
                          gint64           chunk)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);
  Segment *segment = find_segment (entry, chunk);

  if (segment == NULL)
    return FALSE;

  drop_segment (self, entry, segment);
  drop_if_unused (self, key, entry);
  return TRUE;
}

gboolean
rk_preview_ledger_has_key (RkPreviewLedger *self,
                           const char      *key)
{
  const Entry *entry = g_hash_table_lookup (self->entries, key);

  return entry != NULL && entry->by_use.length > 0;
}

void
rk_preview_ledger_foreach (RkPreviewLedger  *self,
                           const char       *key,
                           void            (*func) (gint64   chunk,
                                                    gpointer user_data),
                           gpointer          user_data)
{
  const Entry *entry = g_hash_table_lookup (self->entries, key);

  for (GList *link = entry != NULL ? entry->by_use.head : NULL; link != NULL; link = link->next)
    func (((Segment *) link->data)->chunk, user_data);
}

/* --- what may go ------------------------------------------------------------------------------- */

void
rk_preview_ledger_pin (RkPreviewLedger *self,
                       const char      *key)
{
  find_or_add_entry (self, key)->pins++;
}

void
rk_preview_ledger_unpin (RkPreviewLedger *self,
                         const char      *key)
{
  Entry *entry = find_or_add_entry (self, key);

  entry->pins--;
  drop_if_unused (self, key, entry);
}

gboolean
rk_preview_ledger_find_oldest (RkPreviewLedger  *self,
                               const char      **key,
                               gint64           *chunk)
{
  const Segment *oldest = NULL;
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      const Entry *entry = value;
      const Segment *first = entry->by_use.head != NULL ? entry->by_use.head->data : NULL;

      if (first == NULL || entry->pins > 0 || (oldest != NULL && first->used_us >= oldest->used_us))
        continue;

      oldest = first;
      *key = name;
    }

  if (oldest == NULL)
    return FALSE;

  *chunk = oldest->chunk;
  return TRUE;
}

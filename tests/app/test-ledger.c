/* What the preview store keeps in mind of its files, and what it costs.
 * SPDX-License-Identifier: Apache-2.0 */
#include <glib/gstdio.h>
#include <utime.h>

#include "rk-preview-ledger.h"
#include "rk-preview-store.h"

#define N_KEYS 5
#define N_CHUNKS 400 /* of each key: 2,000 in all */
#define CHUNK_TEXT "some bytes"
#define CHUNK_BYTES (sizeof CHUNK_TEXT - 1)
#define ALL_BYTES (N_KEYS * N_CHUNKS * CHUNK_BYTES)

/* --- the store looks at its folder once --------------------------------------------------------- */

static gint64 n_listed; /* folders read since the test began */

GDir *__real_g_dir_open (const char *path, guint flags, GError **error);
GDir *__wrap_g_dir_open (const char *path, guint flags, GError **error);

/* Put in place of GLib's by the linker. */
GDir *
__wrap_g_dir_open (const char  *path,
                   guint        flags,
                   GError     **error)
{
  n_listed++;
  return __real_g_dir_open (path, flags, error);
}

static void
write_chunk (RkPreviewStore *store,
             const char     *key,
             gint64          chunk)
{
  g_autofree char *folder = rk_preview_store_dup_folder (store, key);
  g_autofree char *path = rk_preview_store_dup_path (store, key, chunk);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents_full (path, CHUNK_TEXT, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static gboolean
is_there (RkPreviewStore *store,
          const char     *key,
          gint64          chunk)
{
  g_autofree char *path = rk_preview_store_dup_path (store, key, chunk);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Key k's chunk c was used at second k + N_KEYS * c. */
static RkPreviewStore *
fill_store (const char *folder)
{
  RkPreviewStore *store = rk_preview_store_new (folder);

  for (gint64 k = 0; k < N_KEYS; k++)
    for (gint64 c = 0; c < N_CHUNKS; c++)
      {
        const char key[] = { 'a' + k, '\0' };
        g_autofree char *path = rk_preview_store_dup_path (store, key, c);
        const gint64 used = 1 + k + N_KEYS * c;

        write_chunk (store, key, c);
        g_assert_cmpint (g_utime (path, &(struct utimbuf) { used, used }), ==, 0);
      }

  return store;
}

typedef struct {
  int came, gone;
  gint64 last_gone;
} Seen;

static void
see (gint64   chunk,
     gboolean present,
     gpointer user_data)
{
  Seen *seen = user_data;

  if (present)
    seen->came++;
  else
    {
      seen->gone++;
      seen->last_gone = chunk;
    }
}

static void
test_large_store (void)
{
  g_autofree char *folder = g_dir_make_tmp ("rekindle-ledger-XXXXXX", NULL);
  g_autoptr (RkPreviewStore) store = fill_store (folder);
  gint64 longest_us = 0, all_us = 0;
  Seen seen = { 0 }, other = { 0 };

  n_listed = 0;
  rk_preview_store_watch (store, "a", see, &seen);
  rk_preview_store_watch (store, "new", see, &other);
  g_assert_cmpint (seen.came, ==, N_CHUNKS);
  g_assert_cmpint (other.came, ==, 0);
  g_assert_cmpint (n_listed, ==, 1 + N_KEYS);
  g_assert_cmpuint (rk_preview_store_get_size (store), ==, ALL_BYTES);

  /* Each new chunk pushes out the one used longest ago, and no folder is read for it. */
  rk_preview_store_set_limit (store, ALL_BYTES);
  for (gint64 i = 0; i < 2 * N_KEYS; i++)
    {
      gint64 begun_us;

      write_chunk (store, "new", i);
      g_assert_true (is_there (store, (char[]) { 'a' + i % N_KEYS, '\0' }, i / N_KEYS));
      begun_us = g_get_monotonic_time ();
      rk_preview_store_add (store, "new", i);
      begun_us = g_get_monotonic_time () - begun_us;
      longest_us = MAX (longest_us, begun_us);
      all_us += begun_us;
      g_assert_false (is_there (store, (char[]) { 'a' + i % N_KEYS, '\0' }, i / N_KEYS));
      g_assert_cmpuint (rk_preview_store_get_size (store), ==, ALL_BYTES);
    }
  g_assert_cmpint (n_listed, ==, 1 + N_KEYS);
  g_assert_cmpint (seen.gone, ==, 2);
  g_assert_cmpint (seen.last_gone, ==, 1);
  g_assert_cmpint (other.came, ==, 2 * N_KEYS);
  g_test_message ("a finished chunk beside %d others: %.3f ms, at most %.3f", N_KEYS * N_CHUNKS,
                  all_us / (2.0 * N_KEYS) / 1000, longest_us / 1000.0);

  /* What is pinned stays; who does not watch any more hears nothing. */
  rk_preview_store_pin (store, "new");
  rk_preview_store_unwatch (store, &seen);
  rk_preview_store_clear (store);
  g_assert_cmpuint (rk_preview_store_get_size (store), ==, 2 * N_KEYS * CHUNK_BYTES);
  g_assert_cmpint (seen.gone, ==, 2);
  g_assert_cmpint (other.gone, ==, 0);
  rk_preview_store_unpin (store, "new");
  rk_preview_store_clear (store);
  g_assert_cmpuint (rk_preview_store_get_size (store), ==, 0);
  g_assert_cmpint (other.gone, ==, 2 * N_KEYS);
  g_assert_cmpint (n_listed, ==, 1 + N_KEYS);
  g_assert_cmpint (g_rmdir (folder), ==, 0); /* nothing was left behind */
}

/* --- numbers ------------------------------------------------------------------------------------ */

static void
assert_oldest (RkPreviewLedger *ledger,
               const char      *key,
               gint64           chunk)
{
  const char *oldest_key;
  gint64 oldest;

  g_assert_true (rk_preview_ledger_find_oldest (ledger, &oldest_key, &oldest));
  g_assert_cmpstr (oldest_key, ==, key);
  g_assert_cmpint (oldest, ==, chunk);
}

static void
test_order (void)
{
  g_autoptr (RkPreviewLedger) ledger = rk_preview_ledger_new ();
  const char *key;
  gint64 chunk;

  g_assert_false (rk_preview_ledger_find_oldest (ledger, &key, &chunk));

  /* In whichever order they are put. */
  rk_preview_ledger_put (ledger, "a", 7, 10, 30);
  rk_preview_ledger_put (ledger, "a", 8, 20, 10);
  rk_preview_ledger_put (ledger, "b", 7, 40, 20);
  g_assert_cmpuint (rk_preview_ledger_get_bytes (ledger), ==, 70);
  assert_oldest (ledger, "a", 8);

  /* One that is there already is replaced. */
  rk_preview_ledger_put (ledger, "a", 8, 25, 40);
  g_assert_cmpuint (rk_preview_ledger_get_bytes (ledger), ==, 75);
  assert_oldest (ledger, "b", 7);

  rk_preview_ledger_use (ledger, "b", 7, 50);
  rk_preview_ledger_use (ledger, "b", 99, 60);
  rk_preview_ledger_use (ledger, "c", 7, 60);
  assert_oldest (ledger, "a", 7);

  g_assert_true (rk_preview_ledger_remove (ledger, "a", 7));
  g_assert_false (rk_preview_ledger_remove (ledger, "a", 7));
  g_assert_false (rk_preview_ledger_remove (ledger, "c", 7));
  g_assert_cmpuint (rk_preview_ledger_get_bytes (ledger), ==, 65);
  assert_oldest (ledger, "a", 8);

  g_assert_true (rk_preview_ledger_remove (ledger, "a", 8));
  g_assert_false (rk_preview_ledger_has_key (ledger, "a"));
  g_assert_true (rk_preview_ledger_has_key (ledger, "b"));
  g_assert_true (rk_preview_ledger_remove (ledger, "b", 7));
  g_assert_cmpuint (rk_preview_ledger_get_bytes (ledger), ==, 0);
  g_assert_false (rk_preview_ledger_find_oldest (ledger, &key, &chunk));
}

static void
test_pins (void)
{
  g_autoptr (RkPreviewLedger) ledger = rk_preview_ledger_new ();
  const char *key;
  gint64 chunk;

  /* Twice, and before there is anything to pin. */
  rk_preview_ledger_pin (ledger, "a");
  rk_preview_ledger_pin (ledger, "a");
  g_assert_false (rk_preview_ledger_has_key (ledger, "a"));
  rk_preview_ledger_put (ledger, "a", 1, 10, 10);
  g_assert_false (rk_preview_ledger_find_oldest (ledger, &key, &chunk));
  rk_preview_ledger_put (ledger, "b", 2, 10, 20);
  assert_oldest (ledger, "b", 2);

  /* A pin lasts longer than what is removed on purpose. */
  g_assert_true (rk_preview_ledger_remove (ledger, "a", 1));
  rk_preview_ledger_put (ledger, "a", 1, 10, 10);
  rk_preview_ledger_unpin (ledger, "a");
  assert_oldest (ledger, "b", 2);
  rk_preview_ledger_unpin (ledger, "a");
  assert_oldest (ledger, "a", 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/ledger/order", test_order);
  g_test_add_func ("/ledger/pins", test_pins);
  g_test_add_func ("/ledger/large-store", test_large_store);

  return g_test_run ();
}

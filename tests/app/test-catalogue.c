/* What there is to choose from.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

#include <glib/gstdio.h>

#include "rk-error.h"

static void
install (const char *folder,
         const char *name,
         const char *bytes,
         gsize       size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, bytes, size, NULL));
}

static void
assert_choice (GListModel *choices,
               guint       position,
               const char *id,
               const char *title)
{
  g_autoptr (RkChoice) choice = g_list_model_get_item (choices, position);
  const char *found;

  g_assert_cmpstr (rk_choice_get_id (choice), ==, id);
  g_assert_cmpstr (rk_choice_get_title (choice), ==, title);
  g_assert_true (rk_choice_at (choices, position, &found));
  g_assert_cmpstr (found, ==, id);
  g_assert_cmpuint (rk_choice_find (choices, id), ==, position);
}

static void
test_models (void)
{
  g_autofree char *folder = app_path ("models");
  g_autofree char *tiny = g_build_filename (folder, "one.safetensors", NULL);
  g_autofree char *bytes = NULL;
  RkCatalogue *catalogue;
  GListModel *models;
  int *filled;
  gsize size;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_get_contents (app_model (), &bytes, &size, NULL));
  install (folder, "one.safetensors", bytes, size);
  install (folder, "broken.safetensors", "no model", 8);
  install (folder, "notes.txt", "no model", 8);
  g_setenv ("OASIS_MODEL_PATH", folder, TRUE);

  catalogue = rk_catalogue_new ();
  models = rk_catalogue_get_models (catalogue);
  filled = app_count (catalogue, "notify::filled");
  g_assert_false (rk_catalogue_get_filled (catalogue));
  g_assert_cmpuint (g_list_model_get_n_items (models), ==, 0);

  app_wait_until (rk_catalogue_get_filled (catalogue));
  g_assert_cmpint (*filled, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (models), >=, 1); /* the build's own follow */
  /* The default comes first, wherever it lies; the others in the order of their folders. */
  assert_choice (models, g_list_model_get_n_items (models) > 1 ? 1 : 0, tiny, "tiny");
  if (g_list_model_get_n_items (models) > 1)
    {
      g_autoptr (RkChoice) first = g_list_model_get_item (models, 0);

      g_assert_cmpstr (rk_choice_get_title (first), ==, "oasis-home");
    }
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (RkChoice) choice = g_list_model_get_item (models, i);

      g_assert_null (strstr (rk_choice_get_id (choice), "broken"));
    }

  g_unsetenv ("OASIS_MODEL_PATH");
  app_assert_finalized (catalogue);
}

/* Lent to the thread. */
typedef struct {
  RkCatalogue *catalogue;
  const char *name;
} Wanted;

static void
find_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  const Wanted *wanted = data;
  GError *error = NULL;
  OasisDeviceInfo *info = g_new0 (OasisDeviceInfo, 1);

  if (rk_catalogue_find_device (wanted->catalogue, wanted->name, info, &error))
    g_task_return_pointer (task, info, g_free);
  else
    {
      g_free (info);
      g_task_return_error (task, error);
    }
}

static void
found_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static OasisDeviceInfo *
find_device (RkCatalogue  *catalogue,
             const char   *name,
             GError      **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GTask) task = g_task_new (NULL, NULL, found_cb, &result);
  Wanted wanted = { catalogue, name };

  g_task_set_task_data (task, &wanted, NULL);
  g_task_run_in_thread (task, find_thread);
  app_wait_until (result != NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_devices (void)
{
  RkCatalogue *catalogue = rk_catalogue_new ();
  GListModel *devices = rk_catalogue_get_devices (catalogue);
  g_autoptr (GError) error = NULL;
  g_autofree OasisDeviceInfo *best = find_device (catalogue, NULL, &error); /* whether listed by now or not */
  g_autofree OasisDeviceInfo *reference = NULL;

  g_assert_no_error (error);
  g_assert_true (best->usable);
  reference = find_device (catalogue, "reference", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (reference->name, ==, "reference");
  g_assert_null (find_device (catalogue, "cuda:77", &error));
  g_assert_error (error, RK_ENGINE_ERROR, OASIS_ERR_DEVICE);
  g_assert_nonnull (strstr (error->message, "cuda:77"));

  app_wait_until (rk_catalogue_get_filled (catalogue));
  assert_choice (devices, 0, NULL, "Automatic");
  assert_choice (devices, 1, best->name, best->description);
  g_assert_cmpuint (rk_choice_find (devices, "reference"), >, 0);
  g_assert_cmpuint (rk_choice_find (devices, "cuda:77"), ==, 0);
  for (guint i = 0; i < g_list_model_get_n_items (rk_catalogue_get_unusable_devices (catalogue)); i++)
    {
      g_autoptr (RkChoice) choice = g_list_model_get_item (rk_catalogue_get_unusable_devices (catalogue), i);

      g_assert_cmpint (strlen (rk_choice_get_note (choice)), >, 0);
    }

  app_assert_finalized (catalogue);
}

/* One that is dropped at once ends by itself. */
static void
test_dropped (void)
{
  app_assert_finalized (rk_catalogue_new ());
}

int
main (int   argc,
      char *argv[])
{
  app_test_init (&argc, &argv);

  g_test_add_func ("/catalogue/models", test_models);
  g_test_add_func ("/catalogue/devices", test_devices);
  g_test_add_func ("/catalogue/dropped", test_dropped);

  return app_test_run ();
}

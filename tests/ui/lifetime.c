/* Usage: lifetime CLIP
 *
 * Opens windows, works in them, closes them, and sees that all they were made of is gone: widgets,
 * dialogs, the session and what belongs to it; and with the last one the application. On the way it
 * sees that what is slow is done once a program, away from the main thread. Started by
 * test-lifetime.py, on a screen.
 * SPDX-License-Identifier: Apache-2.0 */
#include <adwaita.h>

#include "app-test.h"
#include "oasis/model.h"
#include "time-limit.h"
#include "rk-application.h"
#include "rk-editor.h"
#include "rk-error-dialog.h"
#include "rk-export-dialog.h"
#include "rk-window.h"

#define NAMED_LEFT 20

/* Objects whose end is waited for. */
typedef struct {
  GWeakRef object;
  const char *type;
} Watch;

typedef struct {
  RkApplication *application;
  GFile *clip;
  GPtrArray *watches; /* of Watch */
} Test;

static void
watch_free (Watch *self)
{
  g_weak_ref_clear (&self->object);
  g_free (self);
}

static void
watch (Test     *test,
       gpointer  object)
{
  Watch *self = g_new0 (Watch, 1);

  g_assert_true (G_IS_OBJECT (object));
  self->type = G_OBJECT_TYPE_NAME (object);
  g_weak_ref_init (&self->object, object);
  g_ptr_array_add (test->watches, self);
}

/* --- what is slow: put in place of the engine's by the linker ----------------------------------- */

typedef void FoundModel (const char *path, const OasisModelInfo *info, const OasisError *error, void *data);

static GThread *main_thread;
static gint n_hashed, n_models_listed, n_devices_listed; /* atomic */

void __real_oasis_sha256_hex (const void *bytes, size_t size, char hex[65]);
void __wrap_oasis_sha256_hex (const void *bytes, size_t size, char hex[65]);
void __real_oasis_model_list (const char *const *folders, FoundModel *found, void *data);
void __wrap_oasis_model_list (const char *const *folders, FoundModel *found, void *data);
size_t __real_oasis_device_list (const char *folder, OasisDeviceInfo *infos, size_t capacity);
size_t __wrap_oasis_device_list (const char *folder, OasisDeviceInfo *infos, size_t capacity);

static void
count (gint *n)
{
  g_assert_true (g_thread_self () != main_thread);
  g_atomic_int_inc (n);
}

void
__wrap_oasis_sha256_hex (const void *bytes,
                         size_t      size,
                         char        hex[65])
{
  count (&n_hashed);
  __real_oasis_sha256_hex (bytes, size, hex);
}

void
__wrap_oasis_model_list (const char *const *folders,
                         FoundModel        *found,
                         void              *data)
{
  count (&n_models_listed);
  __real_oasis_model_list (folders, found, data);
}

size_t
__wrap_oasis_device_list (const char      *folder,
                          OasisDeviceInfo *infos,
                          size_t           capacity)
{
  count (&n_devices_listed);
  return __real_oasis_device_list (folder, infos, capacity);
}

/* --- watching ----------------------------------------------------------------------------------- */

/* All but tooltips, of which the toolkit keeps one for all windows. */
static void
watch_widgets (Test      *test,
               GtkWidget *widget)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkTooltipWindow"))
    return;

  watch (test, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    watch_widgets (test, child);
}

/* What is still there, the first ones by name; NULL if all is gone. */
static char *
describe_left (Test *test)
{
  GString *left = g_string_new (NULL);
  guint n_left = 0;

  for (guint i = 0; i < test->watches->len; i++)
    {
      Watch *self = g_ptr_array_index (test->watches, i);
      g_autoptr (GObject) object = g_weak_ref_get (&self->object);

      if (object != NULL && n_left++ < NAMED_LEFT)
        g_string_append_printf (left, "\nthe end of a %s with %u references", self->type, object->ref_count - 1);
    }

  return g_string_free (left, n_left == 0);
}

static void
assert_all_gone (Test *test)
{
  char *left;

  g_assert_cmpuint (test->watches->len, >, 0);
  for (; (left = describe_left (test)) != NULL; g_free (left))
    app_iterate (left);
  g_ptr_array_set_size (test->watches, 0);
}

static AdwDialog *
get_dialog (RkWindow *window)
{
  return adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (window));
}

static RkWindow *
open_window (Test *test)
{
  RkWindow *window;

  g_application_open (G_APPLICATION (test->application), &test->clip, 1, "");
  app_wait_until (gtk_application_get_active_window (GTK_APPLICATION (test->application)) != NULL);
  window = RK_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (test->application)));
  app_wait_until (rk_session_get_preview (rk_window_get_session (window)) != NULL);

  return window;
}

/* All that is there while a clip is looked at. */
static void
watch_window (Test     *test,
              RkWindow *window)
{
  RkSession *session = rk_window_get_session (window);
  RkPlayhead *playhead = rk_session_get_playhead (session);

  watch_widgets (test, GTK_WIDGET (window));
  watch (test, session);
  watch (test, playhead);
  watch (test, rk_playhead_get_before (playhead));
  watch (test, rk_playhead_get_after (playhead));
  watch (test, rk_session_get_recipe (session));
  watch (test, rk_session_get_clip (session));
  watch (test, rk_session_get_preview (session));
}

static void
close_dialog (Test     *test,
              RkWindow *window)
{
  AdwDialog *dialog;

  app_wait_until ((dialog = get_dialog (window)) != NULL);
  watch_widgets (test, GTK_WIDGET (dialog));
  adw_dialog_force_close (dialog);
  assert_all_gone (test);
}

static void
test_dialogs (Test     *test,
              RkWindow *window)
{
  static const char *const actions[] = { "app.preferences", "app.about", "win.export" };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), actions[i], NULL));
      close_dialog (test, window);
    }

  rk_error_dialog_present (GTK_WIDGET (window), "Heading", "Body");
  close_dialog (test, window);
}

/* The window is closed after a preview, and what it was made of goes. */
static void
test_close (Test *test)
{
  RkWindow *window = open_window (test);
  RkSession *session = rk_window_get_session (window);

  test_dialogs (test, window);
  rk_session_preview (session);
  watch (test, rk_session_get_job (session));
  app_wait_until (rk_session_get_job (session) == NULL);
  rk_playhead_set_playing (rk_session_get_playhead (session), TRUE);

  watch_window (test, window);
  gtk_window_close (GTK_WINDOW (window));
  assert_all_gone (test);
}

/* Clicks the button in a widget that has this label. */
static gboolean
click (GtkWidget  *widget,
       const char *label)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    {
      g_signal_emit_by_name (widget, "clicked");
      return TRUE;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (click (child, label))
      return TRUE;

  return FALSE;
}

/* In mid-job it asks, and then goes, too. */
static void
test_close_in_mid_job (Test *test)
{
  RkWindow *window = open_window (test);
  RkSession *session = rk_window_get_session (window);
  AdwDialog *dialog;

  rk_session_set_range_end (session, rk_clip_get_n_frames (rk_session_get_clip (session)) - 1);
  rk_session_preview (session);
  watch (test, rk_session_get_job (session));
  watch_window (test, window);

  gtk_window_close (GTK_WINDOW (window));
  app_wait_until ((dialog = get_dialog (window)) != NULL);
  g_assert_true (ADW_IS_ALERT_DIALOG (dialog));
  watch_widgets (test, GTK_WIDGET (dialog));
  g_assert_true (click (GTK_WIDGET (dialog), "_Stop and Close"));
  assert_all_gone (test);
}

/* While a file is still being opened. */
static void
test_close_while_opening (Test *test)
{
  RkWindow *window;

  g_application_open (G_APPLICATION (test->application), &test->clip, 1, "");
  app_wait_until (gtk_application_get_active_window (GTK_APPLICATION (test->application)) != NULL);
  window = RK_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (test->application)));
  watch_widgets (test, GTK_WIDGET (window));
  watch (test, rk_window_get_session (window));
  gtk_window_close (GTK_WINDOW (window));
  assert_all_gone (test);
}

static gboolean
is_watched (gpointer    object,
            const char *property)
{
  return g_signal_has_handler_pending (object, g_signal_lookup ("notify", G_OBJECT_TYPE (object)),
                                       g_quark_from_string (property), FALSE);
}

/* An editor that is given another session lets go of the one before. */
static void
test_other_session (Test *test)
{
  g_autoptr (RkCatalogue) catalogue = rk_catalogue_new ();
  g_autoptr (RkPreviewStore) store = rk_preview_store_new (NULL);
  g_autoptr (RkQueue) queue = rk_queue_new (catalogue, store, NULL);
  g_autoptr (RkSession) first = rk_session_new (queue, store, catalogue);
  g_autoptr (RkSession) second = rk_session_new (queue, store, catalogue);
  static const char *const properties[] = { "clip", "preview", "job", "stale", "range-first", "range-end" };
  GtkWidget *window = g_object_ref_sink (gtk_window_new ());
  RkEditor *editor = g_object_new (RK_TYPE_EDITOR, NULL);

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (editor));
  rk_editor_set_session (editor, first);
  rk_session_open (first, test->clip);
  app_wait_until (rk_session_get_preview (first) != NULL);
  watch (test, first);
  watch (test, rk_session_get_playhead (first));
  watch (test, rk_session_get_recipe (first));
  watch (test, rk_session_get_clip (first));
  watch (test, rk_session_get_preview (first));

  g_assert_true (is_watched (first, "clip"));
  g_assert_true (is_watched (rk_session_get_playhead (first), "position"));
  g_assert_true (is_watched (rk_session_get_recipe (first), "strength"));
  rk_editor_set_session (editor, second);
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    g_assert_false (is_watched (first, properties[i]));
  g_assert_false (is_watched (rk_session_get_playhead (first), "position"));
  g_assert_false (is_watched (rk_session_get_playhead (first), "playing"));
  g_assert_true (is_watched (second, "clip"));
  rk_session_close (first);
  g_clear_object (&first);
  assert_all_gone (test);

  rk_session_open (second, test->clip);
  app_wait_until (rk_session_get_preview (second) != NULL);
  watch (test, second);
  watch_widgets (test, window);
  gtk_window_destroy (GTK_WINDOW (window));
  g_clear_object (&second);
  g_object_unref (window);
  assert_all_gone (test);
}

static gboolean
run_cb (gpointer user_data)
{
  Test *test = user_data;

  test_close (test);
  test_close_in_mid_job (test);
  test_close_while_opening (test);

  /* Three windows, two clips looked up, one model. */
  g_assert_cmpint (g_atomic_int_get (&n_hashed), ==, 1);
  g_assert_cmpint (g_atomic_int_get (&n_models_listed), ==, 1);
  g_assert_cmpint (g_atomic_int_get (&n_devices_listed), ==, 1);

  test_other_session (test);
  g_application_release (G_APPLICATION (test->application));

  return G_SOURCE_REMOVE;
}

/* Holds the application, which would end with the first window. */
static void
startup_cb (GApplication *application,
            gpointer      user_data)
{
  g_application_hold (application);
  g_idle_add (run_cb, user_data);
}

int
main (int   argc,
      char *argv[])
{
  Test test = { 0 };

  if (argc != 2)
    {
      fprintf (stderr, "Usage: %s CLIP\n", argv[0]);
      return 2;
    }

  time_limit_begin ();
  main_thread = g_thread_self ();
  test.application = rk_application_new ();
  test.clip = g_file_new_for_path (argv[1]);
  test.watches = g_ptr_array_new_with_free_func ((GDestroyNotify) watch_free);
  g_application_set_flags (G_APPLICATION (test.application), G_APPLICATION_NON_UNIQUE | G_APPLICATION_HANDLES_OPEN | G_APPLICATION_IS_SERVICE);
  g_signal_connect (test.application, "startup", G_CALLBACK (startup_cb), &test);
  g_assert_cmpint (g_application_run (G_APPLICATION (test.application), 1, argv), ==, 0);

  g_assert_finalize_object (test.application);
  g_ptr_array_unref (test.watches);
  g_object_unref (test.clip);

  return 0;
}

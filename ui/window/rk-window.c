/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-window.h"

#include <glib/gi18n.h>

#include "rk-dialog.h"
#include "rk-editor.h"
#include "rk-error-dialog.h"
#include "rk-export-dialog.h"
#include "rk-facts.h"
#include "rk-recent.h"
#include "rk-session.h"

struct _RkWindow
{
  AdwApplicationWindow parent_instance;

  /* Owned. */
  RkSession *session;
  GSettings *settings;
  gboolean closing;  /* people have agreed to stop the jobs */

  /* Borrowed. */
  RkWindow *asker; /* weak; see rk_window_open_for() */

  /* Template. */
  AdwToastOverlay *toasts;
  AdwWindowTitle *window_title;
  AdwSplitButton *open_button;
  GtkWidget *export_button;
  GtkStack *stack;
  GtkListBox *recent;
  AdwStatusPage *opening_page;
  GtkProgressBar *opening_progress;
  RkEditor *editor;
};

G_DEFINE_FINAL_TYPE (RkWindow, rk_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- opening ----------------------------------------------------------------------------------- */

static GListModel *
new_video_filters (void)
{
  GListStore *filters = g_list_store_new (GTK_TYPE_FILE_FILTER);
  g_autoptr (GtkFileFilter) videos = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

  gtk_file_filter_set_name (videos, _("Videos"));
  gtk_file_filter_add_mime_type (videos, "video/*");
  gtk_file_filter_set_name (all, _("All files"));
  gtk_file_filter_add_pattern (all, "*");
  g_list_store_append (filters, videos);
  g_list_store_append (filters, all);

  return G_LIST_MODEL (filters);
}

static void
file_chosen_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (RkWindow) self = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL)
    rk_window_open (self, file);
}

static void
open_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  RkWindow *self = RK_WINDOW (widget);
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GListModel) filters = new_video_filters ();

  gtk_file_dialog_set_title (dialog, _("Open a Video"));
  gtk_file_dialog_set_filters (dialog, filters);
  gtk_file_dialog_open (dialog, GTK_WINDOW (self), NULL, file_chosen_cb, g_object_ref (self));
}

static void
open_uri_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  rk_window_open (RK_WINDOW (widget), file);
}

/* The first file is opened here; others get windows of their own, as when the program is called
 * with them. */
static gboolean
drop_cb (RkWindow     *self,
         const GValue *value)
{
  GSList *files = g_value_get_boxed (value);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  if (files == NULL)
    return FALSE;

  rk_window_open (self, files->data);
  for (GSList *other = files->next; other != NULL; other = other->next)
    g_ptr_array_add (others, other->data);
  if (others->len > 0)
    g_application_open (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))),
                        (GFile **) others->pdata, others->len, "");

  return TRUE;
}

static void
toggle_sidebar_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  RkWindow *self = RK_WINDOW (widget);
  gboolean shown;

  g_object_get (self->editor, "show-sidebar", &shown, NULL);
  g_object_set (self->editor, "show-sidebar", !shown, NULL);
}

/* --- jobs -------------------------------------------------------------------------------------- */

static void
preview_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  rk_session_preview (RK_WINDOW (widget)->session);
}

static void
cancel_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  rk_session_cancel (RK_WINDOW (widget)->session);
}

static void
notify_export (RkWindow    *self,
               GFile       *target,
               const char  *warnings)
{
  g_autoptr (GNotification) notification = g_notification_new (_("The Video Is Restored"));
  g_autofree char *name = g_file_get_basename (target);
  g_autofree char *uri = g_file_get_uri (target);
  g_autofree char *text = g_strdup_printf (_("“%s” is ready."), name);
  AdwToast *toast;

  g_notification_set_body (notification, text);
  g_notification_set_default_action_and_target (notification, "app.show-in-folder", "s", uri);
  g_notification_add_button_with_target (notification, _("Show in Folder"), "app.show-in-folder", "s", uri);
  g_application_send_notification (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), uri, notification);

  toast = adw_toast_new_format ("%s", text);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_button_label (toast, _("Show"));
  adw_toast_set_action_name (toast, "app.show-in-folder");
  adw_toast_set_action_target (toast, "s", uri);
  adw_toast_set_timeout (toast, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);

  if (warnings != NULL)
    rk_error_dialog_present (GTK_WIDGET (self), _("Some Things Were Left Out"), warnings);
}

static void
export_state_cb (RkWindow   *self,
                 GParamSpec *pspec,
                 RkJob      *job)
{
  AdwToast *toast;

  if (!rk_job_is_over (job))
    return;

  switch (rk_job_get_state (job))
    {
    case RK_JOB_DONE:
      notify_export (self, rk_export_job_get_target (RK_EXPORT_JOB (job)), rk_export_job_get_warnings (RK_EXPORT_JOB (job)));
      break;
    case RK_JOB_CANCELLED:
      toast = adw_toast_new (_("Export cancelled, nothing was left behind"));
      adw_toast_overlay_add_toast (self->toasts, toast);
      break;
    case RK_JOB_QUEUED:
    case RK_JOB_RUNNING:
    case RK_JOB_FAILED: /* told by the session's "failed" */
    default:
      break;
    }
  g_signal_handlers_disconnect_by_func (job, export_state_cb, self);
}

static void
export_chosen_cb (RkWindow               *self,
                  const RkExportSettings *settings)
{
  RkJob *job = rk_session_export (self->session, settings);

  g_signal_connect_object (job, "notify::state", G_CALLBACK (export_state_cb), self, G_CONNECT_SWAPPED);
}

static void
export_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  RkWindow *self = RK_WINDOW (widget);
  RkExportDialog *dialog;

  if (rk_session_get_preview (self->session) == NULL)
    return;

  dialog = rk_export_dialog_new (self->session);
  g_signal_connect_object (dialog, "export", G_CALLBACK (export_chosen_cb), self, G_CONNECT_SWAPPED);
  rk_dialog_present (ADW_DIALOG (dialog), widget);
}

/* --- closing ----------------------------------------------------------------------------------- */

static void
ask_to_stop (RkWindow  *self,
             GCallback  answered)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_("Stop Working?"), _("A video is still being restored. Closing it stops that work. Finished previews are kept.")));

  adw_alert_dialog_add_responses (dialog, "keep", _("_Keep Working"), "stop", _("_Stop and Close"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "stop", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (dialog, "keep");
  adw_alert_dialog_set_close_response (dialog, "keep");
  g_signal_connect_object (dialog, "response", answered, self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static void
close_clip_answer_cb (RkWindow   *self,
                      const char *response)
{
  if (g_str_equal (response, "stop"))
    rk_session_close (self->session);
}

static void
close_clip_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  RkWindow *self = RK_WINDOW (widget);

  if (rk_session_get_opening (self->session) && rk_session_get_clip (self->session) != NULL)
    rk_session_cancel_opening (self->session);
  else if (rk_session_get_job (self->session) != NULL)
    ask_to_stop (self, G_CALLBACK (close_clip_answer_cb));
  else
    rk_session_close (self->session);
}

static void
close_answer_cb (RkWindow   *self,
                 const char *response)
{
  if (!g_str_equal (response, "stop"))
    return;

  self->closing = TRUE;
  rk_session_close (self->session);
  gtk_window_close (GTK_WINDOW (self));
}

static gboolean
rk_window_close_request (GtkWindow *window)
{
  RkWindow *self = RK_WINDOW (window);
  int width, height;

  if (rk_session_get_job (self->session) != NULL && !self->closing)
    {
      ask_to_stop (self, G_CALLBACK (close_answer_cb));
      return GDK_EVENT_STOP;
    }

  gtk_window_get_default_size (window, &width, &height);
  g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));
  rk_session_close (self->session);

  return GTK_WINDOW_CLASS (rk_window_parent_class)->close_request (window);
}

/* --- what is shown ----------------------------------------------------------------------------- */

static void
update_actions (RkWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  const gboolean ready = rk_session_get_preview (self->session) != NULL;

  gtk_widget_action_set_enabled (widget, "win.preview", ready);
  gtk_widget_action_set_enabled (widget, "win.export", ready);
  gtk_widget_action_set_enabled (widget, "win.cancel", rk_session_get_job (self->session) != NULL);
  gtk_widget_action_set_enabled (widget, "win.close-clip", rk_session_get_clip (self->session) != NULL || rk_session_get_opening (self->session));
}

static void
opening_cb (RkWindow *self)
{
  RkClip *clip = rk_session_get_clip (self->session);
  const char *page = "welcome";

  if (clip != NULL)
    page = "editor";
  else if (rk_session_get_opening (self->session))
    page = "opening";

  gtk_stack_set_visible_child_name (self->stack, page);
  gtk_widget_set_visible (self->export_button, clip != NULL);
  update_actions (self);
}

static void
opening_fraction_cb (RkWindow *self)
{
  gtk_progress_bar_set_fraction (self->opening_progress, rk_session_get_opening_fraction (self->session));
}

static void
clip_cb (RkWindow *self)
{
  RkClip *clip = rk_session_get_clip (self->session);
  const gboolean was_open = g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "editor") == 0;
  g_autofree char *name = NULL;
  g_autofree char *facts = NULL;

  if (clip != NULL)
    {
      g_clear_weak_pointer (&self->asker);
      name = g_file_get_basename (rk_clip_get_file (clip));
      facts = rk_facts_summarise (clip);
      rk_recent_add (rk_clip_get_file (clip));
    }

  adw_window_title_set_title (self->window_title, name != NULL ? name : _("Rekindle"));
  adw_window_title_set_subtitle (self->window_title, facts != NULL ? facts : "");
  gtk_window_set_title (GTK_WINDOW (self), name != NULL ? name : _("Rekindle"));
  opening_cb (self);

  /* A clip that is only read anew, as after another choice of deinterlacing, leaves the focus. */
  if (clip != NULL && !was_open)
    rk_editor_focus (self->editor);
}

/* A dialog, which can be copied from. What fails again and again, as frames of a damaged file do
 * while the playhead is dragged, is said once. */
static void
tell (RkWindow     *self,
      const GError *error)
{
  g_auto (GStrv) lines = g_strsplit (error->message, "\n", 2);
  AdwDialog *dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));

  if (ADW_IS_ALERT_DIALOG (dialog) && g_strcmp0 (adw_alert_dialog_get_heading (ADW_ALERT_DIALOG (dialog)), lines[0]) == 0)
    return;

  rk_error_dialog_present (GTK_WIDGET (self), lines[0], lines[1] != NULL ? lines[1] : "");
}

static void
failed_cb (RkWindow     *self,
           const GError *error)
{
  if (self->asker == NULL || rk_window_has_clip (self))
    {
      tell (self, error);
      return;
    }

  tell (self->asker, error);
  gtk_window_present (GTK_WINDOW (self->asker));
  gtk_window_destroy (GTK_WINDOW (self));
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_window_dispose (GObject *object)
{
  RkWindow *self = RK_WINDOW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), RK_TYPE_WINDOW);
  g_clear_weak_pointer (&self->asker);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (rk_window_parent_class)->dispose (object);
}

static void
rk_window_class_init (RkWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = rk_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = rk_window_close_request;

  g_type_ensure (RK_TYPE_EDITOR);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/rekindle/Rekindle/ui/rk-window.ui");
  gtk_widget_class_bind_template_child (widget_class, RkWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, RkWindow, window_title);
  gtk_widget_class_bind_template_child (widget_class, RkWindow, open_button);
  gtk_widget_class_bind_template_child (widget_class, RkWindow, export_button);
  gtk_widget_class_bind_template_child (widget_class, RkWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, RkWindow, recent);
  gtk_widget_class_bind_template_child (widget_class, RkWindow, opening_page);
  gtk_widget_class_bind_template_child (widget_class, RkWindow, opening_progress);
  gtk_widget_class_bind_template_child (widget_class, RkWindow, editor);

  gtk_widget_class_install_action (widget_class, "win.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "win.open-uri", "s", open_uri_action);
  gtk_widget_class_install_action (widget_class, "win.close-clip", NULL, close_clip_action);
  gtk_widget_class_install_action (widget_class, "win.toggle-sidebar", NULL, toggle_sidebar_action);
  gtk_widget_class_install_action (widget_class, "win.preview", NULL, preview_action);
  gtk_widget_class_install_action (widget_class, "win.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "win.export", NULL, export_action);
}

static void
rk_window_init (RkWindow *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_swapped (drop, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
}

RkWindow *
rk_window_new (AdwApplication *application,
               RkWorker       *worker,
               RkPreviewStore *store,
               RkCatalogue    *catalogue,
               GSettings      *settings)
{
  RkWindow *self = g_object_new (RK_TYPE_WINDOW, "application", application, NULL);
  g_autofree char *device = g_settings_get_string (settings, "device");
  int width, height;

  self->settings = g_object_ref (settings);
  g_settings_get (settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));

  self->session = rk_session_new (worker, store, catalogue);
  rk_recipe_set_device (rk_session_get_recipe (self->session), *device != '\0' ? device : NULL);
  rk_editor_set_session (self->editor, self->session);

  g_signal_connect_object (self->session, "notify::clip", G_CALLBACK (clip_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::opening", G_CALLBACK (opening_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::opening-fraction", G_CALLBACK (opening_fraction_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::preview", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::job", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);

  rk_recent_fill_menu (self->open_button);
  rk_recent_fill_list (self->recent);
  clip_cb (self);

  return self;
}

void
rk_window_open (RkWindow *self,
                GFile    *file)
{
  g_autofree char *name = g_file_get_basename (file);

  g_clear_weak_pointer (&self->asker);
  adw_status_page_set_description (self->opening_page, name);
  rk_session_open (self->session, file);
}

void
rk_window_open_for (RkWindow *self,
                    GFile    *file,
                    RkWindow *asker)
{
  rk_window_open (self, file);
  g_set_weak_pointer (&self->asker, asker);
}

gboolean
rk_window_has_clip (RkWindow *self)
{
  return rk_session_get_clip (self->session) != NULL || rk_session_get_opening (self->session);
}

RkSession *
rk_window_get_session (RkWindow *self)
{
  return self->session;
}

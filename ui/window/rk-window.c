/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-window.h"

#include <glib/gi18n.h>

#include "rk-continue-dialog.h"
#include "rk-dialog.h"
#include "rk-editor.h"
#include "rk-error-dialog.h"
#include "rk-error.h"
#include "rk-export-dialog.h"
#include "rk-facts.h"
#include "rk-queue-dialog.h"
#include "rk-recent.h"
#include "rk-session.h"

struct _RkWindow
{
  AdwApplicationWindow parent_instance;

  /* Owned. */
  RkSession *session;
  GSettings *settings;
  RkJob *stopped;    /* the last that was stopped here; NULL without one */
  gboolean closing;  /* people have agreed to stop the jobs */

  /* Borrowed. */
  RkWindow *asker; /* weak; see rk_window_open_for() */

  /* Template. */
  AdwToastOverlay *toasts;
  AdwWindowTitle *window_title;
  AdwSplitButton *open_button;
  GtkWidget *export_button;
  GtkWidget *queue_button;
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

static void
fullscreen_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  g_object_set (widget, "fullscreened", !gtk_window_is_fullscreen (GTK_WINDOW (widget)), NULL);
}

/* --- jobs -------------------------------------------------------------------------------------- */

static void
preview_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  rk_session_preview (RK_WINDOW (widget)->session);
}

/* Esc: an export does not end by a key that is pressed in passing. */
static void
cancel_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  RkSession *session = RK_WINDOW (widget)->session;
  RkJob *job = rk_session_get_job (session);

  if (job != NULL && !rk_job_is_kept (job))
    rk_queue_stop (rk_session_get_queue (session), job);
}

static void
stopped_cb (RkWindow   *self,
            GParamSpec *pspec,
            RkJob      *job)
{
  AdwToast *toast;

  if (rk_job_get_state (job) == RK_JOB_RUNNING)
    return;

  g_signal_handlers_disconnect_by_func (job, stopped_cb, self);
  if (rk_job_get_state (job) != RK_JOB_STOPPED)
    return;

  g_set_object (&self->stopped, job);
  toast = adw_toast_new (_("Export stopped. What is done is kept."));
  adw_toast_set_button_label (toast, _("_Continue"));
  adw_toast_set_action_name (toast, "win.continue");
  adw_toast_set_timeout (toast, 0);
  rk_window_add_toast (self, toast);
}

/* Stops what the bar names. */
static void
stop_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  RkWindow *self = RK_WINDOW (widget);
  RkJob *job = rk_session_get_job (self->session);

  if (job == NULL)
    return;

  g_signal_connect_object (job, "notify::state", G_CALLBACK (stopped_cb), self, G_CONNECT_SWAPPED);
  rk_queue_stop (rk_session_get_queue (self->session), job);
}

static void
continue_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  RkWindow *self = RK_WINDOW (widget);

  if (self->stopped != NULL)
    rk_queue_resume (rk_session_get_queue (self->session), self->stopped);
  g_clear_object (&self->stopped);
}

static void
queue_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  adw_dialog_present (ADW_DIALOG (rk_queue_dialog_new (rk_session_get_queue (RK_WINDOW (widget)->session))), widget);
}

static void
export_chosen_cb (RkWindow               *self,
                  const RkExportSettings *settings)
{
  rk_session_export (self->session, settings);
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

/* Exports go on without the window, as long as there is another. */
static gboolean
stops_work (RkWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  const gboolean last = g_list_length (gtk_application_get_windows (application)) == 1;

  return rk_session_has_previews (self->session) || (last && rk_queue_get_busy (rk_session_get_queue (self->session)));
}

static void
ask_to_stop (RkWindow  *self,
             GCallback  answered)
{
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_("Stop Working?"), _("A video is still being restored. Closing it stops that work. What is done is kept, and an export can be continued later.")));

  adw_alert_dialog_add_responses (dialog, "keep", _("_Keep Working"), "stop", _("_Stop and Close"), NULL);
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
  else if (rk_session_has_previews (self->session))
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

  if (!self->closing && stops_work (self))
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
  gtk_widget_action_set_enabled (widget, "win.stop", rk_session_get_job (self->session) != NULL);
  gtk_widget_action_set_enabled (widget, "win.close-clip", rk_session_get_clip (self->session) != NULL || rk_session_get_opening (self->session));
}

static void
jobs_cb (RkWindow *self)
{
  GListModel *jobs = rk_queue_get_jobs (rk_session_get_queue (self->session));

  gtk_widget_set_visible (self->queue_button, g_list_model_get_n_items (jobs) > 0);
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
    {
      gtk_widget_activate_action (GTK_WIDGET (self->editor), "editor.look", NULL);
      rk_continue_dialog_present (GTK_WIDGET (self), rk_session_get_queue (self->session), rk_clip_get_file (clip));
    }
}

static void
tell (RkWindow     *self,
      const GError *error)
{
  rk_window_tell (self, error->message, rk_error_get_detail (error));
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
  g_clear_object (&self->stopped);
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
  gtk_widget_class_bind_template_child (widget_class, RkWindow, queue_button);
  gtk_widget_class_bind_template_child (widget_class, RkWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, RkWindow, recent);
  gtk_widget_class_bind_template_child (widget_class, RkWindow, opening_page);
  gtk_widget_class_bind_template_child (widget_class, RkWindow, opening_progress);
  gtk_widget_class_bind_template_child (widget_class, RkWindow, editor);

  gtk_widget_class_install_action (widget_class, "win.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "win.open-uri", "s", open_uri_action);
  gtk_widget_class_install_action (widget_class, "win.close-clip", NULL, close_clip_action);
  gtk_widget_class_install_action (widget_class, "win.toggle-sidebar", NULL, toggle_sidebar_action);
  gtk_widget_class_install_action (widget_class, "win.fullscreen", NULL, fullscreen_action);
  gtk_widget_class_install_action (widget_class, "win.preview", NULL, preview_action);
  gtk_widget_class_install_action (widget_class, "win.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "win.stop", NULL, stop_action);
  gtk_widget_class_install_action (widget_class, "win.continue", NULL, continue_action);
  gtk_widget_class_install_action (widget_class, "win.queue", NULL, queue_action);
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
               RkQueue        *queue,
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

  self->session = rk_session_new (queue, store, catalogue);
  rk_recipe_set_device (rk_session_get_recipe (self->session), *device != '\0' ? device : NULL);
  rk_editor_set_session (self->editor, self->session);

  g_signal_connect_object (self->session, "notify::clip", G_CALLBACK (clip_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::opening", G_CALLBACK (opening_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::opening-fraction", G_CALLBACK (opening_fraction_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::preview", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::job", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (rk_queue_get_jobs (queue), "items-changed", G_CALLBACK (jobs_cb), self, G_CONNECT_SWAPPED);

  rk_recent_fill_menu (self->open_button);
  rk_recent_fill_list (self->recent);
  clip_cb (self);
  jobs_cb (self);

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

/* What fails again and again, as frames of a damaged file do while the playhead is dragged, is said
 * once. */
void
rk_window_tell (RkWindow   *self,
                const char *heading,
                const char *body)
{
  AdwDialog *dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self));

  if (ADW_IS_ALERT_DIALOG (dialog) && g_strcmp0 (adw_alert_dialog_get_heading (ADW_ALERT_DIALOG (dialog)), heading) == 0)
    return;

  rk_error_dialog_present (GTK_WIDGET (self), heading, body);
}

void
rk_window_add_toast (RkWindow *self,
                     AdwToast *toast)
{
  adw_toast_overlay_add_toast (self->toasts, toast);
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

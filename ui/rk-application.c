/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-application.h"

#include <glib/gi18n.h>

#include "config.h"
#include "rk-continue-dialog.h"
#include "rk-dialog.h"
#include "rk-notices.h"
#include "rk-preferences-dialog.h"
#include "rk-window.h"

struct _RkApplication
{
  AdwApplication parent_instance;

  GSettings *settings;
  RkQueue *queue;
  RkPreviewStore *store;
  RkCatalogue *catalogue;
  guint inhibit_cookie; /* 0 = the computer may suspend */
};

G_DEFINE_FINAL_TYPE (RkApplication, rk_application, ADW_TYPE_APPLICATION)

/* --- actions ----------------------------------------------------------------------------------- */

static RkWindow *
new_window (RkApplication *self)
{
  return rk_window_new (ADW_APPLICATION (self), self->queue, self->store, self->catalogue, self->settings);
}

static void
new_window_action (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  gtk_window_present (GTK_WINDOW (new_window (user_data)));
}

static void
preferences_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  RkApplication *self = user_data;

  rk_dialog_present (ADW_DIALOG (rk_preferences_dialog_new (self->settings, self->store, self->catalogue)),
                     GTK_WIDGET (gtk_application_get_active_window (user_data)));
}

static void
about_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  static const char *const paper[] = { "OASIS: Towards Redundancy Reduction in Diffusion Models for Efficient Video Super-Resolution https://arxiv.org/abs/2509.23980", NULL };
  static const char *const libraries[] = {
    "FFmpeg https://ffmpeg.org", "oneDNN https://github.com/oneapi-src/oneDNN",
    "yyjson https://github.com/ibireme/yyjson", NULL,
  };
  AdwAboutDialog *about = ADW_ABOUT_DIALOG (adw_about_dialog_new ());

  adw_about_dialog_set_application_name (about, _("Rekindle"));
  adw_about_dialog_set_application_icon (about, APPLICATION_ID);
  adw_about_dialog_set_version (about, REKINDLE_VERSION);
  adw_about_dialog_set_developer_name (about, _("The Rekindle authors"));
  adw_about_dialog_set_license_type (about, GTK_LICENSE_APACHE_2_0);
  adw_about_dialog_set_comments (about, _("Restores home videos with a model of our own. It invents detail where the source has none: keep the original."));
  adw_about_dialog_set_translator_credits (about, _("translator-credits"));
  adw_about_dialog_add_credit_section (about, _("Method"), (const char **) paper);
  adw_about_dialog_add_credit_section (about, _("Libraries"), (const char **) libraries);
  adw_about_dialog_add_legal_section (about, _("Model and training data"), NULL, GTK_LICENSE_CUSTOM,
                                      _("The model was trained on freely licensed clips and photos. Their authors and licences are listed in the card that is installed beside the model."));
  adw_dialog_present (ADW_DIALOG (about), GTK_WIDGET (gtk_application_get_active_window (user_data)));
}

static void
show_in_folder_action (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       user_data)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (file);

  gtk_file_launcher_open_containing_folder (launcher, gtk_application_get_active_window (user_data), NULL, NULL, NULL);
}

/* Windows with jobs ask first, so quitting is closing them all. */
static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (user_data));

  for (GList *window = windows; window != NULL; window = window->next)
    gtk_window_close (window->data);
}

/* --- queue and settings ------------------------------------------------------------------------ */

static void
busy_cb (RkApplication *self)
{
  GtkApplication *application = GTK_APPLICATION (self);
  const gboolean at_work = rk_queue_get_busy (self->queue) && !rk_queue_get_held (self->queue);

  if (at_work && self->inhibit_cookie == 0)
    {
      self->inhibit_cookie = gtk_application_inhibit (application, gtk_application_get_active_window (application),
                                                      GTK_APPLICATION_INHIBIT_SUSPEND | GTK_APPLICATION_INHIBIT_LOGOUT,
                                                      _("A video is being restored"));
    }
  else if (!at_work && self->inhibit_cookie != 0)
    {
      gtk_application_uninhibit (application, self->inhibit_cookie);
      self->inhibit_cookie = 0;
    }
}

static void
limit_cb (RkApplication *self)
{
  rk_preview_store_set_limit (self->store, (guint64) g_settings_get_int (self->settings, "preview-gigabytes") * 1000 * 1000 * 1000);
}

static void
cores_cb (RkApplication *self)
{
  rk_queue_set_cores (self->queue, g_settings_get_int (self->settings, "cores"));
}

static void
battery_cb (RkApplication *self)
{
  rk_queue_set_saves_battery (self->queue, g_settings_get_boolean (self->settings, "save-battery"));
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { "new-window", new_window_action },
    { "preferences", preferences_action },
    { "about", about_action },
    { "show-in-folder", show_in_folder_action, "s" },
    { "quit", quit_action },
  };
  static const struct {
    const char *action;
    const char *keys[3];
  } accels[] = {
    { "app.new-window", { "<Control>n" } },
    { "app.preferences", { "<Control>comma" } },
    { "app.quit", { "<Control>q" } },
    { "window.close", { "<Control>w" } },
    { "win.open", { "<Control>o" } },
    { "win.export", { "<Control>s", "<Control>e" } },
    { "win.preview", { "<Control>p" } },
    { "win.queue", { "<Control>j" } },
    { "win.toggle-sidebar", { "F9" } },
    { "win.fullscreen", { "F11" } },
    { "win.show-help-overlay", { "<Control>question" } },
  };
  RkApplication *self = RK_APPLICATION (application);

  G_APPLICATION_CLASS (rk_application_parent_class)->startup (application);

  self->settings = g_settings_new (APPLICATION_ID);
  self->catalogue = rk_catalogue_new ();
  self->store = rk_preview_store_new (NULL);
  self->queue = rk_queue_new (self->catalogue, self->store, NULL);
  g_signal_connect_object (self->queue, "notify::busy", G_CALLBACK (busy_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->queue, "notify::held", G_CALLBACK (busy_cb), self, G_CONNECT_SWAPPED);
  rk_notices_watch (ADW_APPLICATION (self), self->queue);
  g_signal_connect_object (self->settings, "changed::preview-gigabytes", G_CALLBACK (limit_cb), self, G_CONNECT_SWAPPED);
  limit_cb (self);
  g_signal_connect_object (self->settings, "changed::cores", G_CALLBACK (cores_cb), self, G_CONNECT_SWAPPED);
  cores_cb (self);
  g_signal_connect_object (self->settings, "changed::save-battery", G_CALLBACK (battery_cb), self, G_CONNECT_SWAPPED);
  battery_cb (self);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action, accels[i].keys);
}

static void
rk_application_activate (GApplication *application)
{
  RkApplication *self = RK_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window != NULL)
    {
      gtk_window_present (window);
      return;
    }

  window = GTK_WINDOW (new_window (self));
  gtk_window_present (window);
  rk_continue_dialog_present (GTK_WIDGET (window), self->queue, NULL);
}

/* Each file gets a window of its own; one that is empty is taken first. */
static void
rk_application_open (GApplication  *application,
                     GFile        **files,
                     int            n_files,
                     const char    *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      RkWindow *active = RK_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
      RkWindow *window = active;

      if (active == NULL || rk_window_has_clip (active))
        window = new_window (RK_APPLICATION (application));
      gtk_window_present (GTK_WINDOW (window));
      rk_window_open_for (window, files[i], window != active ? active : NULL);
    }
}

static void
rk_application_shutdown (GApplication *application)
{
  RkApplication *self = RK_APPLICATION (application);

  if (self->queue != NULL)
    {
      /* Its last jobs may still have something to tell, to whoever holds it. */
      g_signal_handlers_disconnect_by_data (self->queue, self);
      rk_queue_shutdown (self->queue);
    }
  g_clear_object (&self->queue);
  g_clear_object (&self->store);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->settings);

  G_APPLICATION_CLASS (rk_application_parent_class)->shutdown (application);
}

static void
rk_application_class_init (RkApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = rk_application_startup;
  application_class->activate = rk_application_activate;
  application_class->open = rk_application_open;
  application_class->shutdown = rk_application_shutdown;
}

static void
rk_application_init (RkApplication *self)
{
}

RkApplication *
rk_application_new (void)
{
  return g_object_new (RK_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "resource-base-path", "/io/github/rekindle/Rekindle",
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       NULL);
}

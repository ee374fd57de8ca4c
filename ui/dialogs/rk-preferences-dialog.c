/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-preferences-dialog.h"

struct _RkPreferencesDialog
{
  AdwPreferencesDialog parent_instance;

  GSettings *settings;
  RkPreviewStore *store;
  RkCatalogue *catalogue;
  gboolean updating; /* the row is being set */

  /* Template. */
  AdwComboRow *device;
  AdwPreferencesGroup *unusable;
  GtkSpinButton *cores;
  GtkWidget *save_battery;
  GtkSpinButton *limit;
  AdwActionRow *used;
  GtkWidget *clear;
};

G_DEFINE_FINAL_TYPE (RkPreferencesDialog, rk_preferences_dialog, ADW_TYPE_PREFERENCES_DIALOG)

static void
show_used (RkPreferencesDialog *self,
           guint64              bytes)
{
  g_autofree char *text = g_format_size (bytes);

  adw_action_row_set_subtitle (self->used, text);
  gtk_widget_set_sensitive (self->clear, bytes > 0);
}

/* --- sizes on disk, away from the main thread --------------------------------------------------- */

typedef struct {
  guint64 bytes;
} Measured;

static void
measure_thread (GTask        *task,
                gpointer      source,
                gpointer      store,
                GCancellable *cancellable)
{
  Measured *measured = g_new0 (Measured, 1);

  measured->bytes = rk_preview_store_get_size (store);
  g_task_return_pointer (task, measured, g_free);
}

static void
clear_thread (GTask        *task,
              gpointer      source,
              gpointer      store,
              GCancellable *cancellable)
{
  rk_preview_store_clear (store);
  measure_thread (task, source, store, cancellable);
}

static void
measured_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autofree Measured *measured = g_task_propagate_pointer (G_TASK (result), NULL);

  if (measured != NULL)
    show_used (RK_PREFERENCES_DIALOG (source), measured->bytes);
}

static void
run_on_store (RkPreferencesDialog *self,
              GTaskThreadFunc      function)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, measured_cb, NULL);

  g_task_set_task_data (task, g_object_ref (self->store), g_object_unref);
  g_task_run_in_thread (task, function);
}

static void
clear_cb (RkPreferencesDialog *self)
{
  run_on_store (self, clear_thread);
}

/* --- devices ----------------------------------------------------------------------------------- */

static void
add_unusable (RkPreferencesDialog *self,
              RkChoice            *choice)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), rk_choice_get_title (choice));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), rk_choice_get_note (choice));
  adw_preferences_group_add (self->unusable, row);
}

/* Now, and once more if they are not listed yet. */
static void
show_devices (RkPreferencesDialog *self)
{
  GListModel *devices = rk_catalogue_get_devices (self->catalogue);
  GListModel *unusable = rk_catalogue_get_unusable_devices (self->catalogue);
  g_autofree char *chosen = g_settings_get_string (self->settings, "device");

  self->updating = TRUE;
  adw_combo_row_set_model (self->device, devices);
  adw_combo_row_set_selected (self->device, rk_choice_find (devices, *chosen != '\0' ? chosen : NULL));
  self->updating = FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (unusable); i++)
    {
      g_autoptr (RkChoice) choice = g_list_model_get_item (unusable, i);

      add_unusable (self, choice);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->unusable), g_list_model_get_n_items (unusable) > 0);
}

static void
device_cb (RkPreferencesDialog *self)
{
  const char *device;

  if (!self->updating &&
      rk_choice_at (adw_combo_row_get_model (self->device), adw_combo_row_get_selected (self->device), &device))
    g_settings_set_string (self->settings, "device", device != NULL ? device : "");
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_preferences_dialog_dispose (GObject *object)
{
  RkPreferencesDialog *self = RK_PREFERENCES_DIALOG (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->store);
  g_clear_object (&self->catalogue);
  gtk_widget_dispose_template (GTK_WIDGET (self), RK_TYPE_PREFERENCES_DIALOG);

  G_OBJECT_CLASS (rk_preferences_dialog_parent_class)->dispose (object);
}

static void
rk_preferences_dialog_class_init (RkPreferencesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = rk_preferences_dialog_dispose;

  g_type_ensure (RK_TYPE_CHOICE);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/rekindle/Rekindle/ui/rk-preferences-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, RkPreferencesDialog, device);
  gtk_widget_class_bind_template_child (widget_class, RkPreferencesDialog, unusable);
  gtk_widget_class_bind_template_child (widget_class, RkPreferencesDialog, limit);
  gtk_widget_class_bind_template_child (widget_class, RkPreferencesDialog, cores);
  gtk_widget_class_bind_template_child (widget_class, RkPreferencesDialog, save_battery);
  gtk_widget_class_bind_template_child (widget_class, RkPreferencesDialog, used);
  gtk_widget_class_bind_template_child (widget_class, RkPreferencesDialog, clear);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
}

static void
rk_preferences_dialog_init (RkPreferencesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

RkPreferencesDialog *
rk_preferences_dialog_new (GSettings      *settings,
                           RkPreviewStore *store,
                           RkCatalogue    *catalogue)
{
  RkPreferencesDialog *self = g_object_new (RK_TYPE_PREFERENCES_DIALOG, NULL);

  self->settings = g_object_ref (settings);
  self->store = g_object_ref (store);
  self->catalogue = g_object_ref (catalogue);
  g_settings_bind (settings, "preview-gigabytes", self->limit, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "cores", self->cores, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "save-battery", self->save_battery, "active", G_SETTINGS_BIND_DEFAULT);
  show_devices (self);
  g_signal_connect_object (catalogue, "notify::filled", G_CALLBACK (show_devices), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->device, "notify::selected", G_CALLBACK (device_cb), self, G_CONNECT_SWAPPED);
  run_on_store (self, measure_thread);

  return self;
}

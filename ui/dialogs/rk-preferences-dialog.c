/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-preferences-dialog.h"

#include <glib/gi18n.h>

#include "oasis/device.h"

struct _RkPreferencesDialog
{
  AdwPreferencesDialog parent_instance;

  GSettings *settings;
  RkPreviewStore *store;
  GPtrArray *devices; /* of names, as the row offers them; "" = the best */

  /* Template. */
  AdwComboRow *device;
  AdwPreferencesGroup *unusable;
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
add_unusable (RkPreferencesDialog   *self,
              const OasisDeviceInfo *info)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), info->description[0] != '\0' ? info->description : info->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), info->reason);
  adw_preferences_group_add (self->unusable, row);
  gtk_widget_set_visible (GTK_WIDGET (self->unusable), TRUE);
}

static void
fill_devices (RkPreferencesDialog *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  g_autofree char *chosen = g_settings_get_string (self->settings, "device");
  OasisDeviceInfo infos[16];
  const size_t n = MIN (oasis_device_list (infos, G_N_ELEMENTS (infos)), G_N_ELEMENTS (infos));
  guint selected = 0;

  gtk_string_list_append (list, _("Automatic"));
  g_ptr_array_add (self->devices, g_strdup (""));
  gtk_widget_set_visible (GTK_WIDGET (self->unusable), FALSE);
  for (size_t i = 0; i < n; i++)
    {
      if (!infos[i].usable)
        {
          add_unusable (self, &infos[i]);
          continue;
        }

      if (g_str_equal (infos[i].name, chosen))
        selected = self->devices->len;
      g_ptr_array_add (self->devices, g_strdup (infos[i].name));
      gtk_string_list_append (list, infos[i].description);
    }

  adw_combo_row_set_model (self->device, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->device, selected);
}

static void
device_cb (RkPreferencesDialog *self)
{
  const guint selected = adw_combo_row_get_selected (self->device);

  if (selected < self->devices->len)
    g_settings_set_string (self->settings, "device", g_ptr_array_index (self->devices, selected));
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_preferences_dialog_dispose (GObject *object)
{
  RkPreferencesDialog *self = RK_PREFERENCES_DIALOG (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->store);
  g_clear_pointer (&self->devices, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), RK_TYPE_PREFERENCES_DIALOG);

  G_OBJECT_CLASS (rk_preferences_dialog_parent_class)->dispose (object);
}

static void
rk_preferences_dialog_class_init (RkPreferencesDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = rk_preferences_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/rekindle/Rekindle/ui/rk-preferences-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, RkPreferencesDialog, device);
  gtk_widget_class_bind_template_child (widget_class, RkPreferencesDialog, unusable);
  gtk_widget_class_bind_template_child (widget_class, RkPreferencesDialog, limit);
  gtk_widget_class_bind_template_child (widget_class, RkPreferencesDialog, used);
  gtk_widget_class_bind_template_child (widget_class, RkPreferencesDialog, clear);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
}

static void
rk_preferences_dialog_init (RkPreferencesDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->devices = g_ptr_array_new_with_free_func (g_free);
}

RkPreferencesDialog *
rk_preferences_dialog_new (GSettings      *settings,
                           RkPreviewStore *store)
{
  RkPreferencesDialog *self = g_object_new (RK_TYPE_PREFERENCES_DIALOG, NULL);

  self->settings = g_object_ref (settings);
  self->store = g_object_ref (store);
  g_settings_bind (settings, "preview-gigabytes", self->limit, "value", G_SETTINGS_BIND_DEFAULT);
  fill_devices (self);
  g_signal_connect_object (self->device, "notify::selected", G_CALLBACK (device_cb), self, G_CONNECT_SWAPPED);
  run_on_store (self, measure_thread);

  return self;
}

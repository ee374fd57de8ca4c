/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-export-dialog.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "rk-estimate.h"
#include "rk-portal.h"
#include "rk-time.h"

enum {
  WHOLE_CLIP,
  CHOSEN_RANGE,
};

enum {
  CODEC_X264,
  CODEC_FFV1,
};

enum {
  CONTAINER_MP4,
  CONTAINER_MKV,
  CONTAINER_MOV,
};

static const char *const extensions[] = { "mp4", "mkv", "mov" };
static const double qualities[] = { 14, 18, 22, 26 };

struct _RkExportDialog
{
  AdwDialog parent_instance;

  RkSession *session;
  GFile *parent; /* the folder; NULL until one is chosen, where the source came without its own */

  /* Template. */
  GtkWidget *export_button;
  AdwEntryRow *name;
  AdwActionRow *folder;
  AdwComboRow *range;
  AdwComboRow *codec;
  AdwComboRow *container;
  AdwComboRow *quality;
  AdwSwitchRow *sound;
  AdwActionRow *estimate;
};

G_DEFINE_FINAL_TYPE (RkExportDialog, rk_export_dialog, ADW_TYPE_DIALOG)

enum {
  EXPORT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- what is chosen ---------------------------------------------------------------------------- */

static gboolean
is_lossless (RkExportDialog *self)
{
  return adw_combo_row_get_selected (self->codec) == CODEC_FFV1;
}

/* FFV1 lives in Matroska only. */
static const char *
get_extension (RkExportDialog *self)
{
  return is_lossless (self) ? extensions[CONTAINER_MKV] : extensions[adw_combo_row_get_selected (self->container)];
}

static GFile *
get_target (RkExportDialog *self)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", gtk_editable_get_text (GTK_EDITABLE (self->name)), get_extension (self));

  return g_file_get_child (self->parent, name);
}

static void
get_settings (RkExportDialog   *self,
              RkExportSettings *settings)
{
  *settings = (RkExportSettings) {
    .codec = is_lossless (self) ? "ffv1" : "x264",
    .quality = is_lossless (self) ? -1 : qualities[adw_combo_row_get_selected (self->quality)],
    .sound = gtk_widget_get_visible (GTK_WIDGET (self->sound)) && !adw_switch_row_get_active (self->sound) ? "none" : NULL,
    .whole = adw_combo_row_get_selected (self->range) == WHOLE_CLIP,
  };
}

static gboolean
is_name_usable (const char *name)
{
  return *name != '\0' && *name != '.' && strchr (name, '/') == NULL;
}

static void
update (RkExportDialog *self)
{
  const gboolean usable = is_name_usable (gtk_editable_get_text (GTK_EDITABLE (self->name)));
  RkExportSettings settings;
  g_autofree char *estimate = NULL;
  g_autofree char *folder = NULL;

  if (self->session == NULL)
    return;

  get_settings (self, &settings);
  estimate = rk_estimate_describe (self->session, &settings);
  folder = self->parent != NULL ? rk_portal_name_folder (self->parent) : g_strdup (_("Choose one first"));

  gtk_widget_set_sensitive (self->export_button, usable && self->parent != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->quality), !is_lossless (self));
  gtk_widget_set_visible (GTK_WIDGET (self->container), !is_lossless (self));
  adw_action_row_set_subtitle (self->folder, folder);
  adw_action_row_set_subtitle (self->estimate, estimate);
}

/* --- choosing ---------------------------------------------------------------------------------- */

static void
finish (RkExportDialog *self,
        gboolean        replace)
{
  g_autoptr (GFile) target = get_target (self);
  RkExportSettings settings;

  get_settings (self, &settings);
  settings.target = target;
  settings.replace = replace;
  g_signal_emit (self, signals[EXPORT], 0, &settings);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
replace_cb (RkExportDialog *self,
            const char     *response)
{
  if (g_str_equal (response, "replace"))
    finish (self, TRUE);
}

static void
export_cb (RkExportDialog *self)
{
  g_autoptr (GFile) target = get_target (self);
  g_autofree char *name = g_file_get_basename (target);
  AdwAlertDialog *dialog;

  if (!g_file_query_exists (target, NULL))
    {
      finish (self, FALSE);
      return;
    }

  dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (NULL, NULL));
  if (g_file_equal (target, rk_clip_get_file (rk_session_get_clip (self->session))))
    {
      adw_alert_dialog_set_heading (dialog, _("This Is the Source"));
      adw_alert_dialog_format_body (dialog, _("“%s” is the video that is being restored. Choose another name."), name);
      adw_alert_dialog_add_response (dialog, "close", _("C_lose"));
    }
  else
    {
      adw_alert_dialog_set_heading (dialog, _("Replace the File?"));
      adw_alert_dialog_format_body (dialog, _("“%s” exists already. It is replaced once the export has succeeded."), name);
      adw_alert_dialog_add_responses (dialog, "close", _("_Cancel"), "replace", _("_Replace"), NULL);
      adw_alert_dialog_set_response_appearance (dialog, "replace", ADW_RESPONSE_DESTRUCTIVE);
    }
  adw_alert_dialog_set_close_response (dialog, "close");
  g_signal_connect_object (dialog, "response", G_CALLBACK (replace_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static void
folder_chosen_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (RkExportDialog) self = user_data;
  g_autoptr (GFile) folder = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (folder == NULL)
    return;

  g_set_object (&self->parent, folder);
  update (self);
}

static void
choose_folder_cb (RkExportDialog *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_initial_folder (dialog, self->parent);
  gtk_file_dialog_select_folder (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL,
                                 folder_chosen_cb, g_object_ref (self));
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_export_dialog_dispose (GObject *object)
{
  RkExportDialog *self = RK_EXPORT_DIALOG (object);

  g_clear_object (&self->session);
  g_clear_object (&self->parent);
  gtk_widget_dispose_template (GTK_WIDGET (self), RK_TYPE_EXPORT_DIALOG);

  G_OBJECT_CLASS (rk_export_dialog_parent_class)->dispose (object);
}

static void
rk_export_dialog_class_init (RkExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = rk_export_dialog_dispose;

  signals[EXPORT] = g_signal_new ("export", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                  0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/rekindle/Rekindle/ui/rk-export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, RkExportDialog, export_button);
  gtk_widget_class_bind_template_child (widget_class, RkExportDialog, name);
  gtk_widget_class_bind_template_child (widget_class, RkExportDialog, folder);
  gtk_widget_class_bind_template_child (widget_class, RkExportDialog, range);
  gtk_widget_class_bind_template_child (widget_class, RkExportDialog, codec);
  gtk_widget_class_bind_template_child (widget_class, RkExportDialog, container);
  gtk_widget_class_bind_template_child (widget_class, RkExportDialog, quality);
  gtk_widget_class_bind_template_child (widget_class, RkExportDialog, sound);
  gtk_widget_class_bind_template_child (widget_class, RkExportDialog, estimate);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_folder_cb);
}

static void
rk_export_dialog_init (RkExportDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static void
fill_ranges (RkExportDialog *self)
{
  RkClip *clip = rk_session_get_clip (self->session);
  g_autofree char *first = rk_time_format (rk_clip_get_frame_time (clip, rk_session_get_range_first (self->session)), TRUE);
  g_autofree char *end = rk_time_format (rk_clip_get_frame_time (clip, rk_session_get_range_end (self->session)), TRUE);
  g_autofree char *chosen = g_strdup_printf (_("Chosen range, %s to %s"), first, end);
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  const gboolean whole = rk_session_get_whole_range (self->session);

  gtk_string_list_append (list, _("Whole clip"));
  if (!whole)
    gtk_string_list_append (list, chosen);
  adw_combo_row_set_model (self->range, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->range, whole ? WHOLE_CLIP : CHOSEN_RANGE);
}

RkExportDialog *
rk_export_dialog_new (RkSession *session)
{
  RkExportDialog *self = g_object_new (RK_TYPE_EXPORT_DIALOG, NULL);
  RkClip *clip = rk_session_get_clip (session);
  g_autofree char *name = g_file_get_basename (rk_clip_get_file (clip));
  char *dot = strrchr (name, '.');
  g_autofree char *suggestion = NULL;

  if (dot != NULL && dot != name)
    *dot = '\0';
  /* Translators: the suggested name of a restored video; %s is the source's name. */
  suggestion = g_strdup_printf (_("%s restored"), name);

  self->parent = rk_portal_get_folder (rk_clip_get_file (clip));
  self->session = g_object_ref (session);
  /* Another clip can still be dropped onto the window. */
  g_signal_connect_object (session, "notify::clip", G_CALLBACK (adw_dialog_force_close), self, G_CONNECT_SWAPPED);
  fill_ranges (self);
  gtk_widget_set_visible (GTK_WIDGET (self->sound), rk_clip_has_sound (clip));
  gtk_editable_set_text (GTK_EDITABLE (self->name), suggestion);
  update (self);

  return self;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-export-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "rk-error.h"
#include "rk-estimate.h"
#include "rk-export-plan.h"
#include "rk-portal.h"
#include "rk-time.h"

enum {
  WHOLE_CLIP,
  CHOSEN_RANGE,
};

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
  AdwPreferencesGroup *plan;

  GStrv containers;      /* that the codec fits, the combo row's */
  GPtrArray *plan_rows;  /* borrowed from plan */
  gboolean filling;      /* rows are being set; the plan is made once they all are */
};

G_DEFINE_FINAL_TYPE (RkExportDialog, rk_export_dialog, ADW_TYPE_DIALOG)

enum {
  EXPORT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- what is chosen ---------------------------------------------------------------------------- */

/* An empty row until codecs are known. */
static const char *
get_codec (RkExportDialog *self)
{
  const char *codec = NULL;

  rk_choice_at (rk_catalogue_get_codecs (rk_session_get_catalogue (self->session)), adw_combo_row_get_selected (self->codec), &codec);

  return codec != NULL ? codec : "x264";
}

static const char *
get_extension (RkExportDialog *self)
{
  const guint selected = adw_combo_row_get_selected (self->container);

  return self->containers[selected < g_strv_length (self->containers) ? selected : 0];
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
    .codec = get_codec (self),
    .quality = rk_export_plan_quality (get_codec (self), adw_combo_row_get_selected (self->quality)),
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
add_plan_row (RkExportDialog *self,
              const char     *title,
              const char     *text,
              gboolean        loss)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_widget_set_focusable (row, FALSE);
  gtk_widget_add_css_class (row, "property");
  if (loss)
    {
      GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");

      gtk_widget_add_css_class (icon, "warning");
      gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL, _("This will be missing"), -1);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), icon);
    }
  adw_preferences_group_add (self->plan, row);
  g_ptr_array_add (self->plan_rows, row);
}

/* Says what becomes of each track, before any work. */
static void
show_plan (RkExportDialog *self)
{
  g_autoptr (GFile) target = self->parent != NULL ? get_target (self) : g_file_new_for_path ("/");
  g_autoptr (RkExportPlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *estimate = NULL;
  RkExportSettings settings;

  for (guint i = 0; i < self->plan_rows->len; i++)
    adw_preferences_group_remove (self->plan, self->plan_rows->pdata[i]);
  g_ptr_array_set_size (self->plan_rows, 0);

  get_settings (self, &settings);
  settings.target = target;
  if (self->parent != NULL)
    plan = rk_export_plan_new (self->session, &settings, &error);
  if (plan != NULL)
    for (guint i = 0; i < plan->lines->len; i++)
      {
        const RkPlanLine *line = plan->lines->pdata[i];

        add_plan_row (self, line->title, line->text, line->loss);
      }
  else if (error != NULL)
    add_plan_row (self, error->message, rk_error_get_detail (error), TRUE);

  estimate = rk_estimate_describe (self->session, &settings, plan);
  adw_action_row_set_subtitle (self->estimate, estimate);
  gtk_widget_set_visible (GTK_WIDGET (self->plan), self->plan_rows->len > 0);
}

static void
update (RkExportDialog *self)
{
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name));
  const gboolean usable = is_name_usable (name);
  g_autofree char *folder = NULL;

  if (self->filling)
    return;

  folder = self->parent != NULL ? rk_portal_name_folder (self->parent) : g_strdup (_("Choose one first"));
  gtk_widget_set_sensitive (self->export_button, usable && self->parent != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->quality), rk_export_plan_quality (get_codec (self), 0) >= 0);
  gtk_widget_set_visible (GTK_WIDGET (self->container), g_strv_length (self->containers) > 1);
  adw_action_row_set_subtitle (self->folder, folder);
  show_plan (self);
}

static const char *
name_container (const char *container)
{
  if (g_str_equal (container, "mkv"))
    return "Matroska (MKV)";
  if (g_str_equal (container, "mov"))
    return "QuickTime (MOV)";
  if (g_str_equal (container, "webm"))
    return "WebM";

  return "MP4";
}

/* Offers the containers that take the codec, and stays with the one that was chosen if it is there. */
static void
fill_containers (RkExportDialog *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  g_autofree char *before = NULL;
  guint selected = 0;

  before = g_strdup (self->containers != NULL ? get_extension (self) : "");
  g_strfreev (self->containers);
  self->containers = rk_export_plan_containers (get_codec (self));
  for (guint i = 0; self->containers[i] != NULL; i++)
    {
      gtk_string_list_append (list, name_container (self->containers[i]));
      if (g_str_equal (self->containers[i], before))
        selected = i;
    }

  adw_combo_row_set_model (self->container, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->container, selected);
}

static void
codec_cb (RkExportDialog *self)
{
  if (self->filling)
    return;

  self->filling = TRUE;
  fill_containers (self);
  self->filling = FALSE;
  update (self);
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
  adw_alert_dialog_set_default_response (dialog, "close");
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
  g_clear_pointer (&self->containers, g_strfreev);
  g_clear_pointer (&self->plan_rows, g_ptr_array_unref);

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
  gtk_widget_class_bind_template_child (widget_class, RkExportDialog, plan);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, codec_cb);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_folder_cb);
}

static void
rk_export_dialog_init (RkExportDialog *self)
{
  self->filling = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->plan_rows = g_ptr_array_new ();
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

static gboolean
is_free (RkExportDialog *self)
{
  g_autoptr (GFile) target = get_target (self);

  return !g_file_query_exists (target, NULL) && !rk_export_plan_is_begun (target);
}

/* A second export gets a name of its own: with the range in it, or a number. */
static void
suggest_name (RkExportDialog *self,
              const char     *source)
{
  RkClip *clip = rk_session_get_clip (self->session);
  /* Translators: the suggested name of a restored video; %s is the source's name. */
  g_autofree char *restored = g_strdup_printf (_("%s restored"), source);
  g_autofree char *first = rk_time_format (rk_clip_get_frame_time (clip, rk_session_get_range_first (self->session)), FALSE);
  g_autofree char *end = rk_time_format (rk_clip_get_frame_time (clip, rk_session_get_range_end (self->session)), FALSE);
  g_autofree char *base = rk_session_get_whole_range (self->session) ? g_strdup (restored)
                                                                      : g_strdup_printf ("%s %s-%s", restored, first, end);

  g_strdelimit (base, ":", '.');
  gtk_editable_set_text (GTK_EDITABLE (self->name), restored);
  if (self->parent == NULL || is_free (self))
    return;

  for (guint n = rk_session_get_whole_range (self->session) ? 2 : 1; n < 1000; n++)
    {
      g_autofree char *name = n == 1 ? g_strdup (base) : g_strdup_printf ("%s %u", base, n);

      gtk_editable_set_text (GTK_EDITABLE (self->name), name);
      if (is_free (self))
        return;
    }
}

RkExportDialog *
rk_export_dialog_new (RkSession *session)
{
  RkExportDialog *self = g_object_new (RK_TYPE_EXPORT_DIALOG, NULL);
  RkClip *clip = rk_session_get_clip (session);
  g_autofree char *name = g_file_get_basename (rk_clip_get_file (clip));
  char *dot = strrchr (name, '.');

  if (dot != NULL && dot != name)
    *dot = '\0';
  self->parent = rk_portal_get_folder (rk_clip_get_file (clip));
  self->session = g_object_ref (session);
  /* Another clip can still be dropped onto the window. */
  g_signal_connect_object (session, "notify::clip", G_CALLBACK (adw_dialog_force_close), self, G_CONNECT_SWAPPED);
  fill_ranges (self);
  gtk_widget_set_visible (GTK_WIDGET (self->sound), rk_clip_has_sound (clip));
  adw_combo_row_set_model (self->codec, rk_catalogue_get_codecs (rk_session_get_catalogue (session)));
  fill_containers (self);
  suggest_name (self, name);
  self->filling = FALSE;
  update (self);

  return self;
}

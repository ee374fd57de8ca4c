/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-sidebar.h"

#include <glib/gi18n.h>

#include "rk-facts.h"

/* What the size row offers. */
static const struct {
  double scale;
  int height;
} sizes[] = {
  { 1, 0 }, { 1.5, 0 }, { 2, 0 }, { 3, 0 }, { 4, 0 }, { 0, 720 }, { 0, 1080 }, { 0, 1440 }, { 0, 2160 },
};

struct _RkSidebar
{
  AdwBin parent_instance;

  /* Owned. */
  RkSession *session;
  GSignalGroup *session_signals, *recipe_signals, *catalogue_signals;
  GPtrArray *fact_rows; /* borrowed from facts */
  gboolean updating;  /* rows are being set from the recipe */

  /* Template. */
  GtkAdjustment *strength_adjustment;
  GtkScale *strength;
  GtkAdjustment *grain_adjustment;
  GtkScale *grain;
  AdwComboRow *size;
  AdwComboRow *deinterlace;
  AdwComboRow *rotate;
  AdwComboRow *flip;
  AdwSwitchRow *crop;
  AdwSwitchRow *square;
  AdwComboRow *model;
  AdwComboRow *device;
  AdwPreferencesGroup *facts;
};

G_DEFINE_FINAL_TYPE (RkSidebar, rk_sidebar, ADW_TYPE_BIN)

/* --- what the rows offer ----------------------------------------------------------------------- */

/* Names each size, with the pixels that it comes to where a clip is open. */
static void
fill_sizes (RkSidebar *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  RkClip *clip = rk_session_get_clip (self->session);
  const gboolean square = rk_recipe_get_square (rk_session_get_recipe (self->session));

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const OasisSize size = { .scale = sizes[i].scale, .height = sizes[i].height, .square = square };
      g_autofree char *name = size.height > 0 ? g_strdup_printf (_("%d lines"), size.height)
                                              : g_strdup_printf (_("%g×"), size.scale);
      g_autofree char *text = NULL;
      OasisFrameFormat output;

      if (clip != NULL && rk_clip_get_output_format (clip, &size, &output, NULL))
        text = g_strdup_printf ("%s (%d × %d)", name, output.width, output.height);
      gtk_string_list_append (list, text != NULL ? text : name);
    }

  adw_combo_row_set_model (self->size, G_LIST_MODEL (list));
}

static guint
find_size (RkRecipe *recipe)
{
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (sizes[i].height == rk_recipe_get_height (recipe) && sizes[i].scale == rk_recipe_get_scale (recipe))
      return i;

  return GTK_INVALID_LIST_POSITION;
}

/* --- rows and recipe --------------------------------------------------------------------------- */

static void
recipe_cb (RkSidebar *self)
{
  RkRecipe *recipe = rk_session_get_recipe (self->session);
  RkCatalogue *catalogue = rk_session_get_catalogue (self->session);

  self->updating = TRUE;
  gtk_adjustment_set_value (self->strength_adjustment, rk_recipe_get_strength (recipe) * 100);
  gtk_adjustment_set_value (self->grain_adjustment, rk_recipe_get_grain (recipe) * 100);
  adw_combo_row_set_selected (self->size, find_size (recipe));
  adw_combo_row_set_selected (self->deinterlace, rk_recipe_get_deinterlace (recipe));
  adw_combo_row_set_selected (self->rotate, rk_recipe_get_rotate (recipe) / 90);
  adw_combo_row_set_selected (self->flip, rk_recipe_get_flip (recipe));
  adw_switch_row_set_active (self->crop, rk_recipe_get_crop (recipe));
  adw_switch_row_set_active (self->square, rk_recipe_get_square (recipe));
  adw_combo_row_set_selected (self->model, rk_choice_find (rk_catalogue_get_models (catalogue), rk_recipe_get_model (recipe)));
  adw_combo_row_set_selected (self->device, rk_choice_find (rk_catalogue_get_devices (catalogue), rk_recipe_get_device (recipe)));
  self->updating = FALSE;
}

/* Before it is filled, nothing can be chosen. */
static void
catalogue_cb (RkSidebar *self)
{
  RkCatalogue *catalogue = rk_session_get_catalogue (self->session);
  GListModel *models = rk_catalogue_get_models (catalogue);

  gtk_widget_set_sensitive (GTK_WIDGET (self->model), g_list_model_get_n_items (models) > 0);
  if (!rk_catalogue_get_filled (catalogue))
    return;

  self->updating = TRUE;
  adw_combo_row_set_model (self->model, models);
  adw_combo_row_set_model (self->device, rk_catalogue_get_devices (catalogue));
  self->updating = FALSE;
  if (g_list_model_get_n_items (models) == 0)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->model), _("No model was found"));
  recipe_cb (self);
}

static void
strength_cb (RkSidebar *self)
{
  if (!self->updating && self->session != NULL)
    rk_recipe_set_strength (rk_session_get_recipe (self->session), gtk_adjustment_get_value (self->strength_adjustment) / 100);
}

static void
grain_cb (RkSidebar *self)
{
  if (!self->updating && self->session != NULL)
    rk_recipe_set_grain (rk_session_get_recipe (self->session), gtk_adjustment_get_value (self->grain_adjustment) / 100);
}

static void
size_cb (RkSidebar *self)
{
  const guint selected = adw_combo_row_get_selected (self->size);

  if (self->updating || selected >= G_N_ELEMENTS (sizes))
    return;

  if (sizes[selected].height > 0)
    rk_recipe_set_height (rk_session_get_recipe (self->session), sizes[selected].height);
  else
    rk_recipe_set_scale (rk_session_get_recipe (self->session), sizes[selected].scale);
}

static void
deinterlace_cb (RkSidebar *self)
{
  if (!self->updating && self->session != NULL)
    rk_recipe_set_deinterlace (rk_session_get_recipe (self->session), adw_combo_row_get_selected (self->deinterlace));
}

static void
rotate_cb (RkSidebar *self)
{
  if (!self->updating && self->session != NULL)
    rk_recipe_set_rotate (rk_session_get_recipe (self->session), 90 * adw_combo_row_get_selected (self->rotate));
}

static void
flip_cb (RkSidebar *self)
{
  if (!self->updating && self->session != NULL)
    rk_recipe_set_flip (rk_session_get_recipe (self->session), adw_combo_row_get_selected (self->flip));
}

static void
crop_cb (RkSidebar *self)
{
  if (!self->updating && self->session != NULL)
    rk_recipe_set_crop (rk_session_get_recipe (self->session), adw_switch_row_get_active (self->crop));
}

static void
square_cb (RkSidebar *self)
{
  if (!self->updating && self->session != NULL)
    rk_recipe_set_square (rk_session_get_recipe (self->session), adw_switch_row_get_active (self->square));
}

static void
model_cb (RkSidebar *self)
{
  const char *model;

  if (!self->updating &&
      rk_choice_at (adw_combo_row_get_model (self->model), adw_combo_row_get_selected (self->model), &model))
    rk_recipe_set_model (rk_session_get_recipe (self->session), model);
}

static void
device_cb (RkSidebar *self)
{
  const char *device;

  if (!self->updating &&
      rk_choice_at (adw_combo_row_get_model (self->device), adw_combo_row_get_selected (self->device), &device))
    rk_recipe_set_device (rk_session_get_recipe (self->session), device);
}

static char *
format_percent (GtkScale *scale,
                double    value,
                gpointer  user_data)
{
  return g_strdup_printf (_("%d %%"), (int) value);
}

/* --- facts ------------------------------------------------------------------------------------- */

static void
add_fact_cb (const char *title,
             const char *fact,
             gpointer    user_data)
{
  RkSidebar *self = user_data;
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), fact);
  gtk_widget_set_focusable (row, FALSE);
  gtk_widget_add_css_class (row, "property");
  adw_preferences_group_add (self->facts, row);
  g_ptr_array_add (self->fact_rows, row);
}

/* What the sizes come to has changed. */
static void
shape_cb (RkSidebar *self)
{
  self->updating = TRUE;
  fill_sizes (self);
  self->updating = FALSE;
  recipe_cb (self);
}

static void
clip_cb (RkSidebar *self)
{
  RkClip *clip = rk_session_get_clip (self->session);

  for (guint i = 0; i < self->fact_rows->len; i++)
    adw_preferences_group_remove (self->facts, g_ptr_array_index (self->fact_rows, i));
  g_ptr_array_set_size (self->fact_rows, 0);
  if (clip != NULL)
    rk_facts_list (clip, add_fact_cb, self);
  shape_cb (self);
}

/* --- the object -------------------------------------------------------------------------------- */

static void
rk_sidebar_dispose (GObject *object)
{
  RkSidebar *self = RK_SIDEBAR (object);

  g_clear_object (&self->session_signals);
  g_clear_object (&self->recipe_signals);
  g_clear_object (&self->catalogue_signals);
  g_clear_object (&self->session);
  gtk_widget_dispose_template (GTK_WIDGET (self), RK_TYPE_SIDEBAR);

  G_OBJECT_CLASS (rk_sidebar_parent_class)->dispose (object);
}

static void
rk_sidebar_finalize (GObject *object)
{
  RkSidebar *self = RK_SIDEBAR (object);

  g_ptr_array_unref (self->fact_rows);

  G_OBJECT_CLASS (rk_sidebar_parent_class)->finalize (object);
}

static void
rk_sidebar_class_init (RkSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (RK_TYPE_CHOICE);

  object_class->dispose = rk_sidebar_dispose;
  object_class->finalize = rk_sidebar_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/rekindle/Rekindle/ui/rk-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, RkSidebar, strength_adjustment);
  gtk_widget_class_bind_template_child (widget_class, RkSidebar, strength);
  gtk_widget_class_bind_template_child (widget_class, RkSidebar, grain_adjustment);
  gtk_widget_class_bind_template_child (widget_class, RkSidebar, grain);
  gtk_widget_class_bind_template_child (widget_class, RkSidebar, size);
  gtk_widget_class_bind_template_child (widget_class, RkSidebar, deinterlace);
  gtk_widget_class_bind_template_child (widget_class, RkSidebar, rotate);
  gtk_widget_class_bind_template_child (widget_class, RkSidebar, flip);
  gtk_widget_class_bind_template_child (widget_class, RkSidebar, crop);
  gtk_widget_class_bind_template_child (widget_class, RkSidebar, square);
  gtk_widget_class_bind_template_child (widget_class, RkSidebar, model);
  gtk_widget_class_bind_template_child (widget_class, RkSidebar, device);
  gtk_widget_class_bind_template_child (widget_class, RkSidebar, facts);
}

static void
rk_sidebar_init (RkSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->fact_rows = g_ptr_array_new ();

  self->session_signals = g_signal_group_new (RK_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::clip", G_CALLBACK (clip_cb), self);
  self->recipe_signals = g_signal_group_new (RK_TYPE_RECIPE);
  g_signal_group_connect_swapped (self->recipe_signals, "notify", G_CALLBACK (recipe_cb), self);
  g_signal_group_connect_swapped (self->recipe_signals, "notify::square", G_CALLBACK (shape_cb), self);
  self->catalogue_signals = g_signal_group_new (RK_TYPE_CATALOGUE);
  g_signal_group_connect_swapped (self->catalogue_signals, "notify::filled", G_CALLBACK (catalogue_cb), self);

  gtk_scale_set_format_value_func (self->strength, format_percent, NULL, NULL);
  gtk_scale_set_format_value_func (self->grain, format_percent, NULL, NULL);
  g_signal_connect_object (self->strength_adjustment, "value-changed", G_CALLBACK (strength_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->grain_adjustment, "value-changed", G_CALLBACK (grain_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->size, "notify::selected", G_CALLBACK (size_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->deinterlace, "notify::selected", G_CALLBACK (deinterlace_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->rotate, "notify::selected", G_CALLBACK (rotate_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->flip, "notify::selected", G_CALLBACK (flip_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->crop, "notify::active", G_CALLBACK (crop_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->square, "notify::active", G_CALLBACK (square_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "notify::selected", G_CALLBACK (model_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->device, "notify::selected", G_CALLBACK (device_cb), self, G_CONNECT_SWAPPED);
}

void
rk_sidebar_set_session (RkSidebar *self,
                        RkSession *session)
{
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->session_signals, session);
  g_signal_group_set_target (self->recipe_signals, rk_session_get_recipe (session));
  g_signal_group_set_target (self->catalogue_signals, rk_session_get_catalogue (session));
  catalogue_cb (self);
  clip_cb (self);
}

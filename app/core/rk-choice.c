/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-choice.h"

struct _RkChoice
{
  GObject parent_instance;

  char *id;
  char *title;
  char *note;
};

G_DEFINE_FINAL_TYPE (RkChoice, rk_choice, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_ID,
  PROP_TITLE,
  PROP_NOTE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
rk_choice_finalize (GObject *object)
{
  RkChoice *self = RK_CHOICE (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->note);

  G_OBJECT_CLASS (rk_choice_parent_class)->finalize (object);
}

static void
rk_choice_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  RkChoice *self = RK_CHOICE (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_NOTE:
      g_value_set_string (value, self->note);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_choice_class_init (RkChoiceClass *klass)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = rk_choice_finalize;
  object_class->get_property = rk_choice_get_property;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, readable);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, readable);
  properties[PROP_NOTE] = g_param_spec_string ("note", NULL, NULL, NULL, readable);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rk_choice_init (RkChoice *self)
{
}

RkChoice *
rk_choice_new (const char *id,
               const char *title,
               const char *note)
{
  RkChoice *self = g_object_new (RK_TYPE_CHOICE, NULL);

  self->id = g_strdup (id);
  self->title = g_strdup (title);
  self->note = g_strdup (note);

  return self;
}

const char *
rk_choice_get_id (RkChoice *self)
{
  return self->id;
}

const char *
rk_choice_get_title (RkChoice *self)
{
  return self->title;
}

const char *
rk_choice_get_note (RkChoice *self)
{
  return self->note;
}

guint
rk_choice_find (GListModel *choices,
                const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (choices); i++)
    {
      g_autoptr (RkChoice) choice = g_list_model_get_item (choices, i);

      if (g_strcmp0 (choice->id, id) == 0)
        return i;
    }

  return 0;
}

gboolean
rk_choice_at (GListModel  *choices,
              guint        position,
              const char **id)
{
  g_autoptr (RkChoice) choice = g_list_model_get_item (choices, position);

  if (choice == NULL)
    return FALSE;

  *id = choice->id;
  return TRUE;
}

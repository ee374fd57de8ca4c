/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-recipe.h"

#define DEFAULT_SCALE 2.0

struct _RkRecipe
{
  GObject parent_instance;

  RkDeinterlace deinterlace;
  int rotate;
  RkFlip flip;
  gboolean crop;
  double scale;
  int height;
  gboolean square;
  char *model;
  char *device;
  double strength;
  double grain;
};

G_DEFINE_FINAL_TYPE (RkRecipe, rk_recipe, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (RkDeinterlace, rk_deinterlace,
                    G_DEFINE_ENUM_VALUE (RK_DEINTERLACE_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (RK_DEINTERLACE_OFF, "off"),
                    G_DEFINE_ENUM_VALUE (RK_DEINTERLACE_ON, "on"))

G_DEFINE_ENUM_TYPE (RkFlip, rk_flip,
                    G_DEFINE_ENUM_VALUE (RK_FLIP_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (RK_FLIP_HORIZONTAL, "horizontal"),
                    G_DEFINE_ENUM_VALUE (RK_FLIP_VERTICAL, "vertical"))

enum {
  PROP_0,
  PROP_DEINTERLACE,
  PROP_ROTATE,
  PROP_FLIP,
  PROP_CROP,
  PROP_SCALE,
  PROP_HEIGHT,
  PROP_SQUARE,
  PROP_MODEL,
  PROP_DEVICE,
  PROP_STRENGTH,
  PROP_GRAIN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
rk_recipe_finalize (GObject *object)
{
  RkRecipe *self = RK_RECIPE (object);

  g_free (self->model);
  g_free (self->device);

  G_OBJECT_CLASS (rk_recipe_parent_class)->finalize (object);
}

static void
rk_recipe_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  RkRecipe *self = RK_RECIPE (object);

  switch (prop_id)
    {
    case PROP_DEINTERLACE:
      g_value_set_enum (value, self->deinterlace);
      break;
    case PROP_ROTATE:
      g_value_set_int (value, self->rotate);
      break;
    case PROP_FLIP:
      g_value_set_enum (value, self->flip);
      break;
    case PROP_CROP:
      g_value_set_boolean (value, self->crop);
      break;
    case PROP_SCALE:
      g_value_set_double (value, self->scale);
      break;
    case PROP_HEIGHT:
      g_value_set_int (value, self->height);
      break;
    case PROP_SQUARE:
      g_value_set_boolean (value, self->square);
      break;
    case PROP_MODEL:
      g_value_set_string (value, self->model);
      break;
    case PROP_DEVICE:
      g_value_set_string (value, self->device);
      break;
    case PROP_STRENGTH:
      g_value_set_double (value, self->strength);
      break;
    case PROP_GRAIN:
      g_value_set_double (value, self->grain);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_recipe_set_property (GObject      *object,
                        guint         prop_id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  RkRecipe *self = RK_RECIPE (object);

  switch (prop_id)
    {
    case PROP_DEINTERLACE:
      rk_recipe_set_deinterlace (self, g_value_get_enum (value));
      break;
    case PROP_ROTATE:
      rk_recipe_set_rotate (self, g_value_get_int (value));
      break;
    case PROP_FLIP:
      rk_recipe_set_flip (self, g_value_get_enum (value));
      break;
    case PROP_CROP:
      rk_recipe_set_crop (self, g_value_get_boolean (value));
      break;
    case PROP_SCALE:
      rk_recipe_set_scale (self, g_value_get_double (value));
      break;
    case PROP_HEIGHT:
      rk_recipe_set_height (self, g_value_get_int (value));
      break;
    case PROP_SQUARE:
      rk_recipe_set_square (self, g_value_get_boolean (value));
      break;
    case PROP_MODEL:
      rk_recipe_set_model (self, g_value_get_string (value));
      break;
    case PROP_DEVICE:
      rk_recipe_set_device (self, g_value_get_string (value));
      break;
    case PROP_STRENGTH:
      rk_recipe_set_strength (self, g_value_get_double (value));
      break;
    case PROP_GRAIN:
      rk_recipe_set_grain (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_recipe_class_init (RkRecipeClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = rk_recipe_finalize;
  object_class->get_property = rk_recipe_get_property;
  object_class->set_property = rk_recipe_set_property;

  properties[PROP_DEINTERLACE] =
    g_param_spec_enum ("deinterlace", NULL, NULL, RK_TYPE_DEINTERLACE, RK_DEINTERLACE_AUTO, flags);
  properties[PROP_ROTATE] =
    g_param_spec_int ("rotate", NULL, NULL, 0, 270, 0, flags);
  properties[PROP_FLIP] =
    g_param_spec_enum ("flip", NULL, NULL, RK_TYPE_FLIP, RK_FLIP_NONE, flags);
  properties[PROP_CROP] =
    g_param_spec_boolean ("crop", NULL, NULL, FALSE, flags);
  properties[PROP_SCALE] =
    g_param_spec_double ("scale", NULL, NULL, 0, 4, DEFAULT_SCALE, flags);
  properties[PROP_HEIGHT] =
    g_param_spec_int ("height", NULL, NULL, 0, 16384, 0, flags);
  properties[PROP_SQUARE] =
    g_param_spec_boolean ("square", NULL, NULL, FALSE, flags);
  properties[PROP_MODEL] =
    g_param_spec_string ("model", NULL, NULL, NULL, flags);
  properties[PROP_DEVICE] =
    g_param_spec_string ("device", NULL, NULL, NULL, flags);
  properties[PROP_STRENGTH] =
    g_param_spec_double ("strength", NULL, NULL, 0, 1, 1, flags);
  properties[PROP_GRAIN] =
    g_param_spec_double ("grain", NULL, NULL, 0, 1, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rk_recipe_init (RkRecipe *self)
{
  self->scale = DEFAULT_SCALE;
  self->strength = 1;
}

RkRecipe *
rk_recipe_new (void)
{
  return g_object_new (RK_TYPE_RECIPE, NULL);
}

RkRecipe *
rk_recipe_copy (RkRecipe *self)
{
  RkRecipe *copy = rk_recipe_new ();

  copy->deinterlace = self->deinterlace;
  copy->rotate = self->rotate;
  copy->flip = self->flip;
  copy->crop = self->crop;
  copy->scale = self->scale;
  copy->height = self->height;
  copy->square = self->square;
  copy->model = g_strdup (self->model);
  copy->device = g_strdup (self->device);
  copy->strength = self->strength;
  copy->grain = self->grain;

  return copy;
}

JsonObject *
rk_recipe_describe (RkRecipe *self)
{
  JsonObject *description = json_object_new ();

  json_object_set_int_member (description, "deinterlace", self->deinterlace);
  json_object_set_int_member (description, "rotate", self->rotate);
  json_object_set_int_member (description, "flip", self->flip);
  json_object_set_boolean_member (description, "crop", self->crop);
  json_object_set_boolean_member (description, "square", self->square);
  json_object_set_double_member (description, "scale", self->scale);
  json_object_set_int_member (description, "height", self->height);
  json_object_set_string_member (description, "model", self->model);
  json_object_set_string_member (description, "device", self->device);
  json_object_set_double_member (description, "strength", self->strength);
  json_object_set_double_member (description, "grain", self->grain);

  return description;
}

RkRecipe *
rk_recipe_restore (JsonObject *description)
{
  RkRecipe *self = rk_recipe_new ();
  const gint64 deinterlace = json_object_get_int_member_with_default (description, "deinterlace", RK_DEINTERLACE_AUTO);

  rk_recipe_set_deinterlace (self, CLAMP (deinterlace, RK_DEINTERLACE_AUTO, RK_DEINTERLACE_ON));
  rk_recipe_set_rotate (self, CLAMP (json_object_get_int_member_with_default (description, "rotate", 0), 0, 270) / 90 * 90);
  rk_recipe_set_flip (self, CLAMP (json_object_get_int_member_with_default (description, "flip", RK_FLIP_NONE),
                                   RK_FLIP_NONE, RK_FLIP_VERTICAL));
  rk_recipe_set_crop (self, json_object_get_boolean_member_with_default (description, "crop", FALSE));
  rk_recipe_set_square (self, json_object_get_boolean_member_with_default (description, "square", FALSE));
  rk_recipe_set_scale (self, json_object_get_double_member_with_default (description, "scale", 0));
  rk_recipe_set_height (self, json_object_get_int_member_with_default (description, "height", 0));
  rk_recipe_set_model (self, json_object_get_string_member_with_default (description, "model", NULL));
  rk_recipe_set_device (self, json_object_get_string_member_with_default (description, "device", NULL));
  rk_recipe_set_strength (self, json_object_get_double_member_with_default (description, "strength", 1));
  rk_recipe_set_grain (self, json_object_get_double_member_with_default (description, "grain", 0));

  return self;
}

RkDeinterlace
rk_recipe_get_deinterlace (RkRecipe *self)
{
  return self->deinterlace;
}

void
rk_recipe_set_deinterlace (RkRecipe      *self,
                           RkDeinterlace  deinterlace)
{
  if (self->deinterlace == deinterlace)
    return;

  self->deinterlace = deinterlace;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEINTERLACE]);
}

int
rk_recipe_get_rotate (RkRecipe *self)
{
  return self->rotate;
}

void
rk_recipe_set_rotate (RkRecipe *self,
                      int      rotate)
{
  if (self->rotate == rotate)
    return;

  self->rotate = rotate;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ROTATE]);
}

RkFlip
rk_recipe_get_flip (RkRecipe *self)
{
  return self->flip;
}

void
rk_recipe_set_flip (RkRecipe *self,
                    RkFlip   flip)
{
  if (self->flip == flip)
    return;

  self->flip = flip;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FLIP]);
}

gboolean
rk_recipe_get_crop (RkRecipe *self)
{
  return self->crop;
}

void
rk_recipe_set_crop (RkRecipe *self,
                    gboolean crop)
{
  crop = !!crop;
  if (self->crop == crop)
    return;

  self->crop = crop;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CROP]);
}

double
rk_recipe_get_scale (RkRecipe *self)
{
  return self->scale;
}

static void
set_size (RkRecipe *self,
          double    scale,
          int       height)
{
  g_object_freeze_notify (G_OBJECT (self));

  if (self->scale != scale)
    {
      self->scale = scale;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SCALE]);
    }

  if (self->height != height)
    {
      self->height = height;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HEIGHT]);
    }

  g_object_thaw_notify (G_OBJECT (self));
}

void
rk_recipe_set_scale (RkRecipe *self,
                     double    scale)
{
  if (scale > 0)
    set_size (self, scale, 0);
}

int
rk_recipe_get_height (RkRecipe *self)
{
  return self->height;
}

void
rk_recipe_set_height (RkRecipe *self,
                      int       height)
{
  if (height > 0)
    set_size (self, 0, height);
}

gboolean
rk_recipe_get_square (RkRecipe *self)
{
  return self->square;
}

void
rk_recipe_set_square (RkRecipe *self,
                      gboolean square)
{
  square = !!square;
  if (self->square == square)
    return;

  self->square = square;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SQUARE]);
}

const char *
rk_recipe_get_model (RkRecipe *self)
{
  return self->model;
}

void
rk_recipe_set_model (RkRecipe   *self,
                     const char *model)
{
  if (g_set_str (&self->model, model))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

const char *
rk_recipe_get_device (RkRecipe *self)
{
  return self->device;
}

void
rk_recipe_set_device (RkRecipe   *self,
                      const char *device)
{
  if (g_set_str (&self->device, device))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DEVICE]);
}

double
rk_recipe_get_strength (RkRecipe *self)
{
  return self->strength;
}

void
rk_recipe_set_strength (RkRecipe *self,
                        double    strength)
{
  strength = CLAMP (strength, 0, 1);
  if (self->strength == strength)
    return;

  self->strength = strength;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STRENGTH]);
}

double
rk_recipe_get_grain (RkRecipe *self)
{
  return self->grain;
}

void
rk_recipe_set_grain (RkRecipe *self,
                     double    grain)
{
  grain = CLAMP (grain, 0, 1);
  if (self->grain == grain)
    return;

  self->grain = grain;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GRAIN]);
}

gboolean
rk_recipe_is_of_mix (const char *property)
{
  return g_str_equal (property, "strength") || g_str_equal (property, "grain");
}

OasisSize
rk_recipe_get_size (RkRecipe *self)
{
  return (OasisSize) { .scale = self->scale, .height = self->height, .square = self->square };
}

OasisMediaParams
rk_recipe_get_media (RkRecipe *self)
{
  return (OasisMediaParams) {
    .deinterlace = (OasisDeinterlace) self->deinterlace,
    .rotate = self->rotate,
    .flip = (OasisFlip) self->flip,
  };
}

gboolean
rk_recipe_is_of_source (const char *property)
{
  static const char *const names[] = { "deinterlace", "rotate", "flip", "crop", NULL };

  return g_strv_contains (names, property);
}

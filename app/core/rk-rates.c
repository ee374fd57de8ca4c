/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-rates.h"

#include <glib/gstdio.h>

#include "folders/folders.h"

/* Fewer frames tell more of what comes before the first one than of themselves. */
#define FEWEST_FRAMES 4

struct _RkRates
{
  GObject parent_instance;

  char *path; /* NULL: they are forgotten with the program */
  GMutex mutex;
  JsonObject *pixels; /* a second, by machine, device and model; by mutex */
};

G_DEFINE_FINAL_TYPE (RkRates, rk_rates, G_TYPE_OBJECT)

static void
rk_rates_finalize (GObject *object)
{
  RkRates *self = RK_RATES (object);

  g_free (self->path);
  json_object_unref (self->pixels);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (rk_rates_parent_class)->finalize (object);
}

static void
rk_rates_class_init (RkRatesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rk_rates_finalize;
}

static void
rk_rates_init (RkRates *self)
{
  g_mutex_init (&self->mutex);
}

static JsonObject *
read_file (const char *path)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonNode *root = NULL;

  if (path != NULL && json_parser_load_from_file (parser, path, NULL))
    root = json_parser_get_root (parser);

  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_dup_object (root) : json_object_new ();
}

RkRates *
rk_rates_new (const char *path)
{
  RkRates *self = g_object_new (RK_TYPE_RATES, NULL);
  char folder[4096];

  self->path = g_strdup (path != NULL ? path : folders_state ("rates.json", folder, sizeof folder));
  self->pixels = read_file (self->path);

  return self;
}

/* Homes are shared between machines. */
static char *
get_key (RkRecipe *recipe)
{
  return g_strdup_printf ("%s %s %s", g_get_host_name (), rk_recipe_get_device (recipe), rk_recipe_get_model (recipe));
}

double
rk_rates_get (RkRates                *self,
              RkRecipe               *recipe,
              const OasisFrameFormat *format)
{
  g_autofree char *key = get_key (recipe);
  double pixels;

  g_mutex_lock (&self->mutex);
  pixels = json_object_get_double_member_with_default (self->pixels, key, 0);
  g_mutex_unlock (&self->mutex);

  return pixels / format->width / format->height;
}

void
rk_lap_report (RkLap  *self,
               double  fraction)
{
  if (self->since_us == 0)
    *self = (RkLap) { .since_us = g_get_monotonic_time (), .from = fraction };
  self->to = fraction;
}

static char *
to_text (JsonObject *object)
{
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), object);

  return json_to_string (root, TRUE);
}

void
rk_rates_learn (RkRates                *self,
                RkRecipe               *recipe,
                const OasisFrameFormat *format,
                const RkLap            *lap,
                gint64                  frames)
{
  const double seconds = (g_get_monotonic_time () - lap->since_us) / 1e6;
  const double computed = frames * (lap->to - lap->from);
  g_autofree char *key = get_key (recipe);
  g_autofree char *text = NULL;
  g_autofree char *folder = NULL;

  if (computed < FEWEST_FRAMES || seconds <= 0)
    return;

  g_mutex_lock (&self->mutex);
  json_object_set_double_member (self->pixels, key, computed * format->width * format->height / seconds);
  text = to_text (self->pixels);
  g_mutex_unlock (&self->mutex);

  if (self->path == NULL)
    return;

  folder = g_path_get_dirname (self->path);
  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents_full (self->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

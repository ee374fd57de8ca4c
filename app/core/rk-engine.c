/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-engine.h"

#include <string.h>

#include "rk-error.h"

/* The last model that was asked for, and the one before: drafts take another than previews do. */
#define N_LOADED 2

typedef struct {
  char *path; /* NULL: none is loaded */
  OasisModel *model;
  OasisRestorer *restorer;
} Loaded;

struct _RkEngine
{
  RkCatalogue *catalogue;
  RkRates *rates;
  char *device_name;
  OasisDevice *device;
  int n_threads;
  Loaded loaded[N_LOADED]; /* the newest first */
};

RkEngine *
rk_engine_new (RkCatalogue *catalogue,
               RkRates     *rates)
{
  RkEngine *self = g_new0 (RkEngine, 1);

  self->catalogue = g_object_ref (catalogue);
  self->rates = g_object_ref (rates);

  return self;
}

RkRates *
rk_engine_get_rates (RkEngine *self)
{
  return self->rates;
}

static void
loaded_clear (Loaded *loaded)
{
  oasis_restorer_free (&loaded->restorer);
  oasis_model_close (&loaded->model);
  g_clear_pointer (&loaded->path, g_free);
}

void
rk_engine_unload (RkEngine *self)
{
  for (guint i = 0; i < N_LOADED; i++)
    loaded_clear (&self->loaded[i]);
  oasis_device_close (&self->device);
  g_clear_pointer (&self->device_name, g_free);
}

void
rk_engine_set_threads (RkEngine *self,
                       int       n_threads)
{
  if (self->n_threads == n_threads)
    return;

  self->n_threads = n_threads;
  rk_engine_unload (self); /* a device keeps its threads */
}

gboolean
rk_engine_is_loaded (RkEngine *self)
{
  return self->device != NULL;
}

void
rk_engine_prepare_program (char **argv)
{
  oasis_device_let_threads_sleep (argv);
}

void
rk_engine_rest (RkEngine *self)
{
  for (guint i = 0; i < N_LOADED; i++)
    if (self->loaded[i].restorer != NULL)
      oasis_restorer_trim (self->loaded[i].restorer);
}

void
rk_engine_free (RkEngine *self)
{
  rk_engine_unload (self);
  g_object_unref (self->catalogue);
  g_object_unref (self->rates);
  g_free (self);
}

static gboolean
open_device (RkEngine    *self,
             const char  *name,
             GError     **error)
{
  OasisDeviceInfo info;
  OasisError engine_error;
  OasisDeviceParams params;

  if (self->device != NULL && g_strcmp0 (self->device_name, name) == 0)
    return TRUE;

  rk_engine_unload (self);
  if (!rk_catalogue_find_device (self->catalogue, name, &info, error))
    return FALSE;

  params = (OasisDeviceParams) { .name = info.name, .dtype = oasis_dtype_name (info.dtype), .threads = self->n_threads };
  if (oasis_device_open (&params, &self->device, &engine_error) != OASIS_OK)
    {
      rk_set_engine_error (error, &engine_error);
      return FALSE;
    }

  self->device_name = g_strdup (name);
  return TRUE;
}

static OasisStatus
load (RkEngine   *self,
      const char *path,
      Loaded     *loaded,
      OasisError *engine_error)
{
  OASIS_TRY (oasis_model_open (path, &loaded->model, engine_error));
  OASIS_TRY (oasis_restorer_new (loaded->model, self->device, &loaded->restorer, engine_error));
  loaded->path = g_strdup (path);

  return OASIS_OK;
}

/* Takes a model out of those that are loaded, or the oldest one, to be replaced. */
static Loaded
take_out (RkEngine   *self,
          const char *path)
{
  guint place = 0;
  Loaded taken;

  while (place < N_LOADED - 1 && g_strcmp0 (self->loaded[place].path, path) != 0)
    place++;
  taken = self->loaded[place];
  memmove (&self->loaded[1], &self->loaded[0], place * sizeof (Loaded));
  self->loaded[0] = (Loaded) { 0 };

  return taken;
}

gboolean
rk_engine_get_restorer (RkEngine       *self,
                        const char     *model,
                        const char     *device,
                        OasisRestorer **restorer,
                        GError        **error)
{
  OasisError engine_error;
  Loaded loaded;

  if (!open_device (self, device, error))
    return FALSE;

  loaded = take_out (self, model);
  if (g_strcmp0 (loaded.path, model) != 0)
    {
      loaded_clear (&loaded);
      if (load (self, model, &loaded, &engine_error) != OASIS_OK)
        {
          loaded_clear (&loaded);
          rk_set_engine_error (error, &engine_error);
          return FALSE;
        }
    }

  self->loaded[0] = loaded;
  *restorer = loaded.restorer;
  return TRUE;
}

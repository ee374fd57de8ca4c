/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-engine.h"

#include "rk-error.h"

struct _RkEngine
{
  RkCatalogue *catalogue;
  RkRates *rates;
  char *model_name;
  char *device_name;
  OasisModel *model;
  OasisDevice *device;
  OasisRestorer *restorer;
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

void
rk_engine_unload (RkEngine *self)
{
  oasis_restorer_free (&self->restorer);
  oasis_device_close (&self->device);
  oasis_model_close (&self->model);
  g_clear_pointer (&self->model_name, g_free);
  g_clear_pointer (&self->device_name, g_free);
}

void
rk_engine_prepare_program (char **argv)
{
  oasis_device_let_threads_sleep (argv);
}

void
rk_engine_rest (RkEngine *self)
{
  if (self->restorer != NULL)
    oasis_restorer_trim (self->restorer);
}

void
rk_engine_free (RkEngine *self)
{
  rk_engine_unload (self);
  g_object_unref (self->catalogue);
  g_object_unref (self->rates);
  g_free (self);
}

static OasisStatus
load (RkEngine              *self,
      const char            *model,
      const OasisDeviceInfo *device,
      OasisError            *engine_error)
{
  const OasisDeviceParams params = { .name = device->name, .dtype = oasis_dtype_name (device->dtype) };

  OASIS_TRY (oasis_model_open (model, &self->model, engine_error));
  OASIS_TRY (oasis_device_open (&params, &self->device, engine_error));
  return oasis_restorer_new (self->model, self->device, &self->restorer, engine_error);
}

gboolean
rk_engine_get_restorer (RkEngine       *self,
                        const char     *model,
                        const char     *device,
                        OasisRestorer **restorer,
                        GError        **error)
{
  OasisDeviceInfo info;
  OasisError engine_error;

  if (self->restorer == NULL ||
      g_strcmp0 (self->model_name, model) != 0 ||
      g_strcmp0 (self->device_name, device) != 0)
    {
      rk_engine_unload (self);

      if (!rk_catalogue_find_device (self->catalogue, device, &info, error))
        return FALSE;

      if (load (self, model, &info, &engine_error) != OASIS_OK)
        {
          rk_engine_unload (self);
          rk_set_engine_error (error, &engine_error);
          return FALSE;
        }

      self->model_name = g_strdup (model);
      self->device_name = g_strdup (device);
    }

  *restorer = self->restorer;
  return TRUE;
}

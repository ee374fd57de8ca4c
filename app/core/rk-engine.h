/* What the worker thread owns: the device and the models made ready on it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#include "oasis/restorer.h"
#include "rk-catalogue.h"
#include "rk-rates.h"

G_BEGIN_DECLS

/* Worker thread only. */
typedef struct _RkEngine RkEngine;

RkEngine *rk_engine_new          (RkCatalogue     *catalogue,
                                  RkRates         *rates);
void      rk_engine_free         (RkEngine        *self);

/* The restorer for a model (path) on a device (name), borrowed until the next call; it computes in what
 * the catalogue says. The last two models are kept from call to call, so that neither drafts nor previews
 * load theirs again. */
gboolean  rk_engine_get_restorer (RkEngine        *self,
                                  const char      *model,
                                  const char      *device,
                                  OasisRestorer  **restorer,
                                  GError         **error) G_GNUC_WARN_UNUSED_RESULT;

/* So many of the processor's threads compute from now on; 0 = all. */
void      rk_engine_set_threads  (RkEngine        *self,
                                  int              n_threads);
/* Whether it holds a device. */
gboolean  rk_engine_is_loaded    (RkEngine        *self);

/* What it has learned of its speed. Borrowed. */
RkRates  *rk_engine_get_rates    (RkEngine        *self);

/* Gives back the memory that work took, but not the model. */
void      rk_engine_rest         (RkEngine        *self);
/* Gives back the model and the device, too, until they are needed again. */
void      rk_engine_unload       (RkEngine        *self);

/* First thing in main, whose argv it takes: may begin the program anew, once, so that what waits for
 * the processor does not hold it (oasis/device.h). */
void      rk_engine_prepare_program (char        **argv);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RkEngine, rk_engine_free)

G_END_DECLS

/* What the worker thread owns: the device and the model made ready on it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#include "oasis/job.h"

G_BEGIN_DECLS

/* Worker thread only. */
typedef struct _RkEngine RkEngine;

RkEngine *rk_engine_new          (void);
void      rk_engine_free         (RkEngine        *self);

/* The restorer for a model (path; NULL = default) on a device (name; NULL = best), borrowed until
 * the next call. Kept from call to call, so that a second preview does not load the model again. */
gboolean  rk_engine_get_restorer (RkEngine        *self,
                                  const char      *model,
                                  const char      *device,
                                  OasisRestorer  **restorer,
                                  GError         **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RkEngine, rk_engine_free)

G_END_DECLS

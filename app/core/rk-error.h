/* The engine's errors as GErrors, translated in one place.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

#include "oasis/status.h"

G_BEGIN_DECLS

/* Codes are OasisStatus values. A cancelled job is G_IO_ERROR_CANCELLED instead. */
#define RK_ENGINE_ERROR (rk_engine_error_quark ())
GQuark rk_engine_error_quark (void);

/* Sets *error: its message is a translated heading that names what failed, its detail the engine's
 * subject and detail. Any thread. */
void        rk_set_engine_error   (GError           **error,
                                   const OasisError  *engine_error);

/* What is to be said below an error's message; "" for another domain's. Borrowed. */
const char *rk_error_get_detail   (const GError      *error);

G_END_DECLS

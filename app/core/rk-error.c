/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-error.h"

#include <glib/gi18n.h>

G_DEFINE_QUARK (rk-engine-error-quark, rk_engine_error)

/* Each takes the display name of the file, model or device that failed. */
static const char *
heading_for_status (OasisStatus status)
{
  switch (status)
    {
    case OASIS_ERR_INPUT:
      return _("“%s” Cannot Be Read");
    case OASIS_ERR_MODEL:
      return _("The Model “%s” Cannot Be Used");
    case OASIS_ERR_OUTPUT:
      return _("“%s” Cannot Be Written");
    case OASIS_ERR_EXISTS:
      return _("“%s” Exists Already");
    case OASIS_ERR_NO_SPACE:
      return _("No Space Left to Write “%s”");
    case OASIS_ERR_DEVICE:
      return _("The Device “%s” Cannot Be Used");
    case OASIS_ERR_NO_MEMORY:
      return _("Not Enough Memory for “%s”");
    case OASIS_ERR_UNSUPPORTED:
      return _("“%s” Is Not Supported");
    case OASIS_ERR_DIFFERS:
      return _("Unfinished Work on “%s” Does Not Fit");
    case OASIS_OK:
    case OASIS_ERR_INTERNAL:
    case OASIS_ERR_USAGE:
    case OASIS_ERR_CANCELLED:
      break;
    }

  return _("An Internal Error Occurred in “%s”");
}

void
rk_set_engine_error (GError           **error,
                     const OasisError  *engine_error)
{
  g_autofree char *name = NULL;
  g_autofree char *heading = NULL;

  if (engine_error->status == OASIS_ERR_CANCELLED)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled"));
      return;
    }

  name = g_filename_display_name (engine_error->subject);
  if (g_path_is_absolute (name))
    {
      char *base = g_path_get_basename (name);

      g_free (name);
      name = base;
    }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  heading = g_strdup_printf (heading_for_status (engine_error->status), name);
#pragma GCC diagnostic pop

  g_set_error (error, RK_ENGINE_ERROR, engine_error->status, "%s\n%s: %s", heading,
               engine_error->subject, engine_error->detail);
}

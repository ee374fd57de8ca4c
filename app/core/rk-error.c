/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-error.h"

#include <glib/gi18n.h>

typedef struct {
  char *detail;
} RkEngineErrorPrivate;

static void
rk_engine_error_private_init (RkEngineErrorPrivate *priv)
{
}

static void
rk_engine_error_private_copy (const RkEngineErrorPrivate *from,
                              RkEngineErrorPrivate       *to)
{
  to->detail = g_strdup (from->detail);
}

static void
rk_engine_error_private_clear (RkEngineErrorPrivate *priv)
{
  g_free (priv->detail);
}

static RkEngineErrorPrivate *rk_engine_error_get_private (const GError *error);

G_DEFINE_EXTENDED_ERROR (RkEngineError, rk_engine_error)

const char *
rk_error_get_detail (const GError *error)
{
  const RkEngineErrorPrivate *priv = error->domain == RK_ENGINE_ERROR ? rk_engine_error_get_private (error) : NULL;

  return priv != NULL && priv->detail != NULL ? priv->detail : "";
}

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
  GError *made;

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

  made = g_error_new_literal (RK_ENGINE_ERROR, engine_error->status, heading);
  rk_engine_error_get_private (made)->detail = g_strdup_printf ("%s: %s", engine_error->subject, engine_error->detail);
  g_propagate_error (error, made);
}

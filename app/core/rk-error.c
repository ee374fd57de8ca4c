/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-error.h"

#include <glib/gi18n.h>

G_DEFINE_QUARK (rk-engine-error-quark, rk_engine_error)

/* Each sentence takes the display name of the file, model or device that failed. */
static const char *
sentence_for_status (OasisStatus status)
{
  switch (status)
    {
    case OASIS_ERR_INPUT:
      return _("“%s” cannot be read.");
    case OASIS_ERR_MODEL:
      return _("The model “%s” cannot be used.");
    case OASIS_ERR_OUTPUT:
      return _("“%s” cannot be written.");
    case OASIS_ERR_EXISTS:
      return _("“%s” exists already.");
    case OASIS_ERR_NO_SPACE:
      return _("There is no space left to write “%s”.");
    case OASIS_ERR_DEVICE:
      return _("The device “%s” cannot be used.");
    case OASIS_ERR_NO_MEMORY:
      return _("There is not enough memory for “%s”.");
    case OASIS_ERR_UNSUPPORTED:
      return _("“%s” is not supported.");
    case OASIS_OK:
    case OASIS_ERR_INTERNAL:
    case OASIS_ERR_USAGE:
    case OASIS_ERR_CANCELLED:
      break;
    }

  return _("An internal error occurred in “%s”.");
}

void
rk_set_engine_error (GError           **error,
                     const OasisError  *engine_error)
{
  g_autofree char *name = NULL;
  g_autofree char *sentence = NULL;

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
  sentence = g_strdup_printf (sentence_for_status (engine_error->status), name);
#pragma GCC diagnostic pop

  g_set_error (error, RK_ENGINE_ERROR, engine_error->status, "%s\n%s: %s", sentence,
               engine_error->subject, engine_error->detail);
}

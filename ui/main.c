/* SPDX-License-Identifier: Apache-2.0 */
#include <glib/gi18n.h>
#include <locale.h>

#include "config.h"
#include "rk-application.h"
#include "rk-engine.h"

int
main (int   argc,
      char *argv[])
{
  g_autoptr (RkApplication) application = NULL;

  rk_engine_prepare_program (argv);

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("REKINDLE_LOCALE_DIR") != NULL ? g_getenv ("REKINDLE_LOCALE_DIR") : LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  g_set_application_name (_("Rekindle"));
  application = rk_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}

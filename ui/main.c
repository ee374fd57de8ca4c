/* SPDX-License-Identifier: Apache-2.0 */
#include <glib/gi18n.h>
#include <locale.h>

#include "config.h"
#include "rk-application.h"
#include "rk-engine.h"
#include "version/version.h"

/* Before GLib would send the word to a window that runs already. */
static int
local_options_cb (GApplication *application,
                  GVariantDict *options)
{
  if (!g_variant_dict_contains (options, "version"))
    return -1;

  version_print ("rekindle");
  return 0;
}

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
  g_application_add_main_option (G_APPLICATION (application), "version", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE,
                                 _("Print the version"), NULL);
  g_signal_connect (application, "handle-local-options", G_CALLBACK (local_options_cb), NULL);

  return g_application_run (G_APPLICATION (application), argc, argv);
}

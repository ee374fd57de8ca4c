/* What holds the main thread while a preview is restored: bench-window CLIP MODEL SECONDS
 * Goals: no handler or snapshot of ours takes 50 ms, a move of the strength slider costs 4 ms.
 * Without SECONDS it runs a preview of the whole clip to its end and looks at the memory instead.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "rk-compare-view.h"
#include "rk-sidebar.h"
#include "rk-timeline.h"
#include "rk-window.h"
#include "trace.h"

#define STALL_MS 50
#define SLIDER_MS 4
#define SLIDER_MOVES 100

typedef struct {
  RkQueue *queue;
  RkPreviewStore *store;
  RkCatalogue *catalogue;
  GtkWidget *window;
  RkSession *session;
  GtkAdjustment *strength;
} Bench;

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
run_for (double seconds)
{
  const double end = now_ms () + seconds * 1000;
  const guint tick = g_timeout_add (10, wake_cb, NULL);

  while (now_ms () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
}

static GtkWidget *
find_widget (GtkWidget *from,
             GType      type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (from, type))
    return from;

  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, type);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static void
open_window (Bench          *self,
             AdwApplication *application,
             const char     *clip,
             const char     *model)
{
  g_autofree char *folder = g_dir_make_tmp ("rekindle-bench-XXXXXX", NULL);
  g_autoptr (GSettings) settings = g_settings_new ("io.github.rekindle.Rekindle");
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (clip);
  Figures making = FIGURES_INIT ("making a window", 0);
  double begun_ms;
  GtkWidget *sidebar;

  self->catalogue = rk_catalogue_new ();
  self->store = rk_preview_store_new (folder);
  self->queue = rk_queue_new (self->catalogue, self->store, folder);
  begun_ms = now_ms ();
  self->window = GTK_WIDGET (rk_window_new (application, self->queue, self->store,
                                            self->catalogue, settings));
  figures_add (&making, now_ms () - begun_ms);
  figures_print (&making);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 1200, 800);
  gtk_window_present (GTK_WINDOW (self->window));

  self->session = g_object_ref (rk_window_get_session (RK_WINDOW (self->window)));
  sidebar = find_widget (self->window, RK_TYPE_SIDEBAR);
  self->strength = gtk_range_get_adjustment (GTK_RANGE (find_widget (sidebar, GTK_TYPE_SCALE)));
  rk_recipe_set_model (rk_session_get_recipe (self->session), model);
  rk_recipe_set_scale (rk_session_get_recipe (self->session), 1);

  rk_window_open (RK_WINDOW (self->window), file);
  while (rk_session_get_preview (self->session) == NULL)
    g_main_context_iteration (NULL, TRUE);
  run_for (2);
}

/* --- stalls ----------------------------------------------------------------------------------- */

static void
watch (Bench *self)
{
}

static void
play (Bench *self)
{
  rk_playhead_set_position (rk_session_get_playhead (self->session), 0);
  rk_playhead_set_playing (rk_session_get_playhead (self->session), TRUE);
}

static gboolean
jump_cb (gpointer data)
{
  Bench *self = data;
  const gint64 n_frames = rk_clip_get_n_frames (rk_session_get_clip (self->session));

  rk_playhead_set_position (rk_session_get_playhead (self->session),
                            g_random_int_range (0, (gint32) n_frames));

  return G_SOURCE_CONTINUE;
}

static gboolean
switch_scale_cb (gpointer data)
{
  Bench *self = data;
  RkRecipe *recipe = rk_session_get_recipe (self->session);

  rk_recipe_set_scale (recipe, rk_recipe_get_scale (recipe) == 1 ? 2 : 1);

  return G_SOURCE_CONTINUE;
}

static gboolean
reopen_cb (gpointer data)
{
  Bench *self = data;
  g_autoptr (GFile) file = g_object_ref (rk_clip_get_file (rk_session_get_clip (self->session)));

  rk_window_open (RK_WINDOW (self->window), file);

  return G_SOURCE_CONTINUE;
}

static const struct {
  const char *name;
  void (*begin) (Bench *self);
  GSourceFunc each; /* repeated */
  guint interval_ms;
} doings[] = {
  { "while nothing is touched", watch, NULL, 0 },
  { "while playing", play, NULL, 0 },
  { "while the playhead is dragged", watch, jump_cb, 33 },
  { "while the size is switched", watch, switch_scale_cb, 500 },
  { "while the file is opened again", watch, reopen_cb, 1000 },
};

/* A job over all frames but one: the whole clip would mean the chunk under the playhead. */
static void
begin_job (Bench *self)
{
  const gint64 n_frames = rk_clip_get_n_frames (rk_session_get_clip (self->session));

  if (rk_session_get_job (self->session) != NULL)
    return;

  rk_session_set_range_end (self->session, n_frames - 1);
  rk_session_preview (self->session);
}

/* Figures mean little if the job was over before. */
static void
check_job (Bench *self)
{
  if (rk_session_get_job (self->session) == NULL)
    g_print ("  (the job ended before)\n");
}

static void
measure_stalls (Bench  *self,
                double  seconds)
{
  for (guint i = 0; i < G_N_ELEMENTS (doings); i++)
    {
      Trace trace = {
        FIGURES_INIT (doings[i].name, STALL_MS),
        FIGURES_INIT ("  processor time", STALL_MS),
        FIGURES_INIT ("  turns that waited", STALL_MS),
      };
      guint source = 0;

      begin_job (self);
      doings[i].begin (self);
      if (doings[i].each != NULL)
        source = g_timeout_add (doings[i].interval_ms, doings[i].each, self);
      trace_into (&trace);
      run_for (seconds);
      trace_into (NULL);
      if (source != 0)
        g_source_remove (source);
      rk_playhead_set_playing (rk_session_get_playhead (self->session), FALSE);
      figures_print (&trace.clock);
      figures_print (&trace.work);
      figures_print (&trace.waiting);
      check_job (self);
    }
}

static void
measure_slider (Bench *self)
{
  Figures work = FIGURES_INIT ("a move of the strength slider", SLIDER_MS);

  begin_job (self);
  run_for (1);
  for (int i = 0; i < SLIDER_MOVES; i++)
    {
      const double before = thread_ms ();
      double call;

      gtk_adjustment_set_value (self->strength, 10 + i % 80);
      call = thread_ms () - before;
      figures_add (&work, call + trace_frame ());
    }
  figures_print (&work);
  check_job (self);
}

/* --- memory ----------------------------------------------------------------------------------- */

static double
get_resident_mb (void)
{
  long pages = 0, ignored;
  FILE *file = fopen ("/proc/self/statm", "r");

  if (file != NULL && fscanf (file, "%ld %ld", &ignored, &pages) != 2)
    pages = 0;
  if (file != NULL)
    fclose (file);

  return (double) pages * (double) sysconf (_SC_PAGESIZE) / 1e6;
}

static void
measure_memory (Bench *self)
{
  double at_tenth = 0, most = 0, least = G_MAXDOUBLE;

  begin_job (self);
  while (rk_session_get_job (self->session) != NULL)
    {
      const double done = rk_job_get_fraction (rk_session_get_job (self->session));
      const double resident = get_resident_mb ();

      /* Until then buffers and caches fill. */
      if (done > 0.1 && at_tenth == 0)
        at_tenth = resident;
      if (done > 0.1)
        {
          most = MAX (most, resident);
          least = MIN (least, resident);
        }
      run_for (0.1);
    }
  g_print ("memory over a preview of %" G_GINT64_FORMAT " frames: %.1f MB after a tenth, "
           "then %.1f to %.1f, %.1f at the end\n",
           rk_session_get_range_end (self->session), at_tenth, least, most, get_resident_mb ());
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AdwApplication) application = NULL;
  Bench bench;

  if (argc < 3)
    {
      g_printerr ("Usage: bench-window CLIP MODEL [SECONDS]\n");
      return 2;
    }

  g_set_prgname ("rekindle");
  g_set_application_name ("Rekindle");
  application = adw_application_new ("io.github.rekindle.Benchmark", G_APPLICATION_NON_UNIQUE);
  if (!g_application_register (G_APPLICATION (application), NULL, NULL) ||
      gdk_display_get_default () == NULL)
    {
      g_printerr ("bench-window: there is no display\n");
      return 77;
    }

  open_window (&bench, application, argv[1], argv[2]);
  trace_begin (bench.window);
  trace_widget (RK_TYPE_COMPARE_VIEW);
  trace_widget (RK_TYPE_TIMELINE);
  if (argc > 3)
    {
      measure_slider (&bench);
      measure_stalls (&bench, g_ascii_strtod (argv[3], NULL));
    }
  else
    {
      measure_memory (&bench);
    }

  rk_session_cancel_previews (bench.session);
  rk_queue_shutdown (bench.queue);

  return 0;
}

/* The queue: order, pause, stop and what survives, with jobs that do what the test says.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>

#include "oasis/export.h"
#include "rk-error.h"
#include "rk-worker.h"

/* A job that runs until it is let go or cancelled. */
#define TEST_TYPE_JOB (test_job_get_type ())
G_DECLARE_FINAL_TYPE (TestJob, test_job, TEST, JOB, RkJob)

struct _TestJob
{
  RkJob parent_instance;

  gint may_end;  /* atomic */
  gint entered;  /* atomic */
  gint discarded; /* atomic */
  gboolean fails;
  gboolean keeps;  /* what it has done, nevertheless */
  gboolean loads;  /* a model, on a device */
  int n_cores;     /* that it may use */
  GThread *thread; /* that ran it */
  int niceness;    /* of that thread */
};

G_DEFINE_TYPE (TestJob, test_job, RK_TYPE_JOB)

static gboolean
test_job_run (RkJob     *job,
              RkEngine  *engine,
              GError   **error)
{
  TestJob *self = TEST_JOB (job);
  const OasisError engine_error = { OASIS_ERR_OUTPUT, "/folder/name.mkv", "its folder is gone" };
  OasisRestorer *restorer;
  cpu_set_t cores;

  self->thread = g_thread_self ();
  self->niceness = getpriority (PRIO_PROCESS, 0);
  g_assert_cmpint (sched_getaffinity (0, sizeof cores, &cores), ==, 0);
  self->n_cores = CPU_COUNT (&cores);
  if (self->loads && !rk_engine_get_restorer (engine, app_model (), "reference", &restorer, error))
    return FALSE;
  g_atomic_int_set (&self->entered, TRUE);
  for (int i = 0; !g_atomic_int_get (&self->may_end); i++)
    {
      if (oasis_cancel_is_triggered (rk_job_get_cancel (job)))
        {
          rk_set_engine_error (error, &(OasisError) { .status = OASIS_ERR_CANCELLED });
          return FALSE;
        }
      rk_job_report (job, &(OasisProgress) {
        .fraction = (i % 100) / 100.0,
        .frames_per_second = 2,
        .seconds_left = i % 7 - 1,
      });
      g_usleep (100); /* stands for the work */
    }

  if (!self->fails)
    return TRUE;

  if (self->keeps)
    rk_job_keep (job);
  rk_set_engine_error (error, &engine_error);
  return FALSE;
}

static void
test_job_discard (RkJob *job)
{
  g_atomic_int_inc (&TEST_JOB (job)->discarded);
}

static void
test_job_class_init (TestJobClass *klass)
{
  RK_JOB_CLASS (klass)->run = test_job_run;
  RK_JOB_CLASS (klass)->discard = test_job_discard;
}

static void
test_job_init (TestJob *self)
{
}

/* The same, and kept when it is stopped. */
typedef TestJob KeptJob;
typedef TestJobClass KeptJobClass;

GType kept_job_get_type (void);

G_DEFINE_FINAL_TYPE (KeptJob, kept_job, TEST_TYPE_JOB)

static JsonNode *
kept_job_describe (RkJob *job)
{
  return json_node_init_string (json_node_alloc (), rk_job_get_title (job));
}

static void
kept_job_class_init (KeptJobClass *klass)
{
  RK_JOB_CLASS (klass)->describe = kept_job_describe;
}

static void
kept_job_init (KeptJob *self)
{
}

static TestJob *
new_job (const char *title)
{
  return g_object_new (TEST_TYPE_JOB, "title", title, NULL);
}

/* Notes every state that is notified, as letters. */
static void
state_cb (RkJob      *job,
          GParamSpec *pspec,
          GString    *states)
{
  g_string_append_c (states, "qrpsdfc"[rk_job_get_state (job)]);
}

static void
fraction_cb (RkJob      *job,
             GParamSpec *pspec,
             double     *last)
{
  g_assert_cmpfloat (rk_job_get_fraction (job), >=, *last);
  g_assert_cmpfloat (rk_job_get_fraction (job), <=, 1);
  *last = rk_job_get_fraction (job);
}

static void
assert_jobs (RkQueue *queue,
             TestJob  *first,
             TestJob  *second)
{
  g_autoptr (RkJob) item0 = g_list_model_get_item (rk_queue_get_jobs (queue), 0);
  g_autoptr (RkJob) item1 = g_list_model_get_item (rk_queue_get_jobs (queue), 1);

  g_assert_true (item0 == (RkJob *) first);
  g_assert_true (item1 == (RkJob *) second);
  g_assert_cmpuint (g_list_model_get_n_items (rk_queue_get_jobs (queue)), ==,
                    (first != NULL) + (second != NULL));
  g_assert_cmpint (rk_queue_get_busy (queue), ==, first != NULL);
}

/* A queue that finds what one before it has left in the folder. */
static RkQueue *
new_queue (const char *name)
{
  g_autoptr (RkCatalogue) catalogue = rk_catalogue_new ();
  g_autofree char *previews = app_path ("previews");
  g_autofree char *folder = app_path (name);
  g_autoptr (RkPreviewStore) store = rk_preview_store_new (previews);

  return rk_queue_new (catalogue, store, folder);
}

static void
test_states (void)
{
  RkQueue *queue = new_queue ("queue");
  TestJob *first = new_job ("First");
  TestJob *second = new_job ("Second");
  g_autoptr (GString) states = g_string_new (NULL);
  double last = 0;
  int *busy;

  busy = app_count (queue, "notify::busy");
  g_signal_connect (first, "notify::state", G_CALLBACK (state_cb), states);
  g_signal_connect (first, "notify::fraction", G_CALLBACK (fraction_cb), &last);
  assert_jobs (queue, NULL, NULL);
  g_assert_cmpint (rk_job_get_state (RK_JOB (first)), ==, RK_JOB_QUEUED);
  g_assert_cmpfloat (rk_job_get_seconds_left (RK_JOB (first)), ==, -1);
  g_assert_cmpstr (rk_job_get_title (RK_JOB (first)), ==, "First");

  rk_queue_add (queue, RK_JOB (first));
  rk_queue_add (queue, RK_JOB (second));
  assert_jobs (queue, first, second);
  g_assert_cmpint (*busy, ==, 1);

  app_wait_until (rk_job_get_state (RK_JOB (first)) == RK_JOB_RUNNING);
  app_wait_until (rk_job_get_fraction (RK_JOB (first)) > 0.5);
  g_assert_cmpfloat (rk_job_get_rate (RK_JOB (first)), ==, 2);
  g_assert_cmpint (rk_job_get_state (RK_JOB (second)), ==, RK_JOB_QUEUED);
  g_assert_false (g_atomic_int_get (&second->entered));

  g_atomic_int_set (&first->may_end, TRUE);
  app_wait_until (rk_job_is_over (RK_JOB (first)));
  g_assert_cmpint (rk_job_get_state (RK_JOB (first)), ==, RK_JOB_DONE);
  g_assert_cmpfloat (rk_job_get_fraction (RK_JOB (first)), ==, 1);
  g_assert_cmpfloat (rk_job_get_seconds_left (RK_JOB (first)), ==, 0);
  g_assert_null (rk_job_get_error (RK_JOB (first)));
  g_assert_cmpstr (states->str, ==, "rd");
  assert_jobs (queue, second, NULL);

  g_atomic_int_set (&second->may_end, TRUE);
  app_wait_until (!rk_queue_get_busy (queue));
  assert_jobs (queue, NULL, NULL);
  g_assert_cmpint (*busy, ==, 2);
  g_assert_true (first->thread == second->thread);
  g_assert_true (first->thread != g_thread_self ());
  g_assert_cmpint (first->niceness, ==, MIN (getpriority (PRIO_PROCESS, 0) + 10, 19));

  app_assert_finalized (first);
  app_assert_finalized (second);
  app_assert_finalized (queue);
}

static void
test_failed (void)
{
  RkQueue *queue = new_queue ("queue");
  TestJob *job = new_job ("Fails");

  job->fails = TRUE;
  job->may_end = TRUE;
  rk_queue_add (queue, RK_JOB (job));
  app_wait_until (rk_job_is_over (RK_JOB (job)));
  g_assert_cmpint (rk_job_get_state (RK_JOB (job)), ==, RK_JOB_FAILED);
  g_assert_error (rk_job_get_error (RK_JOB (job)), RK_ENGINE_ERROR, OASIS_ERR_OUTPUT);
  g_assert_cmpstr (rk_job_get_error (RK_JOB (job))->message, ==,
                   "“name.mkv” Cannot Be Written");
  g_assert_cmpstr (rk_error_get_detail (rk_job_get_error (RK_JOB (job))), ==, "/folder/name.mkv: its folder is gone");
  g_assert_cmpfloat (rk_job_get_fraction (RK_JOB (job)), <, 1);

  app_assert_finalized (job);
  app_assert_finalized (queue);
}

/* What ends jobs of which one runs and one waits, and what becomes of them. */
typedef struct {
  void (*act) (RkQueue *queue,
               RkJob    *running,
               RkJob    *waiting);
  RkJobState running;
} Ending;

/* A second cancel changes nothing. */
static void
cancel_both (RkQueue *queue,
             RkJob    *running,
             RkJob    *waiting)
{
  rk_queue_stop (queue, waiting);
  rk_queue_stop (queue, running);
  rk_queue_stop (queue, running);
}

/* It need not wait for the other to be known as cancelled. */
static void
cancel_waiting (RkQueue *queue,
                RkJob    *running,
                RkJob    *waiting)
{
  rk_queue_stop (queue, waiting);
  app_wait_until (rk_job_get_state (waiting) == RK_JOB_CANCELLED);
  g_assert_cmpint (rk_job_get_state (running), ==, RK_JOB_RUNNING);
  assert_jobs (queue, TEST_JOB (running), NULL);
  g_atomic_int_set (&TEST_JOB (running)->may_end, TRUE);
}

static void
shut_down (RkQueue *queue,
           RkJob    *running,
           RkJob    *waiting)
{
  rk_queue_shutdown (queue);
  rk_queue_shutdown (queue);
}

static const Ending cancelled = { cancel_both, RK_JOB_CANCELLED };
static const Ending one_cancelled = { cancel_waiting, RK_JOB_DONE };
static const Ending shut = { shut_down, RK_JOB_CANCELLED };

static void
test_ending (gconstpointer data)
{
  const Ending *ending = data;
  RkQueue *queue = new_queue ("queue");
  TestJob *running = new_job ("Running");
  TestJob *waiting = new_job ("Waiting");

  rk_queue_add (queue, RK_JOB (running));
  rk_queue_add (queue, RK_JOB (waiting));
  app_wait_until (rk_job_get_state (RK_JOB (running)) == RK_JOB_RUNNING);
  ending->act (queue, RK_JOB (running), RK_JOB (waiting));
  app_wait_until (!rk_queue_get_busy (queue));

  g_assert_cmpint (rk_job_get_state (RK_JOB (running)), ==, ending->running);
  g_assert_null (rk_job_get_error (RK_JOB (running)));
  g_assert_cmpint (rk_job_get_state (RK_JOB (waiting)), ==, RK_JOB_CANCELLED);
  g_assert_false (g_atomic_int_get (&waiting->entered));

  app_assert_finalized (running);
  app_assert_finalized (waiting);
  app_assert_finalized (queue);
}

/* The last reference goes while a job runs, and what was to be published goes nowhere. */
static void
test_dispose (void)
{
  RkQueue *queue = new_queue ("queue");
  TestJob *running = new_job ("Running");

  rk_queue_add (queue, RK_JOB (running));
  app_wait_until (g_atomic_int_get (&running->entered));
  app_assert_finalized (queue);
  app_settle ();
  g_assert_cmpint (rk_job_get_state (RK_JOB (running)), ==, RK_JOB_CANCELLED);
  app_assert_finalized (running);
}

static void
wait_for_state (TestJob    *job,
                RkJobState  state)
{
  app_wait_until (rk_job_get_state (RK_JOB (job)) == state);
}

static void
let_go (TestJob *job)
{
  g_atomic_int_set (&job->may_end, TRUE);
  wait_for_state (job, RK_JOB_DONE);
}

/* Jobs run in the order of the list, whatever it was when they came. */
static void
test_move (void)
{
  RkQueue *queue = new_queue ("queue");
  TestJob *jobs[] = { new_job ("0"), new_job ("1"), new_job ("2"), new_job ("3") };
  static const guint order[] = { 0, 3, 1, 2 };
  int *changes = app_count (queue, "changed");

  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    rk_queue_add (queue, RK_JOB (jobs[i]));
  wait_for_state (jobs[0], RK_JOB_RUNNING);
  *changes = 0;
  rk_queue_move (queue, RK_JOB (jobs[3]), 1);
  g_assert_cmpint (*changes, ==, 1);
  rk_queue_move (queue, RK_JOB (jobs[3]), 1);
  g_assert_cmpint (*changes, ==, 1);
  /* Before what runs: that goes on. */
  rk_queue_move (queue, RK_JOB (jobs[3]), 0);
  app_settle ();
  g_assert_cmpint (rk_job_get_state (RK_JOB (jobs[0])), ==, RK_JOB_RUNNING);
  g_assert_true (rk_queue_get_current (queue) == RK_JOB (jobs[0]));

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      wait_for_state (jobs[order[i]], RK_JOB_RUNNING);
      let_go (jobs[order[i]]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    app_assert_finalized (jobs[i]);
  app_assert_finalized (queue);
}

/* A paused job keeps its place and what it has said, and lets the next one run. */
static void
test_pause (void)
{
  RkQueue *queue = new_queue ("queue");
  TestJob *first = new_job ("First");
  TestJob *second = new_job ("Second");
  g_autoptr (GString) states = g_string_new (NULL);
  double fraction;

  g_signal_connect (first, "notify::state", G_CALLBACK (state_cb), states);
  rk_queue_add (queue, RK_JOB (first));
  rk_queue_add (queue, RK_JOB (second));
  app_wait_until (rk_job_get_fraction (RK_JOB (first)) > 0.5);
  rk_queue_pause (queue, RK_JOB (first));
  wait_for_state (first, RK_JOB_PAUSED);
  fraction = rk_job_get_fraction (RK_JOB (first));
  g_assert_cmpfloat (fraction, >, 0.5);
  g_assert_cmpfloat (rk_job_get_rate (RK_JOB (first)), ==, 0);
  g_assert_cmpfloat (rk_job_get_seconds_left (RK_JOB (first)), ==, -1);
  wait_for_state (second, RK_JOB_RUNNING);
  assert_jobs (queue, first, second);

  rk_queue_resume (queue, RK_JOB (first));
  app_settle ();
  g_assert_cmpint (rk_job_get_state (RK_JOB (first)), ==, RK_JOB_QUEUED);
  let_go (second);
  wait_for_state (first, RK_JOB_RUNNING);
  g_assert_cmpfloat (rk_job_get_fraction (RK_JOB (first)), >=, fraction);

  /* One that waits is paused at once; without another there is nothing to do. */
  rk_queue_pause (queue, RK_JOB (first));
  wait_for_state (first, RK_JOB_PAUSED);
  g_assert_false (rk_queue_get_busy (queue));
  rk_queue_resume (queue, RK_JOB (first));
  wait_for_state (first, RK_JOB_RUNNING);
  let_go (first);
  g_assert_cmpstr (states->str, ==, "rpqrpqrd");

  app_assert_finalized (first);
  app_assert_finalized (second);
  app_assert_finalized (queue);
}

/* The last wish counts, also while the job has not come to a halt yet; none brings back what was
 * deleted. */
static void
test_wishes (void)
{
  RkQueue *queue = new_queue ("queue");
  TestJob *job = g_object_new (kept_job_get_type (), "title", "Wishes", NULL);
  const guint n = g_test_rand_int_range (1, 50);

  rk_queue_add (queue, RK_JOB (job));
  for (guint i = 0; i < n; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      rk_queue_pause (queue, RK_JOB (job));
      if (g_test_rand_bit ())
        g_usleep (g_test_rand_int_range (0, 300)); /* it may come to a halt in between, or not */
      rk_queue_resume (queue, RK_JOB (job));
    }
  app_wait_until (rk_job_get_state (RK_JOB (job)) == RK_JOB_RUNNING && g_atomic_int_get (&job->entered));
  rk_queue_delete (queue, RK_JOB (job));
  rk_queue_pause (queue, RK_JOB (job));
  rk_queue_resume (queue, RK_JOB (job));
  wait_for_state (job, RK_JOB_CANCELLED);
  rk_queue_resume (queue, RK_JOB (job));
  app_settle ();
  g_assert_cmpint (rk_job_get_state (RK_JOB (job)), ==, RK_JOB_CANCELLED);
  g_assert_cmpint (g_atomic_int_get (&job->discarded), ==, 1);
  assert_jobs (queue, NULL, NULL);

  app_assert_finalized (job);
  app_assert_finalized (queue);
}

/* To stop is to keep, where there is something to keep; to delete is a wish of its own. Either ends
 * the job that it names. */
static void
test_stop (void)
{
  RkQueue *queue = new_queue ("queue");
  TestJob *kept = g_object_new (kept_job_get_type (), "title", "Kept", NULL);
  TestJob *preview = new_job ("Preview");
  TestJob *last = new_job ("Last");
  g_autoptr (GPtrArray) interrupted = NULL;
  int *over = app_count (queue, "over");

  rk_queue_add (queue, RK_JOB (preview));
  rk_queue_add (queue, RK_JOB (kept));
  rk_queue_add (queue, RK_JOB (last));
  wait_for_state (preview, RK_JOB_RUNNING);
  rk_queue_stop (queue, RK_JOB (preview));
  wait_for_state (preview, RK_JOB_CANCELLED);
  g_assert_cmpint (*over, ==, 1);
  wait_for_state (kept, RK_JOB_RUNNING);
  rk_queue_stop (queue, RK_JOB (kept));
  wait_for_state (kept, RK_JOB_STOPPED);
  wait_for_state (last, RK_JOB_RUNNING);
  g_assert_false (rk_job_is_over (RK_JOB (kept)));
  assert_jobs (queue, kept, last);
  interrupted = rk_queue_interrupted (queue, NULL);
  g_assert_cmpuint (interrupted->len, ==, 1);
  g_assert_true (interrupted->pdata[0] == kept);
  g_assert_cmpint (kept->discarded, ==, 0);
  g_clear_pointer (&interrupted, g_ptr_array_unref);

  rk_queue_delete (queue, RK_JOB (kept));
  wait_for_state (kept, RK_JOB_CANCELLED);
  app_wait_until (g_atomic_int_get (&kept->discarded) == 1);
  g_assert_cmpint (rk_job_get_state (RK_JOB (last)), ==, RK_JOB_RUNNING);
  assert_jobs (queue, last, NULL);
  let_go (last);
  g_assert_cmpint (*over, ==, 3);

  app_assert_finalized (kept);
  app_assert_finalized (preview);
  app_assert_finalized (last);
  app_assert_finalized (queue);
}

/* What has failed and kept its work stays in the list, and goes on once it is asked to. */
static void
test_failed_and_kept (void)
{
  RkQueue *queue = new_queue ("queue");
  TestJob *job = g_object_new (kept_job_get_type (), "title", "Fails", NULL);
  int *over = app_count (queue, "over");
  g_autoptr (GPtrArray) interrupted = NULL;

  job->fails = job->keeps = job->may_end = TRUE;
  rk_queue_add (queue, RK_JOB (job));
  wait_for_state (job, RK_JOB_FAILED);
  g_assert_cmpint (*over, ==, 1);
  g_assert_true (rk_job_can_go_on (RK_JOB (job)));
  g_assert_error (rk_job_get_error (RK_JOB (job)), RK_ENGINE_ERROR, OASIS_ERR_OUTPUT);
  g_assert_cmpuint (g_list_model_get_n_items (rk_queue_get_jobs (queue)), ==, 1);
  g_assert_false (rk_queue_get_busy (queue));
  interrupted = rk_queue_interrupted (queue, NULL);
  g_assert_cmpuint (interrupted->len, ==, 1);
  g_clear_pointer (&interrupted, g_ptr_array_unref);

  job->fails = FALSE;
  rk_queue_resume (queue, RK_JOB (job));
  wait_for_state (job, RK_JOB_DONE);
  g_assert_no_error (rk_job_get_error (RK_JOB (job)));
  assert_jobs (queue, NULL, NULL);
  app_assert_finalized (job);

  job = g_object_new (kept_job_get_type (), "title", "Fails again", NULL);
  job->fails = job->keeps = job->may_end = TRUE;
  rk_queue_add (queue, RK_JOB (job));
  wait_for_state (job, RK_JOB_FAILED);
  rk_queue_delete (queue, RK_JOB (job));
  wait_for_state (job, RK_JOB_CANCELLED);
  app_wait_until (g_atomic_int_get (&job->discarded) == 1);
  assert_jobs (queue, NULL, NULL);
  app_assert_finalized (job);
  app_assert_finalized (queue);
}

/* --- the computer ------------------------------------------------------------------------------ */

static const char upower[] = "<node><interface name='org.freedesktop.UPower'>"
                             "<property name='OnBattery' type='b' access='read'/></interface></node>";

static GVariant *
get_on_battery (GDBusConnection  *connection,
                const char       *sender,
                const char       *path,
                const char       *interface,
                const char       *property,
                GError          **error,
                gpointer          on_battery)
{
  return g_variant_new_boolean (*(gboolean *) on_battery);
}

static void
tell_of_power (GDBusConnection *connection,
               gboolean        *on_battery,
               gboolean         now)
{
  GVariantBuilder changed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  *on_battery = now;
  g_variant_builder_add (&changed, "{sv}", "OnBattery", g_variant_new_boolean (now));
  g_dbus_connection_emit_signal (connection, NULL, "/org/freedesktop/UPower", "org.freedesktop.DBus.Properties", "PropertiesChanged",
                                 g_variant_new ("(sa{sv}as)", "org.freedesktop.UPower", &changed, NULL), NULL);
}

/* A UPower of the test's own, on a system bus of its own: on the battery jobs halt, and go on by
 * themselves. */
static void
test_battery (void)
{
  static const GDBusInterfaceVTable vtable = { .get_property = get_on_battery };
  g_autofree char *daemon = g_find_program_in_path ("dbus-daemon");
  g_autoptr (GTestDBus) bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (upower, NULL);
  g_autoptr (GDBusConnection) connection = NULL;
  g_autoptr (GVariant) owned = NULL;
  gboolean on_battery = FALSE;
  RkQueue *queue = new_queue ("queue");
  TestJob *job = new_job ("Long");
  int *held = app_count (queue, "notify::held");

  if (daemon == NULL)
    {
      g_test_skip ("there is no dbus-daemon");
      app_assert_finalized (job);
      app_assert_finalized (queue);
      return;
    }

  g_test_dbus_up (bus);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (bus), TRUE);
  connection = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (bus),
                                                       G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                       NULL, NULL, NULL);
  g_assert_cmpuint (g_dbus_connection_register_object (connection, "/org/freedesktop/UPower", info->interfaces[0],
                                                       &vtable, &on_battery, NULL, NULL), >, 0);
  owned = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                                       g_variant_new ("(su)", "org.freedesktop.UPower", 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  g_assert_nonnull (owned);

  rk_queue_set_saves_battery (queue, TRUE);
  rk_queue_add (queue, RK_JOB (job));
  wait_for_state (job, RK_JOB_RUNNING);
  *held = 0;
  /* It may not listen yet. */
  while (!rk_queue_get_held (queue))
    {
      tell_of_power (connection, &on_battery, TRUE);
      app_iterate ("the queue to be held");
    }
  wait_for_state (job, RK_JOB_QUEUED);
  g_assert_cmpint (*held, >, 0);
  g_atomic_int_set (&job->entered, FALSE);
  app_settle ();
  g_assert_false (g_atomic_int_get (&job->entered));

  tell_of_power (connection, &on_battery, FALSE);
  wait_for_state (job, RK_JOB_RUNNING);
  g_assert_false (rk_queue_get_held (queue));

  tell_of_power (connection, &on_battery, TRUE);
  wait_for_state (job, RK_JOB_QUEUED);
  rk_queue_set_saves_battery (queue, FALSE); /* people may want it all the same */
  wait_for_state (job, RK_JOB_RUNNING);
  let_go (job);
  app_assert_finalized (job);
  app_assert_finalized (queue);
  g_clear_object (&connection);
  g_unsetenv ("DBUS_SYSTEM_BUS_ADDRESS");
  g_test_dbus_stop (bus);
}

/* Jobs are held to as many cores as people give them. */
static void
test_cores (void)
{
  RkQueue *queue = new_queue ("queue");
  TestJob *jobs[] = { new_job ("All"), new_job ("One"), new_job ("All again") };
  const int counts[] = { 0, 1, 0 };
  cpu_set_t all;

  g_assert_cmpint (sched_getaffinity (0, sizeof all, &all), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      rk_queue_set_cores (queue, counts[i]);
      jobs[i]->may_end = TRUE;
      rk_queue_add (queue, RK_JOB (jobs[i]));
      wait_for_state (jobs[i], RK_JOB_DONE);
      g_assert_cmpint (jobs[i]->n_cores, ==, counts[i] > 0 ? counts[i] : CPU_COUNT (&all));
      app_assert_finalized (jobs[i]);
    }

  app_assert_finalized (queue);
}

/* After a long pause device and model are given back, and there again when they are needed. */
static void
test_given_back (void)
{
  g_autofree char *path = app_path ("rates.json");
  g_autoptr (RkCatalogue) catalogue = rk_catalogue_new ();
  g_autoptr (RkRates) rates = rk_rates_new (path);
  RkWorker *worker = rk_worker_new (catalogue, rates, (RkPatience) { .rest_us = 10000, .unload_us = 50000 });

  for (int i = 0; i < 2; i++)
    {
      TestJob *job = new_job ("Loads");

      job->loads = TRUE;
      rk_worker_run (worker, RK_JOB (job));
      app_wait_until (g_atomic_int_get (&job->entered));
      g_atomic_int_set (&job->may_end, TRUE);
      wait_for_state (job, RK_JOB_DONE);
      app_wait_until (!rk_worker_is_loaded (worker));
      app_assert_finalized (job);
    }

  rk_worker_free (worker);
}

/* --- what survives ----------------------------------------------------------------------------- */

/* The queue ends, and another one is made of what it has left. */
static void
begin_anew (App *app)
{
  rk_queue_shutdown (app->queue);
  app_assert_finalized (app->session);
  app_assert_finalized (app->queue);
  app->queue = rk_queue_new (app->catalogue, app->store, app->state);
  app->session = rk_session_new (app->queue, app->store, app->catalogue);
}

static RkJob *
get_only_job (App *app)
{
  g_autoptr (GPtrArray) interrupted = rk_queue_interrupted (app->queue, NULL);

  g_assert_cmpuint (interrupted->len, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (rk_queue_get_jobs (app->queue)), ==, 1);

  return g_object_ref (interrupted->pdata[0]);
}

/* An export that was under way is there in the program's next run, stopped; it does not go on by
 * itself, and once it is asked to it makes the file that it would have made. */
static void
test_survives (App           *app,
               gconstpointer  data)
{
  g_autoptr (GFile) target = g_file_new_for_path (app->target);
  RkExportSettings settings = app_export_settings (target);
  g_autoptr (GPtrArray) frames = NULL;
  g_autoptr (GPtrArray) again = NULL;
  RkJob *job;

  app_open (app, "survives.mp4", 200);
  rk_recipe_set_strength (rk_session_get_recipe (app->session), 0.5);
  rk_session_set_range_first (app->session, 3);
  rk_session_set_range_end (app->session, 199);
  job = app_export (app, &settings);
  g_assert_no_error (rk_job_get_error (job));
  app_assert_finalized (job);
  frames = app_read_frames (app->target);
  g_assert_cmpint (g_unlink (app->target), ==, 0);

  job = g_object_ref (rk_session_export (app->session, &settings));
  app_wait_until (rk_job_get_fraction (job) > 0);
  begin_anew (app);
  g_assert_cmpint (rk_job_get_state (job), ==, RK_JOB_STOPPED);
  app_assert_finalized (job);
  g_assert_false (g_file_query_exists (target, NULL));

  job = get_only_job (app);
  app_settle ();
  g_assert_cmpint (rk_job_get_state (job), ==, RK_JOB_STOPPED);
  g_assert_nonnull (strstr (rk_job_get_title (job), "target-"));
  g_assert_cmpfloat (rk_job_get_fraction (job), >, 0);
  g_assert_true (g_file_equal (rk_export_job_get_target (RK_EXPORT_JOB (job)), target));
  g_assert_null (rk_queue_get_current (app->queue));

  /* That nobody asks for it changes nothing. */
  app_assert_finalized (app->session);
  app->session = rk_session_new (app->queue, app->store, app->catalogue);
  g_object_unref (job);
  begin_anew (app);
  job = get_only_job (app);

  rk_queue_resume (app->queue, job);
  app_wait_until (rk_job_is_over (job));
  g_assert_no_error (rk_job_get_error (job));
  app_assert_finalized (job);
  again = app_read_frames (app->target);
  g_assert_cmpuint (again->len, ==, frames->len);
  for (guint i = 0; i < frames->len; i++)
    g_assert_true (g_bytes_equal (again->pdata[i], frames->pdata[i]));

  begin_anew (app);
  g_assert_cmpuint (g_list_model_get_n_items (rk_queue_get_jobs (app->queue)), ==, 0);
}

/* Begins an export at strength 0, of which nothing is done. */
static void
plan_export (RkPreview              *preview,
             const RkExportSettings *settings)
{
  RkClip *clip = rk_preview_get_clip (preview);
  OasisModel *model = NULL;
  OasisDevice *device = NULL;
  OasisRestorer *restorer = NULL;
  OasisJobParams job = { .restorers = &restorer, .n_restorers = 1, .output = *rk_preview_get_format (preview) };
  RkExportTarget aim;
  const OasisExportParams params = {
    .path = g_file_peek_path (settings->target),
    .target = &aim.target,
    .job = &job,
    .info = rk_clip_get_media_info (clip),
  };

  rk_export_settings_aim (settings, preview, 0, rk_clip_get_n_frames (clip), &aim);
  g_assert_cmpint (oasis_model_open (app_model (), &model, NULL), ==, OASIS_OK);
  g_assert_cmpint (oasis_device_open (&(OasisDeviceParams) { .name = "reference" }, &device, NULL), ==, OASIS_OK);
  g_assert_cmpint (oasis_restorer_new (model, device, &restorer, NULL), ==, OASIS_OK);
  g_assert_true (rk_clip_open_source (clip, &job.source, NULL));
  g_assert_cmpint (oasis_export_plan (&params, NULL), ==, OASIS_OK);
  oasis_source_close (&job.source);
  oasis_restorer_free (&restorer);
  oasis_device_close (&device);
  oasis_model_close (&model);
}

/* What was begun with other settings is refused, stays in the list and may be dropped for what is
 * wanted now. */
static void
test_differs (App           *app,
              gconstpointer  data)
{
  g_autoptr (GFile) target = g_file_new_for_path (app->target);
  const RkExportSettings settings = app_export_settings (target);
  RkJob *job;

  app_open (app, "differs.mp4", 25);
  plan_export (rk_session_get_preview (app->session), &settings);
  job = g_object_ref (rk_session_export (app->session, &settings));
  app_wait_until (rk_job_is_over (job));
  g_assert_error (rk_job_get_error (job), RK_ENGINE_ERROR, OASIS_ERR_DIFFERS);
  g_assert_true (rk_job_can_go_on (job));

  rk_export_job_start_over (RK_EXPORT_JOB (job));
  rk_queue_resume (app->queue, job);
  app_wait_until (rk_job_get_state (job) == RK_JOB_DONE);
  app_assert_finalized (job);
  g_assert_true (g_file_query_exists (target, NULL));
}

/* Several ranges become one film, also in another run of the program. */
static void
test_ranges (App           *app,
             gconstpointer  data)
{
  static const OasisFrameRange ranges[] = { { 3, 20 }, { 31, 32 }, { 60, 120 } };
  g_autoptr (GFile) target = g_file_new_for_path (app->target);
  RkExportSettings settings = app_export_settings (target);
  g_autoptr (GPtrArray) whole = NULL;
  g_autoptr (GPtrArray) frames = NULL;
  RkPreview *preview;
  guint at = 0;
  RkJob *job;

  app_open (app, "ranges.mp4", 120);
  settings.whole = settings.replace = TRUE;
  job = app_export (app, &settings);
  g_assert_no_error (rk_job_get_error (job));
  app_assert_finalized (job);
  whole = app_read_frames (app->target);
  g_assert_cmpint (g_unlink (app->target), ==, 0);

  preview = rk_session_get_preview (app->session);
  job = rk_export_job_new (preview, &settings, ranges, G_N_ELEMENTS (ranges), 1, 0);
  rk_job_ask (job, RK_JOB_PAUSED);
  rk_queue_add (app->queue, job);
  app_wait_until (rk_job_get_state (job) == RK_JOB_PAUSED);
  g_object_unref (job);
  begin_anew (app);

  job = get_only_job (app);
  rk_queue_resume (app->queue, job);
  app_wait_until (rk_job_is_over (job));
  g_assert_no_error (rk_job_get_error (job));
  app_assert_finalized (job);
  frames = app_read_frames (app->target);
  g_assert_cmpuint (frames->len, ==, 17 + 1 + 60);
  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++)
    for (gint64 n = ranges[i].first; n < ranges[i].end; n++)
      g_assert_true (g_bytes_equal (frames->pdata[at++], whole->pdata[n]));
}

/* Deleted while nothing runs, it is gone for good. The order survives, too. */
static void
test_deleted (App           *app,
              gconstpointer  data)
{
  TestJob *busy = new_job ("Busy");
  const char *names[] = { "a.mkv", "b.mkv", "c.mkv" };
  RkJob *jobs[3];

  app_open (app, "deleted.mp4", 25);
  rk_queue_add (app->queue, RK_JOB (busy));
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      g_autofree char *path = app_path (names[i]);
      g_autoptr (GFile) target = g_file_new_for_path (path);
      const RkExportSettings settings = app_export_settings (target);

      jobs[i] = rk_session_export (app->session, &settings);
    }
  rk_queue_move (app->queue, jobs[2], 1);
  rk_queue_delete (app->queue, jobs[0]);
  begin_anew (app);
  app_assert_finalized (busy);

  g_assert_cmpuint (g_list_model_get_n_items (rk_queue_get_jobs (app->queue)), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (RkExportJob) job = g_list_model_get_item (rk_queue_get_jobs (app->queue), i);
      g_autofree char *path = app_path (names[i == 0 ? 2 : 1]);

      g_assert_cmpstr (g_file_peek_path (rk_export_job_get_target (job)), ==, path);
      rk_queue_delete (app->queue, RK_JOB (job));
    }
  app_wait_until (g_list_model_get_n_items (rk_queue_get_jobs (app->queue)) == 0);
  begin_anew (app);
  g_assert_cmpuint (g_list_model_get_n_items (rk_queue_get_jobs (app->queue)), ==, 0);
}

/* What cannot be read is no job; it stands in nobody's way. */
static void
test_damaged_file (App           *app,
                   gconstpointer  data)
{
  static const char *const texts[] = {
    "", "words", "[]", "{}", "{\"version\": 1}", "{\"version\": 1, \"jobs\": 7}",
    "{\"version\": 1, \"jobs\": [7, {}, {\"source\": \"/a\"}, {\"source\": \"/a\", \"recipe\": 1, \"target\": \"/b\", \"codec\": \"x264\"}]}",
    "{\"version\": 2, \"jobs\": []}",
  };
  g_autofree char *path = g_build_filename (app->state, "queue.json", NULL);
  g_autofree char *rates = g_build_filename (app->state, "rates.json", NULL);

  g_assert_cmpint (g_mkdir_with_parents (app->state, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (RkQueue) queue = NULL;

      g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
      g_assert_true (g_file_set_contents (rates, texts[i], -1, NULL));
      queue = rk_queue_new (app->catalogue, app->store, app->state);
      g_assert_cmpuint (g_list_model_get_n_items (rk_queue_get_jobs (queue)), ==, 0);
    }
}

int
main (int   argc,
      char *argv[])
{
  app_test_init (&argc, &argv);

  g_test_add_func ("/queue/states", test_states);
  g_test_add_func ("/queue/failed", test_failed);
  g_test_add_data_func ("/queue/cancel", &cancelled, test_ending);
  g_test_add_data_func ("/queue/cancel-waiting", &one_cancelled, test_ending);
  g_test_add_data_func ("/queue/shutdown", &shut, test_ending);
  g_test_add_func ("/queue/dispose", test_dispose);
  g_test_add_func ("/queue/move", test_move);
  g_test_add_func ("/queue/pause", test_pause);
  g_test_add_func ("/queue/wishes", test_wishes);
  g_test_add_func ("/queue/stop", test_stop);
  g_test_add_func ("/queue/failed-and-kept", test_failed_and_kept);
  g_test_add_func ("/queue/battery", test_battery);
  g_test_add_func ("/queue/cores", test_cores);
  g_test_add_func ("/queue/given-back", test_given_back);
  app_add ("/queue/survives", test_survives);
  app_add ("/queue/differs", test_differs);
  app_add ("/queue/ranges", test_ranges);
  app_add ("/queue/deleted", test_deleted);
  app_add ("/queue/damaged-file", test_damaged_file);

  return app_test_run ();
}

/* The worker's thread and list of jobs, with a job that does what the test says.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

#include <sys/resource.h>

#include "rk-error.h"

/* A job that runs until it is let go or cancelled. */
#define TEST_TYPE_JOB (test_job_get_type ())
G_DECLARE_FINAL_TYPE (TestJob, test_job, TEST, JOB, RkJob)

struct _TestJob
{
  RkJob parent_instance;

  gint may_end;  /* atomic */
  gint entered;  /* atomic */
  gboolean fails;
  GThread *thread; /* that ran it */
  int niceness;    /* of that thread */
};

G_DEFINE_FINAL_TYPE (TestJob, test_job, RK_TYPE_JOB)

static gboolean
test_job_run (RkJob     *job,
              RkEngine  *engine,
              GError   **error)
{
  TestJob *self = TEST_JOB (job);
  const OasisError engine_error = { OASIS_ERR_OUTPUT, "/folder/name.mkv", "its folder is gone" };

  self->thread = g_thread_self ();
  self->niceness = getpriority (PRIO_PROCESS, 0);
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

  rk_set_engine_error (error, &engine_error);
  return FALSE;
}

static void
test_job_class_init (TestJobClass *klass)
{
  RK_JOB_CLASS (klass)->run = test_job_run;
}

static void
test_job_init (TestJob *self)
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
  g_string_append_c (states, "qrdfc"[rk_job_get_state (job)]);
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
assert_jobs (RkWorker *worker,
             TestJob  *first,
             TestJob  *second)
{
  g_autoptr (RkJob) item0 = g_list_model_get_item (rk_worker_get_jobs (worker), 0);
  g_autoptr (RkJob) item1 = g_list_model_get_item (rk_worker_get_jobs (worker), 1);

  g_assert_true (item0 == (RkJob *) first);
  g_assert_true (item1 == (RkJob *) second);
  g_assert_cmpuint (g_list_model_get_n_items (rk_worker_get_jobs (worker)), ==,
                    (first != NULL) + (second != NULL));
  g_assert_cmpint (rk_worker_get_busy (worker), ==, first != NULL);
}

static void
test_states (void)
{
  g_autoptr (RkCatalogue) catalogue = rk_catalogue_new ();
  RkWorker *worker = rk_worker_new (catalogue);
  TestJob *first = new_job ("First");
  TestJob *second = new_job ("Second");
  g_autoptr (GString) states = g_string_new (NULL);
  double last = 0;
  int *busy;

  busy = app_count (worker, "notify::busy");
  g_signal_connect (first, "notify::state", G_CALLBACK (state_cb), states);
  g_signal_connect (first, "notify::fraction", G_CALLBACK (fraction_cb), &last);
  assert_jobs (worker, NULL, NULL);
  g_assert_cmpint (rk_job_get_state (RK_JOB (first)), ==, RK_JOB_QUEUED);
  g_assert_cmpfloat (rk_job_get_seconds_left (RK_JOB (first)), ==, -1);
  g_assert_cmpstr (rk_job_get_title (RK_JOB (first)), ==, "First");

  rk_worker_submit (worker, RK_JOB (first));
  rk_worker_submit (worker, RK_JOB (second));
  assert_jobs (worker, first, second);
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
  assert_jobs (worker, second, NULL);

  g_atomic_int_set (&second->may_end, TRUE);
  app_wait_until (!rk_worker_get_busy (worker));
  assert_jobs (worker, NULL, NULL);
  g_assert_cmpint (*busy, ==, 2);
  g_assert_true (first->thread == second->thread);
  g_assert_true (first->thread != g_thread_self ());
  g_assert_cmpint (first->niceness, ==, MIN (getpriority (PRIO_PROCESS, 0) + 10, 19));

  app_assert_finalized (first);
  app_assert_finalized (second);
  app_assert_finalized (worker);
}

static void
test_failed (void)
{
  g_autoptr (RkCatalogue) catalogue = rk_catalogue_new ();
  RkWorker *worker = rk_worker_new (catalogue);
  TestJob *job = new_job ("Fails");

  job->fails = TRUE;
  job->may_end = TRUE;
  rk_worker_submit (worker, RK_JOB (job));
  app_wait_until (rk_job_is_over (RK_JOB (job)));
  g_assert_cmpint (rk_job_get_state (RK_JOB (job)), ==, RK_JOB_FAILED);
  g_assert_error (rk_job_get_error (RK_JOB (job)), RK_ENGINE_ERROR, OASIS_ERR_OUTPUT);
  g_assert_cmpstr (rk_job_get_error (RK_JOB (job))->message, ==,
                   "“name.mkv” Cannot Be Written\n/folder/name.mkv: its folder is gone");
  g_assert_cmpfloat (rk_job_get_fraction (RK_JOB (job)), <, 1);

  app_assert_finalized (job);
  app_assert_finalized (worker);
}

/* What ends jobs of which one runs and one waits, and what becomes of them. */
typedef struct {
  void (*act) (RkWorker *worker,
               RkJob    *running,
               RkJob    *waiting);
  RkJobState running;
} Ending;

/* A second cancel changes nothing. */
static void
cancel_both (RkWorker *worker,
             RkJob    *running,
             RkJob    *waiting)
{
  rk_job_cancel (waiting);
  rk_job_cancel (running);
  rk_job_cancel (running);
}

/* It need not wait for the other to be known as cancelled. */
static void
cancel_waiting (RkWorker *worker,
                RkJob    *running,
                RkJob    *waiting)
{
  rk_job_cancel (waiting);
  app_wait_until (rk_job_get_state (waiting) == RK_JOB_CANCELLED);
  g_assert_cmpint (rk_job_get_state (running), ==, RK_JOB_RUNNING);
  assert_jobs (worker, TEST_JOB (running), NULL);
  g_atomic_int_set (&TEST_JOB (running)->may_end, TRUE);
}

static void
shut_down (RkWorker *worker,
           RkJob    *running,
           RkJob    *waiting)
{
  rk_worker_shutdown (worker);
  rk_worker_shutdown (worker);
}

static const Ending cancelled = { cancel_both, RK_JOB_CANCELLED };
static const Ending one_cancelled = { cancel_waiting, RK_JOB_DONE };
static const Ending shut = { shut_down, RK_JOB_CANCELLED };

static void
test_ending (gconstpointer data)
{
  const Ending *ending = data;
  g_autoptr (RkCatalogue) catalogue = rk_catalogue_new ();
  RkWorker *worker = rk_worker_new (catalogue);
  TestJob *running = new_job ("Running");
  TestJob *waiting = new_job ("Waiting");

  rk_worker_submit (worker, RK_JOB (running));
  rk_worker_submit (worker, RK_JOB (waiting));
  app_wait_until (rk_job_get_state (RK_JOB (running)) == RK_JOB_RUNNING);
  ending->act (worker, RK_JOB (running), RK_JOB (waiting));
  app_wait_until (!rk_worker_get_busy (worker));

  g_assert_cmpint (rk_job_get_state (RK_JOB (running)), ==, ending->running);
  g_assert_null (rk_job_get_error (RK_JOB (running)));
  g_assert_cmpint (rk_job_get_state (RK_JOB (waiting)), ==, RK_JOB_CANCELLED);
  g_assert_false (g_atomic_int_get (&waiting->entered));

  app_assert_finalized (running);
  app_assert_finalized (waiting);
  app_assert_finalized (worker);
}

/* The last reference goes while a job runs, and what was to be published goes nowhere. */
static void
test_dispose (void)
{
  g_autoptr (RkCatalogue) catalogue = rk_catalogue_new ();
  RkWorker *worker = rk_worker_new (catalogue);
  TestJob *running = new_job ("Running");

  rk_worker_submit (worker, RK_JOB (running));
  app_wait_until (g_atomic_int_get (&running->entered));
  app_assert_finalized (worker);
  app_settle ();
  g_assert_cmpint (rk_job_get_state (RK_JOB (running)), ==, RK_JOB_CANCELLED);
  app_assert_finalized (running);
}

int
main (int   argc,
      char *argv[])
{
  app_test_init (&argc, &argv);

  g_test_add_func ("/worker/states", test_states);
  g_test_add_func ("/worker/failed", test_failed);
  g_test_add_data_func ("/worker/cancel", &cancelled, test_ending);
  g_test_add_data_func ("/worker/cancel-waiting", &one_cancelled, test_ending);
  g_test_add_data_func ("/worker/shutdown", &shut, test_ending);
  g_test_add_func ("/worker/dispose", test_dispose);

  return app_test_run ();
}

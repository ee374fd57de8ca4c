/* A turn of the main loop lies between two calls of poll(). In a turn, GTK's paint phase walks the
 * widgets, whose snapshots of ours count, and then renders, which does not.
 * SPDX-License-Identifier: Apache-2.0 */
#include "trace.h"

#include <sys/resource.h>

typedef struct {
  double clock, work; /* milliseconds */
  long waits;         /* how often the thread gave the processor away of itself */
} Span;

static GPollFunc poll_before;
static Span turn_start, paint_start;
static Span painting; /* in this turn, without our snapshots */
static Span snapshots;
static Trace *trace;
static double work_sum;
static guint frames;

static Span
get_now (void)
{
  struct rusage usage;

  getrusage (RUSAGE_THREAD, &usage);

  return (Span) { now_ms (), thread_ms (), usage.ru_nvcsw };
}

static Span
minus (Span a,
       Span b)
{
  return (Span) { a.clock - b.clock, a.work - b.work, a.waits - b.waits };
}

static Span
plus (Span a,
      Span b)
{
  return (Span) { a.clock + b.clock, a.work + b.work, a.waits + b.waits };
}

static void
end_turn (void)
{
  const Span turn = minus (minus (get_now (), turn_start), painting);

  work_sum += turn.work;
  if (trace == NULL)
    return;

  figures_add (&trace->clock, turn.clock);
  figures_add (&trace->work, turn.work);
  if (turn.waits > 0)
    figures_add (&trace->waiting, turn.clock);
}

static int
traced_poll (GPollFD *descriptors,
             guint    n,
             int      timeout)
{
  int result;

  end_turn ();
  result = poll_before (descriptors, n, timeout);
  painting = (Span) { 0 };
  turn_start = get_now ();

  return result;
}

static void
layout_cb (void)
{
  snapshots = (Span) { 0 };
  paint_start = get_now ();
}

static void
after_paint_cb (void)
{
  painting = plus (painting, minus (minus (get_now (), paint_start), snapshots));
  frames++;
}

void
trace_begin (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);

  poll_before = g_main_context_get_poll_func (NULL);
  g_main_context_set_poll_func (NULL, traced_poll);
  turn_start = get_now ();
  g_signal_connect_after (clock, "layout", G_CALLBACK (layout_cb), NULL);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), NULL);
}

/* --- snapshots -------------------------------------------------------------------------------- */

typedef void (*SnapshotFunc) (GtkWidget   *widget,
                              GtkSnapshot *snapshot);

static GHashTable *originals; /* GType -> SnapshotFunc */

static void
traced_snapshot (GtkWidget   *widget,
                 GtkSnapshot *snapshot)
{
  const gpointer type = GSIZE_TO_POINTER (G_OBJECT_TYPE (widget));
  SnapshotFunc original = g_hash_table_lookup (originals, type);
  const Span start = get_now ();

  original (widget, snapshot);
  snapshots = plus (snapshots, minus (get_now (), start));
}

void
trace_widget (GType type)
{
  GtkWidgetClass *klass = g_type_class_ref (type);

  if (originals == NULL)
    originals = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (originals, GSIZE_TO_POINTER (type), klass->snapshot);
  klass->snapshot = traced_snapshot;
}

void
trace_into (Trace *into)
{
  trace = into;
}

double
trace_frame (void)
{
  const double before = work_sum;
  const guint frames_before = frames;

  while (frames == frames_before)
    g_main_context_iteration (NULL, TRUE);

  return work_sum - before;
}

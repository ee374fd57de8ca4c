/* SPDX-License-Identifier: Apache-2.0 */
#include "figures.h"

#include <time.h>

static double
read_clock (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);

  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}

double
now_ms (void)
{
  return read_clock (CLOCK_MONOTONIC);
}

double
thread_ms (void)
{
  return read_clock (CLOCK_THREAD_CPUTIME_ID);
}

double
process_ms (void)
{
  return read_clock (CLOCK_PROCESS_CPUTIME_ID);
}

void
figures_add (Figures *self,
             double   ms)
{
  g_array_append_val (self->times, ms);
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static double
get_quantile (Figures *self,
              double   part)
{
  return g_array_index (self->times, double, (guint) (part * (self->times->len - 1) + 0.5));
}

void
figures_print (Figures *self)
{
  double worst;

  if (self->times->len == 0)
    {
      g_print ("%-40s none\n", self->name);
      return;
    }

  g_array_sort (self->times, compare);
  worst = get_quantile (self, 1);
  g_print ("%-40s %4u  median %7.2f  p95 %7.2f  worst %7.2f ms", self->name, self->times->len,
           get_quantile (self, 0.5), get_quantile (self, 0.95), worst);
  if (self->goal_ms > 0)
    g_print ("  goal %g: %s", self->goal_ms, worst <= self->goal_ms ? "met" : "missed");
  g_print ("\n");
  g_clear_pointer (&self->times, g_array_unref);
}

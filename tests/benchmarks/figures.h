/* Times of one kind, gathered and printed against a goal.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

typedef struct {
  const char *name;
  double goal_ms; /* 0 = none */
  GArray *times;  /* of double, milliseconds */
} Figures;

#define FIGURES_INIT(name_, goal_ms_) \
  { name_, goal_ms_, g_array_new (FALSE, FALSE, sizeof (double)) }

void figures_add   (Figures *self,
                    double   ms);

/* One line: how many, median, 95th percentile, worst, whether the worst meets the goal. Frees. */
void figures_print (Figures *self);

/* The steady clock, and the processor time of the calling thread and of all threads. */
double now_ms     (void);
double thread_ms  (void);
double process_ms (void);

/* What holds the main thread: each turn of the main loop, without the renderer.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

#include "figures.h"

/* Begins to look at the default main context, and at the frames of a window that has been shown. */
void trace_begin  (GtkWidget *window);

/* Times the snapshots of all widgets of a type, which lie within the frames. */
void trace_widget (GType      type);

/* Turns, by the clock and by processor time, and by the clock those in which the thread waited for
 * something: what else is long, other programs have made long. */
typedef struct {
  Figures clock, work, waiting;
} Trace;

/* Turns go here from now on; NULL = nowhere. */
void trace_into   (Trace     *into);

/* Runs the main loop until a frame has been painted since the call; returns the processor time that
 * the main thread took meanwhile without the renderer. */
double trace_frame (void);

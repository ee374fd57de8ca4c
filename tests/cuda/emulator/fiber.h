/* Functions that stop and go on: each has a stack of its own, and one of them runs at a time.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

enum { FIBER_COUNT = 1024 };

/* Makes fiber `index` begin with function, from which it may not return, when it is switched to. */
void fiber_begin(int index, void (*function)(void));

/* From the outside into fiber `index`, until it calls fiber_leave. */
void fiber_enter(int index);
void fiber_leave(void);

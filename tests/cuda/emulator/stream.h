/* Streams and events: work waits in its stream until somebody waits for it, as late as may be, so
 * that a host which looks too early sees what is not there yet.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "emulator/block.h"

typedef struct EmulatorStream EmulatorStream;
typedef struct EmulatorEvent EmulatorEvent;

EmulatorStream *emulator_stream_new(const void *owner);
/* Does its work first. */
void emulator_stream_free(EmulatorStream *stream);

/* Each of these is done later. What they point to must stay, but for the kernel's parameters. */
void emulator_stream_launch(EmulatorStream *stream, const EmulatorLaunch *launch);
void emulator_stream_copy(EmulatorStream *stream, void *to, const void *from, size_t bytes);
void emulator_stream_record(EmulatorStream *stream, EmulatorEvent *event);
/* For the event as it was recorded last; at once where it never was. */
void emulator_stream_wait(EmulatorStream *stream, EmulatorEvent *event);

/* Does all of its work, and what that waits for. */
void emulator_stream_finish(EmulatorStream *stream);
/* Of all streams. */
void emulator_stream_finish_all(void);

EmulatorEvent *emulator_event_new(const void *owner);
void emulator_event_free(EmulatorEvent *event);
/* Whether its last record is done; an event that was never recorded is. Does one step of its stream
 * where it is not, so that who asks again and again has his answer. */
bool emulator_event_query(EmulatorEvent *event);
void emulator_event_finish(EmulatorEvent *event);
/* All that the owner has of both, when their work is done. */
void emulator_stream_free_all(const void *owner);

/* Seconds since some moment at which its last record was done. */
double emulator_event_time(const EmulatorEvent *event);

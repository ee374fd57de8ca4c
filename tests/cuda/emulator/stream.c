/* Streams as lists of what is to be done.
 * SPDX-License-Identifier: Apache-2.0 */
#include "emulator/stream.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef enum StepKind { LAUNCH, COPY, RECORD, WAIT } StepKind;

typedef struct Step {
    StepKind kind;
    EmulatorLaunch launch; /* its parameters are the step's */
    void *to;
    const void *from;
    size_t bytes;
    EmulatorEvent *event;
    uint64_t record; /* of the event: which one this is, or is waited for */
    struct Step *next;
} Step;

struct EmulatorStream {
    const void *owner;
    Step *first, **end;
    EmulatorStream *next;
};

struct EmulatorEvent {
    const void *owner;
    EmulatorStream *stream; /* of its last record */
    uint64_t recorded, done;
    double time;
    EmulatorEvent *next;
};

static EmulatorStream *streams;
static EmulatorEvent *events;

static void *make(size_t bytes)
{
    void *memory = calloc(1, bytes);

    if (!memory) {
        perror("emulator");
        abort();
    }
    return memory;
}

EmulatorStream *emulator_stream_new(const void *owner)
{
    EmulatorStream *self = make(sizeof *self);

    self->owner = owner;
    self->end = &self->first;
    self->next = streams;
    streams = self;
    return self;
}

void emulator_stream_free(EmulatorStream *stream)
{
    EmulatorStream **place = &streams;

    emulator_stream_finish(stream);
    while (*place != stream) {
        place = &(*place)->next;
    }
    *place = stream->next;
    free(stream);
}

static Step *add(EmulatorStream *stream, StepKind kind)
{
    Step *step = make(sizeof *step);

    step->kind = kind;
    *stream->end = step;
    stream->end = &step->next;
    return step;
}

void emulator_stream_launch(EmulatorStream *stream, const EmulatorLaunch *launch)
{
    Step *step = add(stream, LAUNCH);
    size_t bytes = launch->kernel->params_bytes;

    step->launch = *launch;
    step->launch.params = memcpy(make(bytes), launch->params, bytes);
}

void emulator_stream_copy(EmulatorStream *stream, void *to, const void *from, size_t bytes)
{
    Step *step = add(stream, COPY);

    step->to = to;
    step->from = from;
    step->bytes = bytes;
}

void emulator_stream_record(EmulatorStream *stream, EmulatorEvent *event)
{
    Step *step = add(stream, RECORD);

    step->event = event;
    step->record = ++event->recorded;
    event->stream = stream;
}

void emulator_stream_wait(EmulatorStream *stream, EmulatorEvent *event)
{
    Step *step = add(stream, WAIT);

    step->event = event;
    step->record = event->recorded;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void reach(EmulatorEvent *event, uint64_t record);

static void do_step(EmulatorStream *stream)
{
    Step *step = stream->first;

    switch (step->kind) {
    case LAUNCH:
        emulator_launch(&step->launch);
        free((void *)step->launch.params);
        break;
    case COPY:
        memcpy(step->to, step->from, step->bytes);
        break;
    case RECORD:
        step->event->done = step->record;
        step->event->time = now();
        break;
    case WAIT:
        reach(step->event, step->record);
        break;
    }
    stream->first = step->next;
    if (!stream->first) {
        stream->end = &stream->first;
    }
    free(step);
}

static void reach(EmulatorEvent *event, uint64_t record)
{
    while (event->done < record) {
        do_step(event->stream);
    }
}

void emulator_stream_finish(EmulatorStream *stream)
{
    while (stream->first) {
        do_step(stream);
    }
}

void emulator_stream_finish_all(void)
{
    for (EmulatorStream *stream = streams; stream; stream = stream->next) {
        emulator_stream_finish(stream);
    }
}

EmulatorEvent *emulator_event_new(const void *owner)
{
    EmulatorEvent *self = make(sizeof *self);

    self->owner = owner;
    self->next = events;
    events = self;
    return self;
}

void emulator_event_free(EmulatorEvent *event)
{
    EmulatorEvent **place = &events;

    emulator_stream_finish_all();
    while (*place != event) {
        place = &(*place)->next;
    }
    *place = event->next;
    free(event);
}

void emulator_stream_free_all(const void *owner)
{
    EmulatorStream *next_stream;
    EmulatorEvent *next_event;

    emulator_stream_finish_all();
    for (EmulatorStream *stream = streams; stream; stream = next_stream) {
        next_stream = stream->next;
        if (stream->owner == owner) {
            emulator_stream_free(stream);
        }
    }
    for (EmulatorEvent *event = events; event; event = next_event) {
        next_event = event->next;
        if (event->owner == owner) {
            emulator_event_free(event);
        }
    }
}

bool emulator_event_query(EmulatorEvent *event)
{
    bool done = event->done == event->recorded;

    if (!done) {
        do_step(event->stream);
    }
    return done;
}

void emulator_event_finish(EmulatorEvent *event)
{
    reach(event, event->recorded);
}

double emulator_event_time(const EmulatorEvent *event)
{
    return event->time;
}

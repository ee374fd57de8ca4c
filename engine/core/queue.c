/* A bounded queue of pointers, as a ring under one mutex.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/queue.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/wait.h"

/* The cancel flag wakes nobody (a signal handler may set it), so waiting looks at it at times. */
enum { POLL_MS = 50 };

struct OasisQueue {
    const OasisCancel *cancel; /* borrowed */

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t not_full;
    pthread_cond_t not_empty;
    bool closed;
    size_t capacity;
    size_t first; /* index of the oldest item */
    size_t count;
    void *items[];
};

OasisQueue *oasis_queue_new(size_t capacity, const OasisCancel *cancel)
{
    OasisQueue *queue;

    assert(capacity > 0);
    if (capacity > (SIZE_MAX - sizeof *queue) / sizeof queue->items[0]) {
        return NULL;
    }
    queue = calloc(1, sizeof *queue + capacity * sizeof queue->items[0]);
    if (queue) {
        queue->cancel = cancel;
        pthread_mutex_init(&queue->mutex, NULL);
        oasis_condition_init(&queue->not_full);
        oasis_condition_init(&queue->not_empty);
        queue->capacity = capacity;
    }
    return queue;
}

static void *take_oldest(OasisQueue *queue)
{
    void *item = queue->items[queue->first];

    queue->first = (queue->first + 1) % queue->capacity;
    queue->count--;
    return item;
}

void oasis_queue_free(OasisQueue **queue, void (*free_item)(void *item))
{
    if (!*queue) {
        return;
    }
    while ((*queue)->count > 0) {
        void *item = take_oldest(*queue);

        if (free_item) {
            free_item(item);
        }
    }
    pthread_cond_destroy(&(*queue)->not_empty);
    pthread_cond_destroy(&(*queue)->not_full);
    pthread_mutex_destroy(&(*queue)->mutex);
    free(*queue);
    *queue = NULL;
}

bool oasis_queue_push(OasisQueue *queue, void *item)
{
    bool pushed = false;

    pthread_mutex_lock(&queue->mutex);
    while (queue->count == queue->capacity && !queue->closed &&
           !oasis_cancel_is_triggered(queue->cancel)) {
        oasis_wait_ms(&queue->not_full, &queue->mutex, POLL_MS);
    }
    if (queue->count < queue->capacity && !queue->closed &&
        !oasis_cancel_is_triggered(queue->cancel)) {
        queue->items[(queue->first + queue->count) % queue->capacity] = item;
        queue->count++;
        pushed = true;
        pthread_cond_signal(&queue->not_empty);
    }
    pthread_mutex_unlock(&queue->mutex);
    return pushed;
}

bool oasis_queue_pop(OasisQueue *queue, void **item)
{
    bool popped = false;

    pthread_mutex_lock(&queue->mutex);
    while (queue->count == 0 && !queue->closed && !oasis_cancel_is_triggered(queue->cancel)) {
        oasis_wait_ms(&queue->not_empty, &queue->mutex, POLL_MS);
    }
    if (queue->count > 0 && !oasis_cancel_is_triggered(queue->cancel)) {
        *item = take_oldest(queue);
        popped = true;
        pthread_cond_signal(&queue->not_full);
    }
    pthread_mutex_unlock(&queue->mutex);
    return popped;
}

void oasis_queue_close(OasisQueue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->closed = true;
    pthread_cond_broadcast(&queue->not_full);
    pthread_cond_broadcast(&queue->not_empty);
    pthread_mutex_unlock(&queue->mutex);
}

/* A bounded queue of pointers between two threads: it makes the faster one wait, and lets neither
 * hang when the other is gone.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "oasis/cancel.h"
#include "oasis/status.h"

/* Thread-safety: any number of threads may push, pop and close. */
typedef struct OasisQueue OasisQueue;

/* A queue of at most `capacity` (> 0) items; NULL without memory. Once `cancel` (borrowed, may be
 * NULL) is triggered, waiting ends within 50 ms. */
OasisQueue *oasis_queue_new(size_t capacity, const OasisCancel *cancel);

/* Frees the queue and, by `free_item` (may be NULL), what is still in it. No thread may be using
 * it. Sets *queue to NULL; a pointer to NULL is fine. */
void oasis_queue_free(OasisQueue **queue, void (*free_item)(void *item));

/* Waits for room and adds an item, which is the queue's from then on. False if the queue is closed
 * or cancelled: the item remains the caller's. */
bool oasis_queue_push(OasisQueue *queue, void *item) OASIS_MUST_USE;

/* Waits for an item and takes the oldest. False if the queue is cancelled, or closed and empty. */
bool oasis_queue_pop(OasisQueue *queue, void **item) OASIS_MUST_USE;

/* From then on nothing can be pushed; what is in the queue can still be popped. */
void oasis_queue_close(OasisQueue *queue);

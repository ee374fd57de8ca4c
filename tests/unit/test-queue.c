/* The bounded queue: order, bound, closing, cancelling, and many threads at once. Nobody is made to
 * wait on purpose: what is checked holds whichever thread runs first.
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>

#include "core/queue.h"
#include "test.h"

static void *item(intptr_t number)
{
    return (void *)number;
}

static int64_t number(void *item)
{
    return (intptr_t)item;
}

static void check_one_thread(void)
{
    OasisQueue *queue = oasis_queue_new(3, NULL);
    void *popped;

    REQUIRE(queue);
    for (intptr_t round = 0; round < 5; round++) { /* the ring turns */
        CHECK(oasis_queue_push(queue, item(round)));
        CHECK(oasis_queue_push(queue, item(round + 100)));
        CHECK(oasis_queue_pop(queue, &popped));
        CHECK_INT(number(popped), round);
        CHECK(oasis_queue_pop(queue, &popped));
        CHECK_INT(number(popped), round + 100);
    }
    CHECK(oasis_queue_push(queue, item(7)));
    oasis_queue_close(queue);
    CHECK(!oasis_queue_push(queue, item(8)));
    CHECK(oasis_queue_pop(queue, &popped));
    CHECK_INT(number(popped), 7);
    CHECK(!oasis_queue_pop(queue, &popped));
    oasis_queue_free(&queue, NULL);
    CHECK(!queue);
    oasis_queue_free(&queue, NULL);
    CHECK(!oasis_queue_new(SIZE_MAX / 2, NULL));
}

static void check_free_items(void)
{
    OasisQueue *queue = oasis_queue_new(4, NULL);
    void *popped;

    REQUIRE(queue);
    for (int i = 0; i < 4; i++) {
        CHECK(oasis_queue_push(queue, malloc(1)));
    }
    CHECK(oasis_queue_pop(queue, &popped));
    free(popped);
    oasis_queue_free(&queue, free); /* the leak sanitizer counts */
}

static void check_cancelled(void)
{
    OasisCancel *cancel = oasis_cancel_new(NULL);
    OasisQueue *queue = oasis_queue_new(2, cancel);
    void *popped;

    REQUIRE(cancel && queue);
    CHECK(oasis_queue_push(queue, item(1)));
    oasis_cancel_trigger(cancel);
    CHECK(!oasis_queue_push(queue, item(2)));
    CHECK(!oasis_queue_pop(queue, &popped));
    oasis_queue_free(&queue, NULL);
    oasis_cancel_free(&cancel);
}

/* --- many threads ---------------------------------------------------------------------------- */

enum { MAX_THREADS = 4, ITEMS = 3000 };

typedef struct Stress {
    OasisQueue *queue;
    atomic_int producers_left;
    atomic_int seen[MAX_THREADS * ITEMS];
    atomic_int refused; /* items that push gave back */
} Stress;

typedef struct Worker {
    Stress *stress;
    pthread_t thread;
    int index;
} Worker;

static void *produce(void *data)
{
    Worker *worker = data;
    Stress *stress = worker->stress;

    for (intptr_t i = 0; i < ITEMS; i++) {
        if (!oasis_queue_push(stress->queue, item(worker->index * ITEMS + i))) {
            atomic_fetch_add(&stress->refused, 1);
        }
    }
    if (atomic_fetch_sub(&stress->producers_left, 1) == 1) {
        oasis_queue_close(stress->queue);
    }
    return NULL;
}

/* Each producer's items reach each consumer in their order. */
static void *consume(void *data)
{
    Worker *worker = data;
    int64_t last[MAX_THREADS] = {-1, -1, -1, -1};
    void *popped;

    while (oasis_queue_pop(worker->stress->queue, &popped)) {
        int64_t n = number(popped);

        CHECK(n > last[n / ITEMS]);
        last[n / ITEMS] = n;
        atomic_fetch_add(&worker->stress->seen[n], 1);
    }
    return NULL;
}

/* Every item arrives once; with a cancel at some moment, none arrives twice, and nobody hangs. */
static void check_stress(int producers, int consumers, size_t capacity, bool cancelled)
{
    Worker workers[2 * MAX_THREADS];
    Stress *stress = calloc(1, sizeof *stress);
    OasisCancel *cancel = oasis_cancel_new(NULL);
    int n = producers + consumers, seen = 0, most = 0;

    REQUIRE(stress && cancel);
    stress->queue = oasis_queue_new(capacity, cancel);
    REQUIRE(stress->queue);
    atomic_init(&stress->producers_left, producers);
    for (int i = 0; i < n; i++) {
        workers[i] = (Worker){.stress = stress, .index = i};
        REQUIRE(pthread_create(&workers[i].thread, NULL, i < producers ? produce : consume,
                               &workers[i]) == 0);
    }
    if (cancelled) {
        oasis_cancel_trigger(cancel);
    }
    for (int i = 0; i < n; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    for (int i = 0; i < producers * ITEMS; i++) {
        int times = atomic_load(&stress->seen[i]);

        seen += times;
        most = times > most ? times : most;
    }
    if (cancelled) {
        CHECK(most <= 1);
        CHECK(seen + atomic_load(&stress->refused) <= producers * ITEMS);
    } else {
        CHECK_INT(most, 1);
        CHECK_INT(seen, producers * ITEMS);
        CHECK_INT(atomic_load(&stress->refused), 0);
    }
    oasis_queue_free(&stress->queue, NULL);
    oasis_cancel_free(&cancel);
    free(stress);
}

/* A push that waits for room, and a pop that waits for an item, end when the queue is closed. */
static void *push_two(void *queue)
{
    bool first = oasis_queue_push(queue, item(1));
    bool second = oasis_queue_push(queue, item(2)); /* there is room for one only */

    CHECK(!second);
    return first ? queue : NULL;
}

static void *pop_none(void *queue)
{
    void *popped;

    CHECK(!oasis_queue_pop(queue, &popped));
    return NULL;
}

static void check_close_wakes(void)
{
    OasisQueue *full = oasis_queue_new(1, NULL), *empty = oasis_queue_new(1, NULL);
    pthread_t pusher, popper;

    REQUIRE(full && empty);
    REQUIRE(pthread_create(&pusher, NULL, push_two, full) == 0);
    REQUIRE(pthread_create(&popper, NULL, pop_none, empty) == 0);
    oasis_queue_close(full);
    oasis_queue_close(empty);
    pthread_join(pusher, NULL);
    pthread_join(popper, NULL);
    oasis_queue_free(&full, NULL);
    oasis_queue_free(&empty, NULL);
}

int main(void)
{
    test_begin();
    check_one_thread();
    check_free_items();
    check_cancelled();
    check_close_wakes();
    for (int i = 0; i < 8; i++) {
        size_t capacity = (size_t)test_random_int(1, 20);

        check_stress(1, 1, capacity, false);
        check_stress((int)test_random_int(1, 4), (int)test_random_int(1, 4), capacity, false);
        check_stress((int)test_random_int(1, 4), (int)test_random_int(1, 4), capacity, true);
    }
    return test_end();
}

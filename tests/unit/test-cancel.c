/* The cancel flag: parents, NULL, other threads, signal handlers.
 * SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <signal.h>

#include "oasis/cancel.h"
#include "test.h"

static void check_parents(void)
{
    OasisCancel *grandparent = oasis_cancel_new(NULL);
    OasisCancel *parent = oasis_cancel_new(grandparent);
    OasisCancel *child = oasis_cancel_new(parent);
    OasisCancel *sibling = oasis_cancel_new(grandparent);

    REQUIRE(grandparent && parent && child && sibling);
    CHECK(!oasis_cancel_is_triggered(child));

    oasis_cancel_trigger(sibling);
    CHECK(oasis_cancel_is_triggered(sibling));
    CHECK(!oasis_cancel_is_triggered(grandparent));
    CHECK(!oasis_cancel_is_triggered(child));

    oasis_cancel_trigger(parent);
    CHECK(oasis_cancel_is_triggered(parent));
    CHECK(oasis_cancel_is_triggered(child));
    CHECK(!oasis_cancel_is_triggered(grandparent));

    oasis_cancel_free(&child);
    CHECK(!child);
    oasis_cancel_free(&child);
    oasis_cancel_free(&sibling);
    oasis_cancel_free(&parent);
    oasis_cancel_free(&grandparent);
    CHECK(!oasis_cancel_is_triggered(NULL));
}

static void *wait_for_trigger(void *cancel)
{
    while (!oasis_cancel_is_triggered(cancel)) {
        sched_yield();
    }
    return NULL;
}

static void check_other_thread(void)
{
    OasisCancel *parent = oasis_cancel_new(NULL);
    OasisCancel *child = oasis_cancel_new(parent);
    pthread_t thread;

    REQUIRE(parent && child);
    REQUIRE(pthread_create(&thread, NULL, wait_for_trigger, child) == 0);
    oasis_cancel_trigger(parent);
    CHECK_INT(pthread_join(thread, NULL), 0);
    oasis_cancel_free(&child);
    oasis_cancel_free(&parent);
}

static OasisCancel *for_handler;

static void handle_signal(int number)
{
    oasis_cancel_trigger(for_handler);
}

static void check_signal_handler(void)
{
    struct sigaction action = {.sa_handler = handle_signal};

    for_handler = oasis_cancel_new(NULL);
    REQUIRE(for_handler);
    REQUIRE(sigaction(SIGUSR1, &action, NULL) == 0);
    raise(SIGUSR1);
    CHECK(oasis_cancel_is_triggered(for_handler));
    oasis_cancel_free(&for_handler);
}

int main(void)
{
    test_begin();
    check_parents();
    check_other_thread();
    check_signal_handler();
    return test_end();
}

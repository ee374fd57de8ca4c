/* A few checks for test programs: each failed one prints file, line and values and is counted, and
 * the program goes on. A program is
 *
 *     int main(void)
 *     {
 *         test_begin();
 *         CHECK(...);
 *         return test_end();
 *     }
 *
 * Random inputs are fresh in every run; the seed is printed, and SEED=… in the environment repeats
 * it. Checks may be made on any thread; random numbers and folders belong to the first.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <dirent.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "time-limit.h"
#include "oasis/status.h"

enum { TEST_SKIP = 77 }; /* the exit status by which Meson knows a skipped test */

/* Weak, so that all files of a program share them: failures that a helper file counts are the
 * program's, and the seed is everybody's. */
__attribute__((weak)) atomic_int test_failures;
__attribute__((weak)) uint64_t test_state;
static char test_folder[256];

/* --- checks: all give whether they held, so that a test can stop where it must --------------- */

#define CHECK(condition) test_check((condition), #condition, __FILE__, __LINE__)
#define CHECK_INT(actual, expected) \
    test_check_int((actual), (expected), #actual, __FILE__, __LINE__)
#define CHECK_NEAR(actual, expected, tolerance) \
    test_check_near((actual), (expected), (tolerance), #actual, __FILE__, __LINE__)
#define CHECK_STR(actual, expected) \
    test_check_str((actual), (expected), #actual, __FILE__, __LINE__)
#define CHECK_HAS(text, part) test_check_has((text), (part), #text, __FILE__, __LINE__)
#define CHECK_BYTES(actual, expected, size) \
    test_check_bytes((actual), (expected), (size), #actual, __FILE__, __LINE__)
/* A status; `err` (OasisError *, may be NULL) is printed where the status is not the expected. */
#define CHECK_STATUS(status, expected, err) \
    test_check_status((status), (expected), (err), #status, __FILE__, __LINE__)
#define CHECK_OK(status, err) CHECK_STATUS(status, OASIS_OK, err)

/* Ends the program where a test cannot go on: no memory, no folder. */
#define REQUIRE(condition)       \
    do {                         \
        if (!CHECK(condition)) { \
            exit(EXIT_FAILURE);  \
        }                        \
    } while (0)

static inline bool test_check(bool held, const char *what, const char *file, int line)
{
    if (!held) {
        fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
        atomic_fetch_add(&test_failures, 1);
    }
    return held;
}

static inline bool test_check_int(int64_t actual, int64_t expected, const char *what,
                                  const char *file, int line)
{
    if (actual != expected) {
        fprintf(stderr, "%s:%d: %s is %" PRId64 ", expected %" PRId64 "\n", file, line, what,
                actual, expected);
        atomic_fetch_add(&test_failures, 1);
    }
    return actual == expected;
}

static inline bool test_check_near(double actual, double expected, double tolerance,
                                   const char *what, const char *file, int line)
{
    double difference = actual > expected ? actual - expected : expected - actual;
    bool held = difference <= tolerance; /* false for NaN, too */

    if (!held) {
        fprintf(stderr, "%s:%d: %s is %.9g, expected %.9g within %.3g\n", file, line, what, actual,
                expected, tolerance);
        atomic_fetch_add(&test_failures, 1);
    }
    return held;
}

static inline bool test_check_str(const char *actual, const char *expected, const char *what,
                                  const char *file, int line)
{
    bool held = actual && expected ? strcmp(actual, expected) == 0 : actual == expected;

    if (!held) {
        fprintf(stderr, "%s:%d: %s is \"%s\", expected \"%s\"\n", file, line, what,
                actual ? actual : "(null)", expected ? expected : "(null)");
        atomic_fetch_add(&test_failures, 1);
    }
    return held;
}

static inline bool test_check_has(const char *text, const char *part, const char *what,
                                  const char *file, int line)
{
    bool held = text && strstr(text, part);

    if (!held) {
        fprintf(stderr, "%s:%d: %s is \"%s\", which lacks \"%s\"\n", file, line, what,
                text ? text : "(null)", part);
        atomic_fetch_add(&test_failures, 1);
    }
    return held;
}

static inline bool test_check_bytes(const void *actual, const void *expected, size_t size,
                                    const char *what, const char *file, int line)
{
    const uint8_t *a = actual, *b = expected;
    size_t i;

    for (i = 0; i < size && a[i] == b[i]; i++) {
        ;
    }
    if (i < size) {
        fprintf(stderr, "%s:%d: %s: byte %zu of %zu is 0x%02x, expected 0x%02x\n", file, line, what,
                i, size, a[i], b[i]);
        atomic_fetch_add(&test_failures, 1);
    }
    return i == size;
}

static inline bool test_check_status(OasisStatus actual, OasisStatus expected,
                                     const OasisError *err, const char *what, const char *file,
                                     int line)
{
    if (actual != expected) {
        fprintf(stderr, "%s:%d: %s gave \"%s\", expected \"%s\"", file, line, what,
                oasis_status_name(actual), oasis_status_name(expected));
        if (actual != OASIS_OK && err) {
            fprintf(stderr, " (%s: %s)", err->subject, err->detail);
        }
        fputc('\n', stderr);
        atomic_fetch_add(&test_failures, 1);
    }
    return actual == expected;
}

/* --- random inputs --------------------------------------------------------------------------- */

/* SplitMix64. */
static inline uint64_t test_random(void)
{
    uint64_t z = (test_state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* An integer, low <= n <= high. */
static inline int64_t test_random_int(int64_t low, int64_t high)
{
    return low + (int64_t)(test_random() % ((uint64_t)(high - low) + 1));
}

/* 0 <= x < 1. */
static inline double test_random_unit(void)
{
    return (double)(test_random() >> 11) * 0x1p-53;
}

static inline void test_random_bytes(void *data, size_t size)
{
    uint8_t *bytes = data;

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)test_random();
    }
}

/* --- a folder for files ---------------------------------------------------------------------- */

/* Removes the folder's files; it holds no folders. */
static inline void test_folder_remove(void)
{
    DIR *dir = opendir(test_folder);

    if (dir) {
        for (struct dirent *entry; (entry = readdir(dir));) {
            unlinkat(dirfd(dir), entry->d_name, 0);
        }
        closedir(dir);
    }
    rmdir(test_folder);
}

/* An empty folder of this run, gone when the program ends. */
static inline const char *test_folder_path(void)
{
    if (!*test_folder) {
        const char *parent = getenv("TMPDIR");

        snprintf(test_folder, sizeof test_folder, "%s/oasis-test-XXXXXX",
                 parent && *parent ? parent : "/tmp");
        REQUIRE(mkdtemp(test_folder));
        atexit(test_folder_remove);
    }
    return test_folder;
}

/* The path of a file in that folder; four calls later its memory is used again. */
static inline const char *test_path(const char *name)
{
    static char paths[4][512];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof paths[0], "%s/%s", test_folder_path(), name);
    return path;
}

/* How many files the folder holds, hidden ones too. */
static inline int test_folder_count(void)
{
    DIR *dir = opendir(test_folder_path());
    int count = -2; /* . and .. */

    REQUIRE(dir);
    while (readdir(dir)) {
        count++;
    }
    closedir(dir);
    return count;
}

/* --- what cannot be tested here -------------------------------------------------------------- */

/* Says that a part of the test, which the format names, is left out, as tests/run looks for it. */
__attribute__((format(printf, 2, 3))) static inline void test_skip(const char *reason,
                                                                   const char *part, ...)
{
    va_list arguments;

    va_start(arguments, part);
    printf("ok ");
    vprintf(part, arguments);
    printf(" # SKIP %s\n", reason);
    va_end(arguments);
}

/* --- the program ----------------------------------------------------------------------------- */

static inline void test_begin(void)
{
    const char *given = getenv("SEED");
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    test_state = given ? strtoull(given, NULL, 0)
                       : (uint64_t)now.tv_sec * 1000003u ^ (uint64_t)now.tv_nsec;
    fprintf(stderr, "SEED=%" PRIu64 "\n", test_state);
    time_limit_begin();
}

static inline int test_end(void)
{
    int failures = atomic_load(&test_failures);

    if (failures) {
        fprintf(stderr, "%d checks failed\n", failures);
    }
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}

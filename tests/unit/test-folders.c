/* Where the program keeps its files and looks for models.
 * SPDX-License-Identifier: Apache-2.0 */
#include "folders/folders.h"
#include "test.h"

static void check_cache(const char *cache, const char *home, const char *expected)
{
    char path[64] = "";

    cache ? setenv("XDG_CACHE_HOME", cache, 1) : unsetenv("XDG_CACHE_HOME");
    home ? setenv("HOME", home, 1) : unsetenv("HOME");
    if (expected) {
        CHECK(folders_cache("index", path, sizeof path) == path);
        CHECK_STR(path, expected);
    } else {
        CHECK(!folders_cache("index", path, sizeof path));
    }
}

static void test_cache(void)
{
    char path[30];

    check_cache("/cache", "/home/me", "/cache/rekindle/index");
    check_cache("", "/home/me", "/home/me/.cache/rekindle/index");
    check_cache(NULL, "/home/me", "/home/me/.cache/rekindle/index");
    check_cache("not/absolute", "/home/me", "/home/me/.cache/rekindle/index");
    check_cache("not/absolute", "nor/this", NULL);
    check_cache(NULL, NULL, NULL);

    setenv("HOME", "/home/me", 1);
    CHECK(!folders_cache("index", path, sizeof path)); /* one byte too short */
}

static void test_state_folder(void)
{
    char path[64];

    setenv("HOME", "/home/me", 1);
    setenv("XDG_STATE_HOME", "/state", 1);
    CHECK_STR(folders_state("queue.json", path, sizeof path), "/state/rekindle/queue.json");
    unsetenv("XDG_STATE_HOME");
    CHECK_STR(folders_state("queue.json", path, sizeof path),
              "/home/me/.local/state/rekindle/queue.json");
}

/* The environment's folders come first, then those of the build, which are not of this test. */
static void check_models(const char *const *expected)
{
    char **folders = folders_models();
    int count = 0;

    REQUIRE(folders);
    for (; expected[count]; count++) {
        REQUIRE(folders[count]);
        CHECK_STR(folders[count], expected[count]);
    }
    for (; folders[count]; count++) {
        CHECK(folders[count][0] == '/');
    }
    CHECK(count > 0 && !strcmp(strrchr(folders[count - 1], '/'), "/models"));
    free(folders);
}

static void test_models(void)
{
    setenv("OASIS_MODEL_PATH", "/one::/two:", 1);
    setenv("XDG_DATA_HOME", "/data", 1);
    setenv("XDG_DATA_DIRS", "/far:/wide", 1);
    check_models((const char *[]){"/one", "/two", "/data/rekindle/models", "/far/rekindle/models",
                                  "/wide/rekindle/models", NULL});

    unsetenv("OASIS_MODEL_PATH");
    unsetenv("XDG_DATA_HOME");
    setenv("XDG_DATA_DIRS", "", 1);
    setenv("HOME", "/home/me", 1);
    check_models((const char *[]){"/home/me/.local/share/rekindle/models",
                                  "/usr/local/share/rekindle/models", "/usr/share/rekindle/models",
                                  NULL});

    unsetenv("HOME");
    check_models((const char *[]){"/usr/local/share/rekindle/models", NULL});
}

int main(void)
{
    test_begin();
    test_cache();
    test_state_folder();
    test_models();
    return test_end();
}

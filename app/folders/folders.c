/* The program's folders, from the environment and the build.
 * SPDX-License-Identifier: Apache-2.0 */
#include "folders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OURS "rekindle"

/* A variable's value; NULL if it is not set, or empty. */
static const char *environment(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

/* The path of `name` in our part of the folder that a variable names, or that stands below HOME. */
static const char *place(const char *variable, const char *below_home, const char *name, char *path,
                         size_t size)
{
    const char *folder = environment(variable), *home = environment("HOME");
    int length;

    if (folder && *folder == '/') {
        length = snprintf(path, size, "%s/" OURS "/%s", folder, name);
    } else if (home && *home == '/') {
        length = snprintf(path, size, "%s/%s/" OURS "/%s", home, below_home, name);
    } else {
        return NULL;
    }
    return length > 0 && (size_t)length < size ? path : NULL;
}

const char *folders_cache(const char *name, char *path, size_t size)
{
    return place("XDG_CACHE_HOME", ".cache", name, path, size);
}

const char *folders_state(const char *name, char *path, size_t size)
{
    return place("XDG_STATE_HOME", ".local/state", name, path, size);
}

/* A list of folders and the text of them behind it. Without memory for them it is only measured. */
typedef struct List {
    char **folders;
    char *text;
    size_t count, bytes;
} List;

/* Appends each part of a colon-separated list, with `below` behind it; empty ones do not count. */
static void add(List *list, const char *parts, const char *below)
{
    while (*parts) {
        size_t length = strcspn(parts, ":"), bytes = length + strlen(below) + 1;

        if (length > 0) {
            if (list->folders) {
                list->folders[list->count] = list->text + list->bytes;
                snprintf(list->text + list->bytes, bytes, "%.*s%s", (int)length, parts, below);
            }
            list->count++;
            list->bytes += bytes;
        }
        parts += length + (parts[length] == ':');
    }
}

static void add_all(List *list)
{
    const char *below = "/" OURS "/models", *user = environment("XDG_DATA_HOME");
    const char *path = environment("OASIS_MODEL_PATH"), *system = environment("XDG_DATA_DIRS");

    list->count = list->bytes = 0;
    add(list, path ? path : "", "");
    if (user) {
        add(list, user, below);
    } else if (environment("HOME")) {
        add(list, environment("HOME"), "/.local/share/" OURS "/models");
    }
    add(list, system ? system : "/usr/local/share:/usr/share", below);
    add(list, REKINDLE_MODEL_FOLDERS, "");
}

char **folders_models(void)
{
    List list = {0};

    add_all(&list);
    list.folders = calloc(1, (list.count + 1) * sizeof *list.folders + list.bytes);
    if (list.folders) {
        list.text = (char *)(list.folders + list.count + 1);
        add_all(&list);
    }
    return list.folders;
}

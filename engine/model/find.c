/* Where weight files lie.
 * SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "oasis/model.h"
#include "oasis/status.h"

#define DEFAULT_NAME "oasis-home"
#define SUFFIX ".safetensors"

/* Calls `visit` for each part of a colon-separated list, with `below` appended, until it returns
 * true. Empty parts are passed over. */
static bool each_part(const char *list, const char *below,
                      bool (*visit)(const char *folder, void *data), void *data)
{
    char folder[PATH_MAX];

    while (*list) {
        size_t length = strcspn(list, ":");
        if (length && (size_t)snprintf(folder, sizeof folder, "%.*s%s", (int)length, list, below) <
                          sizeof folder && visit(folder, data)) {
            return true;
        }
        list += length + (list[length] == ':');
    }
    return false;
}

static const char *environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

/* Every folder that may hold models, best first, until `visit` returns true. */
static bool each_folder(bool (*visit)(const char *folder, void *data), void *data)
{
    const char *below = "/rekindle/models", *user = environment("XDG_DATA_HOME", NULL);
    char home[PATH_MAX];

    if (each_part(environment("OASIS_MODEL_PATH", ""), "", visit, data)) {
        return true;
    }
    if (!user && getenv("HOME")) {
        snprintf(home, sizeof home, "%s/.local/share", getenv("HOME"));
        user = home;
    }
    if (user && each_part(user, below, visit, data)) {
        return true;
    }
    if (each_part(environment("XDG_DATA_DIRS", "/usr/local/share:/usr/share"), below, visit,
                  data)) {
        return true;
    }
    return each_part(OASIS_MODEL_FOLDERS, "", visit, data);
}

typedef struct Find {
    const char *name;
    char path[PATH_MAX];
    char looked[sizeof ((OasisError *)0)->detail / 2];
} Find;

static bool is_listed(const char *list, const char *folder)
{
    const char *at = strstr(list, folder);
    const size_t length = strlen(folder);

    while (at && !((at == list || at[-1] == ' ') && (!at[length] || at[length] == ','))) {
        at = strstr(at + 1, folder);
    }
    return at;
}

static bool find_in(const char *folder, void *data)
{
    Find *find = data;
    size_t used = strlen(find->looked);

    /* The standard folders may well be named by the environment, too. */
    if (!is_listed(find->looked, folder)) {
        snprintf(find->looked + used, sizeof find->looked - used, "%s%s", used ? ", " : "",
                 folder);
    }
    return (size_t)snprintf(find->path, sizeof find->path, "%s/%s" SUFFIX, folder, find->name) <
               sizeof find->path && !access(find->path, F_OK);
}

OasisStatus oasis_model_find(const char *name, char *path, size_t size, OasisError *err)
{
    Find find = {.name = name ? name : DEFAULT_NAME};
    size_t length = strlen(find.name);

    if (strchr(find.name, '/') || (length > strlen(SUFFIX) &&
                                   !strcmp(find.name + length - strlen(SUFFIX), SUFFIX))) {
        snprintf(find.path, sizeof find.path, "%s", find.name);
    } else if (!each_folder(find_in, &find)) {
        return oasis_fail(err, OASIS_ERR_MODEL, find.name,
                          "no %s" SUFFIX " in %s; give a path, or set OASIS_MODEL_PATH", find.name,
                          find.looked);
    }
    if ((size_t)snprintf(path, size, "%s", find.path) >= size) {
        return oasis_fail(err, OASIS_ERR_MODEL, find.name, "its path is too long");
    }
    return OASIS_OK;
}

typedef struct List {
    void (*found)(const char *path, const OasisModelInfo *info, const OasisError *err, void *data);
    void *data;
    char **seen; /* file names */
    size_t n_seen;
} List;

static bool is_seen(List *list, const char *name)
{
    char **grown;

    for (size_t i = 0; i < list->n_seen; i++) {
        if (!strcmp(list->seen[i], name)) {
            return true;
        }
    }
    grown = realloc(list->seen, (list->n_seen + 1) * sizeof *grown);
    if (!grown) {
        return false;
    }
    list->seen = grown;
    list->seen[list->n_seen] = strdup(name);
    list->n_seen += list->seen[list->n_seen] != NULL;
    return false;
}

static int is_model_file(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > strlen(SUFFIX) && !strcmp(entry->d_name + length - strlen(SUFFIX), SUFFIX);
}

static bool list_in(const char *folder, void *data)
{
    struct dirent **entries = NULL;
    List *list = data;
    int n = scandir(folder, &entries, is_model_file, alphasort);

    for (int i = 0; i < n; i++) {
        char path[PATH_MAX];
        OasisModel *model = NULL;
        OasisError err = {0};
        if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name) <
                sizeof path && !is_seen(list, entries[i]->d_name)) {
            bool good = oasis_model_open(path, &model, &err) == OASIS_OK;
            list->found(path, good ? oasis_model_info(model) : NULL, good ? NULL : &err,
                        list->data);
            oasis_model_close(&model);
        }
        free(entries[i]);
    }
    free(entries);
    return false;
}

void oasis_model_list(void (*found)(const char *path, const OasisModelInfo *info,
                                    const OasisError *err, void *data), void *data)
{
    List list = {.found = found, .data = data};

    each_folder(list_in, &list);
    for (size_t i = 0; i < list.n_seen; i++) {
        free(list.seen[i]);
    }
    free(list.seen);
}

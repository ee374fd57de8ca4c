/* Looking for weight files in folders.
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

#define FAMILY "oasis-"
#define DEFAULT_NAME FAMILY "home"
#define SUFFIX ".safetensors"

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

static bool find_in(const char *folder, Find *find)
{
    size_t used = strlen(find->looked);

    /* A folder may well be listed twice. */
    if (!is_listed(find->looked, folder)) {
        snprintf(find->looked + used, sizeof find->looked - used, "%s%s", used ? ", " : "",
                 folder);
    }
    /* "fast" is short for "oasis-fast", but a file of just that name goes first. */
    for (int family = 0; family < 2; family++) {
        int length = snprintf(find->path, sizeof find->path, "%s/%s%s" SUFFIX, folder,
                              family ? FAMILY : "", find->name);
        if ((size_t)length < sizeof find->path && !access(find->path, F_OK)) {
            return true;
        }
    }
    return false;
}

OasisStatus oasis_model_find(const char *name, const char *const *folders, char *path, size_t size,
                             OasisError *err)
{
    Find find = {.name = name ? name : DEFAULT_NAME};
    size_t length = strlen(find.name);
    bool found = strchr(find.name, '/') ||
                 (length > strlen(SUFFIX) && !strcmp(find.name + length - strlen(SUFFIX), SUFFIX));

    if (found) {
        snprintf(find.path, sizeof find.path, "%s", find.name);
    }
    for (; !found && *folders; folders++) {
        found = find_in(*folders, &find);
    }
    if (!found) {
        return oasis_fail(err, OASIS_ERR_MODEL, find.name, "no %s" SUFFIX " in %s; give a path",
                          find.name, find.looked);
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

static void list_in(const char *folder, List *list)
{
    struct dirent **entries = NULL;
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
}

void oasis_model_list(const char *const *folders,
                      void (*found)(const char *path, const OasisModelInfo *info,
                                    const OasisError *err, void *data), void *data)
{
    List list = {.found = found, .data = data};

    for (; *folders; folders++) {
        list_in(*folders, &list);
    }
    for (size_t i = 0; i < list.n_seen; i++) {
        free(list.seen[i]);
    }
    free(list.seen);
}

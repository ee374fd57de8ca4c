/* Restoring several films: into a folder, or of the ranges of one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "batch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cli.h"
#include "escape.h"
#include "files.h"
#include "oasis/export.h"
#include "progress.h"
#include "report.h"
#include "restore.h"

/* What of a folder is taken for a film, unless it is named itself. */
static const char *const ENDINGS[] = {
    "3gp", "asf", "avi", "dv",  "flv", "m2ts", "m4v", "mkv", "mod", "mov", "mp4", "mpeg",
    "mpg", "mts", "mxf", "ogv", "tod", "ts",   "vob", "webm", "wmv", "y4m", NULL};

static const char PLACE[] = "{name}"; /* in a template */

typedef struct Item {
    char *input, *output;
    const OasisSpan *range; /* of the input; NULL = as the options say */
} Item;

typedef struct Batch {
    const RestoreOptions *options;
    Item *items;
    size_t n, room;
    size_t restored, there, failed;
    int exit_code; /* of the first failure */
} Batch;

static void batch_clear(Batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) {
        free(batch->items[i].input);
        free(batch->items[i].output);
    }
    free(batch->items);
}

/* --- what is to be done ----------------------------------------------------------------------- */

/* "DIR/clip-restored.mkv" of "films/clip.avi"; NULL without memory. */
static char *make_output(const RestoreOptions *options, const char *input)
{
    const char *name = file_name(input), *dot = strrchr(name, '.');
    const char *place = strstr(options->name, PLACE);
    const int length = dot && dot > name ? (int)(dot - name) : (int)strlen(name);
    char *output;

    return asprintf(&output, "%s/%.*s%.*s%s", options->output_dir, (int)(place - options->name),
                    options->name, length, name, place + strlen(PLACE)) < 0
               ? NULL
               : output;
}

/* "clip-2.mkv" of "clip.mkv"; NULL without memory. */
static char *number_output(const char *output, size_t number)
{
    const char *dot = strrchr(file_name(output), '.');
    const int length = dot ? (int)(dot - output) : (int)strlen(output);
    char *numbered;

    return asprintf(&numbered, "%.*s-%zu%s", length, output, number, output + length) < 0
               ? NULL
               : numbered;
}

/* Takes the item over. */
static OasisStatus add_item(Batch *batch, Item item, OasisError *err)
{

    if (batch->n == batch->room) {
        const size_t room = batch->room ? 2 * batch->room : 16;
        Item *items = realloc(batch->items, room * sizeof *items);

        batch->items = items ? items : batch->items;
        batch->room = items ? room : batch->room;
    }
    if (batch->n == batch->room || !item.input || !item.output) {
        free(item.input);
        free(item.output);
        return oasis_fail_memory(err, batch->options->input);
    }
    batch->items[batch->n++] = item;
    return OASIS_OK;
}

static OasisStatus add(Batch *batch, const char *input, OasisError *err)
{
    return add_item(batch,
                    (Item){.input = strdup(input), .output = make_output(batch->options, input)},
                    err);
}

static OasisStatus add_ranges(Batch *batch, OasisError *err)
{
    const RestoreOptions *options = batch->options;

    for (size_t i = 0; i < options->n_ranges; i++) {
        OASIS_TRY(add_item(batch,
                           (Item){.input = strdup(options->input),
                                  .output = number_output(options->output, i + 1),
                                  .range = &options->ranges[i]},
                           err));
    }
    return OASIS_OK;
}

static bool is_film(const char *name)
{
    const char *dot = strrchr(name, '.');
    bool known = false;

    for (size_t i = 0; name[0] != '.' && dot && ENDINGS[i] && !known; i++) {
        known = strcasecmp(dot + 1, ENDINGS[i]) == 0;
    }
    return known;
}

static int choose(const struct dirent *entry)
{
    return is_film(entry->d_name);
}

static OasisStatus add_folder(Batch *batch, const char *folder, OasisError *err)
{
    struct dirent **entries;
    const int n = scandir(folder, &entries, choose, alphasort);
    OasisStatus status = n < 0 ? oasis_fail(err, OASIS_ERR_INPUT, folder, "cannot be read")
                               : OASIS_OK;

    for (int i = 0; i < n; i++) {
        char *path = NULL;

        if (status == OASIS_OK) {
            status = asprintf(&path, "%s/%s", folder, entries[i]->d_name) < 0
                         ? oasis_fail_memory(err, folder)
                         : add(batch, path, err);
            free(path);
        }
        free(entries[i]);
    }
    if (n >= 0) {
        free(entries);
    }
    return status;
}

static OasisStatus list(Batch *batch, OasisError *err)
{
    for (const char *const *input = batch->options->inputs; *input; input++) {
        struct stat info;
        const bool folder = stat(*input, &info) == 0 && S_ISDIR(info.st_mode);

        OASIS_TRY((folder ? add_folder : add)(batch, *input, err));
    }
    return batch->n > 0 ? OASIS_OK
                        : oasis_fail(err, OASIS_ERR_INPUT, *batch->options->inputs,
                                     "has no films in it");
}

/* --- doing it --------------------------------------------------------------------------------- */

static const Item *find_output(const Batch *batch, size_t before)
{
    for (size_t i = 0; i < before; i++) {
        if (strcmp(batch->items[i].output, batch->items[before].output) == 0) {
            return &batch->items[i];
        }
    }
    return NULL;
}

/* Whether the film was finished by an earlier run of the same command. */
static bool is_there(const Batch *batch, const Item *item)
{
    OasisExportState state;
    struct stat info;
    bool there = !batch->options->force && lstat(item->output, &info) == 0;

    if (there && oasis_export_look(item->output, &state, NULL) == OASIS_OK) {
        there = false; /* nearly */
    }
    if (there) {
        escape_print(stderr, item->output);
        fputs(": is there already\n", stderr);
    }
    return there;
}

static int restore_item(const Batch *batch, size_t i, const OasisCancel *cancel)
{
    const Item *item = &batch->items[i], *other = find_output(batch, i);
    RestoreOptions options = *batch->options;
    OasisError err;

    if (other) {
        oasis_fail(&err, OASIS_ERR_OUTPUT, item->input,
                   "would become %s, as %s does; choose another --name-template", item->output,
                   other->input);
        return report_error(&err);
    }
    options.input = item->input;
    options.output = item->output;
    if (item->range) {
        options.start_ns = item->range->start_ns;
        options.end_ns = item->range->end_ns;
        options.n_ranges = 1;
    }
    return restore_one(&options, cancel);
}

static void restore_all(Batch *batch, const OasisCancel *cancel)
{
    for (size_t i = 0; i < batch->n && batch->exit_code != EXIT_CANCELLED; i++) {
        int exit_code;

        if (!find_output(batch, i) && is_there(batch, &batch->items[i])) {
            batch->there++;
            continue;
        }
        exit_code = restore_item(batch, i, cancel);
        batch->restored += exit_code == EXIT_DONE;
        batch->failed += exit_code != EXIT_DONE;
        if (batch->exit_code == EXIT_DONE || exit_code == EXIT_CANCELLED) {
            batch->exit_code = exit_code;
        }
    }
}

int batch_restore(const RestoreOptions *options, const OasisCancel *cancel)
{
    Batch batch = {.options = options};
    OasisError err;

    if ((options->each ? add_ranges(&batch, &err) : list(&batch, &err)) != OASIS_OK) {
        batch_clear(&batch);
        return report_error(&err);
    }
    restore_all(&batch, cancel);
    if (!options->quiet && !options->dry_run) {
        printf("%zu of %zu restored, %zu there already, %zu failed\n", batch.restored, batch.n,
               batch.there, batch.failed);
    }
    batch_clear(&batch);
    return batch.exit_code;
}

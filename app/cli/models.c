/* rekindle-cli models: the weight files that are installed.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "files.h"
#include "folders/folders.h"
#include "oasis/model.h"
#include "options.h"
#include "report.h"

static void print_model(const char *path, const OasisModelInfo *info, const OasisError *err,
                        void *data)
{
    int *usable = data;

    if (!info) {
        printf("%s\n    cannot be used: %s\n", path, err->detail);
        return;
    }
    (*usable)++;
    printf("%s  (%.1f million parameters)\n", info->name, (double)info->parameters / 1e6);
    if (info->description[0]) {
        printf("    %s\n", info->description);
    }
    printf("    %s\n", path);
}

static int list_models(int argc, char **argv)
{
    char path[4096], **folders;
    int usable = 0, exit_code;
    OasisError err;

    if (!options_only_files(&usage_models, argc, argv, NULL, &exit_code)) {
        return exit_code;
    }
    folders = folders_models();
    if (folders) {
        oasis_model_list((const char *const *)folders, print_model, &usable);
    }
    free(folders);
    /* The search for the default model has the sentence that says where it would have to lie. */
    if (!usable && file_find_model(NULL, path, sizeof path, &err) != OASIS_OK) {
        return report_error(&err);
    }
    return usable ? EXIT_DONE : EXIT_MODEL;
}

const Command command_models = {
    .usage = &usage_models,
    .run = list_models,
};

/* rekindle-cli devices: what can compute here.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli.h"
#include "files.h"
#include "folders/folders.h"
#include "oasis/device.h"
#include "options.h"
#include "report.h"
#include "text.h"

/* More than one machine holds; the list says if there are more. */
enum { MOST_DEVICES = 32 };

static void print_device(const OasisDeviceInfo *info)
{
    printf("%-10s  %s", info->name, info->description);
    if (!info->usable) {
        printf("\n            cannot be used: %s\n", info->reason);
        return;
    }
    printf("\n            usable, computes in %s", oasis_dtype_name(info->dtype));
    if (info->memory_bytes) {
        printf(", up to %s of memory", text_bytes(info->memory_bytes).text);
    }
    putchar('\n');
    if (oasis_device_is_measured(info)) {
        printf("            measured: %.0f GFLOP/s in f32, %.0f in bf16\n",
               info->rates[OASIS_F32] / 1e9, info->rates[OASIS_BF16] / 1e9);
    } else if (info->measurable) {
        printf("            not measured yet: the first restore does it, or devices --measure\n");
    }
}

/* Opens every device that has a choice, which measures it if nothing is known of it. */
static OasisStatus measure(const OasisDeviceInfo *infos, size_t count, OasisError *err)
{
    for (size_t i = 0; i < count; i++) {
        if (infos[i].usable && infos[i].measurable) {
            OasisDevice *device = NULL;
            OASIS_TRY(file_open_device((OasisDeviceParams){.name = infos[i].name}, &device, err));
            oasis_device_close(&device);
        }
    }
    return OASIS_OK;
}

static OasisStatus parse(int argc, char **argv, bool *measuring, bool *help, OasisError *err)
{
    int option;

    while ((option = options_next(&usage_devices, argc, argv, err)) != OPTION_END) {
        if (option == OPTION_BAD) {
            return err->status;
        }
        *help |= option == OPTION_HELP;
        *measuring |= option == OPTION_MEASURE;
    }
    return options_check_files(&usage_devices, argc, false, err);
}

static int list_devices(int argc, char **argv)
{
    OasisDeviceInfo infos[MOST_DEVICES];
    size_t count, usable = 0;
    char path[4096];
    const char *folder = folders_cache("devices", path, sizeof path);
    bool measuring = false, help = false;
    OasisError err;

    if (parse(argc, argv, &measuring, &help, &err) != OASIS_OK) {
        return report_error(&err);
    }
    if (help) {
        return EXIT_DONE;
    }
    count = oasis_device_list(folder, infos, MOST_DEVICES);
    if (measuring) {
        if (measure(infos, count < MOST_DEVICES ? count : MOST_DEVICES, &err) != OASIS_OK) {
            return report_error(&err);
        }
        count = oasis_device_list(folder, infos, MOST_DEVICES);
    }
    for (size_t i = 0; i < count && i < MOST_DEVICES; i++) {
        print_device(&infos[i]);
        usable += infos[i].usable;
    }
    if (count > MOST_DEVICES) {
        printf("and %zu more\n", count - MOST_DEVICES);
    }
    return usable ? EXIT_DONE : EXIT_DEVICE;
}

const Command command_devices = {
    .usage = &usage_devices,
    .run = list_devices,
};

/* rekindle-cli devices: what can compute here.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli.h"
#include "oasis/device.h"
#include "options.h"
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
    printf("\n            usable, computes in %s", info->dtype == OASIS_BF16 ? "bf16" : "f32");
    if (info->memory_bytes) {
        printf(", up to %s of memory", text_bytes(info->memory_bytes).text);
    }
    putchar('\n');
}

static int list_devices(int argc, char **argv)
{
    OasisDeviceInfo infos[MOST_DEVICES];
    size_t count, usable = 0;
    int exit_code;

    if (!options_only_arguments(&command_devices, argc, argv, 0, NULL, &exit_code)) {
        return exit_code;
    }
    count = oasis_device_list(infos, MOST_DEVICES);
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
    .name = "devices",
    .summary = "list the devices that can compute here",
    .help =
        "Usage: rekindle-cli devices\n"
        "\n"
        "Lists the devices that restore --device takes, best first, each with what it computes in\n"
        "by default, or why it cannot be used here.\n",
    .run = list_devices,
};

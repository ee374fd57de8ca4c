/* The versions of the program and of what it was built with.
 * SPDX-License-Identifier: Apache-2.0 */
#include "version.h"

#include <stdio.h>

#include "config.h"
#include "oasis/device.h"
#include "oasis/media.h"
#include "oasis/version.h"

/* More than one machine holds. */
enum { MOST_DEVICES = 32 };

static void print_back_ends(void)
{
    OasisDeviceInfo infos[MOST_DEVICES];
    size_t count = oasis_device_list(NULL, infos, MOST_DEVICES);

    printf("back ends:");
    for (size_t i = 0; i < count && i < MOST_DEVICES; i++) {
        printf("%s %s", i ? "," : "", infos[i].name);
        if (!infos[i].usable) {
            printf(" (%s)", infos[i].reason);
        }
    }
    putchar('\n');
}

void version_print(const char *program)
{
    const char *ffmpeg = oasis_media_version();

    printf("%s %s\n", program, REKINDLE_VERSION);
    printf("engine: liboasis, API %d\n", oasis_api_version());
    printf("FFmpeg: %s\n", ffmpeg ? ffmpeg : "not in this build");
    print_back_ends();
}

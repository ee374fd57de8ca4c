/* Quantities as people read them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "oasis/frame.h"

typedef struct Text {
    char text[64];
} Text;

/* "0:07", "12:03", "1:02:03". */
Text text_duration(double seconds);

/* "0:07.240": what --start and --end take. */
Text text_time(int64_t ns);

/* "812 bytes", "14.2 MB": decimal units, as disks and file managers have them. */
Text text_bytes(uint64_t bytes);

/* ", cropped by 8:0:10:12", or "" where nothing is. */
Text text_crop(const OasisCrop *crop);

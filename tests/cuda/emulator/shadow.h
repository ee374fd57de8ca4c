/* Who touched a place in memory last. Accesses of whole words of four bytes are kept by the word,
 * others by the byte.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/* Epochs as in EmulatorPlace, 0 = never. A reader is a thread, EMULATOR_SEVERAL_LANES | a thread of
 * its warp, EMULATOR_SEVERAL_OF_GROUP | the first of four warps, or EMULATOR_SEVERAL_WARPS. */
typedef struct EmulatorTouch {
    uint32_t write_epoch, read_epoch;
    uint16_t write_warp_epoch, read_warp_epoch;
    uint16_t write_group_epoch, read_group_epoch;
    uint16_t writer, reader;
} EmulatorTouch;

enum {
    EMULATOR_SEVERAL_LANES = 0x8000,
    EMULATOR_SEVERAL_OF_GROUP = 0x4000,
    EMULATOR_SEVERAL_WARPS = 0xffff,
};

typedef struct EmulatorShadow {
    EmulatorTouch *words, *bytes;
    uint32_t *split; /* of each word, the launch that touched single bytes of it last */
} EmulatorShadow;

/* Who touched a byte of memory last.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/* Epochs as in EmulatorPlace, 0 = never. A reader is a thread, EMULATOR_SEVERAL_LANES | a thread of
 * its warp, or EMULATOR_SEVERAL_WARPS. */
typedef struct EmulatorShadow {
    uint32_t write_epoch, read_epoch;
    uint16_t write_warp_epoch, read_warp_epoch;
    uint16_t writer, reader;
} EmulatorShadow;

enum { EMULATOR_SEVERAL_LANES = 0x8000, EMULATOR_SEVERAL_WARPS = 0xffff };

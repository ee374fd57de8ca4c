/* What the words of a whole warp compute, once all of its lanes have come to them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "emulator/block.h"

void emulator_compute_word(EmulatorWord word, void *const parts[32]);

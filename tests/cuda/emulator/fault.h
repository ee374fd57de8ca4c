/* Failures on demand: the driver's calls are counted, and one of them can be told to fail.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cuda/driver.h"

#define EMULATOR_API __attribute__((visibility("default")))

/* For tests, which find these two by dlsym. Calls are those of the driver's table but for the texts
 * of errors. A result that ruins a card's context is given by every later call, until the context
 * is destroyed. $OASIS_EMULATOR_FAIL="CALL:RESULT" does the same from the start. */
EMULATOR_API unsigned long emulator_calls(void);
/* The call-th from now on, 1 being the next; 0: none. What an earlier one has ruined is whole. */
EMULATOR_API void emulator_fail_call(unsigned long call, CUresult result);

/* Counts a call; what it has to give without doing anything, or CUDA_SUCCESS. */
CUresult emulator_count_call(void);
void emulator_forget_fault(void);

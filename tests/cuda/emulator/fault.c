/* Counting and failing.
 * SPDX-License-Identifier: Apache-2.0 */
#include "emulator/fault.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long calls, failing;
static CUresult fault, lasting;

unsigned long emulator_calls(void)
{
    return calls;
}

void emulator_fail_call(unsigned long call, CUresult result)
{
    failing = call ? calls + call : 0;
    fault = result;
    lasting = CUDA_SUCCESS;
}

static bool ruins_context(CUresult result)
{
    return result == CUDA_ERROR_ECC_UNCORRECTABLE || result == CUDA_ERROR_ILLEGAL_ADDRESS ||
           result == CUDA_ERROR_LAUNCH_FAILED || result == CUDA_ERROR_UNKNOWN;
}

static void read_environment(void)
{
    const char *text = getenv("OASIS_EMULATOR_FAIL");

    if (text && sscanf(text, "%lu:%d", &failing, &fault) != 2) {
        fprintf(stderr, "emulator: OASIS_EMULATOR_FAIL is not CALL:RESULT\n");
        abort();
    }
}

CUresult emulator_count_call(void)
{
    if (!calls) {
        read_environment();
    }
    calls++;
    if (lasting) {
        return lasting;
    }
    if (!failing || calls != failing) {
        return CUDA_SUCCESS;
    }
    lasting = ruins_context(fault) ? fault : CUDA_SUCCESS;
    return fault;
}

void emulator_forget_fault(void)
{
    lasting = CUDA_SUCCESS;
}

/* The parameters of each kernel: one struct, filled by the host half and read by the device half.
 * Pointers are addresses on the card; the host never follows them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

typedef struct OasisCudaFill {
    void *out; /* n elements of the kernel's dtype */
    uint64_t n;
    float value;
} OasisCudaFill;

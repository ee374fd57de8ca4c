/* Parameters of the kernels of words.cu.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

typedef struct Words {
    const void *in, *in2;
    void *out, *out2;
    int n, mode;
} Words;

/* What attention.c and window.c share.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cpu/kernels/kernels.h"

enum { OASIS_CPU_MAX_HEAD_DIM = 256 };

size_t KERNEL(window_bytes)(const OasisAttentionArgs *a, int threads);
void KERNEL(window)(const OasisAttentionArgs *a, char *scratch, int threads);

/* A part of a matrix product, for the kernels that are made of products.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cpu/kernels/kernels.h"
#include "backends/cpu/kernels/tile.h"

enum {
    PRODUCT_TILES = 4,
    PRODUCT_ROWS = PRODUCT_TILES * ROWS,
};

/* Bytes that a thread works in, for rows of `in`. */
size_t KERNEL(product_work_bytes)(int in);

/* PRODUCT_ROWS rows of the product from `first` on, or those that there are. */
void KERNEL(product_rows)(const OasisCpuProduct *p, size_t first, void *work);

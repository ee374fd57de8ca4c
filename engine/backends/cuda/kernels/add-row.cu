/* x += row in each row: four elements a thread, or one where the shape does not allow four. Bound
 * by 8 bytes an element; the row stays in the caches.
 * SPDX-License-Identifier: Apache-2.0 */
#include "divide.cuh"
#include "elements.cuh"

KERNEL(add_row_vectors, OasisCudaAddRow, 256, 1)
{
    const uint64_t i = (uint64_t)block_x() * threads() + thread();
    uint32_t column;
    float x[4], row[4];

    if (i >= p.elements / 4) {
        return;
    }
    divide((uint32_t)i, p.d, &column);
    load_elements(p.x + 4 * i, x);
    load_elements(p.row + 4 * column, row);
    UNROLL
    for (int j = 0; j < 4; j++) {
        x[j] += row[j];
    }
    store_elements(p.x + 4 * i, x);
}

KERNEL(add_row_any, OasisCudaAddRow, 256, 1)
{
    const uint64_t i = (uint64_t)block_x() * threads() + thread();

    if (i < p.elements) {
        p.x[i] += p.row[i % p.d.divisor];
    }
}

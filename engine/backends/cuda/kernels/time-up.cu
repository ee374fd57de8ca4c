/* Copies the halves of each position's channels to frames of their own: 16 bytes a thread, or one
 * element. Bound by each byte once in and once out.
 * SPDX-License-Identifier: Apache-2.0 */
#include "divide.cuh"

template <typename Unit>
DEVICE void time_up(const OasisCudaTimeUp &p)
{
    const uint32_t item = block_x() * threads() + thread();
    const int frame = block_y() + 1; /* of the sequence with the one that is dropped */
    uint32_t unit;
    const uint64_t position = divide(item, p.units, &unit);
    const uint32_t units = p.units.divisor;

    if (position >= p.positions) {
        return;
    }
    const uint64_t pair = (uint64_t)(frame / 2) * p.positions + position;
    static_cast<Unit *>(p.out)[((frame - 1) * p.positions + position) * units + unit] =
        static_cast<const Unit *>(p.x)[(pair * 2 + frame % 2) * units + unit];
}

KERNEL(time_up_16, OasisCudaTimeUp, 256, 1)
{
    time_up<Vec16>(p);
}

KERNEL(time_up_4, OasisCudaTimeUp, 256, 1)
{
    time_up<uint32_t>(p);
}

KERNEL(time_up_2, OasisCudaTimeUp, 256, 1)
{
    time_up<uint16_t>(p);
}

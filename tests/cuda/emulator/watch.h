/* Watches what kernels read and write. They are compiled with the calls that -fsanitize=thread puts
 * before each access (all of it but its library: the calls end here), and each access is held
 * against what the card promises:
 *
 *   bounds   of device memory, within an allocation; of shared memory, within an array
 *   races    of two threads that touch the same byte, one of them writing, a barrier must lie
 *            between: of the warp where both are of one warp, else of the block; threads of two
 *            blocks of a launch must not meet at all
 *
 * A breach ends the program with the kernel's name. $OASIS_EMULATOR_WATCH=0 turns it off.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

void emulator_check_aligned(const void *address, size_t bytes);
void emulator_watch_read(const void *address, size_t bytes);
void emulator_watch_write(const void *address, size_t bytes);

/* Seen by no other thread in the middle; gives what was there. */
int emulator_atomic_add(int *p, int v);

/* The rows of one matrix of ldmatrix, whose elements go to lanes all over the warp that runs. With
 * $OASIS_EMULATOR_BANKS=1 they must lie in different banks, so that the card reads them at once. */
void emulator_watch_matrix(const void *const rows[8]);

#ifdef __cplusplus
}
#endif

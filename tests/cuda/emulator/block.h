/* Runs a kernel block by block: each thread is a fiber, one warp after the other until all of its
 * lanes wait at a barrier of the block. Words of a whole warp are computed when all of its lanes
 * have come to them.
 *
 * What a card would leave undefined ends the program with the kernel's name: a barrier or a warp's
 * word that some threads do not reach, misaligned vectors, and what emulator/watch.h sees.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    EMULATOR_MOST_SHARED = 227 << 10, /* dynamic */
    EMULATOR_MOST_STATIC_SHARED = 48 << 10,
    EMULATOR_UNASKED_SHARED = 48 << 10, /* dynamic and static together, unless a kernel asked */
    EMULATOR_SHARED_BYTES = EMULATOR_MOST_SHARED + EMULATOR_MOST_STATIC_SHARED,
};

/* An entry, of which words.h makes one for each KERNEL. */
typedef struct EmulatorKernel {
    const char *name;
    void (*run)(const void *params);
    size_t params_bytes;
    int threads;         /* at most */
    size_t shared_bytes; /* at most, of dynamic ones: what the driver was asked for, or 0 */
    struct EmulatorKernel *next;
} EmulatorKernel;

void emulator_add_kernel(EmulatorKernel *kernel);
/* NULL where there is none of that name. */
EmulatorKernel *emulator_find_kernel(const char *name);

typedef struct EmulatorLaunch {
    const EmulatorKernel *kernel;
    const void *params;
    unsigned grid[3];
    int threads;
    size_t shared_bytes;
} EmulatorLaunch;

void emulator_launch(const EmulatorLaunch *launch);

/* --- for the words --------------------------------------------------------------------------- */

/* Where the thread that runs stands. */
typedef struct EmulatorPlace {
    int block[3], blocks_x, thread, threads;
    /* Of barriers: of all blocks that have been, and of warp and group of four since the block's
     * last. */
    uint32_t block_epoch, first_block_epoch, first_launch_epoch;
    uint16_t warp_epochs[32], group_epochs[8];
    unsigned char *dynamic_shared;
} EmulatorPlace;

extern EmulatorPlace emulator_place;

typedef enum EmulatorWord {
    EMULATOR_SYNC_WARP,
    EMULATOR_SHUFFLE,
    EMULATOR_VOTE,
    EMULATOR_LDMATRIX,
    EMULATOR_MMA_BF16,
    EMULATOR_MMA_F16,
} EmulatorWord;

typedef struct EmulatorShuffle {
    uint32_t value; /* in and out */
    int from;
} EmulatorShuffle;

typedef struct EmulatorVote {
    int vote;
    uint32_t votes;
} EmulatorVote;

typedef struct EmulatorLdmatrix {
    const void *row;
    int count, transposed;
    uint32_t *r;
} EmulatorLdmatrix;

typedef struct EmulatorMma {
    float *d;
    const uint32_t *a, *b;
} EmulatorMma;

/* The running thread's part of a word; returns when the whole warp has been here. */
void emulator_warp_word(EmulatorWord word, void *part);
void emulator_sync_block(void);
void emulator_sync_group(void); /* of four warps */

/* The block's array for a SHARED of that key, poisoned when its first thread comes to it. */
void *emulator_shared(const void *key, size_t bytes);

void emulator_copy_async(void *shared, const void *global, int valid);
void emulator_copy_commit(void);
void emulator_copy_wait(int groups);

/* Dynamic ones first, static ones from EMULATOR_MOST_SHARED on. */
extern unsigned char emulator_shared_memory[EMULATOR_SHARED_BYTES];

/* Whether bytes, counted from its beginning, are of one of the block's arrays. */
bool emulator_shared_holds(size_t offset, size_t bytes);

/* Ends the program with the kernel, the block and the thread. */
void emulator_stop(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#ifdef __cplusplus
}
#endif

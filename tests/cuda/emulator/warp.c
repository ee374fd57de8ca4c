/* Words of a whole warp. Layouts of matrices are those of the PTX ISA, as device.cuh writes them
 * down.
 * SPDX-License-Identifier: Apache-2.0 */
#include "emulator/warp.h"

#include <string.h>

#include "emulator/half.h"
#include "emulator/watch.h"

static void shuffle(void *const parts[32])
{
    uint32_t values[32];

    for (int lane = 0; lane < 32; lane++) {
        values[lane] = ((const EmulatorShuffle *)parts[lane])->value;
    }
    for (int lane = 0; lane < 32; lane++) {
        EmulatorShuffle *part = parts[lane];
        part->value = values[part->from & 31];
    }
}

static void vote(void *const parts[32])
{
    uint32_t votes = 0;

    for (int lane = 0; lane < 32; lane++) {
        votes |= (uint32_t)(((const EmulatorVote *)parts[lane])->vote != 0) << lane;
    }
    for (int lane = 0; lane < 32; lane++) {
        ((EmulatorVote *)parts[lane])->votes = votes;
    }
}

static void ldmatrix(void *const parts[32])
{
    const EmulatorLdmatrix *first = parts[0];

    for (int i = 0; i < first->count; i++) {
        uint16_t matrix[8][8];
        const void *rows[8];
        for (int row = 0; row < 8; row++) {
            rows[row] = ((const EmulatorLdmatrix *)parts[8 * i + row])->row;
        }
        emulator_watch_matrix(rows);
        for (int row = 0; row < 8; row++) {
            memcpy(matrix[row], rows[row], sizeof matrix[row]);
        }
        for (int lane = 0; lane < 32; lane++) {
            const EmulatorLdmatrix *part = parts[lane];
            int row = lane / 4, column = lane % 4 * 2;
            uint16_t low = part->transposed ? matrix[column][row] : matrix[row][column];
            uint16_t high = part->transposed ? matrix[column + 1][row] : matrix[row][column + 1];
            part->r[i] = low | (uint32_t)high << 16;
        }
    }
}

static void put_two(float *low, float *high, uint32_t bits, int is_bf16)
{
    *low = is_bf16 ? bf16_to_float((uint16_t)bits) : f16_to_float((uint16_t)bits);
    *high = is_bf16 ? bf16_to_float((uint16_t)(bits >> 16)) : f16_to_float((uint16_t)(bits >> 16));
}

static void mma(void *const parts[32], int is_bf16)
{
    float a[16][16], b[16][8], d[16][8], high;

    for (int lane = 0; lane < 32; lane++) {
        const EmulatorMma *part = parts[lane];
        int group = lane / 4, pair = lane % 4 * 2;
        for (int i = 0; i < 4; i++) {
            int row = group + i % 2 * 8, k = pair + i / 2 * 8;
            put_two(&a[row][k], &a[row][k + 1], part->a[i], is_bf16);
            d[row][pair + i / 2] = part->d[i % 2 * 2 + i / 2];
        }
        for (int i = 0; i < 2; i++) {
            int k = pair + i * 8;
            put_two(&b[k][group], &high, part->b[i], is_bf16);
            b[k + 1][group] = high;
        }
    }
    for (int row = 0; row < 16; row++) {
        for (int k = 0; k < 16; k++) {
            for (int column = 0; column < 8; column++) {
                d[row][column] += a[row][k] * b[k][column];
            }
        }
    }
    for (int lane = 0; lane < 32; lane++) {
        const EmulatorMma *part = parts[lane];
        int group = lane / 4, pair = lane % 4 * 2;
        for (int i = 0; i < 4; i++) {
            part->d[i] = d[group + i / 2 * 8][pair + i % 2];
        }
    }
}

void emulator_compute_word(EmulatorWord word, void *const parts[32])
{
    switch (word) {
    case EMULATOR_SYNC_WARP: break;
    case EMULATOR_SHUFFLE: shuffle(parts); break;
    case EMULATOR_VOTE: vote(parts); break;
    case EMULATOR_LDMATRIX: ldmatrix(parts); break;
    case EMULATOR_MMA_BF16: mma(parts, 1); break;
    case EMULATOR_MMA_F16: mma(parts, 0); break;
    }
}

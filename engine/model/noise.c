/* Philox4x32-10 (Salmon and others, "Parallel random numbers: as easy as 1, 2, 3", 2011) with
 * Box-Muller on top.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/noise.h"

#include <math.h>

static void philox(uint64_t seed, uint64_t counter, uint32_t words[4])
{
    uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};

    words[0] = (uint32_t)counter;
    words[1] = (uint32_t)(counter >> 32);
    words[2] = words[3] = 0;
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xd2511f53 * words[0], b = (uint64_t)0xcd9e8d57 * words[2];
        words[0] = (uint32_t)(b >> 32) ^ words[1] ^ key[0];
        words[1] = (uint32_t)b;
        words[2] = (uint32_t)(a >> 32) ^ words[3] ^ key[1];
        words[3] = (uint32_t)a;
        key[0] += 0x9e3779b9;
        key[1] += 0xbb67ae85;
    }
}

/* The four normals of one counter. */
static void normals(uint64_t seed, uint64_t counter, float out[4])
{
    const double turn = 6.283185307179586;
    uint32_t words[4];

    philox(seed, counter, words);
    for (int i = 0; i < 4; i += 2) {
        double radius = sqrt(-2 * log((words[i] + 0.5) * 0x1p-32));
        double angle = turn * ((words[i + 1] + 0.5) * 0x1p-32);
        out[i] = (float)(radius * cos(angle));
        out[i + 1] = (float)(radius * sin(angle));
    }
}

void oasis_noise(uint64_t seed, uint64_t first, size_t n, float *out)
{
    float four[4];

    for (size_t i = 0; i < n; i++) {
        if (!i || (first + i) % 4 == 0) {
            normals(seed, (first + i) / 4, four);
        }
        out[i] = four[(first + i) % 4];
    }
}

/* Measuring texture in blocks of 8×8 samples.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/analysis/texture.h"

#include <math.h>
#include <stdlib.h>

enum {
    SIDE = 8,
    LEAST_BLOCKS = 64, /* of one brightness, below which it is not told of */
    LOWEST = 2,        /* blocks darker or brighter than this and its mirror are cut off */
};

static const double SMOOTHEST = 0.25; /* the share of the blocks that is taken for smooth */
static const double SHARE_BIAS = 0.72; /* the mean variance of those, where all are white noise */
static const double PER_OCTAVE = 3;   /* bins */

/* Variances of the coefficients of a Haar transform along the lines, of three scales: each
 * coefficient of white noise varies as its samples do. Lines of one field are taken. */
static void transform(const uint8_t *luma, ptrdiff_t stride, double scales[3])
{
    double sums[3] = {0};

    for (int y = 0; y < SIDE; y += 2) {
        const uint8_t *line = luma + y * stride;
        int pairs[4], fours[2];

        for (int i = 0; i < 4; i++) {
            const int detail = line[2 * i] - line[2 * i + 1];

            pairs[i] = line[2 * i] + line[2 * i + 1];
            sums[0] += detail * detail / 2.0;
        }
        for (int i = 0; i < 2; i++) {
            const int detail = pairs[2 * i] - pairs[2 * i + 1];

            fours[i] = pairs[2 * i] + pairs[2 * i + 1];
            sums[1] += detail * detail / 4.0;
        }
        sums[2] += (fours[0] - fours[1]) * (fours[0] - fours[1]) / 8.0;
    }
    scales[0] = sums[0] / 16;
    scales[1] = sums[1] / 8;
    scales[2] = sums[2] / 4;
}

static int mean_of(const uint8_t *luma, ptrdiff_t stride)
{
    int sum = 0;

    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            sum += luma[y * stride + x];
        }
    }
    return sum / (SIDE * SIDE);
}

static void look_at_block(OasisTexture *texture, const uint8_t *luma, ptrdiff_t stride)
{
    const int mean = mean_of(luma, stride);
    double scales[3], place;
    OasisTextureBin *bin;

    if (mean < LOWEST || mean > 255 - LOWEST) {
        return;
    }
    transform(luma, stride, scales);
    /* By all of its detail, so that no scale is chosen for being small. */
    place = PER_OCTAVE * log2(1 + 8 * (scales[0] + scales[1] + scales[2]) / 3);
    bin = &texture->bins[mean * OASIS_BRIGHTNESSES / 256]
                        [place < OASIS_TEXTURE_BINS ? (int)place : OASIS_TEXTURE_BINS - 1];
    bin->count++;
    for (int s = 0; s < 3; s++) {
        bin->scales[s] += scales[s];
    }
}

static void look_at_steps(OasisTexture *texture, const uint8_t *line, int width)
{
    int64_t edges = 0, between = 0;

    for (int x = SIDE; x + SIDE <= width; x += SIDE) {
        edges += abs(line[x] - line[x - 1]);
        between += abs(line[x + 3] - line[x + 2]) + abs(line[x + 5] - line[x + 4]);
    }
    texture->at_edges += (double)edges;
    texture->between += (double)between / 2;
}

void oasis_texture_look(OasisTexture *texture, const OasisLook *look)
{
    for (int y = 0; y + SIDE <= look->height; y += SIDE) {
        for (int x = 0; x + SIDE <= look->width; x += 2 * SIDE) {
            look_at_block(texture, look->luma + y * look->stride + x, look->stride);
        }
        look_at_steps(texture, look->luma + y * look->stride, look->width);
    }
}

OasisNoise oasis_texture_noise(const OasisTexture *texture, int brightness)
{
    const OasisTextureBin *bins = texture->bins[brightness];
    int64_t all = 0, count = 0;
    OasisNoise noise = {0};

    for (int b = 0; b < OASIS_TEXTURE_BINS; b++) {
        all += bins[b].count;
    }
    if (all < LEAST_BLOCKS) {
        return noise;
    }
    for (int b = 0; b < OASIS_TEXTURE_BINS && (double)count < SMOOTHEST * (double)all; b++) {
        count += bins[b].count;
        for (int s = 0; s < 3; s++) {
            noise.scales[s] += bins[b].scales[s];
        }
    }
    for (int s = 0; s < 3; s++) {
        noise.scales[s] = sqrt(noise.scales[s] / (double)count / SHARE_BIAS);
    }
    return noise;
}

double oasis_texture_blocking(const OasisTexture *texture)
{
    const double ratio = texture->between > 0 ? texture->at_edges / texture->between : 1;

    return ratio > 1 ? ratio - 1 : 0;
}

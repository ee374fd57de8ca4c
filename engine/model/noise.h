/* The latent noise of one-step models that start from it (weight-file.md, "Noise"): a counter-based
 * generator, so that any element can be had alone and every tile, chunk and device sees the same.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Elements [first, first + n) of the standard normal sequence of a seed. */
void oasis_noise(uint64_t seed, uint64_t first, size_t n, float *out);

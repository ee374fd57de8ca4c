/* The compiled kernels, embedded in the module: for each file of kernels/ an image for each compute
 * capability, and one that drivers of later cards compile themselves.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

typedef struct OasisCudaImage {
    int capability; /* 10 * major + minor */
    bool ptx;       /* text for the driver, else machine code */
    const void *data;
} OasisCudaImage;

/* Ended by one of capability 0; each file's in the same order. */
extern const OasisCudaImage oasis_cuda_images[];

/* Version of the compiler, 1000 * major + 10 * minor, as drivers count: what they must know. */
extern const int oasis_cuda_compiler;

/* The image that serves a card best: the newest machine code of the card's major capability, else
 * what the driver compiles. NULL if none. Other files' images that serve it have the same
 * capability and form. */
const OasisCudaImage *oasis_cuda_best_image(int capability);

/* Whether the images for "90a" serve the card, which those for "90" then do. */
bool oasis_cuda_is_hopper(int capability);

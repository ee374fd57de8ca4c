/* The compiled kernels: one fat binary for each file of kernels/, embedded in the module.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

typedef struct OasisCudaImage {
    const char *name; /* of the file, without suffix */
    const void *data;
} OasisCudaImage;

extern const OasisCudaImage oasis_cuda_images[]; /* ended by a NULL name */

/* Version of the toolkit that made them, 1000 * major + 10 * minor: what the driver must know. */
extern const int oasis_cuda_toolkit;

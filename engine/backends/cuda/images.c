/* Choosing among the images.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/images.h"

#include <stddef.h>

/* Machine code runs on cards of the same major capability that are not older. */
static bool serves(const OasisCudaImage *image, int capability)
{
    return image->capability <= capability &&
           (image->ptx || image->capability / 10 == capability / 10);
}

const OasisCudaImage *oasis_cuda_best_image(int capability)
{
    const OasisCudaImage *best = NULL;

    for (const OasisCudaImage *image = oasis_cuda_images; image->capability; image++) {
        if (serves(image, capability) &&
            (!best || best->ptx > image->ptx ||
             (best->ptx == image->ptx && best->capability < image->capability))) {
            best = image;
        }
    }
    return best;
}

bool oasis_cuda_is_hopper(int capability)
{
    const OasisCudaImage *best = oasis_cuda_best_image(capability);

    return capability == 90 && best && best->capability == 90 && !best->ptx;
}

/* In place of compiled kernels, for a module that only the emulator is to open: it has the kernels
 * itself and takes anything for an image.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/images.h"

#include <stddef.h>

const OasisCudaImage oasis_cuda_images[] = {
    {75, false, "emulated"},
    {86, false, "emulated"},
    {90, false, "emulated"},
    {0, false, NULL},
};
const int oasis_cuda_compiler = 12090;

/* What an operation takes of the card beside its tensors, for the reckoning of a job's peak memory.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/staging.h"
#include "ops/view.h"

static size_t frame_bytes(const OasisFrame *frame)
{
    return oasis_cuda_planes(&frame->format).bytes;
}

size_t oasis_cuda_narrow_bytes(const OasisImportArgs *a)
{
    return (size_t)oasis_import_rect(a).height * (size_t)a->width * 3 * sizeof(float);
}

size_t oasis_cuda_workspace_bytes(OasisBackend *backend, OasisOp op, const void *args)
{
    switch (op) {
    case OASIS_OP_import_frame:
        return oasis_cuda_staging_bytes(frame_bytes(((const OasisImportArgs *)args)->frame)) +
               oasis_cuda_narrow_bytes(args);
    case OASIS_OP_export_frame:
        return oasis_cuda_staging_bytes(frame_bytes(((const OasisExportArgs *)args)->frame));
    case OASIS_OP_mix:
        return oasis_cuda_staging_bytes(2 * frame_bytes(((const OasisMixArgs *)args)->source));
    case OASIS_OP_grain:
        return oasis_cuda_staging_bytes(frame_bytes(((const OasisGrainArgs *)args)->frame));
    default:
        return 0;
    }
}

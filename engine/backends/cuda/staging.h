/* What a call carries between host memory and the card: through pinned memory, on streams of their
 * own, so that copies run beside the computing.
 *
 * Each direction has a ring of memory, twice: pinned, and on the card at the same offsets. To bring
 * something, an operation takes a stage, fills it on the host, sends it, and launches what reads it
 * on the card:
 *
 *     OASIS_TRY(oasis_cuda_stage_in(cuda, planes.bytes, &stage, err));
 *     OASIS_TRY(oasis_cuda_pack(cuda, a->frame, &planes, stage.host, err));
 *     OASIS_TRY(oasis_cuda_stage_send(cuda, &stage, err));
 *     … launch, with stage.device among the parameters
 *
 * To take something back, it launches what fills the stage on the card and then fetches it:
 *
 *     OASIS_TRY(oasis_cuda_stage_out(cuda, planes.bytes, &stage, err));
 *     … launch, with stage.device among the parameters
 *     OASIS_TRY(oasis_cuda_stage_fetch(cuda, &stage, a->frame, &planes, err));
 *
 * A call takes at most one stage of each direction, whose parts it lays out itself.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "backends/cuda/cuda.h"

/* Where a frame's planes lie in a stage: 256-byte aligned, rows without gaps. */
typedef struct OasisCudaPlanes {
    size_t offset[3]; /* bytes */
    size_t row[3];    /* bytes from row to row */
    size_t bytes;     /* of all, a multiple of 256 */
} OasisCudaPlanes;

OasisCudaPlanes oasis_cuda_planes(const OasisFrameFormat *format);

typedef struct OasisCudaStage {
    uint8_t *host; /* pinned; to be filled between stage_in and stage_send */
    uint8_t *device; /* an address on the card */
    size_t bytes;
} OasisCudaStage;

OasisStatus oasis_cuda_stage_in(OasisCudaBackend *cuda, size_t bytes, OasisCudaStage *stage,
                                OasisError *err) OASIS_MUST_USE;

/* Copies a frame's planes to `to`, once no earlier call is about to fill the frame any more. */
OasisStatus oasis_cuda_pack(OasisCudaBackend *cuda, const OasisFrame *frame,
                            const OasisCudaPlanes *planes, uint8_t *to,
                            OasisError *err) OASIS_MUST_USE;

/* What is launched from now on finds it on the card. */
OasisStatus oasis_cuda_stage_send(OasisCudaBackend *cuda, const OasisCudaStage *stage,
                                  OasisError *err) OASIS_MUST_USE;

OasisStatus oasis_cuda_stage_out(OasisCudaBackend *cuda, size_t bytes, OasisCudaStage *stage,
                                 OasisError *err) OASIS_MUST_USE;

/* Once what was launched so far is done, the planes come to the frame, by the next ticket. */
OasisStatus oasis_cuda_stage_fetch(OasisCudaBackend *cuda, const OasisCudaStage *stage,
                                   OasisFrame *frame, const OasisCudaPlanes *planes,
                                   OasisError *err) OASIS_MUST_USE;

/* What rings take of the card's memory once frames of that many bytes pass through one of them;
 * for workspace_bytes. */
size_t oasis_cuda_staging_bytes(size_t frame_bytes);

/* --- for the back end ------------------------------------------------------------------------- */

OasisStatus oasis_cuda_staging_new(OasisCudaBackend *cuda, OasisCudaStaging **staging,
                                   OasisError *err) OASIS_MUST_USE;
void oasis_cuda_staging_free(OasisCudaBackend *cuda, OasisCudaStaging **staging);

/* Fills the frames that are on their way by the ticket. Whatever is returned, none of them is
 * touched after. */
OasisStatus oasis_cuda_staging_land(OasisCudaBackend *cuda, OasisTicket ticket,
                                    OasisError *err) OASIS_MUST_USE;

/* Gives the rings' memory back; nothing may be on its way. */
void oasis_cuda_staging_trim(OasisCudaBackend *cuda);

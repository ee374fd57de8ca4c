/* One frame restored by itself.
 * SPDX-License-Identifier: Apache-2.0 */
#include "model/restorer.h"
#include "oasis/job.h"

OasisStatus oasis_draft_frame(OasisRestorer *restorer, OasisFrame *frame, const OasisCrop *crop,
                              const OasisFrameFormat *output, const OasisCancel *cancel,
                              OasisFrame **draft, OasisError *err)
{
    const OasisChunkWork work = {
        .frames = &frame,
        .n_frames = 1,
        .run_frames = 1,
        .crop = *crop,
        .output = *output,
        .want_frames = 1,
        .cancel = cancel,
    };
    OasisTicket ticket;
    OasisStatus status;

    *draft = NULL;
    OASIS_TRY(oasis_restorer_begin(restorer, &work, draft, NULL, &ticket, err));
    status = oasis_restorer_finish(restorer, ticket, err);
    if (status != OASIS_OK) {
        oasis_frame_unref(draft);
    }
    return status;
}

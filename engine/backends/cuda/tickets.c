/* Tickets: events on the stream that everything is computed on.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/staging.h"
#include "oasis/status.h"

static OasisStatus record(OasisBackend *backend, OasisError *err)
{
    OasisCudaBackend *cuda;

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    OASIS_CUDA_TRY(cuda->driver, event_record, cuda->tickets[cuda->marked % OASIS_CUDA_TICKETS],
                   cuda->compute);
    return OASIS_OK;
}

OasisTicket oasis_cuda_mark(OasisBackend *backend)
{
    OasisCudaBackend *cuda = (OasisCudaBackend *)backend;
    OasisError err;

    cuda->marked++;
    if (record(backend, &err) != OASIS_OK && cuda->lost.status == OASIS_OK) {
        cuda->lost = err;
    }
    return cuda->marked;
}

/* The event of a ticket that is long past is a later one's by now, which is no less. */
static OasisStatus reach(OasisBackend *backend, OasisTicket ticket, OasisError *err)
{
    OasisCudaBackend *cuda;

    OASIS_TRY(oasis_cuda_enter(backend, &cuda, err));
    OASIS_CUDA_TRY(cuda->driver, event_synchronize, cuda->tickets[ticket % OASIS_CUDA_TICKETS]);
    return OASIS_OK;
}

OasisStatus oasis_cuda_wait(OasisBackend *backend, OasisTicket ticket, OasisError *err)
{
    OasisCudaBackend *cuda = (OasisCudaBackend *)backend;
    OasisStatus status = OASIS_OK, landed;

    if (!ticket) {
        return OASIS_OK;
    }
    if (cuda->lost.status != OASIS_OK) {
        status = oasis_fail(err, cuda->lost.status, cuda->lost.subject, "%s", cuda->lost.detail);
    } else {
        status = reach(backend, ticket, err);
    }
    landed = oasis_cuda_staging_land(cuda, ticket, status == OASIS_OK ? err : NULL);
    return status != OASIS_OK ? status : landed;
}

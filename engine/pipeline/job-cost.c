/* What a job will take, known before it begins.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/status.h"
#include "pipeline/job-private.h"

/* Of the rate at which products alone are computed a whole job reaches this: 75 to 86 % were
 * measured (engine/backends/cpu/README.md), with a decoder and an encoder beside it less. */
static const double SHARE = 0.75;

/* Floating-point operations a second of a restorer; 0 = unknown. */
static double rate_of(const OasisRestorer *restorer)
{
    const OasisDeviceInfo *device = oasis_restorer_device(restorer);

    return SHARE * device->rates[device->dtype];
}

static void add_up(const OasisJobParams *params, const OasisPlan *plan, OasisJobCost *cost)
{
    const OasisFrameFormat *source = &oasis_source_info(params->source)->format;
    const bool resize_only = plan->n_restored == 0;
    bool known = true;
    double rate = 0, flops = 0;

    for (int i = 0; i < params->n_restorers; i++) {
        const OasisRestorerCost one =
            oasis_restorer_cost(params->restorers[i], source, &params->output, resize_only);

        known &= rate_of(params->restorers[i]) > 0;
        rate += rate_of(params->restorers[i]);
        flops = one.flops;
        cost->memory_bytes = one.bytes > cost->memory_bytes ? one.bytes : cost->memory_bytes;
    }
    if (known) {
        cost->seconds = flops * (double)(resize_only ? plan->frames : plan->n_restored) / rate;
    }
}

OasisStatus oasis_job_cost(const OasisJobParams *params, OasisJobCost *cost, OasisError *err)
{
    OasisChunkGrid grid;
    OasisPlan plan;
    OasisStatus status = oasis_job_plan(params, &grid, &plan, err);

    *cost = (OasisJobCost){.seconds = -1};
    if (status == OASIS_OK) {
        add_up(params, &plan, cost);
    }
    oasis_plan_clear(&plan);
    return status;
}

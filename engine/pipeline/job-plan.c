/* From what the caller wants to the plan of a job, or to what is wrong with it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/status.h"
#include "pipeline/job-private.h"

/* Chunks of one job may come from any of its restorers. */
static OasisStatus check_restorers(const OasisJobParams *params, OasisError *err)
{
    const OasisDeviceInfo *first;

    if (params->n_restorers < 1) {
        return oasis_fail(err, OASIS_ERR_USAGE, params->source->name, "there is no restorer");
    }
    first = oasis_restorer_device(params->restorers[0]);
    for (int i = 1; i < params->n_restorers; i++) {
        const OasisRestorer *restorer = params->restorers[i];
        const OasisDeviceInfo *device = oasis_restorer_device(restorer);

        if (oasis_restorer_model(restorer) != oasis_restorer_model(params->restorers[0])) {
            return oasis_fail(err, OASIS_ERR_USAGE, device->name, "has another model than %s",
                              first->name);
        }
        if (device->dtype != first->dtype) {
            return oasis_fail(err, OASIS_ERR_USAGE, device->name,
                              "computes in another dtype than %s; choose f32 or bf16 for both",
                              first->name);
        }
        for (int j = 0; j < i; j++) {
            if (device == oasis_restorer_device(params->restorers[j])) {
                return oasis_fail(err, OASIS_ERR_USAGE, device->name,
                                  "has two restorers; each needs a device of its own");
            }
        }
    }
    return OASIS_OK;
}

/* Each lies in the source, behind the one before. */
static OasisStatus check_ranges(const OasisJobParams *params, int64_t frames, OasisError *err)
{
    int64_t least = 0;

    for (size_t i = 0; i <= params->n_further; i++) {
        const OasisFrameRange range = oasis_plan_range(params, i);

        if (range.first < least || range.first >= range.end || range.end > frames) {
            return oasis_fail(err, OASIS_ERR_USAGE, params->source->name,
                              "frames %lld to %lld are not a range of its %lld frames%s",
                              (long long)range.first, (long long)range.end, (long long)frames,
                              i > 0 ? " behind the one before" : "");
        }
        least = range.end;
    }
    return OASIS_OK;
}

static OasisStatus check_params(const OasisJobParams *params, OasisError *err)
{
    OASIS_TRY(check_ranges(params, oasis_source_info(params->source)->frames, err));
    if (!(params->strength >= 0 && params->strength <= 1)) {
        return oasis_fail(err, OASIS_ERR_USAGE, "strength", "%g is not between 0 and 1",
                          params->strength);
    }
    if (!(params->grain_share >= 0 && params->grain_share <= 1)) {
        return oasis_fail(err, OASIS_ERR_USAGE, "grain", "%g is not between 0 and 1",
                          params->grain_share);
    }
    OASIS_TRY(oasis_crop_check(&params->crop, &oasis_source_info(params->source)->format, err));
    return oasis_frame_format_check(&params->output, "output", err);
}

static OasisChunkGrid make_grid(const OasisJobParams *params)
{
    const OasisModelInfo *model = oasis_restorer_model(params->restorers[0]);

    return (OasisChunkGrid){
        .frames = oasis_source_info(params->source)->frames,
        .chunk_frames = model->chunk_frames,
        .chunk_overlap = model->chunk_overlap,
        .cuts = params->cuts,
        .n_cuts = params->cuts ? params->n_cuts : 0,
    };
}

OasisStatus oasis_job_plan(const OasisJobParams *params, OasisChunkGrid *grid, OasisPlan *plan,
                           OasisError *err)
{
    *plan = (OasisPlan){0};
    OASIS_TRY(check_restorers(params, err));
    *grid = make_grid(params);
    OASIS_TRY(check_params(params, err));
    return oasis_plan_make(params, grid, plan, err);
}

/* Restores a raw video. Shown in oasis/job.h.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "oasis/job.h"

typedef struct Work {
    OasisModel *model;
    OasisDevice *device;
    OasisRestorer *restorer;
    OasisSource *source;
    OasisSink *sink;
} Work;

static OasisStatus restore(Work *work, char **paths, OasisError *err)
{
    OasisJobParams job = {.strength = 1};
    OasisTargetParams target = {.original = paths[2]};
    OasisSize size = {.scale = 2};
    const OasisSourceInfo *info;

    OASIS_TRY(oasis_model_open(paths[1], &work->model, err));
    OASIS_TRY(oasis_device_open(&(OasisDeviceParams){.name = "auto"}, &work->device, err));
    OASIS_TRY(oasis_restorer_new(work->model, work->device, &work->restorer, err));
    OASIS_TRY(oasis_y4m_source_open(paths[2], &work->source, err));
    info = oasis_source_info(work->source);
    OASIS_TRY(oasis_output_format(&info->format, &size, &job.output, err));
    target.format = job.output;
    target.frame_rate = info->frame_rate;
    OASIS_TRY(oasis_y4m_sink_open(paths[3], &target, &work->sink, err));
    job.restorers = &work->restorer;
    job.n_restorers = 1;
    job.source = work->source;
    job.sink = work->sink;
    return oasis_job_run(&job, err);
}

int main(int argc, char **argv)
{
    Work work = {0};
    OasisError err;
    OasisStatus status = argc == 4 ? restore(&work, argv, &err)
                                   : oasis_fail(&err, OASIS_ERR_USAGE, argv[0],
                                                "wants MODEL SOURCE.y4m TARGET.y4m");

    if (status != OASIS_OK) {
        fprintf(stderr, "%s: %s\n", err.subject, err.detail);
    }
    oasis_sink_close(&work.sink);
    oasis_source_close(&work.source);
    oasis_restorer_free(&work.restorer);
    oasis_device_close(&work.device);
    oasis_model_close(&work.model);
    return status == OASIS_OK ? 0 : 1;
}

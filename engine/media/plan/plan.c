/* Planning a file: what becomes of the picture and of each track of the source.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "media/plan/planning.h"

static const int64_t LONG_NS = 10000000000; /* a frame that is shown for longer is worth a word */

static void note_times(OasisPlanning *planning)
{
    const OasisMediaInfo *info = planning->info;

    if (info->clock_jumps > 0) {
        oasis_planning_note(planning, OASIS_NOTE_CLOCK_SET, false)->before = info->clock_jumps;
    }
    if (info->longest_ns > LONG_NS) {
        OasisPlanNote *note = oasis_planning_note(planning, OASIS_NOTE_LONG_FRAME, false);

        note->amount = (double)info->longest_ns / 1e9;
        note->at = (double)info->longest_at_ns / 1e9;
    }
}

static int64_t find_free_bytes(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    struct statvfs disk;
    int64_t bytes = -1;

    if (folder && statvfs(folder, &disk) == 0) {
        bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    }
    free(folder);
    return bytes;
}

static OasisStatus make(OasisPlanning *planning, OasisError *err)
{
    OasisMediaPlan *plan = planning->plan;

    plan->container = planning->muxer->container;
    plan->free_bytes = find_free_bytes(planning->path);
    OASIS_TRY(oasis_plan_picture(planning, err));
    if (planning->info) {
        note_times(planning);
        OASIS_TRY(oasis_plan_tracks(planning, err));
        OASIS_TRY(oasis_plan_size(planning, err));
    } else if (planning->target->file_bytes > 0) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "of raw frames a size cannot be chosen; give a bit rate");
    }
    return OASIS_OK;
}

OasisStatus oasis_media_plan_new(const char *path, const OasisMediaTarget *target,
                                 const OasisMediaInfo *info, OasisMediaPlan **plan,
                                 OasisError *err)
{
    const size_t n_tracks = info ? info->n_tracks : 0;
    OasisPlanning planning = {
        .path = path, .target = target, .info = info, .room = 16 + 4 * n_tracks};
    OasisStatus status = oasis_muxer_find(path, &planning.muxer, err);

    *plan = NULL;
    if (status == OASIS_OK) {
        planning.plan = *plan = calloc(1, sizeof **plan);
        if (*plan) {
            (*plan)->tracks = calloc(n_tracks + 1, sizeof *(*plan)->tracks);
            (*plan)->notes = calloc(planning.room, sizeof *(*plan)->notes);
        }
        status = *plan && (*plan)->tracks && (*plan)->notes ? make(&planning, err)
                                                            : oasis_fail_memory(err, path);
    }
    if (status != OASIS_OK) {
        oasis_media_plan_free(plan);
    }
    return status;
}

void oasis_media_plan_free(OasisMediaPlan **plan)
{
    OasisMediaPlan *self = *plan;

    *plan = NULL;
    if (self) {
        free(self->tracks);
        free(self->notes);
        free(self->preset);
        free(self);
    }
}

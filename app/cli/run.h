/* What the commands that restore work with: a source, a model, devices; and what they make of them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "files.h"
#include "oasis/export.h"
#include "restore-options.h"

enum { MOST_DEVICES = 16 };

/* All that a run holds; freed in one place, however far it came. */
typedef struct Run {
    const OasisCancel *cancel; /* borrowed */
    Film film;
    OasisAnalysis *analysis; /* NULL of raw frames */
    OasisKind kind;          /* by which what was not asked for is decided */
    OasisSource *source;
    OasisModel *model;
    OasisDevice *devices[MOST_DEVICES];
    OasisRestorer *restorers[MOST_DEVICES]; /* one on each */
    int n_devices;
    OasisSink *sink;         /* of raw frames */
    OasisSize size;
    OasisGrain grain; /* of the source, where it is to be given back */
    bool has_grain;
    double grain_share;
    OasisFrameFormat format; /* of the restored frames */
    int64_t first, end;      /* source frames to restore */
    OasisFrameRange further[MOST_RANGES]; /* and those that follow */
    size_t n_further;
    char index_folder[4096], identity_folder[4096];
} Run;

/* Opens the source, once it is known that the target can be written, and the model. Close the run
 * whatever is returned. */
OasisStatus run_open(Run *run, const RestoreOptions *options, OasisError *err) OASIS_MUST_USE;
/* One restorer on each of the devices that are named, with commas between them. */
OasisStatus run_open_restorers(Run *run, const RestoreOptions *options,
                               OasisError *err) OASIS_MUST_USE;
void run_close(Run *run);

int64_t run_frames(const Run *run); /* that will be written */
OasisMediaTarget run_target(Run *run, const RestoreOptions *options);
OasisJobParams run_job(const Run *run, const RestoreOptions *options);
/* Points to the others. */
OasisExportParams run_export(Run *run, const RestoreOptions *options,
                             const OasisMediaTarget *target, const OasisJobParams *job);

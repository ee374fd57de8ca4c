/* The index of a video as it was kept, or else built: predicted from packets, checked by samples,
 * and decoded where the prediction does not hold.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/index/build.h"

#include <stdlib.h>
#include <string.h>

#include "media/index/cache.h"
#include "media/index/clock.h"
#include "media/index/decode.h"
#include "media/index/sample.h"
#include "media/index/scan.h"

/* Scanning is the first half of the progress, decoding the second. */
typedef struct HalfProgress {
    void (*report)(double done, void *data);
    void *data;
    double from;
} HalfProgress;

static void report_half(double done, void *data)
{
    const HalfProgress *half = data;

    if (half->report) {
        half->report(half->from + done / 2, half->data);
    }
}

/* Containers that say how long each frame is shown; what FFmpeg makes up for the others is worse
 * than the frame before. */
static bool has_durations(const AVFormatContext *format)
{
    static const char *const names[] = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm", "gif", "apng",
                                        "nut"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(format->iformat->name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Reads the file through, looking at all its streams. */
static OasisStatus scan(OasisInput *input, HalfProgress *half, OasisTrackScan *tracks,
                        OasisIndex *index, bool *right, OasisError *err)
{
    OasisStatus status;

    oasis_input_watch(input, tracks);
    status = oasis_index_scan(input, report_half, half, index, right, err);
    if (status == OASIS_OK && !oasis_track_scan_finish(tracks, input->format, index)) {
        status = oasis_fail_memory(err, input->path);
    }
    oasis_input_watch(input, NULL);
    return status;
}

/* Where the parts begin, which reading them through has told. */
static bool keep_parts(const OasisInput *input, OasisIndex *index)
{
    const OasisParts *parts = &input->parts;

    index->n_parts = parts->count;
    index->part_starts = calloc(parts->count, sizeof *index->part_starts);
    for (size_t i = 0; index->part_starts && i < parts->count; i++) {
        index->part_starts[i] = parts->list[i].start;
    }
    return index->part_starts;
}

static void use_parts(OasisInput *input, const OasisIndex *index)
{
    for (size_t i = 0; i < index->n_parts; i++) {
        input->parts.list[i].start = index->part_starts[i];
    }
    input->parts.known = index->n_parts;
}

static OasisStatus build_with(OasisInput *input, OasisTrackScan *tracks,
                              void (*progress)(double, void *), void *data, OasisIndex *index,
                              OasisError *err)
{
    HalfProgress half = {progress, data, 0};
    bool right;
    int error;

    OASIS_TRY(scan(input, &half, tracks, index, &right, err));
    if (!keep_parts(input, index)) {
        return oasis_fail_memory(err, input->path);
    }
    if (right) {
        OASIS_TRY(oasis_index_sample(input, index, &right, err));
    }
    if (!right) {
        half.from = 0.5;
        OASIS_TRY(oasis_index_decode(input, report_half, &half, index, err));
    }
    error = oasis_clock_mend(input, tracks, index);
    if (error < 0) {
        return oasis_input_fail(input, error, err);
    }
    if (!has_durations(input->format)) {
        index->last_duration = 0;
    }
    if (progress) {
        progress(1, data);
    }
    return OASIS_OK;
}

static OasisStatus build(OasisInput *input, void (*progress)(double, void *), void *data,
                         OasisIndex *index, OasisError *err)
{
    OasisTrackScan *tracks = oasis_track_scan_new(input->format, oasis_parts_size(&input->parts));
    OasisStatus status = tracks ? build_with(input, tracks, progress, data, index, err)
                                : oasis_fail_memory(err, input->path);

    oasis_track_scan_free(&tracks);
    return status;
}

/* Opens the file anew where its beginning does not show all streams. */
static OasisStatus probe(OasisInput *input, const OasisIndex *index, OasisError *err)
{
    int error = oasis_input_probe(input, (OasisProbe){index->probe_bytes, index->probe_ns});

    return error < 0 ? oasis_input_fail(input, error, err) : OASIS_OK;
}

OasisStatus oasis_index_open(OasisInput *input, const char *folder,
                             void (*progress)(double, void *), void *data, OasisIndex **index,
                             OasisError *err)
{
    OasisStatus status;

    *index = folder ? oasis_index_load(input, folder) : NULL;
    if (*index) {
        use_parts(input, *index);
        return probe(input, *index, err);
    }
    *index = calloc(1, sizeof **index);
    status = *index ? build(input, progress, data, *index, err)
                    : oasis_fail_memory(err, input->path);
    if (status != OASIS_OK) {
        oasis_index_free(index);
    } else if (folder) {
        oasis_index_save(input, *index, folder);
    }
    return status == OASIS_OK ? probe(input, *index, err) : status;
}

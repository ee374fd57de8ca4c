/* The index of a video as it was kept, or else built: predicted from packets, checked by samples,
 * and decoded where the prediction does not hold.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/index-build.h"

#include <stdlib.h>

#include "media/index-cache.h"
#include "media/index-decode.h"
#include "media/index-sample.h"
#include "media/index-scan.h"

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

static OasisStatus build(OasisInput *input, void (*progress)(double, void *), void *data,
                         OasisIndex *index, OasisError *err)
{
    HalfProgress half = {progress, data, 0};
    bool right;

    OASIS_TRY(oasis_index_scan(input, report_half, &half, index, &right, err));
    if (right) {
        OASIS_TRY(oasis_index_sample(input, index, &right, err));
    }
    if (!right) {
        half.from = 0.5;
        OASIS_TRY(oasis_index_decode(input, report_half, &half, index, err));
    }
    if (progress) {
        progress(1, data);
    }
    return OASIS_OK;
}

OasisStatus oasis_index_open(OasisInput *input, const char *folder,
                             void (*progress)(double, void *), void *data, OasisIndex **index,
                             OasisError *err)
{
    OasisStatus status;

    *index = folder ? oasis_index_load(input, folder) : NULL;
    if (*index) {
        return OASIS_OK;
    }
    *index = calloc(1, sizeof **index);
    status = *index ? build(input, progress, data, *index, err)
                    : oasis_fail_memory(err, input->path);
    if (status != OASIS_OK) {
        oasis_index_free(index);
    } else if (folder) {
        oasis_index_save(input, *index, folder);
    }
    return status;
}

/* Usage: make-y4m-seeds FOLDER
 *
 * Writes Y4M files for the fuzzer to start from: small, whole, one of every layout of samples.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "oasis/sink.h"

enum { FRAMES = 2 };

static OasisStatus write_file(const char *path, const OasisFrameFormat *format, OasisError *err)
{
    const OasisTargetParams params = {.format = *format, .frame_rate = {30000, 1001}};
    OasisFrame *frame = oasis_frame_new(format);
    OasisSink *sink = NULL;
    OasisStatus status = frame ? oasis_y4m_sink_open(path, &params, &sink, err)
                               : oasis_fail_memory(err, path);

    for (int p = 0; frame && p < format->planes; p++) {
        int rows = oasis_frame_plane_height(format, p);

        memset(frame->data[p], 0, (size_t)frame->stride[p] * (size_t)rows);
    }
    for (int n = 0; n < FRAMES && status == OASIS_OK; n++) {
        status = oasis_sink_write(sink, frame, err);
    }
    if (status == OASIS_OK) {
        status = oasis_sink_finish(sink, err);
    }
    oasis_sink_close(&sink);
    oasis_frame_unref(&frame);
    return status;
}

int main(int argc, char **argv)
{
    static const struct {
        int depth, planes, shift_x, shift_y;
    } layouts[] = {
        {8, 3, 1, 1}, {8, 3, 2, 0}, {8, 3, 1, 0}, {8, 3, 0, 0}, {8, 1, 0, 0}, {10, 3, 1, 1},
        {16, 3, 0, 0}, {12, 1, 0, 0},
    };

    if (argc != 2) {
        fprintf(stderr, "Usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    for (int i = 0; i < (int)(sizeof layouts / sizeof *layouts); i++) {
        const OasisFrameFormat format = {
            .width = 5, .height = 3, .depth = layouts[i].depth, .planes = layouts[i].planes,
            .chroma_shift_x = layouts[i].shift_x, .chroma_shift_y = layouts[i].shift_y,
            .matrix = OASIS_MATRIX_SMPTE170M, .range = i % 2,
            .primaries = 2, .transfer = 2, .sample_aspect = {16, 15},
        };
        OasisError err;
        char path[1024];

        snprintf(path, sizeof path, "%s/%d.y4m", argv[1], i);
        if (write_file(path, &format, &err) != OASIS_OK) {
            fprintf(stderr, "%s: %s\n", err.subject, err.detail);
            return 1;
        }
    }
    return 0;
}

/* Any bytes as a Y4M file: they are refused, or all frames come, wherever reading begins; and a
 * header that was understood can be written and says the same again.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "oasis/source.h"
#include "pipeline/y4m-header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool truth)
{
    if (!truth) {
        abort();
    }
}

static bool same_ratio(OasisRational a, OasisRational b)
{
    return a.num == b.num && a.den == b.den;
}

static void check_header(const OasisSourceInfo *info)
{
    OasisY4mHeader header = {.format = info->format, .frame_rate = info->frame_rate}, again;
    char line[OASIS_Y4M_MAX_HEADER];

    require(oasis_y4m_header_print(&header, "input", line, NULL) == OASIS_OK);
    require(oasis_y4m_header_parse(line, strcspn(line, "\n"), "input", &again, NULL) == OASIS_OK);
    require(oasis_frame_format_equal(&again.format, &header.format));
    require(same_ratio(again.format.sample_aspect, header.format.sample_aspect));
    require(same_ratio(again.frame_rate, header.frame_rate));
}

/* No sample exceeds the depth, which conversion relies on. */
static void check_row(const OasisFrame *frame, int plane, int y)
{
    const int width = oasis_frame_plane_width(&frame->format, plane);
    const void *row = frame->data[plane] + y * frame->stride[plane];

    for (int x = 0; frame->format.depth > 8 && x < width; x++) {
        require(((const uint16_t *)row)[x] >> frame->format.depth == 0);
    }
}

/* Reads frame n. False if it was refused, for its marker. */
static bool check_frame(OasisSource *source, int64_t n)
{
    OasisFrame *frame;
    OasisError err;
    OasisStatus status = oasis_source_read(source, &frame, &err);

    if (status != OASIS_OK) {
        require(status == OASIS_ERR_INPUT || status == OASIS_ERR_UNSUPPORTED);
        require(!frame && err.detail[0]);
        return false;
    }
    require(frame && frame->pts == n);
    require(oasis_frame_format_equal(&frame->format, &oasis_source_info(source)->format));
    for (int p = 0; p < frame->format.planes; p++) {
        for (int y = 0; y < oasis_frame_plane_height(&frame->format, p); y++) {
            check_row(frame, p, y);
        }
    }
    oasis_frame_unref(&frame);
    return true;
}

static void check_source(OasisSource *source)
{
    const int64_t frames = oasis_source_info(source)->frames;
    OasisFrame *frame;

    require(frames >= 1);
    check_header(oasis_source_info(source));
    for (int64_t n = frames - 1; n >= 0; n--) {
        require(oasis_source_seek(source, n, NULL, NULL) == OASIS_OK);
        check_frame(source, n);
    }
    require(oasis_source_seek(source, frames - 1, NULL, NULL) == OASIS_OK);
    if (check_frame(source, frames - 1)) {
        require(oasis_source_read(source, &frame, NULL) == OASIS_OK && !frame);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OasisSource *source;
    OasisError err;
    char path[32];
    OasisStatus status;
    int fd = memfd_create("input", MFD_CLOEXEC);

    require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    status = oasis_y4m_source_open(path, &source, &err);
    if (status == OASIS_OK) {
        check_source(source);
    } else {
        require(status == OASIS_ERR_INPUT || status == OASIS_ERR_UNSUPPORTED);
        require(!source && err.detail[0] && strcmp(err.subject, path) == 0);
    }
    oasis_source_close(&source);
    close(fd);
    return 0;
}

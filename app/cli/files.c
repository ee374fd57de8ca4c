/* Opening what the user named.
 * SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <string.h>
#include <strings.h>

bool file_is_raw(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot && strcasecmp(dot, ".y4m") == 0;
}

OasisStatus file_open_source(const char *path, const OasisMediaParams *params,
                             OasisSource **source, OasisError *err)
{
    if (file_is_raw(path)) {
        return oasis_y4m_source_open(path, source, err);
    }
    return oasis_media_source_open(path, params, source, err);
}

OasisStatus file_open_sink(const char *path, const OasisMediaTarget *target, OasisSink **sink,
                           OasisError *err)
{
    if (file_is_raw(path)) {
        return oasis_y4m_sink_open(path, &target->target, sink, err);
    }
    return oasis_media_sink_open(path, target, sink, err);
}

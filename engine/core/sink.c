/* Calling sinks.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/sink.h"

bool oasis_sink_has(OasisSink *sink, const OasisChunkInfo *chunk)
{
    return sink->klass->has && sink->klass->has(sink, chunk);
}

OasisStatus oasis_sink_begin_chunk(OasisSink *sink, const OasisChunkInfo *chunk, OasisError *err)
{
    return sink->klass->begin_chunk ? sink->klass->begin_chunk(sink, chunk, err) : OASIS_OK;
}

OasisStatus oasis_sink_write(OasisSink *sink, OasisFrame *frame, OasisError *err)
{
    return sink->klass->write(sink, frame, err);
}

OasisStatus oasis_sink_end_chunk(OasisSink *sink, OasisError *err)
{
    return sink->klass->end_chunk ? sink->klass->end_chunk(sink, err) : OASIS_OK;
}

OasisStatus oasis_sink_finish(OasisSink *sink, OasisError *err)
{
    return sink->klass->finish(sink, err);
}

void oasis_sink_close(OasisSink **sink)
{
    if (*sink) {
        (*sink)->klass->close(*sink);
        *sink = NULL;
    }
}

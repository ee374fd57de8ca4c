/* What all sinks share.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/sink.h"

#include <stddef.h>

void oasis_sink_close(OasisSink **sink)
{
    if (*sink) {
        (*sink)->klass->close(*sink);
        *sink = NULL;
    }
}

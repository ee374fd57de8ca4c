/* Which FFmpeg is linked.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavutil/avutil.h>

#include "oasis/media.h"

const char *oasis_media_version(void)
{
    return av_version_info();
}

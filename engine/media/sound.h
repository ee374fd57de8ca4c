/* The sound of an export: the first sound track of the file that the frames come from, cut with the
 * range.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavformat/avformat.h>

#include "oasis/media.h"

/* Thread-safety: one thread at a time, as the sink's. */
typedef struct OasisSound OasisSound;

/* Opens the sound of `path` (borrowed) and adds a stream for it to the muxer (borrowed); *sound is
 * NULL if there is none. Calls warn for all that is left out or converted, and carries title and
 * date over. */
OasisStatus oasis_sound_open(const char *path, const OasisMediaTarget *target,
                             AVFormatContext *muxer, OasisSound **sound,
                             OasisError *err) OASIS_MUST_USE;
void oasis_sound_close(OasisSound **sound); /* a pointer to NULL is fine */

/* Goes to the range's start, `start_ns` after the first frame; before the muxer's header is
 * written. It ends at end_ns (0 = with the file). These return 0 or a negative AVERROR. */
int oasis_sound_start(OasisSound *sound, int64_t start_ns, int64_t end_ns);

/* Writes all packets that begin up to `until_ns` after the range's start. */
int oasis_sound_write(OasisSound *sound, int64_t until_ns);

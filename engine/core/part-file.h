/* A target file in the making: written as .NAME.part.EXT beside the target, which appears under its
 * own name only when it is whole.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "oasis/status.h"

/* Thread-safety: one thread at a time. */
typedef struct OasisPartFile OasisPartFile;

/* Where the target is a link, the file behind it is meant: that is replaced, and its folder is
 * where the part file lies. Makes the part file, empty; one that a killed run left behind is taken
 * over. Fails as oasis_target_check does, and with OASIS_ERR_OUTPUT if another program is writing
 * it. */
OasisStatus oasis_part_file_new(const char *target, const char *original, bool replace,
                                OasisPartFile **part, OasisError *err) OASIS_MUST_USE;

/* The same, with the part file at `path`, anywhere on the target's disk. */
OasisStatus oasis_part_file_new_at(const char *target, const char *path, const char *original,
                                   bool replace, OasisPartFile **part,
                                   OasisError *err) OASIS_MUST_USE;

/* The path to write to, and the final one (for messages). Borrowed. */
const char *oasis_part_file_path(const OasisPartFile *part);
const char *oasis_part_file_target(const OasisPartFile *part);

/* Brings what was written to the disk and renames it to the target. Writers have flushed before.
 * A target that was made meanwhile is only replaced if that was allowed. */
OasisStatus oasis_part_file_commit(OasisPartFile *part, OasisError *err) OASIS_MUST_USE;

/* Frees, and unless it was committed removes, the part file. Sets *part to NULL; a pointer to NULL
 * is fine. */
void oasis_part_file_free(OasisPartFile **part);

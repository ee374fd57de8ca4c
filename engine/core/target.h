/* What the rooms that write files share beside oasis_target_check.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/status.h"

/* The file that is meant: the one behind the name, where that is a link. One that leads nowhere is
 * meant itself. The caller frees it; NULL without memory. */
char *oasis_target_resolve(const char *path);

/* .NAME.part.EXT in the target's folder; the caller frees it; NULL without memory. */
char *oasis_target_part_path(const char *path);

/* Makes what was done in the folder of `path` last through a power cut, where the file system can.
 * */
void oasis_target_sync_folder(const char *path);

/* Fails with what the error number of a system call says about writing `target`: OASIS_ERR_NO_SPACE
 * for a full disk, else OASIS_ERR_OUTPUT. */
OasisStatus oasis_fail_writing(OasisError *err, const char *target, int error_number);

/* Sources and targets that go away in the middle of the work, as disks do that are unplugged, and
 * come back.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "export/export-private.h"

/* What is gone now: the folder of the unfinished work, or a file of the source. NULL = nothing.
 * Borrowed. */
const char *oasis_gone_find(const OasisExport *self);

/* Waits until nothing is gone, says meanwhile what it is, and takes hold of the folder again;
 * OASIS_ERR_CANCELLED if that comes first. */
OasisStatus oasis_gone_await(OasisExport *self, OasisError *err) OASIS_MUST_USE;

/* Restoring several films into a folder, one after the other.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/cancel.h"
#include "restore-options.h"

/* Restores all files, and those of all folders, that the options name, says how each went and all
 * together, and gives the exit code: that of the first failure. */
int batch_restore(const RestoreOptions *options, const OasisCancel *cancel);

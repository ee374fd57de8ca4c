/* Restoring one film.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/cancel.h"
#include "restore-options.h"

/* Restores it, says how it went, and gives the exit code. */
int restore_one(const RestoreOptions *options, const OasisCancel *cancel);

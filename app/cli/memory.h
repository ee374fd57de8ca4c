/* Whether a job fits the device's memory.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/job.h"

/* OASIS_ERR_NO_MEMORY names the largest height that fits. */
OasisStatus memory_check(const OasisRestorer *restorer, const OasisDeviceInfo *device,
                         const OasisFrameFormat *source, const OasisFrameFormat *output,
                         OasisError *err);

/* Ctrl+C and its kin become a cancel of the job.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/cancel.h"

/* From now on SIGINT, SIGTERM and SIGHUP trigger `cancel` (borrowed; must live as long as the
 * process), so that the job can tidy up; a second one ends the process at once. Signals that a full
 * disk or a closed pipe would send become errors of the write that met them. */
void interrupt_cancels(OasisCancel *cancel);

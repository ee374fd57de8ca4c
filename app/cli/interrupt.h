/* Ctrl+C and its kin become a cancel of the job.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/cancel.h"

/* From now on SIGINT, SIGTERM and SIGHUP trigger this flag, so that the job can tidy up, and a
 * second one ends the process at once. It stays, since a late signal may still trigger it; NULL
 * without memory. Signals that a full disk or a closed pipe would send become errors of the write
 * that met them. */
const OasisCancel *interrupt_cancel(void);

/* Sentences for people on standard error, and the exit codes that go with them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/status.h"

/* Prints "rekindle-cli: SUBJECT: DETAIL" and gives the exit code of err->status. */
int report_error(const OasisError *err);

/* Prints "rekindle-cli: warning: MESSAGE". */
void report_warning(const char *message);

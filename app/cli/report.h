/* Sentences for people on standard error, and the exit codes that go with them.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/status.h"

/* Prints "rekindle-cli: SUBJECT: DETAIL" and gives the exit code of err->status. */
int report_error(const OasisError *err);

/* The same of an export to `output`, and how it goes on where some of it is kept. */
int report_unfinished(const OasisError *err, const char *output);

/* Prints "rekindle-cli: warning: MESSAGE". */
void report_warning(const char *message);

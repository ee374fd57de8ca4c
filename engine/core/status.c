/* What is said of a failure.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/status.h"

#include <stdarg.h>
#include <stdio.h>

const char *oasis_status_name(OasisStatus status)
{
    switch (status) {
    case OASIS_OK: return "ok";
    case OASIS_ERR_INTERNAL: return "internal error";
    case OASIS_ERR_USAGE: return "wrong use";
    case OASIS_ERR_INPUT: return "unreadable input";
    case OASIS_ERR_MODEL: return "unusable model";
    case OASIS_ERR_OUTPUT: return "unwritable output";
    case OASIS_ERR_EXISTS: return "output exists";
    case OASIS_ERR_NO_SPACE: return "no space left";
    case OASIS_ERR_DEVICE: return "unusable device";
    case OASIS_ERR_NO_MEMORY: return "no memory";
    case OASIS_ERR_UNSUPPORTED: return "not supported";
    case OASIS_ERR_CANCELLED: return "cancelled";
    case OASIS_ERR_DIFFERS: return "unfinished work differs";
    }
    return "unknown status";
}

OasisStatus oasis_fail(OasisError *err, OasisStatus status, const char *subject,
                       const char *format, ...)
{
    if (err) {
        va_list args;
        err->status = status;
        snprintf(err->subject, sizeof err->subject, "%s", subject ? subject : "");
        va_start(args, format);
        vsnprintf(err->detail, sizeof err->detail, format, args);
        va_end(args);
    }
    return status;
}

OasisStatus oasis_fail_memory(OasisError *err, const char *subject)
{
    return oasis_fail(err, OASIS_ERR_NO_MEMORY, subject,
                      "there is not enough memory; close other programs and try again");
}

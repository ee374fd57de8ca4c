/* How the engine reports failure.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

#define OASIS_API __attribute__((visibility("default")))
#define OASIS_MUST_USE __attribute__((warn_unused_result))

typedef enum OasisStatus {
    OASIS_OK = 0,
    OASIS_ERR_INTERNAL,    /* a bug of ours, or a library's */
    OASIS_ERR_USAGE,       /* the caller asked for something that makes no sense */
    OASIS_ERR_INPUT,       /* the source cannot be read */
    OASIS_ERR_MODEL,       /* the weight file is missing, damaged or not understood */
    OASIS_ERR_OUTPUT,      /* the target cannot be written */
    OASIS_ERR_EXISTS,      /* the target exists and may not be replaced */
    OASIS_ERR_NO_SPACE,    /* the target's disk is full */
    OASIS_ERR_DEVICE,      /* the back end is missing or failed */
    OASIS_ERR_NO_MEMORY,   /* the host's or the device's memory does not suffice */
    OASIS_ERR_UNSUPPORTED, /* well formed, but not something that the engine does */
    OASIS_ERR_CANCELLED,   /* the job's OasisCancel was triggered; never shown as an error */
    OASIS_ERR_DIFFERS,     /* the target's unfinished work is of another source or other settings */
} OasisStatus;

/* What failed. `subject` names the file, tensor or call; `detail` is one English
 * sentence that says what is wrong and, where there is one, the remedy. Callers
 * translate by `status` and show subject and detail. Every function that takes an
 * OasisError accepts NULL, and writes to it only when it fails. */
typedef struct OasisError {
    OasisStatus status;
    char subject[512];
    char detail[512];
} OasisError;

/* Writes status, subject and the formatted detail to err and returns status, so that failing reads
 * `return oasis_fail(err, OASIS_ERR_INPUT, path, "is not a video");`. NULL is an empty subject;
 * over-long text is cut. Any thread. */
OASIS_API OasisStatus oasis_fail(OasisError *err, OasisStatus status, const char *subject,
                                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Fails with OASIS_ERR_NO_MEMORY and the one sentence that there is for it. Any thread. */
OASIS_API OasisStatus oasis_fail_memory(OasisError *err, const char *subject);

/* Returns a call's status from the calling function unless it is OASIS_OK. */
#define OASIS_TRY(call)                    \
    do {                                   \
        OasisStatus try_status = (call);   \
        if (try_status != OASIS_OK) {      \
            return try_status;             \
        }                                  \
    } while (0)

/* A fixed English word or two for a status ("no memory"). Never NULL. Any thread. */
OASIS_API const char *oasis_status_name(OasisStatus status);

#ifdef __cplusplus
}
#endif

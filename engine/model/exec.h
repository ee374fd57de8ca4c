/* Running the model's operations on a back end, or only measuring what they will take: the same
 * code lays out memory, counts work and computes, so that no figure can drift from the truth.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/cancel.h"
#include "ops/backend.h"

/* One run. Thread-safety: one thread. */
typedef struct OasisExec {
    OasisBackend *backend;
    OasisError *err;

    bool dry; /* only measure: tensors have no memory and nothing is called */
    const OasisCancel *cancel;
    void (*progress)(double done, void *data);
    void *data;
    double flops_total; /* what `flops` will reach, for the progress */
    int tile_group;     /* tiles that run together; 0 = as many as the back end likes */
    int band;           /* rows of a decoder's band; 0 = the model's */

    OasisBuffer *buffer; /* the work memory, at least as large as a dry run's peak */
    size_t used, peak;   /* bytes of it */
    size_t workspace;    /* bytes that a back end's scratch takes at most */
    size_t kept;         /* bytes beside it that stay for further runs of the same shape */
    double flops, unmarked_flops;
    OasisTicket marked; /* the last one */
} OasisExec;

/* A tensor that looks as if it had memory, for dry runs; nobody follows its pointer. */
OasisTensor oasis_exec_nowhere(OasisDType dtype);

/* Takes work memory for n elements, from the top of a stack: set exec->used back to what it was
 * to release all that was taken since. */
OasisTensor oasis_exec_take(OasisExec *exec, OasisDType dtype, size_t n);

OasisStatus oasis_exec_upload(OasisExec *exec, OasisTensor to, const void *from, size_t bytes)
    OASIS_MUST_USE;

/* Each operation by its own name: oasis_exec_conv(exec, &args). Large products, convolutions and
 * attentions are cut into pieces of the back end's poll_flops. After that much work a call marks a
 * ticket, waits for the one before, so that the device always has a piece to go on with, polls the
 * cancel flag (OASIS_ERR_CANCELLED) and reports progress. */
#define OASIS_EXEC_PROTOTYPE(name, args) \
    OasisStatus oasis_exec_##name(OasisExec *exec, const args *a) OASIS_MUST_USE;
OASIS_OPS(OASIS_EXEC_PROTOTYPE)
#undef OASIS_EXEC_PROTOTYPE

/* Shorthand for a call with its arguments in place. */
#define OASIS_RUN(exec, op, ...) \
    OASIS_TRY(oasis_exec_##op(exec, &(OASIS_ARGS_##op){__VA_ARGS__}))
#define OASIS_ARGS_TYPE(name, args) typedef args OASIS_ARGS_##name;
OASIS_OPS(OASIS_ARGS_TYPE)
#undef OASIS_ARGS_TYPE

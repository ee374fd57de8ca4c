/* What an export's pictures depend on: names and values in words, so that what differs can be said.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

#include "oasis/export.h"

typedef struct OasisFact {
    char *name, *value; /* one line each */
} OasisFact;

typedef struct OasisFacts {
    OasisFact *items;
    size_t n, room;
} OasisFacts;

/* Adds one; an earlier one of that name goes. False without memory. */
bool oasis_facts_add(OasisFacts *facts, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void oasis_facts_clear(OasisFacts *facts);
const char *oasis_facts_get(const OasisFacts *facts, const char *name); /* NULL without it */

/* Those of an export that is to be made as the plan says. Without restorers those of the model and
 * the device are left out. Reads a little of the source's file. */
OasisStatus oasis_facts_collect(const OasisExportParams *params, const OasisMediaPlan *plan,
                                OasisFacts *facts, OasisError *err) OASIS_MUST_USE;

/* OASIS_ERR_DIFFERS where one of `now` is another in `then`, with a sentence about it; what
 * computes may be another with any_device. */
OasisStatus oasis_facts_compare(const OasisFacts *then, const OasisFacts *now, const char *target,
                                bool any_device, OasisError *err) OASIS_MUST_USE;

/* A back end that passes every operation on to another one and takes its time.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/profile.h"
#include "ops/backend.h"

/* Puts a profile in place of *backend, which it owns from then on. Thread-safety: as the inner
 * one's. */
OasisStatus oasis_profile_new(OasisBackend **backend, OasisError *err) OASIS_MUST_USE;

/* What was measured, slowest first; borrowed, until the next operation. */
const OasisProfileRow *oasis_profile_rows(OasisBackend *profile, size_t *n);

/* Whether operations are waited for and measured, each by itself; at first they are not. Forgets
 * what was measured. */
void oasis_profile_measure(OasisBackend *profile, bool on);

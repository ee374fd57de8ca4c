/* Saying what a plan has to say, before the work.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/media.h"

/* Tells the target's warn of each note, or fails for the first loss where the target is strict;
 * `name` is for messages. */
OasisStatus oasis_announce(const char *name, const OasisMediaPlan *plan,
                           const OasisMediaTarget *target, OasisError *err) OASIS_MUST_USE;

/* Saying what a plan has to say, before the work.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/base/announce.h"

OasisStatus oasis_announce(const char *name, const OasisMediaPlan *plan,
                           const OasisMediaTarget *target, OasisError *err)
{
    char text[256];

    for (size_t i = 0; i < plan->n_notes; i++) {
        const OasisPlanNote *note = &plan->notes[i];

        if (note->loss && target->strict) {
            return oasis_fail(err, OASIS_ERR_OUTPUT, name, "would lose something: %s",
                              oasis_plan_note_words(note, text, sizeof text));
        }
        if (target->warn) {
            target->warn(note, target->data);
        }
    }
    return OASIS_OK;
}

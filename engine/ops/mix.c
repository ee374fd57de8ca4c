/* The restored frame mixed into its source: the house's one function for it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/mix.h"
#include "ops/reference.h"

OasisStatus oasis_reference_mix(OasisBackend *backend, const OasisMixArgs *a, OasisError *err)
{
    oasis_frame_mix(a->source, a->restored, (double)a->steps / OASIS_MIX_FULL);
    return OASIS_OK;
}

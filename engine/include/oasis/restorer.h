/* A model made ready on a device.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/device.h"
#include "oasis/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Packed weights and work memory, for any number of jobs (oasis/job.h). Thread-safety: one thread
 * at a time, not always the one that made it. */
typedef struct OasisRestorer OasisRestorer;

/* Packs the model's weights for the device. Model and device are borrowed and must live longer.
 * OASIS_ERR_NO_MEMORY, and whatever the device fails with; *restorer is NULL then. */
OASIS_API OasisStatus oasis_restorer_new(const OasisModel *model, OasisDevice *device,
                                         OasisRestorer **restorer, OasisError *err) OASIS_MUST_USE;
/* Gives back the memory that work took, but not the weights; the next job takes it anew. */
OASIS_API void oasis_restorer_trim(OasisRestorer *restorer);
/* Sets *restorer to NULL; one that is NULL is left alone. */
OASIS_API void oasis_restorer_free(OasisRestorer **restorer);

#ifdef __cplusplus
}
#endif

/* The folder of an unfinished export, .NAME.part beside its target, and who is at work in it.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "oasis/status.h"

typedef enum OasisExportHold {
    OASIS_HOLD_ALONE,    /* nobody else may be at work */
    OASIS_HOLD_TOGETHER, /* with others that make pieces */
} OasisExportHold;

typedef struct OasisExportFolder {
    char *path;
    int lock; /* descriptor, -1 = not held */
} OasisExportFolder;

/* Finds the folder for a target. Clear it whatever is returned. */
OasisStatus oasis_export_folder_find(OasisExportFolder *folder, const char *target,
                                     OasisError *err) OASIS_MUST_USE;
void oasis_export_folder_clear(OasisExportFolder *folder); /* lets go of it, too */

/* Takes hold of the folder, and makes it if need be. OASIS_ERR_OUTPUT where another program has
 * hold of it, or it cannot be made. */
OasisStatus oasis_export_folder_hold(OasisExportFolder *folder, const char *target,
                                     OasisExportHold hold, OasisError *err) OASIS_MUST_USE;

/* Whether another program has hold of it. */
bool oasis_export_folder_is_held(const OasisExportFolder *folder);

/* "FOLDER/NAME", and that of a piece. The caller frees them; NULL without memory. */
char *oasis_export_file(const OasisExportFolder *folder, const char *name);
char *oasis_export_piece_file(const OasisExportFolder *folder, int64_t piece);

/* Removes what killed programs left half done: all but the journal and closed pieces. */
void oasis_export_folder_tidy(const OasisExportFolder *folder);

/* Removes what is in it but the hold. What cannot be removed stays, and does no harm. */
void oasis_export_folder_empty(const OasisExportFolder *folder);

/* Removes the folder with all that is ours in it; and the same without a word. */
OasisStatus oasis_export_folder_remove(const OasisExportFolder *folder, const char *target,
                                       OasisError *err) OASIS_MUST_USE;
void oasis_export_folder_drop(const OasisExportFolder *folder);

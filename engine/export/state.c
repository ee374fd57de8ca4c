/* Looking at unfinished exports, and dropping them.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "export/folder.h"
#include "export/journal.h"
#include "oasis/export.h"

static OasisStatus look(const OasisExportFolder *folder, OasisJournal *journal, const char *path,
                        OasisExportState *state, OasisError *err)
{
    OasisJournalSum sum;

    OASIS_TRY(oasis_journal_read(journal, folder, path, err));
    if (journal->head.frames == 0) {
        return oasis_fail(err, OASIS_ERR_INPUT, path, "has no unfinished work");
    }
    sum = oasis_journal_sum(journal);
    *state = (OasisExportState){
        .frames = journal->head.frames,
        .frames_done = sum.frames,
        .pieces = journal->n_pieces,
        .pieces_done = sum.pieces,
        .bytes = sum.bytes,
        .running = oasis_export_folder_is_held(folder),
        .note = journal->head.note,
    };
    journal->head.note = NULL;
    return OASIS_OK;
}

OasisStatus oasis_export_look(const char *path, OasisExportState *state, OasisError *err)
{
    OasisExportFolder folder;
    OasisJournal journal = {0};
    OasisStatus status = oasis_export_folder_find(&folder, path, err);

    *state = (OasisExportState){0};
    if (status == OASIS_OK) {
        status = look(&folder, &journal, path, state, err);
    }
    oasis_journal_clear(&journal);
    oasis_export_folder_clear(&folder);
    return status;
}

void oasis_export_state_clear(OasisExportState *state)
{
    free(state->note);
    *state = (OasisExportState){0};
}

OasisStatus oasis_export_discard(const char *path, OasisError *err)
{
    OasisExportFolder folder;
    OasisStatus status = oasis_export_folder_find(&folder, path, err);
    struct stat info;

    if (status == OASIS_OK && lstat(folder.path, &info) == 0) {
        status = oasis_export_folder_hold(&folder, path, OASIS_HOLD_ALONE, err);
        if (status == OASIS_OK) {
            status = oasis_export_folder_remove(&folder, path, err);
        }
    }
    oasis_export_folder_clear(&folder);
    return status;
}

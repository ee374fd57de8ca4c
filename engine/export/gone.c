/* Sources and targets that go away and come back.
 * SPDX-License-Identifier: Apache-2.0 */
#include "export/gone.h"

#include <fcntl.h>
#include <unistd.h>

static bool is_there(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

const char *oasis_gone_find(const OasisExport *self)
{
    const OasisMediaTarget *target = self->params->target;
    const char *original = target->target.original;

    if (!is_there(self->journal.path)) {
        return self->folder.path;
    }
    if (original && !is_there(original)) {
        return original;
    }
    for (const char *const *further = target->further; further && *further; further++) {
        if (!is_there(*further)) {
            return *further;
        }
    }
    return NULL;
}

/* What held the folder went away with it, and another program may have gone on meanwhile. */
static OasisStatus hold_again(OasisExport *self, OasisError *err)
{
    const char *path = self->params->path;

    close(self->folder.lock);
    self->folder.lock = -1;
    OASIS_TRY(oasis_export_folder_hold(
        &self->folder, path, self->only < 0 ? OASIS_HOLD_ALONE : OASIS_HOLD_TOGETHER, err));
    oasis_journal_clear(&self->journal);
    OASIS_TRY(oasis_journal_read(&self->journal, &self->folder, path, err));
    return self->journal.head.frames > 0
               ? OASIS_OK
               : oasis_fail(err, OASIS_ERR_OUTPUT, path, "its unfinished work was removed");
}

OasisStatus oasis_gone_await(OasisExport *self, OasisError *err)
{
    for (const char *gone; (gone = oasis_gone_find(self));) {
        OASIS_TRY(oasis_room_await(&self->room, gone, err));
    }
    oasis_room_is_well(&self->room);
    return hold_again(self, err);
}

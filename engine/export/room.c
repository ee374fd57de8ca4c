/* Waiting for room on a full disk.
 * SPDX-License-Identifier: Apache-2.0 */
#include "export/room.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <time.h>

#include "core/target.h"

enum { POLLS_A_SECOND = 10 };

static const uint64_t LARGEST_ON_FAT = UINT32_MAX;
static const long FAT = 0x4d44; /* as statfs names it */
static const double GIGABYTE = 1e9;

uint64_t oasis_room_free(const char *path)
{
    struct statvfs disk;

    return statvfs(path, &disk) == 0 ? (uint64_t)disk.f_bavail * disk.f_frsize : UINT64_MAX;
}

/* False once cancelled. */
static bool sleep_a_second(const OasisCancel *cancel)
{
    const struct timespec poll = {.tv_nsec = 1000000000 / POLLS_A_SECOND};

    for (int i = 0; i < POLLS_A_SECOND && !oasis_cancel_is_triggered(cancel); i++) {
        nanosleep(&poll, NULL);
    }
    return !oasis_cancel_is_triggered(cancel);
}

static void tell(const OasisRoom *room, OasisExportWait wait)
{
    if (room->wait) {
        room->wait(&wait, room->data);
    }
}

void oasis_room_is_well(const OasisRoom *room)
{
    tell(room, (OasisExportWait){0});
}

static OasisStatus wait_a_second(const OasisRoom *room, OasisError *err)
{
    return sleep_a_second(room->cancel)
               ? OASIS_OK
               : oasis_fail(err, OASIS_ERR_CANCELLED, room->target, "cancelled");
}

OasisStatus oasis_room_await(const OasisRoom *room, const char *gone, OasisError *err)
{
    tell(room, (OasisExportWait){.gone = gone});
    return wait_a_second(room, err);
}

OasisStatus oasis_room_wait(const OasisRoom *room, OasisError *err)
{
    uint64_t there;

    do {
        there = oasis_room_free(room->folder);
        tell(room, (OasisExportWait){.missing_bytes = room->needed > there ? room->needed - there
                                                                           : room->step});
        OASIS_TRY(wait_a_second(room, err));
        there = oasis_room_free(room->folder);
    } while (there < room->step);
    oasis_room_is_well(room);
    return OASIS_OK;
}

OasisStatus oasis_room_overcome(const OasisRoom *room, int error_number, OasisError *err)
{
    switch (error_number) {
    case EINTR:
        return OASIS_OK;
    case ENOSPC:
    case EDQUOT:
        return oasis_room_wait(room, err);
    default:
        return oasis_fail_writing(err, room->target, error_number);
    }
}

OasisStatus oasis_room_check(const OasisRoom *room, uint64_t bytes, uint64_t there,
                             OasisError *err)
{
    const uint64_t needed = bytes + (bytes > there ? bytes - there : 0);
    const uint64_t available = oasis_room_free(room->folder);
    struct statfs disk;

    if (bytes > LARGEST_ON_FAT && statfs(room->folder, &disk) == 0 && disk.f_type == FAT) {
        return oasis_fail(err, OASIS_ERR_OUTPUT, room->target,
                          "will have about %.1f GB, but files on this disk (FAT) end at 4.3 GB; "
                          "choose another",
                          (double)bytes / GIGABYTE);
    }
    if (needed > available) {
        return oasis_fail(err, OASIS_ERR_NO_SPACE, room->target,
                          "about %.1f GB will be needed, half of them until the film is joined, "
                          "and %.1f GB are free; free some space or choose another folder",
                          (double)needed / GIGABYTE, (double)available / GIGABYTE);
    }
    return OASIS_OK;
}

/* Waiting for room on a full disk.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/export.h"

/* Thread-safety: one thread at a time. */
typedef struct OasisRoom {
    const char *target, *folder;
    const OasisCancel *cancel;
    void (*wait)(const OasisExportWait *wait, void *data); /* may be NULL */
    void *data;
    uint64_t needed; /* bytes that are still to be written, as far as is known */
    uint64_t step;   /* bytes with which it is worth going on */
} OasisRoom;

/* Bytes that are free for us on the disk of a file or folder; UINT64_MAX if unknown. */
uint64_t oasis_room_free(const char *path);

/* Waits until there is room; OASIS_ERR_CANCELLED if that comes first. */
OasisStatus oasis_room_wait(const OasisRoom *room, OasisError *err) OASIS_MUST_USE;

/* Waits for a second for what is gone; OASIS_ERR_CANCELLED if that comes first. */
OasisStatus oasis_room_await(const OasisRoom *room, const char *gone,
                             OasisError *err) OASIS_MUST_USE;
/* It goes on. */
void oasis_room_is_well(const OasisRoom *room);

/* After a system call that failed: waits where the disk is full, and then it may be tried again;
 * else fails. */
OasisStatus oasis_room_overcome(const OasisRoom *room, int error_number,
                                OasisError *err) OASIS_MUST_USE;

/* Refuses, before the work, what the disk cannot hold: `bytes` for the film, and as many besides
 * for the pieces of which `there` exist. */
OasisStatus oasis_room_check(const OasisRoom *room, uint64_t bytes, uint64_t there,
                             OasisError *err) OASIS_MUST_USE;

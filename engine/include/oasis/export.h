/* Exports that survive: a film is written in pieces with a journal, in a folder beside the file
 * that it becomes, and joined at the end.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/job.h"
#include "oasis/media.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What an export waits for; it goes on by itself. */
typedef struct OasisExportWait {
    uint64_t missing_bytes; /* that have to become free on the target's disk */
    const char *gone;       /* a file or folder that has to come back, as an unplugged disk does */
} OasisExportWait;          /* all zeros: it goes on now */

/* Zeros are the defaults; all is borrowed for the call. */
typedef struct OasisExportParams {
    const char *path;               /* the file to be made; its ending says the container */
    const OasisMediaTarget *target; /* how; its warn is called, as for oasis_media_sink_open, before
                                     * the work and while joining */
    const OasisJobParams *job;      /* what; its sink is NULL. Cancelling keeps all closed pieces */
    const OasisMediaInfo *info;     /* of target->tracks_from; NULL with it */
    const char *version;            /* of the program, since another may compute other pictures */
    const char *identity_folder;    /* as for oasis_model_identity; NULL = nowhere */
    const char *note;               /* one line for the journal, by which the caller knows later
                                     * what the export was (its settings as JSON, say); NULL = "" */
    double piece_seconds; /* of film in a piece; 0 = 30 s of work, at most 10 s of film. Pieces are
                           * whole chunks, one at least, and stay as they were when work goes on */
    int encoder_threads;  /* 0 = the cores, at most 8; they stay, too, for the same bytes */
    bool start_over;      /* drop unfinished work that is there */
    bool any_device;      /* go on with what another kind of device has begun */
    void (*begin)(void *data); /* called when all is known to be possible; may be NULL */
    /* The disk is full, or source or target are gone: called each second on some thread until the
     * work can go on, and then once with zeros. NULL = it waits all the same. */
    void (*wait)(const OasisExportWait *wait, void *data);
    /* All pieces are there: how far they are joined and the file is read back, 0..1, a hundred
     * times or so on the calling thread. May be NULL. */
    void (*joining)(double done, void *data);
    void *data;
} OasisExportParams;

/* Makes the file, or goes on where an earlier call was stopped or died: nothing that lies in a
 * closed piece is decoded or computed again, and the file's bytes are those of a run that nothing
 * disturbed. Blocks. Cancelled or failed, the closed pieces stay, if there are any, and the target
 * is untouched.
 *
 * OASIS_ERR_DIFFERS: unfinished work lies there that was made of another source or model, or with
 * other settings; the sentence says which. Nothing is changed: go on as it was begun, or call with
 * start_over. OASIS_ERR_EXISTS: the target exists and may not be replaced. OASIS_ERR_OUTPUT: the
 * target cannot be written, cannot hold the film, or another program is writing it.
 * OASIS_ERR_NO_SPACE: the disk has less room than pieces and film are expected to need; nothing was
 * begun. Else as oasis_job_run. */
OASIS_API OasisStatus oasis_export_run(const OasisExportParams *params,
                                       OasisError *err) OASIS_MUST_USE;

/* --- one film on many machines, which see one folder -------------------------------------------
 * */

/* Only writes the journal, with pieces of piece_seconds (0 = 10). Fails as oasis_export_run does,
 * and with OASIS_ERR_EXISTS where unfinished work lies there, unless start_over is given. */
OASIS_API OasisStatus oasis_export_plan(const OasisExportParams *params,
                                        OasisError *err) OASIS_MUST_USE;

/* Makes one piece (0 <= piece < pieces) of a plan, unless it is there. Any number of programs may
 * do so at once, even the same piece. OASIS_ERR_DIFFERS as above. */
OASIS_API OasisStatus oasis_export_piece(const OasisExportParams *params, int64_t piece,
                                         OasisError *err) OASIS_MUST_USE;

/* Joins the pieces, all of which must be there (else OASIS_ERR_INPUT). Restorers are not needed. */
OASIS_API OasisStatus oasis_export_join(const OasisExportParams *params,
                                        OasisError *err) OASIS_MUST_USE;

/* --- unfinished work ---------------------------------------------------------------------------
 * */

typedef struct OasisExportState {
    int64_t frames, frames_done; /* of the film; in closed pieces */
    int64_t pieces, pieces_done; /* pieces is 0 until the first chunk told how long they are */
    uint64_t bytes;              /* of the closed pieces */
    bool running;                /* a program is at work on it */
    char *note;                  /* as it was given; owned */
} OasisExportState;

/* Tells of the unfinished work for a file. OASIS_ERR_INPUT where there is none, or where its
 * journal cannot be read. Clear the state whatever is returned. Any thread, also while an export
 * runs. */
OASIS_API OasisStatus oasis_export_look(const char *path, OasisExportState *state,
                                        OasisError *err) OASIS_MUST_USE;
OASIS_API void oasis_export_state_clear(OasisExportState *state);

/* Removes the unfinished work for a file. None is fine; OASIS_ERR_OUTPUT while a program is at work
 * on it. */
OASIS_API OasisStatus oasis_export_discard(const char *path, OasisError *err) OASIS_MUST_USE;

/* The folder in which the unfinished work for a file lies: .NAME.part beside it. The caller frees
 * it; NULL without memory. */
OASIS_API char *oasis_export_folder(const char *path);

#ifdef __cplusplus
}
#endif

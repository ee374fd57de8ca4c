/* What an unfinished export is, and how far it has come: a text file that only grows, a line at a
 * time, each with a checksum of its own and on the disk before anything is built on it. What a
 * power cut or a full disk left of a line is passed over.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "export/facts.h"
#include "export/folder.h"
#include "export/room.h"
#include "media/encode/piece-writer.h"

#define OASIS_JOURNAL "journal"

/* What was decided when the export began. */
typedef struct OasisJournalHead {
    OasisFacts facts;     /* that its pictures depend on */
    int64_t frames;       /* of the film */
    int64_t *range_chunks; /* that each of its ranges lies in; owned */
    size_t n_ranges;
    int64_t piece_chunks; /* in a piece; 0 = not decided yet */
    int encoder_threads;
    char *note;
} OasisJournalHead;

typedef struct OasisJournal {
    char *path;
    OasisJournalHead head;
    OasisPieceFacts *pieces; /* of each one; frames 0 = it is not there */
    int64_t n_pieces;        /* 0 = not decided yet */
    uint64_t joined[2]; /* device and number of the file that was about to get its name; or 0 */
} OasisJournal;

void oasis_journal_head_clear(OasisJournalHead *head);

/* Writes the beginning, which takes the head over. Clear the journal whatever is returned. */
OasisStatus oasis_journal_begin(OasisJournal *journal, const OasisExportFolder *folder,
                                const char *target, OasisJournalHead *head,
                                OasisError *err) OASIS_MUST_USE;

/* Reads a journal, if there is one: else head.frames is 0. OASIS_ERR_INPUT for what cannot be read.
 * Clear the journal whatever is returned. */
OasisStatus oasis_journal_read(OasisJournal *journal, const OasisExportFolder *folder,
                               const char *target, OasisError *err) OASIS_MUST_USE;
void oasis_journal_clear(OasisJournal *journal);

/* These add a line, which is on the disk when they return; the room waits where the disk is full.
 * */
OasisStatus oasis_journal_set_pieces(OasisJournal *journal, int64_t piece_chunks, OasisRoom *room,
                                     OasisError *err) OASIS_MUST_USE;
OasisStatus oasis_journal_add_piece(OasisJournal *journal, int64_t piece,
                                    const OasisPieceFacts *facts, OasisRoom *room,
                                    OasisError *err) OASIS_MUST_USE;
OasisStatus oasis_journal_drop_piece(OasisJournal *journal, int64_t piece, OasisRoom *room,
                                     OasisError *err) OASIS_MUST_USE;
OasisStatus oasis_journal_set_joined(OasisJournal *journal, const uint64_t joined[2],
                                     OasisRoom *room, OasisError *err) OASIS_MUST_USE;

bool oasis_journal_has(const OasisJournal *journal, int64_t piece);

/* How many pieces are there, and what is in them. */
typedef struct OasisJournalSum {
    int64_t pieces, frames;
    uint64_t bytes;
} OasisJournalSum;

OasisJournalSum oasis_journal_sum(const OasisJournal *journal);

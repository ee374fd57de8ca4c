/* The journal of an export.
 *
 * A line is a word, its values, and the hash of all that; it is written with an empty line before
 * it, so that it stands alone whatever was left there.
 * SPDX-License-Identifier: Apache-2.0 */
#include "export/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cache-file.h"
#include "core/target.h"

enum { HASH = 17 }; /* characters: a blank and 16 digits */

static const char FIRST_LINE[] = "rekindle-export 2";
static const int64_t MOST = INT64_C(1) << 40; /* frames that anybody has */

/* --- lines ------------------------------------------------------------------------------------ */

/* NULL without memory. The caller frees it. */
static char *make_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *make_line(const char *format, ...)
{
    char *text, *line = NULL;
    va_list args;
    int length;

    va_start(args, format);
    length = vasprintf(&text, format, args);
    va_end(args);
    if (length < 0) {
        return NULL;
    }
    if (asprintf(&line, "\n%s %016" PRIx64 "\n", text, oasis_cache_hash(text, (size_t)length)) <
        0) {
        line = NULL;
    }
    free(text);
    return line;
}

/* Cuts the hash off a line; false where it is none of ours. */
static bool check_line(char *line)
{
    const size_t length = strlen(line);
    char hash[HASH + 1];

    if (length <= HASH) {
        return false;
    }
    snprintf(hash, sizeof hash, " %016" PRIx64, oasis_cache_hash(line, length - HASH));
    if (strcmp(line + length - HASH, hash) != 0) {
        return false;
    }
    line[length - HASH] = '\0';
    return true;
}

static OasisStatus write_all(int fd, const char *text, const OasisRoom *room, const char *target,
                             OasisError *err)
{
    const size_t length = strlen(text);
    size_t written = 0;

    while (written < length) {
        const ssize_t put = write(fd, text + written, length - written);

        if (put >= 0) {
            written += (size_t)put;
            continue;
        }
        OASIS_TRY(room ? oasis_room_overcome(room, errno, err)
                       : oasis_fail_writing(err, target, errno));
    }
    while (fsync(fd) != 0) {
        OASIS_TRY(room ? oasis_room_overcome(room, errno, err)
                       : oasis_fail_writing(err, target, errno));
    }
    return OASIS_OK;
}

/* Takes the line over. Programs on other machines may be adding theirs. */
static OasisStatus append(const OasisJournal *journal, char *line, OasisRoom *room, OasisError *err)
{
    int fd;
    OasisStatus status;

    if (!line) {
        return oasis_fail_memory(err, room->target);
    }
    fd = open(journal->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0) {
        status = oasis_fail_writing(err, room->target, errno);
    } else {
        flock(fd, LOCK_EX);
        status = write_all(fd, line, room, room->target, err);
        close(fd);
    }
    free(line);
    return status;
}

/* --- reading ---------------------------------------------------------------------------------- */

static bool set_piece_chunks(OasisJournal *journal, int64_t piece_chunks)
{
    OasisJournalHead *head = &journal->head;

    if (piece_chunks < 1 || journal->pieces) {
        return true; /* the first word counts */
    }
    head->piece_chunks = piece_chunks;
    for (size_t i = 0; i < head->n_ranges; i++) {
        journal->n_pieces += (head->range_chunks[i] + piece_chunks - 1) / piece_chunks;
    }
    journal->pieces = calloc((size_t)journal->n_pieces, sizeof *journal->pieces);
    return journal->pieces;
}

static void note_piece(OasisJournal *journal, int64_t piece, const OasisPieceFacts *facts)
{
    if (piece >= 0 && piece < journal->n_pieces) {
        journal->pieces[piece] = *facts;
    }
}

/* "FRAMES THREADS CHUNKS...", the chunks of each range. False without memory. */
static bool take_film(OasisJournalHead *head, const char *text)
{
    int length = 0;
    int64_t chunks;

    if (head->n_ranges > 0 || sscanf(text, "%" SCNd64 " %d%n", &head->frames,
                                     &head->encoder_threads, &length) != 2) {
        return true;
    }
    for (text += length; sscanf(text, "%" SCNd64 "%n", &chunks, &length) == 1; text += length) {
        int64_t *grown = realloc(head->range_chunks, (head->n_ranges + 1) * sizeof *grown);

        if (!grown) {
            return false;
        }
        head->range_chunks = grown;
        head->range_chunks[head->n_ranges++] = chunks;
        if (chunks < 1 || chunks > MOST) {
            head->frames = 0;
        }
    }
    if (head->frames < 1 || head->frames > MOST || head->n_ranges == 0) {
        head->frames = 0;
    }
    return true;
}

/* A line's word and what follows it. False without memory. */
static bool take_line(OasisJournal *journal, const char *word, const char *rest)
{
    OasisJournalHead *head = &journal->head;
    OasisPieceFacts facts = {0};
    int64_t number = 0;

    if (strcmp(word, "fact") == 0) {
        char *name = strdup(rest), *value = name ? strstr(name, ": ") : NULL;
        bool added = name;

        if (value) {
            *value = '\0';
            added = oasis_facts_add(&head->facts, name, "%s", value + 2);
        }
        free(name);
        return added;
    }
    if (strcmp(word, "note") == 0) {
        free(head->note);
        head->note = strdup(rest);
        return head->note;
    }
    if (strcmp(word, "film") == 0) {
        return take_film(head, rest);
    }
    if (strcmp(word, "pieces") == 0 && sscanf(rest, "%" SCNd64, &number) == 1) {
        return set_piece_chunks(journal, number);
    } else if (strcmp(word, "piece") == 0 &&
               sscanf(rest, "%" SCNd64 " %" SCNd64 " %" SCNu64 " %" SCNx64, &number, &facts.frames,
                      &facts.bytes, &facts.sum) == 4) {
        note_piece(journal, number, &facts);
    } else if (strcmp(word, "drop") == 0 && sscanf(rest, "%" SCNd64, &number) == 1) {
        note_piece(journal, number, &facts);
    } else if (strcmp(word, "joined") == 0 &&
               sscanf(rest, "%" SCNu64 " %" SCNu64, &journal->joined[0], &journal->joined[1]) !=
                   2) {
        journal->joined[0] = journal->joined[1] = 0;
    }
    return true;
}

static OasisStatus read_lines(OasisJournal *journal, FILE *file, const char *target,
                              OasisError *err)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    bool ours = false, memory = true;

    while (memory && (length = getline(&line, &room, file)) >= 0) {
        char *blank;

        if (length > 0 && line[length - 1] == '\n') {
            line[--length] = '\0';
        }
        if (strlen(line) != (size_t)length || !check_line(line)) {
            continue;
        }
        ours |= strcmp(line, FIRST_LINE) == 0;
        blank = strchr(line, ' ');
        if (ours && blank) {
            *blank = '\0';
            memory = take_line(journal, line, blank + 1);
        }
    }
    free(line);
    if (!memory) {
        return oasis_fail_memory(err, target);
    }
    if (ferror(file) || !ours || journal->head.frames == 0) {
        return oasis_fail(err, OASIS_ERR_INPUT, target,
                          "the journal of its unfinished work (%s) cannot be read; start over",
                          journal->path);
    }
    return OASIS_OK;
}

static OasisStatus find_path(OasisJournal *journal, const OasisExportFolder *folder,
                             const char *target, OasisError *err)
{
    *journal = (OasisJournal){.path = oasis_export_file(folder, OASIS_JOURNAL)};
    return journal->path ? OASIS_OK : oasis_fail_memory(err, target);
}

/* A closed piece that is not as long as it was is not there. */
static void check_pieces(OasisJournal *journal, const OasisExportFolder *folder)
{
    for (int64_t i = 0; i < journal->n_pieces; i++) {
        OasisPieceFacts *piece = &journal->pieces[i];
        char *path = piece->frames > 0 ? oasis_export_piece_file(folder, i) : NULL;
        struct stat info;

        if (piece->frames > 0 &&
            (!path || stat(path, &info) != 0 || (uint64_t)info.st_size != piece->bytes)) {
            *piece = (OasisPieceFacts){0};
        }
        free(path);
    }
}

OasisStatus oasis_journal_read(OasisJournal *journal, const OasisExportFolder *folder,
                               const char *target, OasisError *err)
{
    OasisStatus status;
    FILE *file;

    OASIS_TRY(find_path(journal, folder, target, err));
    file = fopen(journal->path, "re");
    if (!file && errno == ENOENT) {
        return OASIS_OK;
    }
    if (!file) {
        return oasis_fail(err, OASIS_ERR_INPUT, target,
                          "the journal of its unfinished work (%s) cannot be read: %s",
                          journal->path, strerrordesc_np(errno));
    }
    status = read_lines(journal, file, target, err);
    fclose(file);
    check_pieces(journal, folder);
    return status;
}

void oasis_journal_head_clear(OasisJournalHead *head)
{
    oasis_facts_clear(&head->facts);
    free(head->range_chunks);
    free(head->note);
    *head = (OasisJournalHead){0};
}

void oasis_journal_clear(OasisJournal *journal)
{
    oasis_journal_head_clear(&journal->head);
    free(journal->pieces);
    free(journal->path);
    *journal = (OasisJournal){0};
}

/* --- writing ---------------------------------------------------------------------------------- */

/* NULL without memory. The caller frees it. */
static char *make_film_line(const OasisJournalHead *head)
{
    char *words, *line;
    bool made =
        asprintf(&words, "film %" PRId64 " %d", head->frames, head->encoder_threads) >= 0;

    for (size_t i = 0; i < head->n_ranges && made; i++) {
        char *before = words;

        made = asprintf(&words, "%s %" PRId64, before, head->range_chunks[i]) >= 0;
        free(before);
    }
    line = made ? make_line("%s", words) : NULL;
    if (made) {
        free(words);
    }
    return line;
}

/* The head's lines, to a stream of memory or disk. */
static bool print_head(const OasisJournalHead *head, FILE *file)
{
    char *lines[4] = {
        make_line("%s", FIRST_LINE),
        make_film_line(head),
        make_line("note %s", head->note ? head->note : ""),
        head->piece_chunks ? make_line("pieces %" PRId64, head->piece_chunks) : strdup(""),
    };
    bool printed = true;

    for (int i = 0; i < 4; i++) {
        printed = printed && lines[i] && fputs(lines[i], file) >= 0;
        free(lines[i]);
    }
    for (size_t i = 0; i < head->facts.n && printed; i++) {
        const OasisFact *fact = &head->facts.items[i];
        char *line = make_line("fact %s: %s", fact->name, fact->value);

        printed = line && fputs(line, file) >= 0;
        free(line);
    }
    return printed;
}

/* Under another name first, so that there is never half a head. */
static OasisStatus write_head(const OasisJournal *journal, const char *text, const char *target,
                              OasisError *err)
{
    char *temporary;
    OasisStatus status;
    int fd;

    if (asprintf(&temporary, "%s.new", journal->path) < 0) {
        return oasis_fail_memory(err, target);
    }
    fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    status = fd < 0 ? oasis_fail_writing(err, target, errno)
                    : write_all(fd, text, NULL, target, err);
    if (fd >= 0) {
        close(fd);
    }
    if (status == OASIS_OK && rename(temporary, journal->path) != 0) {
        status = oasis_fail_writing(err, target, errno);
    }
    free(temporary);
    oasis_target_sync_folder(journal->path);
    return status;
}

OasisStatus oasis_journal_begin(OasisJournal *journal, const OasisExportFolder *folder,
                                const char *target, OasisJournalHead *head, OasisError *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    bool printed = file && print_head(head, file);
    OasisStatus status = find_path(journal, folder, target, err);

    journal->head = *head;
    *head = (OasisJournalHead){0};
    printed = file && fclose(file) == 0 && printed;
    if (status == OASIS_OK) {
        status = printed && set_piece_chunks(journal, journal->head.piece_chunks)
                     ? write_head(journal, text, target, err)
                     : oasis_fail_memory(err, target);
    }
    free(text);
    oasis_target_sync_folder(folder->path);
    return status;
}

OasisStatus oasis_journal_set_pieces(OasisJournal *journal, int64_t piece_chunks, OasisRoom *room,
                                     OasisError *err)
{
    OASIS_TRY(append(journal, make_line("pieces %" PRId64, piece_chunks), room, err));
    return set_piece_chunks(journal, piece_chunks) ? OASIS_OK
                                                   : oasis_fail_memory(err, room->target);
}

OasisStatus oasis_journal_add_piece(OasisJournal *journal, int64_t piece,
                                    const OasisPieceFacts *facts, OasisRoom *room, OasisError *err)
{
    OASIS_TRY(append(journal,
                     make_line("piece %" PRId64 " %" PRId64 " %" PRIu64 " %016" PRIx64, piece,
                               facts->frames, facts->bytes, facts->sum),
                     room, err));
    note_piece(journal, piece, facts);
    return OASIS_OK;
}

OasisStatus oasis_journal_drop_piece(OasisJournal *journal, int64_t piece, OasisRoom *room,
                                     OasisError *err)
{
    OASIS_TRY(append(journal, make_line("drop %" PRId64, piece), room, err));
    note_piece(journal, piece, &(OasisPieceFacts){0});
    return OASIS_OK;
}

OasisStatus oasis_journal_set_joined(OasisJournal *journal, const uint64_t joined[2],
                                     OasisRoom *room, OasisError *err)
{
    journal->joined[0] = joined[0];
    journal->joined[1] = joined[1];
    return append(journal, make_line("joined %" PRIu64 " %" PRIu64, joined[0], joined[1]), room,
                  err);
}

bool oasis_journal_has(const OasisJournal *journal, int64_t piece)
{
    return piece >= 0 && piece < journal->n_pieces && journal->pieces[piece].frames > 0;
}

OasisJournalSum oasis_journal_sum(const OasisJournal *journal)
{
    OasisJournalSum sum = {0};

    for (int64_t i = 0; i < journal->n_pieces; i++) {
        sum.pieces += journal->pieces[i].frames > 0;
        sum.frames += journal->pieces[i].frames;
        sum.bytes += journal->pieces[i].bytes;
    }
    return sum;
}

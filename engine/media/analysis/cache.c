/* Kept analyses: the header below, the film's paths (filled up with zeros), its lists, and a
 * checksum over all that. They belong to this machine and this program; whatever does not fit is
 * ignored and written anew.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/analysis/cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cache-file.h"
#include "media/analysis/making.h"
#include "media/index/film-key.h"

static const uint64_t MAGIC = UINT64_C(0x323059594c414e41); /* changes with what is looked for */

typedef struct Header {
    uint64_t magic;
    int64_t size; /* of this header */
    OasisFilmKey key;
    int64_t path_bytes; /* without the filling */
    OasisAnalysis analysis; /* its pointers mean nothing */
} Header;

static size_t padded(size_t size)
{
    return (size + 7) / 8 * 8;
}

/* The film's paths and the header that its analysis must begin with; NULL if there are none. */
static char *describe(const OasisInput *input, Header *header)
{
    char *film;

    memset(header, 0, sizeof *header);
    header->magic = MAGIC;
    header->size = sizeof *header;
    film = oasis_film_key(input, &header->key);
    header->path_bytes = film ? (int64_t)strlen(film) : 0;
    return film;
}

/* Another name than the index's. */
static char *name(const char *film)
{
    char *key;

    return asprintf(&key, "%s\nanalysis", film) < 0 ? NULL : key;
}

typedef struct List {
    void **items;
    size_t size;
} List;

enum { LISTS = 4 };

static void list(OasisAnalysis *analysis, List lists[LISTS])
{
    lists[0] = (List){(void **)&analysis->cadences,
                      analysis->n_cadences * sizeof *analysis->cadences};
    lists[1] = (List){(void **)&analysis->making, (size_t)analysis->frames};
    lists[2] = (List){(void **)&analysis->cuts, analysis->n_cuts * sizeof *analysis->cuts};
    lists[3] = (List){(void **)&analysis->shapes, analysis->n_shapes * sizeof *analysis->shapes};
}

static size_t body_bytes(OasisAnalysis *analysis)
{
    List lists[LISTS];
    size_t bytes = 0;

    list(analysis, lists);
    for (int i = 0; i < LISTS; i++) {
        bytes += padded(lists[i].size);
    }
    return bytes;
}

/* Whether all numbers are such that nothing can go wrong in using them. */
static bool is_sound(const OasisAnalysis *analysis)
{
    for (int64_t n = 0; n < analysis->frames; n++) {
        if (analysis->making[n] >= OASIS_MAKINGS) {
            return false;
        }
    }
    for (size_t i = 0; i < analysis->n_cadences; i++) {
        if (analysis->cadences[i].cadence < 0 || analysis->cadences[i].cadence >= OASIS_CADENCES) {
            return false;
        }
    }
    for (size_t i = 0; i < analysis->n_cuts; i++) {
        if (analysis->cuts[i] <= (i > 0 ? analysis->cuts[i - 1] : 0) ||
            analysis->cuts[i] >= analysis->frames) {
            return false;
        }
    }
    return analysis->kind >= 0 && analysis->kind < OASIS_KINDS;
}

static OasisAnalysis *parse(const uint8_t *data, size_t size, const Header *wanted,
                            const char *film, int64_t frames)
{
    const size_t path_bytes = (size_t)wanted->path_bytes;
    const uint8_t *place = data + sizeof(Header) + padded(path_bytes);
    OasisAnalysis *analysis;
    List lists[LISTS];
    uint64_t checksum;
    Header header;

    if (size < sizeof header + padded(path_bytes) + sizeof checksum) {
        return NULL;
    }
    memcpy(&header, data, sizeof header);
    memcpy(&checksum, data + size - sizeof checksum, sizeof checksum);
    if (memcmp(&header, wanted, offsetof(Header, analysis)) != 0 ||
        memcmp(data + sizeof header, film, path_bytes) != 0 || header.analysis.frames != frames ||
        header.analysis.n_cadences < 1 || header.analysis.n_cadences > (size_t)frames ||
        header.analysis.n_shapes < 1 || header.analysis.n_shapes > (size_t)frames ||
        header.analysis.n_cuts > (size_t)frames ||
        size != sizeof header + padded(path_bytes) + body_bytes(&header.analysis) +
                    sizeof checksum ||
        oasis_cache_hash(data, size - sizeof checksum) != checksum) {
        return NULL;
    }
    analysis = malloc(sizeof *analysis);
    if (!analysis) {
        return NULL;
    }
    *analysis = header.analysis;
    list(analysis, lists);
    for (int i = 0; i < LISTS; i++) {
        *lists[i].items = malloc(lists[i].size + 1);
    }
    for (int i = 0; i < LISTS; i++) {
        if (!*lists[i].items) {
            oasis_analysis_free(&analysis);
            return NULL;
        }
        memcpy(*lists[i].items, place, lists[i].size);
        place += padded(lists[i].size);
    }
    analysis->kind_reasons[sizeof analysis->kind_reasons - 1] = '\0';
    if (!is_sound(analysis)) {
        oasis_analysis_free(&analysis);
    }
    return analysis;
}

OasisAnalysis *oasis_analysis_load(const OasisInput *input, const OasisIndex *index,
                                   const char *folder)
{
    OasisAnalysis *analysis = NULL;
    Header wanted;
    char *film = describe(input, &wanted), *key = film ? name(film) : NULL;

    if (key) {
        size_t size;
        uint8_t *data = oasis_cache_read(folder, key, &size);

        if (data) {
            analysis = parse(data, size, &wanted, film, index->frames);
            free(data);
        }
    }
    free(key);
    free(film);
    return analysis;
}

/* The file's bytes; NULL without memory. The caller frees them. */
static uint8_t *format(Header *header, const char *film, size_t *size)
{
    const size_t path_bytes = (size_t)header->path_bytes;
    List lists[LISTS];
    uint64_t checksum;
    uint8_t *data, *place;

    *size = sizeof *header + padded(path_bytes) + body_bytes(&header->analysis) + sizeof checksum;
    data = calloc(1, *size);
    if (!data) {
        return NULL;
    }
    memcpy(data, header, sizeof *header);
    memcpy(data + sizeof *header, film, path_bytes);
    place = data + sizeof *header + padded(path_bytes);
    list(&header->analysis, lists);
    for (int i = 0; i < LISTS; i++) {
        if (lists[i].size > 0) {
            memcpy(place, *lists[i].items, lists[i].size);
        }
        place += padded(lists[i].size);
    }
    checksum = oasis_cache_hash(data, (size_t)(place - data));
    memcpy(place, &checksum, sizeof checksum);
    return data;
}

void oasis_analysis_save(const OasisInput *input, const OasisAnalysis *analysis,
                         const char *folder)
{
    Header header;
    char *film = describe(input, &header), *key = film ? name(film) : NULL;

    if (key) {
        size_t size;
        uint8_t *data;

        header.analysis = *analysis;
        data = format(&header, film, &size);
        if (data) {
            oasis_cache_write(folder, key, data, size);
            free(data);
        }
    }
    free(key);
    free(film);
}

/* Kept indexes: small files in a folder that the caller names, one a video.
 *
 * A file is a row of native 64-bit numbers: the header below, the video's path or paths (filled up
 * with zeros), pts and packet of each frame, the keys, the clock's pieces, the streams' facts, the
 * parts' starts, and a checksum over all that. It belongs to this
 * machine and this FFmpeg; whatever does not fit is ignored and written anew.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/index/cache.h"

#include <stdlib.h>
#include <string.h>

#include "core/cache-file.h"
#include "media/index/film-key.h"

static const uint64_t MAGIC = UINT64_C(0x355844494b525845); /* changes with the format */
static const int64_t MOST_FRAMES = INT64_C(1) << 31;
static const int64_t MOST_TRACKS = 1 << 16;
static const int64_t MOST_PROBE = 1 << 28;

typedef struct Header {
    uint64_t magic;
    OasisFilmKey key;
    int64_t interlacing;
    int64_t frames, packets, keys, pieces, tracks;
    int64_t last_duration, probe_bytes, probe_ns, recorded;
    int64_t path_bytes; /* without the filling */
} Header;

static size_t padded(size_t size)
{
    return (size + 7) / 8 * 8;
}

/* The video's real paths and the header that an index of it must have, as far as that is known
 * beforehand; NULL if there are none. The caller frees it. */
static char *describe(const OasisInput *input, Header *header)
{
    char *video;

    *header = (Header){.magic = MAGIC};
    video = oasis_film_key(input, &header->key);
    header->path_bytes = video ? (int64_t)strlen(video) : 0;
    return video;
}

/* A copy of the next `size` bytes; NULL without memory. */
static void *take(const uint8_t **place, size_t size)
{
    void *copy = malloc(size);

    if (copy) {
        memcpy(copy, *place, size);
    }
    *place += size;
    return copy;
}

/* The bytes of all that follows the path, without the checksum. */
static size_t body_bytes(const Header *header)
{
    return (size_t)header->frames * 2 * sizeof(int64_t) + (size_t)header->keys * sizeof(OasisKey) +
           (size_t)header->pieces * sizeof(OasisClockPiece) +
           (size_t)header->tracks * sizeof(OasisTrackFacts) +
           (size_t)header->key.parts * sizeof(int64_t);
}

/* Whether all numbers are such that nothing can go wrong in using them. */
static bool is_sound(const OasisIndex *index)
{
    for (int64_t n = 0; n < index->frames; n++) {
        if (index->packet[n] < 0 || index->packet[n] >= index->packets ||
            (n > 0 && index->pts[n] <= index->pts[n - 1])) {
            return false;
        }
    }
    for (size_t k = 0; k < index->n_keys; k++) {
        if (index->keys[k].packet >= index->packets ||
            (k > 0 ? index->keys[k].packet <= index->keys[k - 1].packet
                   : index->keys[k].packet != 0)) {
            return false;
        }
    }
    return true;
}

/* Makes an index of a file's bytes; NULL if they are damaged or belong to another video. */
static OasisIndex *parse(const uint8_t *data, size_t size, const Header *wanted, const char *video)
{
    OasisIndex *index = NULL;
    const uint8_t *place = data;
    uint64_t checksum;
    Header header;

    if (size < sizeof header + sizeof checksum) {
        return NULL;
    }
    memcpy(&header, data, sizeof header);
    memcpy(&checksum, data + size - sizeof checksum, sizeof checksum);
    if (header.magic != wanted->magic ||
        memcmp(&header.key, &wanted->key, sizeof header.key) != 0 ||
        header.path_bytes != wanted->path_bytes || header.frames < 1 ||
        header.frames > MOST_FRAMES || header.packets < 1 || header.packets > MOST_FRAMES ||
        header.keys < 1 || header.keys > header.packets || header.pieces < 1 ||
        header.pieces > header.frames || header.last_duration < 0 || header.probe_bytes < 0 ||
        header.probe_bytes > MOST_PROBE || header.probe_ns < 0 || header.tracks < 1 ||
        header.tracks > MOST_TRACKS ||
        header.interlacing < OASIS_INTERLACING_NONE ||
        header.interlacing > OASIS_INTERLACING_BOTTOM_FIRST ||
        size != sizeof header + padded((size_t)header.path_bytes) + body_bytes(&header) +
                    sizeof checksum ||
        oasis_cache_hash(data, size - sizeof checksum) != checksum) {
        return NULL;
    }
    place += sizeof header;
    if (memcmp(place, video, (size_t)header.path_bytes) != 0) {
        return NULL;
    }
    place += padded((size_t)header.path_bytes);
    index = calloc(1, sizeof *index);
    if (!index) {
        return NULL;
    }
    index->frames = header.frames;
    index->packets = header.packets;
    index->n_keys = (size_t)header.keys;
    index->n_pieces = (size_t)header.pieces;
    index->n_tracks = (size_t)header.tracks;
    index->n_parts = (size_t)header.key.parts;
    index->interlacing = (OasisInterlacing)header.interlacing;
    index->last_duration = header.last_duration;
    index->probe_bytes = header.probe_bytes;
    index->probe_ns = header.probe_ns;
    index->recorded = header.recorded;
    index->pts = take(&place, (size_t)index->frames * sizeof *index->pts);
    index->packet = take(&place, (size_t)index->frames * sizeof *index->packet);
    index->keys = take(&place, index->n_keys * sizeof *index->keys);
    index->pieces = take(&place, index->n_pieces * sizeof *index->pieces);
    index->tracks = take(&place, index->n_tracks * sizeof *index->tracks);
    index->part_starts = take(&place, index->n_parts * sizeof *index->part_starts);
    if (!index->pts || !index->packet || !index->keys || !index->pieces || !index->tracks ||
        !index->part_starts || !is_sound(index) || !oasis_index_link(index)) {
        oasis_index_free(&index);
    }
    return index;
}

OasisIndex *oasis_index_load(const OasisInput *input, const char *folder)
{
    OasisIndex *index = NULL;
    Header wanted;
    char *video = describe(input, &wanted);

    if (video) {
        size_t size;
        uint8_t *data = oasis_cache_read(folder, video, &size);

        if (data) {
            index = parse(data, size, &wanted, video);
            free(data);
        }
    }
    free(video);
    return index;
}

static void put(uint8_t **place, const void *data, size_t size)
{
    memcpy(*place, data, size);
    *place += size;
}

/* The file's bytes; NULL without memory. The caller frees them. */
static uint8_t *format(const OasisIndex *index, Header header, const char *video, size_t *size)
{
    size_t numbers = (size_t)index->frames * sizeof(int64_t);
    size_t path_bytes = (size_t)header.path_bytes;
    uint64_t checksum;
    uint8_t *data, *place;

    header.frames = index->frames;
    header.packets = index->packets;
    header.keys = (int64_t)index->n_keys;
    header.pieces = (int64_t)index->n_pieces;
    header.tracks = (int64_t)index->n_tracks;
    header.interlacing = index->interlacing;
    header.last_duration = index->last_duration;
    header.probe_bytes = index->probe_bytes;
    header.probe_ns = index->probe_ns;
    header.recorded = index->recorded;
    *size = sizeof header + padded(path_bytes) + body_bytes(&header) + sizeof checksum;
    data = place = calloc(1, *size);
    if (!data) {
        return NULL;
    }
    put(&place, &header, sizeof header);
    memcpy(place, video, path_bytes);
    place += padded(path_bytes);
    put(&place, index->pts, numbers);
    put(&place, index->packet, numbers);
    put(&place, index->keys, index->n_keys * sizeof *index->keys);
    put(&place, index->pieces, index->n_pieces * sizeof *index->pieces);
    put(&place, index->tracks, index->n_tracks * sizeof *index->tracks);
    put(&place, index->part_starts, index->n_parts * sizeof *index->part_starts);
    checksum = oasis_cache_hash(data, (size_t)(place - data));
    put(&place, &checksum, sizeof checksum);
    return data;
}

void oasis_index_save(const OasisInput *input, const OasisIndex *index, const char *folder)
{
    Header header;
    char *video = describe(input, &header);

    if (video) {
        size_t size;
        uint8_t *data = format(index, header, video, &size);

        if (data) {
            oasis_cache_write(folder, video, data, size);
            free(data);
        }
    }
    free(video);
}

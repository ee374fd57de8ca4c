/* The frame index of a video: which frames there are, when each is shown, and where decoding can
 * start.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "media/input.h"

/* How the file's frames relate to fields. */
typedef enum OasisFields {
    OASIS_FIELDS_PROGRESSIVE = 0,
    OASIS_FIELDS_FLAGGED, /* the frames themselves say which are interlaced, and how */
    OASIS_FIELDS_TOP_FIRST,    /* all interlaced, though the frames do not say so */
    OASIS_FIELDS_BOTTOM_FIRST,
} OasisFields;

/* A packet at which decoding can start. Its numbers are those that the demuxer gave when the file
 * was read through from its beginning: by them it is known again after a seek. */
typedef struct OasisKey {
    int64_t pts, dts; /* in stream time; AV_NOPTS_VALUE if the file has none */
    int64_t position; /* byte in the file, -1 if unknown */
    int64_t packet;   /* its number among the video's packets */
} OasisKey;

/* Immutable once built. Frames stand in the order in which they are shown, packets in that of the
 * file. */
typedef struct OasisIndex {
    int64_t frames;      /* >= 1 */
    int64_t *pts;        /* of each frame in stream time, strictly growing; not moved to 0 */
    int64_t *packet;     /* the packet that each frame comes from */
    int64_t packets;
    int64_t *first_frame; /* of each packet; -1 where it makes none */
    size_t n_keys;
    OasisKey *keys;      /* by packet, ascending */
    int64_t *key_frame;  /* the first frame that each key leads to */
    OasisFields fields;
} OasisIndex;

/* Finds the index of the opened file: kept in `folder` from an earlier time, or built now by
 * reading the file through, and kept there; NULL = not kept. Leaves the input at an undefined
 * place. `progress` may be NULL. Returns OASIS_ERR_INPUT for a file without frames,
 * OASIS_ERR_CANCELLED, OASIS_ERR_NO_MEMORY. */
OasisStatus oasis_index_open(OasisInput *input, const char *folder,
                             void (*progress)(double done, void *data), void *data,
                             OasisIndex **index, OasisError *err) OASIS_MUST_USE;
void oasis_index_free(OasisIndex **index);

/* The last key from which frame n can be decoded. */
size_t oasis_index_key_for(const OasisIndex *index, int64_t n);

/* The frame that comes from a packet, where `before` was decoded last: one packet may hold several.
 * -1 if there is none. */
int64_t oasis_index_frame_of(const OasisIndex *index, int64_t packet, int64_t before);

/* How long the last frame is shown, in stream time: as long as the one before it, or else as
 * `rate` (frames a second) says. */
int64_t oasis_index_last_duration(const OasisIndex *index, AVRational rate, AVRational time_base);

/* --- within the index --- */

/* Reads all packets and predicts the frames from them, one a packet. *sure says whether nothing in
 * the packets speaks against the prediction. */
OasisStatus oasis_index_scan(OasisInput *input, void (*progress)(double, void *), void *data,
                             OasisIndex *index, bool *sure, OasisError *err) OASIS_MUST_USE;

/* Decodes the file's beginning, middle and end: *right says whether the predicted frames came.
 * Finds out about fields on the way. */
OasisStatus oasis_index_sample(OasisInput *input, OasisIndex *index, bool *right,
                               OasisError *err) OASIS_MUST_USE;

/* Decodes the whole file and replaces the predicted frames by those that came. */
OasisStatus oasis_index_decode(OasisInput *input, void (*progress)(double, void *), void *data,
                               OasisIndex *index, OasisError *err) OASIS_MUST_USE;

/* Fills first_frame and key_frame. False without memory. */
bool oasis_index_link(OasisIndex *index);

/* Reads an index kept in a folder, NULL if there is none that fits the file as it is now; keeps
 * one, silently not where the folder cannot be written. */
OasisIndex *oasis_index_load(const OasisInput *input, const char *folder);
void oasis_index_save(const OasisInput *input, const OasisIndex *index, const char *folder);

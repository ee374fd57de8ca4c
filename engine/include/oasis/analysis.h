/* What reading a whole film shows of it: fields and film cadence, scenes, borders, noise.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "oasis/cancel.h"
#include "oasis/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How coded frames relate to moments. */
typedef enum OasisCadence {
    OASIS_CADENCE_WHOLE = 0,    /* each is of one moment, whatever the file calls it */
    OASIS_CADENCE_TOP_FIRST,    /* each holds two: the top field's, then the bottom one's */
    OASIS_CADENCE_BOTTOM_FIRST,
    OASIS_CADENCE_FILM,         /* four pictures of film in five frames, some put together of two */
    OASIS_CADENCE_SHIFTED,      /* whole pictures, each spread over two frames */
    OASIS_CADENCES,
} OasisCadence;

/* Coded frames from one on, up to the next piece's. */
typedef struct OasisCadencePiece {
    int64_t first;
    OasisCadence cadence;
} OasisCadencePiece;

/* From a coded frame on pictures have this size, and samples this shape (0:1 = not said). */
typedef struct OasisShapePiece {
    int64_t first;
    int width, height;
    int aspect_num, aspect_den;
} OasisShapePiece;

/* Noise of one brightness: its deviation in code values of 8 bits, in details of two, four and
 * eight pixels; white noise has the same in all. 0 where too little of the picture is so bright. */
typedef struct OasisNoise {
    double scales[3];
} OasisNoise;

/* What a film was recorded with, or came from. */
typedef enum OasisKind {
    OASIS_KIND_OTHER = 0, /* nothing tells */
    OASIS_KIND_TAPE,      /* DV, or what was captured from any other tape */
    OASIS_KIND_DVD,
    OASIS_KIND_CAMCORDER, /* AVCHD, HDV, and photo cameras that film */
    OASIS_KIND_PHONE,
    OASIS_KIND_WEB,
    OASIS_KIND_FILM,      /* cine film that was scanned */
    OASIS_KINDS,
} OasisKind;

enum { OASIS_BRIGHTNESSES = 8 }; /* equal parts of the range of luma, dark ones first */

/* Numbers of frames are those of coded frames. Immutable once made. */
typedef struct OasisAnalysis {
    int64_t first, frames; /* of the film that were looked at; `frames` all of them if `whole` */
    bool whole;            /* the film was read through, not only looked at in one place */
    OasisCadencePiece *cadences; /* >= 1 */
    size_t n_cadences;
    uint8_t *making;       /* for the engine: what is made of each frame, from `first` on */
    int64_t *cuts;         /* frames that begin a scene, ascending; not the first */
    size_t n_cuts;
    OasisShapePiece *shapes; /* >= 1 */
    size_t n_shapes;
    int left, top, right, bottom; /* rows and columns at the edges that are black throughout */
    int head_lines;        /* at the bottom, torn where a recorder changes its heads */
    OasisNoise noise[OASIS_BRIGHTNESSES];
    double blocking;       /* how much stronger edges are between blocks of 8 pixels; 0 = no more */
    double flicker;        /* of brightness from frame to frame, in code values of 8 bits */
    OasisKind kind;        /* its defaults: oasis/kind.h */
    char kind_reasons[240]; /* for people, English; "" for OTHER */
    int64_t concealed;     /* frames that could not be decoded; the one before stands in */
} OasisAnalysis;

typedef struct OasisAnalyseParams {
    const char *const *further; /* as in OasisMediaParams */
    int stream;                 /* the same */
    const char *index_folder;   /* where indexes and analyses are kept; NULL = nowhere */
    bool kept_only;    /* gives what is kept, and else nothing */
    bool look;         /* unless one of all is kept: looks at the frames from `look_ns` to
                        * `look_end_ns` and some around them, and for borders and noise at others
                        * all over the film */
    int64_t look_ns, look_end_ns; /* end 0 = a few seconds */
    const OasisCancel *cancel; /* may be NULL */
    /* Progress, 0..1, on the calling thread; may be NULL. */
    void (*progress)(double done, void *data);
    void *data;
} OasisAnalyseParams;

/* Reads a film through, at some hundred frames a second, or gives what is kept of an earlier time.
 * Blocks; to be called on a thread of its own. *analysis is NULL where nothing is kept and nothing
 * else was asked for. OASIS_ERR_INPUT names the file, OASIS_ERR_CANCELLED leaves nothing kept. */
OASIS_API OasisStatus oasis_media_analyse(const char *path, const OasisAnalyseParams *params,
                                          OasisAnalysis **analysis, OasisError *err) OASIS_MUST_USE;
OASIS_API void oasis_analysis_free(OasisAnalysis **analysis); /* a pointer to NULL is fine */

/* "whole frames", "fields, top first", "film in 60 fields": English words. Never NULL. */
OASIS_API const char *oasis_cadence_name(OasisCadence cadence);

/* How many of the frames looked at are of a cadence. */
OASIS_API int64_t oasis_analysis_count(const OasisAnalysis *analysis, OasisCadence cadence);

#ifdef __cplusplus
}
#endif

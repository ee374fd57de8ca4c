/* Media files through FFmpeg (built with -Dmedia=enabled): sources, sinks, facts about a file.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/cancel.h"
#include "oasis/sink.h"
#include "oasis/source.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum OasisDeinterlace {
    OASIS_DEINTERLACE_AUTO = 0, /* by the stream's flags, else by looking at the frames */
    OASIS_DEINTERLACE_OFF,
    OASIS_DEINTERLACE_ON,
} OasisDeinterlace;

typedef struct OasisMediaParams {
    OasisDeinterlace deinterlace;
    const char *index_folder;  /* where the file's index is kept, so that opening it again is quick;
                                * made if need be; NULL = nowhere */
    const OasisCancel *cancel; /* polled while indexing; may be NULL */
    /* Progress of indexing, 0..1, on the calling thread; may be NULL. */
    void (*progress)(double done, void *data);
    void *data;
} OasisMediaParams;

/* What people want to know about a file; strings live as long as the source. */
typedef struct OasisMediaInfo {
    const char *container;   /* "QuickTime / MOV" */
    const char *video_codec; /* "h264" */
    const char *audio_codec; /* of the first audio stream; NULL without one */
    int audio_channels;
    int audio_rate;
    int coded_width, coded_height; /* before rotation */
    int rotation;            /* degrees clockwise that were applied: 0, 90, 180, 270 */
    bool interlaced;         /* as found */
    bool deinterlaced;       /* whether the source's frames are */
    bool variable_rate;
    int64_t duration_ns;     /* of the video */
    int64_t bytes;           /* of the file */
} OasisMediaInfo;

/* Opens the first video stream of a file that FFmpeg decodes and indexes its frames. Blocks;
 * OASIS_ERR_INPUT names the file and what is wrong. */
OASIS_API OasisStatus oasis_media_source_open(const char *path, const OasisMediaParams *params,
                                              OasisSource **source, OasisError *err) OASIS_MUST_USE;

/* The facts about a source that oasis_media_source_open made. Borrowed. */
OASIS_API const OasisMediaInfo *oasis_media_source_info(OasisSource *source);

/* Turns frames into pictures for the screen: 8-bit R, G, B, A (opaque), full range, scaled. Keeps
 * tables between frames of one shape. Thread-safety: one thread at a time. */
typedef struct OasisScreenConverter OasisScreenConverter;

OASIS_API OasisScreenConverter *oasis_screen_converter_new(void); /* NULL without memory */
OASIS_API void oasis_screen_converter_free(OasisScreenConverter **converter);

/* Fills width x height pixels at rgba (stride bytes a row, at least width * 4). */
OASIS_API OasisStatus oasis_screen_convert(OasisScreenConverter *converter, const OasisFrame *frame,
                                           int width, int height, uint8_t *rgba, ptrdiff_t stride,
                                           OasisError *err) OASIS_MUST_USE;

typedef struct OasisMediaTarget {
    OasisTargetParams target;
    const char *codec;       /* "x264" (default for NULL) or "ffv1" */
    double crf;              /* x264 only; < 0 = default (18) */
    bool sound; /* the source's first audio stream is copied from the first written frame's time on,
                 * cut within one packet */
    const char *index_folder; /* with sound: as in OasisMediaParams, for the source; without it the
                               * source may be read through once more */
    int64_t end_ns; /* where the sound ends, on the frames' clock; 0 = the file's end */
    /* Called for what could not be carried over ("subtitles left out: ..."), while opening and on
     * the thread that writes; may be NULL. */
    void (*warn)(const char *message, void *data);
    void *data;
} OasisMediaTarget;

/* The FFmpeg that is used, as it names itself ("7.1.5"); NULL where it was left out. Any thread. */
OASIS_API const char *oasis_media_version(void);

/* Opens a media file for writing as .NAME.part.EXT beside `path`; the container follows EXT (mkv,
 * mp4, mov; FFV1 needs mkv). The first frame's pts becomes time 0. finish renames. */
OASIS_API OasisStatus oasis_media_sink_open(const char *path, const OasisMediaTarget *target,
                                            OasisSink **sink, OasisError *err) OASIS_MUST_USE;

#ifdef __cplusplus
}
#endif

/* Media files through FFmpeg (built with -Dmedia=enabled): sources, sinks, facts about a file.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/analysis.h"
#include "oasis/cancel.h"
#include "oasis/sink.h"
#include "oasis/source.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum OasisDeinterlace {
    OASIS_DEINTERLACE_AUTO = 0, /* by the stream's flags, else by looking at the frames; film is
                                 * given its own rate again */
    OASIS_DEINTERLACE_OFF,      /* frames as they are coded */
    OASIS_DEINTERLACE_ON,       /* all, in the order that was found */
    OASIS_DEINTERLACE_TOP_FIRST, /* all, in this order */
    OASIS_DEINTERLACE_BOTTOM_FIRST,
} OasisDeinterlace;

typedef enum OasisFlip {
    OASIS_FLIP_NONE = 0,
    OASIS_FLIP_HORIZONTAL, /* left and right change places */
    OASIS_FLIP_VERTICAL,
} OasisFlip;

typedef struct OasisMediaParams {
    OasisDeinterlace deinterlace;
    const char *const *further; /* files that go on with the film, as one recording: chapters of a
                                 * camera, titles of a DVD; ended by NULL; NULL = none */
    int stream; /* 1 + the number of the track that is the film; 0 = the one of more than one frame
                 * that the file calls its own, or the largest; never a cover picture */
    bool double_rate;          /* makes a frame of each field, not of a frame's first alone */
    const OasisAnalysis *analysis; /* what is known of the whole film, for AUTO and for its scenes;
                                    * NULL = a look at some frames. Borrowed for the call. */
    int rotate;     /* degrees clockwise, beside what the file says: 0, 90, 180 or 270 */
    OasisFlip flip; /* after that */
    bool tonemap;   /* HDR (PQ, HLG) becomes SDR of BT.709 in 8 bits: by BT.2390's curve to 203
                     * cd/m2; other films stay as they are */
    const char *index_folder;  /* where the file's index is kept, so that opening it again is quick;
                                * made if need be; NULL = nowhere */
    const OasisCancel *cancel; /* polled while indexing; may be NULL */
    /* Progress of indexing, 0..1, on the calling thread; may be NULL. */
    void (*progress)(double done, void *data);
    void *data;
} OasisMediaParams;

typedef enum OasisTrackKind {
    OASIS_TRACK_VIDEO = 0,
    OASIS_TRACK_SOUND,
    OASIS_TRACK_SUBTITLES,
    OASIS_TRACK_COVER,      /* a picture that stands for the file */
    OASIS_TRACK_ATTACHMENT, /* a file in the file: a font of its subtitles, say */
    OASIS_TRACK_TIMECODE,
    OASIS_TRACK_DATA,       /* anything else */
} OasisTrackKind;

/* One track of a file. Strings are never NULL; "" is unknown. */
typedef struct OasisTrack {
    int number;           /* in the file, from 0 */
    OasisTrackKind kind;
    const char *codec;    /* FFmpeg's name: "h264", "pcm_s16le"; "" for one it does not know */
    const char *language; /* three letters, as containers have them: "ger" */
    const char *title;
    bool is_main;         /* the picture that is restored */
    bool is_default, is_forced, is_commentary;
    int rate;             /* samples a second of sound */
    int channels;
    int bits;             /* of a sample of sound, where that is known */
    bool lossless;        /* sound: what is decoded is what was encoded */
    bool text;            /* subtitles: letters, not pictures of them */
    int width, height;    /* of pictures */
    int64_t first_ns, end_ns; /* from the first frame on; both 0 without times */
    int64_t bytes;        /* of its packets */
    int64_t late_byte;    /* where in the file it begins, if that is so far that it cannot be read;
                           * else 0 */
    int changes;          /* how often sound changes its rate or channels */
    int holes;            /* of sound: pauses that its packets leave */
} OasisTrack;

typedef struct OasisTag {
    const char *name, *value;
} OasisTag;

/* What HDR video says of the screen that it was made on (SMPTE ST 2086), by CIE's x and y and in
 * cd/m2, and of its light (CTA-861.3), in cd/m2. */
typedef struct OasisMastering {
    bool has_screen;
    OasisRational primaries[3][2], white[2]; /* red, green, blue */
    OasisRational darkest, brightest;
    int most_light, most_average_light; /* of a pixel, of a frame; 0 = unknown */
} OasisMastering;

/* What people want to know about a file; strings and lists live as long as the info. */
typedef struct OasisMediaInfo {
    const char *container;   /* "QuickTime / MOV" */
    const char *video_codec; /* of the main track: "h264" */
    int coded_width, coded_height; /* before rotation */
    bool mirrored;           /* whether left and right were swapped, before anything was turned */
    int rotation;            /* degrees clockwise that were applied: 0, 90, 180, 270 */
    bool interlaced;         /* as found */
    bool deinterlaced;       /* whether the source's frames are */
    uint64_t making;         /* stands for what each of its frames is made of, and when it is shown:
                              * of one file, the same number means the same frames */
    OasisMastering mastering;
    int dolby;               /* Dolby Vision's profile, of which the base layer is read; 0 = none */
    bool variable_rate;
    bool untagged;           /* nothing says the colours' matrix, so that the size decided */
    bool alpha;              /* transparent parts were laid over black */
    int shape_changes;       /* of size or aspect on the way: bars fit what differs from the most */
    int64_t concealed;       /* frames that were not decoded whole, as far as was looked */
    int64_t duration_ns;     /* of the video */
    int64_t bytes;           /* of the file */
    int parts;               /* files that it is made of, >= 1; what follows is of them as one */
    int64_t longest_ns;      /* that one frame is shown */
    int64_t longest_at_ns;   /* when that begins */
    int clock_jumps;         /* how often the recording's clock was set, which was mended */
    int chapters;
    OasisTrack *tracks;      /* all of the file's, in its order */
    size_t n_tracks;
    OasisTag *tags;          /* of the file as a whole */
    size_t n_tags;
} OasisMediaInfo;

/* The first track of a kind; NULL without one. Borrowed from the info. */
OASIS_API const OasisTrack *oasis_media_info_find(const OasisMediaInfo *info, OasisTrackKind kind);

/* Info of one's own, to be freed; NULL without memory. */
OASIS_API OasisMediaInfo *oasis_media_info_copy(const OasisMediaInfo *info);
OASIS_API void oasis_media_info_free(OasisMediaInfo **info); /* a pointer to NULL is fine */

/* "video", "sound", "subtitles": an English word. Never NULL. */
OASIS_API const char *oasis_track_kind_name(OasisTrackKind kind);

/* Looks for files beside `path` that seem to go on with its film, by their names (chapters of
 * action cameras, a DVD's titles), or where names are but numbered, by parts as large as a file can
 * be. The list is ended by NULL and freed by the caller, also where it is empty; NULL without
 * memory. Returns its length. */
OASIS_API size_t oasis_media_find_further(const char *path, char ***further);
OASIS_API void oasis_media_free_further(char ***further); /* a pointer to NULL is fine */

/* Opens the main video track of a file that FFmpeg decodes and indexes its frames. Blocks;
 * OASIS_ERR_INPUT names the file and what is wrong, as where a
 * further one has another codec or size. */
OASIS_API OasisStatus oasis_media_source_open(const char *path, const OasisMediaParams *params,
                                              OasisSource **source, OasisError *err) OASIS_MUST_USE;

/* The facts about a source that oasis_media_source_open made. Borrowed. */
OASIS_API const OasisMediaInfo *oasis_media_source_info(OasisSource *source);

/* What an analysis of its film found around the picture, at the sides of the source's frames: black
 * borders, and the torn lines of a tape where the heads are switched. All zeros where there are
 * none, or would leave less than half. */
OASIS_API OasisCrop oasis_media_source_borders(OasisSource *source, const OasisAnalysis *analysis);

/* The source's frames that begin a scene, ascending, as far as its analysis says; frame 0 is not
 * among them. NULL where there are none. Borrowed. */
OASIS_API const int64_t *oasis_media_source_cuts(OasisSource *source, size_t *count);

/* Turns frames into pictures for the screen: 8-bit R, G, B, A (opaque), full range, scaled; HDR as
 * OasisMediaParams.tonemap has it. Keeps
 * tables between frames of one shape. Thread-safety: one thread at a time. */
typedef struct OasisScreenConverter OasisScreenConverter;

OASIS_API OasisScreenConverter *oasis_screen_converter_new(void); /* NULL without memory */
OASIS_API void oasis_screen_converter_free(OasisScreenConverter **converter);

/* Fills width x height pixels at rgba (stride bytes a row, at least width * 4) with what a crop
 * (NULL = none) leaves of a frame. */
OASIS_API OasisStatus oasis_screen_convert(OasisScreenConverter *converter, const OasisFrame *frame,
                                           const OasisCrop *crop, int width, int height,
                                           uint8_t *rgba, ptrdiff_t stride,
                                           OasisError *err) OASIS_MUST_USE;

/* A way to encode pictures. The one table of them; what people can choose is made from it. */
typedef struct OasisVideoCodec {
    const char *name;     /* "x264", or a hardware encoder's, as FFmpeg has it: "h264_nvenc" */
    const char *label;    /* "H.264" */
    const char *purpose;  /* one line for people */
    const char *encoder;  /* FFmpeg's name */
    const char *containers; /* endings that it fits, the first is the usual one: "mp4 mov mkv" */
    double best, worst, quality; /* the scale of its quality and the default; all 0 without one */
    const char *presets;  /* names for --encoder-preset, "" without any */
    const char *preset;   /* the default */
    bool whole;           /* its quality has no fractions */
    bool lossless;
    bool hardware;        /* only where the machine has it */
    double bits;          /* a pixel at the default quality, on the average, for estimates */
} OasisVideoCodec;

/* The table, in the order in which people should see it. */
OASIS_API const OasisVideoCodec *oasis_video_codecs(size_t *count);
OASIS_API const OasisVideoCodec *oasis_video_codec_find(const char *name); /* NULL if unknown */
/* The usual one for a file of that name; NULL where the name's ending is of no container. */
OASIS_API const OasisVideoCodec *oasis_video_codec_usual(const char *path);
/* Whether it can be used here. The first call for a hardware encoder tries it, for some 100 ms. */
OASIS_API bool oasis_video_codec_works(const OasisVideoCodec *codec);
/* Whether a container, named by its ending ("mkv"), takes it. */
OASIS_API bool oasis_video_codec_fits(const OasisVideoCodec *codec, const char *container);

/* A range on the frames' clock; end 0 = the file's. */
typedef struct OasisSpan {
    int64_t start_ns, end_ns;
} OasisSpan;

/* What there is to know about a file that is made; programs word it for their people. Those of a
 * track have its facts besides what stands here. */
typedef enum OasisNoteKind {
    /* A track is left out: */
    OASIS_NOTE_TRACK_NOT_HELD = 0,  /* containers of this kind do not hold it */
    OASIS_NOTE_TRACK_OF_PICTURES,   /* nor subtitles that are pictures */
    OASIS_NOTE_TRACK_BESIDE_IMAGES, /* files of pictures hold nothing else */
    OASIS_NOTE_TRACK_LATE,          /* it begins `amount` bytes into the file */
    OASIS_NOTE_TRACK_UNKNOWN,       /* its codec is unknown */
    OASIS_NOTE_TRACK_NO_DECODER,
    OASIS_NOTE_TRACK_NO_ENCODER,
    OASIS_NOTE_TRACK_SECOND_PICTURE, /* before x after; one alone is restored */
    OASIS_NOTE_TRACK_NO_SENSE,       /* data; nobody knows what it is */
    /* Sound is converted from `codec` to `to`: */
    OASIS_NOTE_SOUND_AS_ASKED,
    OASIS_NOTE_SOUND_FOR_PLAYERS, /* those of the container do not take it */
    OASIS_NOTE_SOUND_FOR_CHANGES, /* it changes on the way */
    OASIS_NOTE_SOUND_FOR_RANGES,  /* to be cut exactly where they meet */
    OASIS_NOTE_SOUND_FOR_PAUSES,  /* players of the container would lose them */
    OASIS_NOTE_SOUND_AFTER_ALL,   /* it should be copied, but the file does not take it */
    OASIS_NOTE_SOUND_CHANGES,     /* its rate or channels `before` times, and gets one for all */
    OASIS_NOTE_SOUND_MIXED_DOWN,  /* from `before` to `after` channels */
    /* Subtitles are converted from `codec` to `to`: */
    OASIS_NOTE_TEXT_CONVERTED,
    OASIS_NOTE_TEXT_WITHOUT_PLACES, /* and lose where they stood */
    /* A track ends `amount` seconds from the start on: */
    OASIS_NOTE_TRACK_CANNOT_BE_OPENED,
    OASIS_NOTE_TRACK_CANNOT_BE_CARRIED,
    OASIS_NOTE_TRACK_CANNOT_BE_READ,
    OASIS_NOTE_TRACK_CANNOT_BE_WRITTEN,
    /* The picture: */
    OASIS_NOTE_COLOUR_AS_ASKED,    /* stored as `to` instead of `codec`: "4:2:0" */
    OASIS_NOTE_COLOUR_FOR_CODEC,   /* which takes nothing else */
    OASIS_NOTE_COLOUR_FOR_PLAYERS, /* who take nothing else */
    OASIS_NOTE_DEPTH,              /* stored in `after` bits instead of `before` */
    OASIS_NOTE_COLUMN_REPEATED,    /* the last one, since `to` needs an even size */
    OASIS_NOTE_ROW_REPEATED,
    OASIS_NOTE_COLUMN_AND_ROW_REPEATED,
    OASIS_NOTE_DOLBY_LEFT_OUT,     /* its layer; `codec`, which lies below, is kept */
    OASIS_NOTE_HDR_UNSAID,         /* files of pictures do not say that they are `codec` */
    OASIS_NOTE_HDR_IN_H264,        /* where few players show `codec` */
    OASIS_NOTE_SHAPES_FITTED,      /* of `before` other sizes or aspects, by bars */
    OASIS_NOTE_CONCEALED,          /* `before` frames, which could not be decoded whole */
    OASIS_NOTE_ALPHA,              /* transparent parts lie over black */
    OASIS_NOTE_IMAGES_A_SECOND,    /* `amount`, which the files do not say */
    OASIS_NOTE_TIMES_LEFT_OUT,     /* the same, and the rate varies */
    OASIS_NOTE_RATE_ENOUGH,        /* `amount` bits a second are all that it needs */
    OASIS_NOTE_RATE_LEAST,         /* that it needs */
    /* The file: */
    OASIS_NOTE_TAGS_LEFT_OUT, /* and chapters: files of pictures hold none */
    OASIS_NOTE_CLOCK_SET,     /* the recording's, `before` times; picture and sound go on */
    OASIS_NOTE_LONG_FRAME,    /* of `amount` seconds, `at` seconds from the start on */
    OASIS_NOTE_DISK_SHORT,    /* it has less room than `amount` bytes */
    OASIS_NOTE_KINDS,
} OasisNoteKind;

typedef struct OasisPlanNote {
    OasisNoteKind kind;
    bool loss;  /* what the source has is missing or worse in the file */
    int track;  /* the number in the source of the one that it is about; -1 = none */
    OasisTrackKind track_kind;
    int nth;    /* it is of so many of its kind, from 1; 0 where it is the only one */
    char language[8];
    char codec[32], to[32]; /* names as FFmpeg has them; "" = unknown */
    char container[8];      /* its ending: "mp4" */
    int before, after;
    double amount, at;
} OasisPlanNote;

/* The note as an English sentence without its stop, which is cut where it does not fit. Returns
 * `text`. Any thread. */
OASIS_API const char *oasis_plan_note_words(const OasisPlanNote *note, char *text, size_t size);

/* What is to be written, and how. Zeros are the defaults, but for the quality. */
typedef struct OasisMediaTarget {
    OasisTargetParams target;
    const char *codec;   /* a name of the table; NULL = the container's usual one */
    double quality;      /* on the codec's own scale; < 0 = its default */
    int64_t bit_rate;    /* of the picture on the average, bits a second; 0 = by quality */
    int64_t file_bytes;  /* of the whole file, from which the bit rate follows; 0 = as it comes */
    const char *preset;  /* one of the codec's; NULL = its default */
    const char *pixels;  /* FFmpeg's name of a pixel format; "source" = the frames' own; NULL = what
                          * players of the container take: 4:2:0 in mp4, mov and webm */
    const char *tracks_from; /* the file that the frames come from, whose other tracks, tags and
                              * chapters are carried over; NULL = none */
    const char *const *further; /* as in OasisMediaParams, for tracks_from */
    int stream;          /* the same */
    const char *sound;   /* "copy", "aac", "opus", "flac", "pcm" or "none", for each track of sound
                          * one, divided by commas, the last for the rest; NULL = copied where the
                          * container and ordinary players take it, else converted */
    bool strict;         /* fail instead where something would be lost */
    const char *index_folder; /* as in OasisMediaParams, for tracks_from; without it that may be
                               * read through once more */
    int64_t start_ns, end_ns; /* of the range, on the frames' clock, for estimates and the tracks'
                               * end; end 0 = the file's */
    const OasisSpan *further_spans; /* of ranges that are joined behind it, ascending: then sound is
                                     * cut to the sample, and so converted, unless it is to be
                                     * copied; NULL = none */
    size_t n_further_spans;
    /* Called for each of the plan's notes while opening, and for what only showed later on the
     * thread that writes; may be NULL. */
    void (*warn)(const OasisPlanNote *note, void *data);
    void *data;
} OasisMediaTarget;

/* The FFmpeg that is used, as it names itself ("7.1.5"); NULL where it was left out. Any thread. */
OASIS_API const char *oasis_media_version(void);

typedef enum OasisTrackFate {
    OASIS_TRACK_DROP = 0,
    OASIS_TRACK_COPY,
    OASIS_TRACK_CONVERT,
} OasisTrackFate;

typedef struct OasisTrackPlan {
    int number;         /* of the track in the source */
    OasisTrackFate fate;
    const char *codec;  /* that it will have; "" when dropped. Borrowed from the info, or static. */
} OasisTrackPlan;

/* What will become of a file's picture and tracks. */
typedef struct OasisMediaPlan {
    const OasisVideoCodec *codec;
    const char *container; /* its ending: "mp4" */
    const char *pixels;    /* FFmpeg's name of the pixel format */
    double quality;        /* where bit_rate is 0 */
    int64_t bit_rate;      /* that the picture is made to have on the average; 0 = none */
    char *preset;          /* owned */
    OasisTrackPlan *tracks; /* the source's, but for the main one */
    size_t n_tracks;
    OasisPlanNote *notes;
    size_t n_notes;
    OasisMastering mastering; /* that it tells, as the source did; zeros without HDR */
    int64_t bytes;         /* that the file will have, roughly */
    int64_t free_bytes;    /* on its disk; -1 if unknown */
} OasisMediaPlan;

/* Plans a file. `info` is that of tracks_from, NULL with it. Does no work and writes nothing; fails
 * as opening the sink would for settings that make no sense. With `strict` what is lost does not
 * fail it. */
OASIS_API OasisStatus oasis_media_plan_new(const char *path, const OasisMediaTarget *target,
                                           const OasisMediaInfo *info, OasisMediaPlan **plan,
                                           OasisError *err) OASIS_MUST_USE;
OASIS_API void oasis_media_plan_free(OasisMediaPlan **plan); /* a pointer to NULL is fine */

/* Whether the name is one of pictures, a file each: FOLDER/NAME%05d.png, .tif or .tiff, or FOLDER/
 * for FOLDER/%05d.png. */
OASIS_API bool oasis_media_is_images(const char *path);

/* Opens a media file for writing as .NAME.part.EXT beside `path`; the container follows EXT (mkv,
 * mp4, mov, webm). The first frame's pts becomes time 0. finish writes the file and renames it;
 * what `target` points to is borrowed until then. Trouble with other tracks that shows while
 * writing ends those with a warning, never the picture. For long films: oasis/export.h. */
OASIS_API OasisStatus oasis_media_sink_open(const char *path, const OasisMediaTarget *target,
                                            OasisSink **sink, OasisError *err) OASIS_MUST_USE;

#ifdef __cplusplus
}
#endif

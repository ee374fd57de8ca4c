/* One picture as decoded or to be encoded: planes in host memory with their colour description.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "oasis/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct OasisRational {
    int64_t num;
    int64_t den; /* > 0 */
} OasisRational;

/* Values of ITU-T H.273 (MatrixCoefficients), as FFmpeg's AVColorSpace has them. */
typedef enum OasisMatrix {
    OASIS_MATRIX_RGB = 0, /* planes are G, B, R */
    OASIS_MATRIX_BT709 = 1,
    OASIS_MATRIX_FCC = 4,
    OASIS_MATRIX_BT470BG = 5, /* BT.601 625 */
    OASIS_MATRIX_SMPTE170M = 6, /* BT.601 525; the same numbers as BT470BG */
    OASIS_MATRIX_SMPTE240M = 7,
    OASIS_MATRIX_BT2020_NCL = 9,
} OasisMatrix;

typedef enum OasisRange {
    OASIS_RANGE_LIMITED = 0, /* luma 16..235, chroma 16..240, times 2^(depth-8) */
    OASIS_RANGE_FULL = 1,
} OasisRange;

/* Where the chroma samples of subsampled planes lie, relative to luma. */
typedef enum OasisSiting {
    OASIS_SITING_LEFT = 0, /* MPEG-2, H.264: on even columns, between rows */
    OASIS_SITING_CENTER,   /* MPEG-1, JPEG: between columns and rows */
    OASIS_SITING_TOP_LEFT, /* DV PAL, BT.2020: on even columns and rows */
} OasisSiting;

/* H.273's TransferCharacteristics of HDR video; all others are made for ordinary screens. */
enum {
    OASIS_H273_PQ = 16,
    OASIS_H273_HLG = 18,
};

/* The shape and colour of a frame. Two planes' subsampling: chroma is
 * ceil(width / 2^chroma_shift_x) wide and ceil(height / 2^chroma_shift_y) high. */
typedef struct OasisFrameFormat {
    int width;  /* 1..16384 */
    int height; /* 1..16384 */
    int depth;  /* bits a sample, 8..16; more than 8 are native-endian uint16_t, low bits used */
    int planes; /* 1 grey, or 3 */
    int chroma_shift_x; /* 0..2; 0 with one plane or RGB */
    int chroma_shift_y; /* 0..2; 0 with one plane or RGB */
    OasisMatrix matrix;
    OasisRange range;
    OasisSiting siting;
    int primaries; /* H.273 ColourPrimaries, carried through; 2 = unspecified */
    int transfer;  /* H.273 TransferCharacteristics, carried through; 2 = unspecified */
    OasisRational sample_aspect; /* 1/1 for square samples */
} OasisFrameFormat;

/* What is cut off at each side of a frame, in luma samples. All zeros leave it whole. */
typedef struct OasisCrop {
    int left, top, right, bottom;
} OasisCrop;

/* A reference-counted frame. Whoever holds the only reference may write to the planes; with more
 * than one reference they are read-only. Thread-safety: references may be taken and dropped on any
 * thread. */
typedef struct OasisFrame {
    OasisFrameFormat format;
    uint8_t *data[3];    /* first sample of each plane */
    ptrdiff_t stride[3]; /* bytes from row to row; may be larger than the row */
    int64_t pts;         /* presentation time in time_base units */
    int64_t duration;    /* in time_base units; 0 = unknown */
    OasisRational time_base;
} OasisFrame;

/* Whether the format is one that the engine can hold and convert; on failure says what is wrong
 * (OASIS_ERR_UNSUPPORTED). */
OASIS_API OasisStatus oasis_frame_format_check(const OasisFrameFormat *format, const char *subject,
                                               OasisError *err) OASIS_MUST_USE;

/* Whether all fields that change how samples are stored and understood are equal. */
OASIS_API bool oasis_frame_format_equal(const OasisFrameFormat *a, const OasisFrameFormat *b);

/* Whether it is PQ or HLG. */
OASIS_API bool oasis_frame_format_is_hdr(const OasisFrameFormat *format);

/* Whether something is left of frames of that format; on failure says what is wrong
 * (OASIS_ERR_USAGE). */
OASIS_API OasisStatus oasis_crop_check(const OasisCrop *crop, const OasisFrameFormat *format,
                                       OasisError *err) OASIS_MUST_USE;

/* Width and height of plane 0..2 in samples, and bytes a sample. */
OASIS_API int oasis_frame_plane_width(const OasisFrameFormat *format, int plane);
OASIS_API int oasis_frame_plane_height(const OasisFrameFormat *format, int plane);
OASIS_API int oasis_frame_sample_bytes(const OasisFrameFormat *format);

/* A frame with undefined samples and rows aligned to 64 bytes; NULL without memory. pts 0,
 * duration 0, time base 1/1. */
OASIS_API OasisFrame *oasis_frame_new(const OasisFrameFormat *format);

/* A frame over somebody else's memory: the caller fills data and stride; `release(owner)` runs once
 * the last reference is gone. NULL without memory (then release does not run). */
OASIS_API OasisFrame *oasis_frame_wrap(const OasisFrameFormat *format, void (*release)(void *owner),
                                       void *owner);

OASIS_API OasisFrame *oasis_frame_ref(OasisFrame *frame);

/* Drops a reference and sets *frame to NULL. A pointer to NULL is fine. */
OASIS_API void oasis_frame_unref(OasisFrame **frame);

/* The same for each of n pointers. NULL in place of the array is fine. */
OASIS_API void oasis_frames_unref(OasisFrame **frames, int n);

/* Mixes `restored` into `source` in place on the samples of their common format:
 *   source = source + round(strength * (restored - source)), strength quantised to 1/256.
 * strength 0 leaves source as it is, 1 makes it equal to restored, byte for byte. The one function
 * for this in the house: command line, export and exported preview give the same bytes. */
OASIS_API void oasis_frame_mix(OasisFrame *source, const OasisFrame *restored, double strength);

#ifdef __cplusplus
}
#endif

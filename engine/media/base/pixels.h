/* Pixel formats: FFmpeg's names for them and the engine's description.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>

#include "oasis/frame.h"

/* The planar format nearest to any format that FFmpeg decodes to: the same colour model and
 * subsampling, and at least its depth as far as there are 16 bits, without alpha. The format itself
 * where it is that already; AV_PIX_FMT_NONE for one that cannot be read (frames on a graphics
 * card). */
enum AVPixelFormat oasis_pixels_nearest_planar(enum AVPixelFormat pixels);

/* The planar format that stores what `format` describes, without alpha; AV_PIX_FMT_NONE if FFmpeg
 * has none. */
enum AVPixelFormat oasis_pixels_for_format(const OasisFrameFormat *format);

/* Fills the fields that a planar pixel format decides: depth, planes and chroma shifts. */
void oasis_pixels_describe(enum AVPixelFormat pixels, OasisFrameFormat *format);

/* Whether the frame says its matrix, or needs none. */
bool oasis_pixels_say_matrix(const AVFrame *frame);
bool oasis_pixels_have_alpha(enum AVPixelFormat pixels);

/* Fills matrix, range, siting, primaries and transfer from a decoded frame's tags. Untagged video
 * is BT.601 up to 576 lines of fewer than 1280 samples, else BT.709; of limited range unless the
 * format says otherwise. */
void oasis_pixels_read_colour(const AVFrame *frame, OasisFrameFormat *format);

/* The tags for a format, as frames and encoders carry them. */
enum AVColorRange oasis_pixels_range(const OasisFrameFormat *format);
enum AVChromaLocation oasis_pixels_siting(const OasisFrameFormat *format);

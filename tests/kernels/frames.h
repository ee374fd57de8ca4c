/* Frames of every kind for the checks of import and export.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "oasis/frame.h"

/* A frame in one block with guard bands around each plane and padding behind each row. */
typedef struct FrameBlock {
    OasisFrame frame;
    uint8_t *memory;
    size_t bytes;
} FrameBlock;

/* Any planes, depth, subsampling, siting, matrix and range at that size. */
OasisFrameFormat frame_random_format(int width, int height);
/* 1920 x 1080, 4:2:0, for benchmarks. */
OasisFrameFormat frame_full_hd(int depth);
/* "420-like" in words: subsampling, depth, matrix, range, siting. Static memory. */
const char *frame_format_name(const OasisFrameFormat *format);

/* All bytes are the guard's. */
void frame_block_new(const OasisFrameFormat *format, FrameBlock *block);
void frame_block_free(FrameBlock *block);

int frame_get(const OasisFrame *frame, int plane, int x, int y);
void frame_put(OasisFrame *frame, int plane, int x, int y, int value);
/* Random samples, over the whole depth. */
void frame_randomise(OasisFrame *frame);
/* Of equal formats. */
void frame_copy(OasisFrame *to, const OasisFrame *from);
/* Whether every byte outside the samples is still the guard's. */
bool frame_guards_intact(const FrameBlock *block);

/* A piece of an encoded picture track in a file of its own: what an encoder gave, to be joined with
 * others later. Nobody else reads these files.
 *
 *   "RKPIECE1", steps a second and bytes of extradata (u32 each), extradata,
 *   packets in the order of decoding: bytes (u32), AV_PKT_FLAG_… (u32), duration (i64), data,
 *   each packet's pts (i64), the time at which the last frame ends (i64), packets (u64), "RKPIECE1"
 *
 * Numbers are little-endian, times are in the encoder's steps.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavcodec/avcodec.h>

#include "media/encode/piece-writer.h"

/* Thread-safety of both: one thread at a time. */
typedef struct OasisPieceOut OasisPieceOut;

/* Writes to the descriptor, which it takes over, from its beginning; `name` is for messages, and
 * borrowed. *out is NULL after a failure. */
OasisStatus oasis_piece_out_new(int fd, const char *name, OasisRoomWaiter waiter,
                                const AVCodecContext *encoder, OasisPieceOut **out,
                                OasisError *err) OASIS_MUST_USE;
OasisStatus oasis_piece_out_write(OasisPieceOut *out, const AVPacket *packet,
                                  OasisError *err) OASIS_MUST_USE;
/* Writes the end and brings all of it to the disk. */
OasisStatus oasis_piece_out_finish(OasisPieceOut *out, int64_t end_pts, OasisPieceFacts *facts,
                                   OasisError *err) OASIS_MUST_USE;
void oasis_piece_out_free(OasisPieceOut **out); /* closes the file; a pointer to NULL is fine */

typedef struct OasisPieceIn OasisPieceIn;

/* Reads from the descriptor, which it takes over. OASIS_ERR_INPUT for what is no whole piece. */
OasisStatus oasis_piece_in_new(int fd, const char *name, OasisPieceIn **in,
                               OasisError *err) OASIS_MUST_USE;
void oasis_piece_in_free(OasisPieceIn **in); /* a pointer to NULL is fine */

int64_t oasis_piece_in_packets(const OasisPieceIn *in);
/* Of each packet, in the order of decoding, and when the last frame ends. */
const int64_t *oasis_piece_in_pts(const OasisPieceIn *in);
int64_t oasis_piece_in_end(const OasisPieceIn *in);
/* Whether it was made by an encoder like this one, so that their packets may follow each other. */
bool oasis_piece_in_fits(const OasisPieceIn *in, const AVCodecContext *encoder);

/* The next packet, of which only data, flags and duration are filled. */
OasisStatus oasis_piece_in_read(OasisPieceIn *in, AVPacket *packet, OasisError *err) OASIS_MUST_USE;
/* After the last packet: of all bytes of the file. */
uint64_t oasis_piece_in_sum(const OasisPieceIn *in);

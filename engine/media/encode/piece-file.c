/* Files of encoded pieces.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/encode/piece-file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cache-file.h"
#include "core/target.h"
#include "media/base/grow.h"

static const char MAGIC[8] = "RKPIECE1";
enum {
    BUFFER = 1 << 18,
    HEAD = 16,   /* magic, steps, bytes of extradata */
    RECORD = 16, /* before a packet's data */
    TAIL = 24,
};

static void put_number(uint8_t *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint64_t get_number(const uint8_t *from, int bytes)
{
    uint64_t value = 0;

    for (int i = bytes - 1; i >= 0; i--) {
        value = value << 8 | from[i];
    }
    return value;
}

/* --- writing ---------------------------------------------------------------------------------- */

struct OasisPieceOut {
    int fd;
    const char *name;
    OasisRoomWaiter waiter;
    uint8_t buffer[BUFFER];
    size_t filled;
    OasisPieceFacts facts;
    int64_t *pts;
    int64_t room; /* of pts */
};

/* Waits for room where the disk is full; else fails. */
static OasisStatus overcome(OasisPieceOut *out, int error_number, OasisError *err)
{
    if (error_number == EINTR) {
        return OASIS_OK;
    }
    if ((error_number == ENOSPC || error_number == EDQUOT) && out->waiter.wait) {
        return out->waiter.wait(out->waiter.data, err);
    }
    return oasis_fail_writing(err, out->name, error_number);
}

static OasisStatus flush(OasisPieceOut *out, OasisError *err)
{
    size_t written = 0;

    while (written < out->filled) {
        const ssize_t put = write(out->fd, out->buffer + written, out->filled - written);

        if (put < 0) {
            OASIS_TRY(overcome(out, errno, err));
        } else {
            written += (size_t)put;
        }
    }
    out->filled = 0;
    return OASIS_OK;
}

static OasisStatus put(OasisPieceOut *out, const void *data, size_t size, OasisError *err)
{
    const uint8_t *bytes = data;

    out->facts.sum = oasis_cache_hash_on(out->facts.sum, bytes, size);
    out->facts.bytes += size;
    while (size > 0) {
        const size_t room = BUFFER - out->filled, part = size < room ? size : room;

        memcpy(out->buffer + out->filled, bytes, part);
        out->filled += part;
        bytes += part;
        size -= part;
        if (out->filled == BUFFER) {
            OASIS_TRY(flush(out, err));
        }
    }
    return OASIS_OK;
}

static OasisStatus put_head(OasisPieceOut *out, const AVCodecContext *encoder, OasisError *err)
{
    uint8_t head[HEAD];

    memcpy(head, MAGIC, sizeof MAGIC);
    put_number(head + 8, (uint64_t)encoder->time_base.den, 4);
    put_number(head + 12, (uint64_t)encoder->extradata_size, 4);
    OASIS_TRY(put(out, head, sizeof head, err));
    return put(out, encoder->extradata, (size_t)encoder->extradata_size, err);
}

OasisStatus oasis_piece_out_new(int fd, const char *name, OasisRoomWaiter waiter,
                                const AVCodecContext *encoder, OasisPieceOut **out,
                                OasisError *err)
{
    OasisStatus status;

    *out = calloc(1, sizeof **out);
    if (!*out) {
        close(fd);
        return oasis_fail_memory(err, name);
    }
    (*out)->fd = fd;
    (*out)->name = name;
    (*out)->waiter = waiter;
    (*out)->facts.sum = oasis_cache_hash(NULL, 0);
    status = put_head(*out, encoder, err);
    if (status != OASIS_OK) {
        oasis_piece_out_free(out);
    }
    return status;
}

OasisStatus oasis_piece_out_write(OasisPieceOut *out, const AVPacket *packet, OasisError *err)
{
    uint8_t record[RECORD];

    int64_t *pts = oasis_grow(out->pts, out->facts.frames, &out->room, sizeof *pts);

    if (!pts) {
        return oasis_fail_memory(err, out->name);
    }
    out->pts = pts;
    out->pts[out->facts.frames++] = packet->pts;
    put_number(record, (uint64_t)packet->size, 4);
    put_number(record + 4, (uint64_t)packet->flags, 4);
    put_number(record + 8, (uint64_t)packet->duration, 8);
    OASIS_TRY(put(out, record, sizeof record, err));
    return put(out, packet->data, (size_t)packet->size, err);
}

OasisStatus oasis_piece_out_finish(OasisPieceOut *out, int64_t end_pts, OasisPieceFacts *facts,
                                   OasisError *err)
{
    uint8_t tail[TAIL];

    for (int64_t i = 0; i < out->facts.frames; i++) {
        uint8_t pts[8];

        put_number(pts, (uint64_t)out->pts[i], 8);
        OASIS_TRY(put(out, pts, sizeof pts, err));
    }
    put_number(tail, (uint64_t)end_pts, 8);
    put_number(tail + 8, (uint64_t)out->facts.frames, 8);
    memcpy(tail + 16, MAGIC, sizeof MAGIC);
    OASIS_TRY(put(out, tail, sizeof tail, err));
    OASIS_TRY(flush(out, err));
    while (fsync(out->fd) != 0) {
        OASIS_TRY(overcome(out, errno, err));
    }
    *facts = out->facts;
    return OASIS_OK;
}

void oasis_piece_out_free(OasisPieceOut **out)
{
    if (*out) {
        close((*out)->fd);
        free((*out)->pts);
        free(*out);
        *out = NULL;
    }
}

/* --- reading ---------------------------------------------------------------------------------- */

struct OasisPieceIn {
    int fd;
    const char *name;
    off_t at, packets_end; /* bytes */
    uint64_t steps;        /* a second */
    uint8_t *extradata;
    size_t extradata_size;
    int64_t *pts;
    int64_t packets, end;
    uint64_t sum; /* of what was read in order */
};

static OasisStatus damaged(const OasisPieceIn *in, OasisError *err)
{
    return oasis_fail(err, OASIS_ERR_INPUT, in->name, "a piece of the unfinished work is damaged");
}

static OasisStatus get_at(const OasisPieceIn *in, off_t at, void *data, size_t size,
                          OasisError *err)
{
    uint8_t *bytes = data;

    while (size > 0) {
        const ssize_t got = pread(in->fd, bytes, size, at);

        if (got < 0 && errno != EINTR) {
            return oasis_fail(err, OASIS_ERR_INPUT, in->name, "cannot be read: %s",
                              strerrordesc_np(errno));
        }
        if (got == 0) {
            return damaged(in, err);
        }
        if (got > 0) {
            bytes += got;
            at += got;
            size -= (size_t)got;
        }
    }
    return OASIS_OK;
}

/* In order, so that the sum counts it. */
static OasisStatus get(OasisPieceIn *in, void *data, size_t size, OasisError *err)
{
    OASIS_TRY(get_at(in, in->at, data, size, err));
    in->sum = oasis_cache_hash_on(in->sum, data, size);
    in->at += (off_t)size;
    return OASIS_OK;
}

static OasisStatus get_tail(OasisPieceIn *in, off_t size, OasisError *err)
{
    uint8_t tail[TAIL];
    off_t table;

    OASIS_TRY(get_at(in, size - TAIL, tail, TAIL, err));
    in->end = (int64_t)get_number(tail, 8);
    in->packets = (int64_t)get_number(tail + 8, 8);
    if (memcmp(tail + 16, MAGIC, sizeof MAGIC) != 0 || in->packets < 1 ||
        in->packets > (size - HEAD - TAIL) / (8 + RECORD)) {
        return damaged(in, err);
    }
    table = (off_t)in->packets * 8;
    in->packets_end = size - TAIL - table;
    in->pts = malloc((size_t)table);
    if (!in->pts) {
        return oasis_fail_memory(err, in->name);
    }
    OASIS_TRY(get_at(in, in->packets_end, in->pts, (size_t)table, err));
    for (int64_t i = 0; i < in->packets; i++) {
        in->pts[i] = (int64_t)get_number((const uint8_t *)&in->pts[i], 8);
    }
    return OASIS_OK;
}

static OasisStatus get_head(OasisPieceIn *in, OasisError *err)
{
    uint8_t head[HEAD];

    OASIS_TRY(get(in, head, HEAD, err));
    in->steps = get_number(head + 8, 4);
    in->extradata_size = get_number(head + 12, 4);
    if (memcmp(head, MAGIC, sizeof MAGIC) != 0 ||
        (off_t)in->extradata_size > in->packets_end - HEAD) {
        return damaged(in, err);
    }
    in->extradata = malloc(in->extradata_size + 1);
    if (!in->extradata) {
        return oasis_fail_memory(err, in->name);
    }
    return get(in, in->extradata, in->extradata_size, err);
}

OasisStatus oasis_piece_in_new(int fd, const char *name, OasisPieceIn **in, OasisError *err)
{
    OasisPieceIn *self = *in = calloc(1, sizeof *self);
    OasisStatus status;
    struct stat info;

    if (!self) {
        close(fd);
        return oasis_fail_memory(err, name);
    }
    self->fd = fd;
    self->name = name;
    self->sum = oasis_cache_hash(NULL, 0);
    status = fstat(fd, &info) == 0 && info.st_size >= HEAD + TAIL
                 ? get_tail(self, info.st_size, err)
                 : damaged(self, err);
    status = status == OASIS_OK ? get_head(self, err) : status;
    if (status != OASIS_OK) {
        oasis_piece_in_free(in);
    }
    return status;
}

void oasis_piece_in_free(OasisPieceIn **in)
{
    if (*in) {
        close((*in)->fd);
        free((*in)->extradata);
        free((*in)->pts);
        free(*in);
        *in = NULL;
    }
}

int64_t oasis_piece_in_packets(const OasisPieceIn *in)
{
    return in->packets;
}

const int64_t *oasis_piece_in_pts(const OasisPieceIn *in)
{
    return in->pts;
}

int64_t oasis_piece_in_end(const OasisPieceIn *in)
{
    return in->end;
}

bool oasis_piece_in_fits(const OasisPieceIn *in, const AVCodecContext *encoder)
{
    return in->steps == (uint64_t)encoder->time_base.den &&
           in->extradata_size == (size_t)encoder->extradata_size &&
           (in->extradata_size == 0 ||
            memcmp(in->extradata, encoder->extradata, in->extradata_size) == 0);
}

OasisStatus oasis_piece_in_read(OasisPieceIn *in, AVPacket *packet, OasisError *err)
{
    uint8_t record[RECORD];
    uint64_t size;

    OASIS_TRY(get(in, record, RECORD, err));
    size = get_number(record, 4);
    if ((off_t)size > in->packets_end - in->at) {
        return damaged(in, err);
    }
    if (av_new_packet(packet, (int)size) < 0) {
        return oasis_fail_memory(err, in->name);
    }
    packet->flags = (int)get_number(record + 4, 4);
    packet->duration = (int64_t)get_number(record + 8, 8);
    return get(in, packet->data, size, err);
}

uint64_t oasis_piece_in_sum(const OasisPieceIn *in)
{
    uint64_t sum = in->sum;
    uint8_t number[8];

    for (int64_t i = 0; i < in->packets; i++) {
        put_number(number, (uint64_t)in->pts[i], 8);
        sum = oasis_cache_hash_on(sum, number, 8);
    }
    put_number(number, (uint64_t)in->end, 8);
    sum = oasis_cache_hash_on(sum, number, 8);
    put_number(number, (uint64_t)in->packets, 8);
    sum = oasis_cache_hash_on(sum, number, 8);
    return oasis_cache_hash_on(sum, MAGIC, sizeof MAGIC);
}

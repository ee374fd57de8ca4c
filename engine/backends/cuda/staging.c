/* The two rings.
 *
 * A span of a ring is in use until the card is done with it. For one that goes to the card that is
 * where the work which was enqueued before the next one ends; for one that comes back, where the
 * copy ends and the host has carried it on.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/staging.h"

#include <stdlib.h>
#include <string.h>

#include "core/align.h"
#include "oasis/status.h"

enum {
    MAX_SPANS = 64,
    MOST_FRAMES = 34, /* that a ring is made for: restored and resized ones of a chunk */
    USUAL_MOST_BYTES = 128 << 20, /* of a ring, which holds two frames whatever they take */
};

typedef struct Span {
    size_t begin, end; /* bytes of the ring */
    CUevent sent, done;
    bool ended; /* `done` is recorded */
    /* Where it goes from here, of those that come back. */
    OasisFrame target;
    OasisCudaPlanes planes;
    OasisTicket ticket; /* that it is promised by */
} Span;

typedef struct Ring {
    bool out;
    CUstream stream;
    uint8_t *host;
    CUdeviceptr device;
    size_t bytes, wanted; /* fewer than wanted where the card has no more */
    Span spans[MAX_SPANS]; /* in use: `count` from `first` on */
    unsigned first, count;
} Ring;

struct OasisCudaStaging {
    Ring in, out;
};

/* --- spans ------------------------------------------------------------------------------------ */

static Span *span_at(Ring *ring, unsigned i)
{
    return &ring->spans[(ring->first + i) % MAX_SPANS];
}

static void drop_first(Ring *ring)
{
    ring->first = (ring->first + 1) % MAX_SPANS;
    ring->count--;
}

/* Carries a span that has arrived to its frame. */
static void unpack(const Ring *ring, const Span *span)
{
    const OasisFrame *frame = &span->target;

    for (int p = 0; p < frame->format.planes; p++) {
        const uint8_t *from = ring->host + span->begin + span->planes.offset[p];
        uint8_t *to = frame->data[p];
        for (int y = oasis_frame_plane_height(&frame->format, p); y > 0; y--) {
            memcpy(to, from, span->planes.row[p]);
            from += span->planes.row[p];
            to += frame->stride[p];
        }
    }
}

/* Waits until the card is done with the oldest span, and frees it. */
static OasisStatus finish_first(OasisCudaBackend *cuda, Ring *ring, OasisError *err)
{
    Span *span = span_at(ring, 0);

    if (!span->ended && !ring->out) {
        OASIS_CUDA_TRY(cuda->driver, event_record, span->done, cuda->compute);
        span->ended = true;
    }
    if (span->ended) { /* else its call has failed before it was fetched */
        OASIS_CUDA_TRY(cuda->driver, event_synchronize, span->done);
        if (ring->out) {
            unpack(ring, span);
        }
    }
    drop_first(ring);
    return OASIS_OK;
}

/* --- room ------------------------------------------------------------------------------------- */

/* Where `bytes` are free at once, if they are. */
static bool find_room(Ring *ring, size_t bytes, size_t *begin)
{
    size_t head, tail;

    if (!ring->count) {
        *begin = 0;
        return true;
    }
    if (ring->count == MAX_SPANS) {
        return false;
    }
    head = span_at(ring, 0)->begin;
    tail = span_at(ring, ring->count - 1)->end;
    *begin = tail;
    if (tail <= head) { /* in use: the end and the beginning */
        return tail + bytes <= head;
    }
    if (tail + bytes <= ring->bytes) {
        return true;
    }
    *begin = 0;
    return bytes <= head;
}

static size_t ring_bytes(size_t frame_bytes)
{
    size_t all = MOST_FRAMES * frame_bytes, most = USUAL_MOST_BYTES;

    most = most < 2 * frame_bytes ? 2 * frame_bytes : most;
    return all < most ? all : most;
}

static void release(OasisCudaBackend *cuda, Ring *ring)
{
    if (ring->device) {
        cuda->driver->mem_free(ring->device);
    }
    if (ring->host) {
        cuda->driver->mem_free_host(ring->host);
    }
    ring->device = 0;
    ring->host = NULL;
    ring->bytes = ring->wanted = 0;
}

static OasisStatus allocate(OasisCudaBackend *cuda, Ring *ring, size_t bytes, OasisError *err)
{
    void *host;

    OASIS_CUDA_TRY(cuda->driver, mem_host_alloc, &host, bytes, 0);
    ring->host = host;
    OASIS_CUDA_TRY(cuda->driver, mem_alloc, &ring->device, bytes);
    ring->bytes = bytes;
    return OASIS_OK;
}

/* Makes the ring as large as frames of `bytes` want it, or else as they can be had. */
static OasisStatus grow(OasisCudaBackend *cuda, Ring *ring, size_t bytes, OasisError *err)
{
    size_t wanted = oasis_align_tensor(ring_bytes(bytes)), size = wanted;
    OasisStatus status;

    while (ring->count) {
        OASIS_TRY(finish_first(cuda, ring, err));
    }
    do {
        release(cuda, ring);
        status = allocate(cuda, ring, size, err);
        size = oasis_align_tensor(size / 2);
    } while (status == OASIS_ERR_NO_MEMORY && size >= bytes && size > OASIS_TENSOR_ALIGNMENT);
    if (status != OASIS_OK) {
        release(cuda, ring);
        return status;
    }
    ring->wanted = wanted;
    return OASIS_OK;
}

static OasisStatus take(OasisCudaBackend *cuda, Ring *ring, size_t bytes, OasisCudaStage *stage,
                        OasisError *err)
{
    size_t begin;
    Span *span;

    bytes = oasis_align_tensor(bytes);
    if (ring_bytes(bytes) > ring->wanted) {
        OASIS_TRY(grow(cuda, ring, bytes, err));
    }
    while (!find_room(ring, bytes, &begin)) {
        OASIS_TRY(finish_first(cuda, ring, err));
    }
    span = span_at(ring, ring->count++);
    span->begin = begin;
    span->end = begin + bytes;
    span->ended = false;
    *stage = (OasisCudaStage){
        .host = ring->host + begin,
        .device = (uint8_t *)(uintptr_t)(ring->device + begin),
        .bytes = bytes,
    };
    return OASIS_OK;
}

/* --- to the card ------------------------------------------------------------------------------ */

OasisCudaPlanes oasis_cuda_planes(const OasisFrameFormat *format)
{
    OasisCudaPlanes planes = {0};

    for (int p = 0; p < format->planes; p++) {
        planes.offset[p] = planes.bytes;
        planes.row[p] = (size_t)oasis_frame_plane_width(format, p) *
                        (size_t)oasis_frame_sample_bytes(format);
        planes.bytes += oasis_align_tensor(planes.row[p] *
                                           (size_t)oasis_frame_plane_height(format, p));
    }
    return planes;
}

OasisStatus oasis_cuda_stage_in(OasisCudaBackend *cuda, size_t bytes, OasisCudaStage *stage,
                                OasisError *err)
{
    Ring *ring = &cuda->staging->in;

    if (ring->count && !span_at(ring, ring->count - 1)->ended) {
        Span *last = span_at(ring, ring->count - 1);
        OASIS_CUDA_TRY(cuda->driver, event_record, last->done, cuda->compute);
        last->ended = true;
    }
    return take(cuda, ring, bytes, stage, err);
}

/* Waits until no frame with that memory is on its way. */
static OasisStatus settle(OasisCudaBackend *cuda, const uint8_t *memory, OasisError *err)
{
    Ring *ring = &cuda->staging->out;
    unsigned last = 0;

    for (unsigned i = 0; i < ring->count; i++) {
        last = span_at(ring, i)->target.data[0] == memory ? i + 1 : last;
    }
    for (; last; last--) {
        OASIS_TRY(finish_first(cuda, ring, err));
    }
    return OASIS_OK;
}

OasisStatus oasis_cuda_pack(OasisCudaBackend *cuda, const OasisFrame *frame,
                            const OasisCudaPlanes *planes, uint8_t *to, OasisError *err)
{
    OASIS_TRY(settle(cuda, frame->data[0], err));
    for (int p = 0; p < frame->format.planes; p++) {
        const uint8_t *from = frame->data[p];
        uint8_t *row = to + planes->offset[p];
        for (int y = oasis_frame_plane_height(&frame->format, p); y > 0; y--) {
            memcpy(row, from, planes->row[p]);
            row += planes->row[p];
            from += frame->stride[p];
        }
    }
    return OASIS_OK;
}

OasisStatus oasis_cuda_stage_send(OasisCudaBackend *cuda, const OasisCudaStage *stage,
                                  OasisError *err)
{
    Ring *ring = &cuda->staging->in;
    Span *span = span_at(ring, ring->count - 1);

    OASIS_CUDA_TRY(cuda->driver, memcpy_htod_async, (CUdeviceptr)(uintptr_t)stage->device,
                   stage->host, stage->bytes, ring->stream);
    OASIS_CUDA_TRY(cuda->driver, event_record, span->sent, ring->stream);
    OASIS_CUDA_TRY(cuda->driver, stream_wait_event, cuda->compute, span->sent, 0);
    return OASIS_OK;
}

/* --- and back --------------------------------------------------------------------------------- */

OasisStatus oasis_cuda_stage_out(OasisCudaBackend *cuda, size_t bytes, OasisCudaStage *stage,
                                 OasisError *err)
{
    Ring *ring = &cuda->staging->out;
    OasisStatus status = take(cuda, ring, bytes, stage, err);

    if (status == OASIS_OK) {
        span_at(ring, ring->count - 1)->target = (OasisFrame){0};
    }
    return status;
}

OasisStatus oasis_cuda_stage_fetch(OasisCudaBackend *cuda, const OasisCudaStage *stage,
                                   OasisFrame *frame, const OasisCudaPlanes *planes,
                                   OasisError *err)
{
    Ring *ring = &cuda->staging->out;
    Span *span = span_at(ring, ring->count - 1);

    OASIS_CUDA_TRY(cuda->driver, event_record, span->sent, cuda->compute);
    OASIS_CUDA_TRY(cuda->driver, stream_wait_event, ring->stream, span->sent, 0);
    OASIS_CUDA_TRY(cuda->driver, memcpy_dtoh_async, stage->host,
                   (CUdeviceptr)(uintptr_t)stage->device, stage->bytes, ring->stream);
    OASIS_CUDA_TRY(cuda->driver, event_record, span->done, ring->stream);
    span->target = *frame;
    span->planes = *planes;
    span->ticket = cuda->marked + 1;
    span->ended = true;
    return OASIS_OK;
}

OasisStatus oasis_cuda_staging_land(OasisCudaBackend *cuda, OasisTicket ticket, OasisError *err)
{
    Ring *ring = &cuda->staging->out;
    OasisStatus status = OASIS_OK;

    while (ring->count && (!span_at(ring, 0)->ended || span_at(ring, 0)->ticket <= ticket)) {
        if (status == OASIS_OK) {
            status = finish_first(cuda, ring, err);
        }
        if (status != OASIS_OK) {
            drop_first(ring);
        }
    }
    return status;
}

/* --- for the back end ------------------------------------------------------------------------- */

size_t oasis_cuda_staging_bytes(size_t frame_bytes)
{
    return 2 * ring_bytes(frame_bytes); /* as if both rings passed it */
}

static OasisStatus fill(OasisCudaBackend *cuda, Ring *ring, OasisError *err)
{
    OASIS_CUDA_TRY(cuda->driver, stream_create, &ring->stream, CU_STREAM_NON_BLOCKING);
    for (int i = 0; i < MAX_SPANS; i++) {
        OASIS_CUDA_TRY(cuda->driver, event_create, &ring->spans[i].sent, CU_EVENT_DISABLE_TIMING);
        OASIS_CUDA_TRY(cuda->driver, event_create, &ring->spans[i].done, CU_EVENT_DISABLE_TIMING);
    }
    return OASIS_OK;
}

static void clear(OasisCudaBackend *cuda, Ring *ring)
{
    release(cuda, ring);
    for (int i = 0; i < MAX_SPANS; i++) {
        CUevent events[] = {ring->spans[i].sent, ring->spans[i].done};
        for (int j = 0; j < 2; j++) {
            if (events[j]) {
                cuda->driver->event_destroy(events[j]);
            }
        }
    }
    if (ring->stream) {
        cuda->driver->stream_destroy(ring->stream);
    }
}

OasisStatus oasis_cuda_staging_new(OasisCudaBackend *cuda, OasisCudaStaging **staging,
                                   OasisError *err)
{
    OasisCudaStaging *self = calloc(1, sizeof *self);

    *staging = self; /* freed by who has it, half built or not */
    if (!self) {
        return oasis_fail_memory(err, cuda->base.info.name);
    }
    self->out.out = true;
    OASIS_TRY(fill(cuda, &self->in, err));
    return fill(cuda, &self->out, err);
}

void oasis_cuda_staging_free(OasisCudaBackend *cuda, OasisCudaStaging **staging)
{
    if (!*staging) {
        return;
    }
    clear(cuda, &(*staging)->in);
    clear(cuda, &(*staging)->out);
    free(*staging);
    *staging = NULL;
}

void oasis_cuda_staging_trim(OasisCudaBackend *cuda)
{
    Ring *rings[] = {&cuda->staging->in, &cuda->staging->out};

    for (int i = 0; i < 2; i++) {
        while (rings[i]->count && finish_first(cuda, rings[i], NULL) == OASIS_OK) {
        }
        if (!rings[i]->count) {
            release(cuda, rings[i]);
        }
    }
}

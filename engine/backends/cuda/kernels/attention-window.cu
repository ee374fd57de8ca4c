/* Attention over a window of keys around each query.
 *
 * A block takes a box of 8 x 8 queries in one or two latent frames, a warp 4 x 4 of one frame. The
 * keys that the box sees come frame by frame, the next on its way while one is computed; a frame of
 * them serves the queries of both frames. Of a frame of keys a warp takes the rows and columns that
 * its own queries see, in tiles of 8 rows x 8 columns: with the usual window of 5 x 5 just one.
 * What lies in a tile and outside a query's window is hidden: any border rule is just another mask.
 *
 *                          head 64     head 128
 *   shared memory, 3x5x5    88 KB       176 KB      two frames of queries, two of keys
 *   registers, sm_90            128         200     no spills (ptxas 13.0)
 *   blocks of an H200's multiprocessor: 2 and 1
 *
 * A window of 5 x 5 makes a frame of keys 12 x 12, and 64 of a warp's tile where 25 are wanted: 2.7
 * times the products, which costs less than the same without tensor cores. 9 x 45 x 80 tokens and
 * four heads of 64 on an H200: 6.8 GFLOP instead of 2.5, 11 us at 620 TFLOP/s; 66 MB from memory,
 * 15 us at 4.3 TB/s; 159 MB from the second-level cache, about 29 us (with one frame of queries a
 * block it would be 224 MB); 3.7 MB of shared memory read by each multiprocessor, 16 us; 430
 * instructions a tile, 12 us. The cache is the limit to expect; measured: 59 us.
 *
 * A NaN or an infinity in v reaches every query whose tiles hold it, as on the processor: a weight
 * of zero does not hide it.
 * SPDX-License-Identifier: Apache-2.0 */
#include "attention.cuh"
#include "divide.cuh"
#include "span.cuh"

static constexpr int BOX = 8, WARP_BOX = 4, BOX_WARPS = 4;
static constexpr int GROUPS = 8; /* rows of eight keys in a tile */

/* What the queries first to last see together, those behind the end of the axis not counted. */
DEVICE Span window_spans(int first, int last, int length, int window, bool shift)
{
    const Span low = window_span(first < length ? first : length - 1, length, window, shift);
    const Span high = window_span(last < length ? last : length - 1, length, window, shift);

    return {low.first, high.first + high.count - low.first};
}

/* A token of the grid. */
struct Token {
    int t, y, x;
};

/* A block's first query and the keys that its queries see. It lies in shared memory and is read
 * again where it is needed, since registers are short. */
template <typename T>
struct Block {
    Segment<T> at;
    Token first;
    Span t, y, x;
};

template <typename T>
DEVICE Block<T> find_block(const OasisCudaAttention &p)
{
    const auto &grid = p.grid;
    uint32_t in_frame, across;
    const int t = (int)divide((uint32_t)block_x(), grid.boxes, &in_frame) * grid.frames;
    const int y = (int)divide(in_frame, grid.across, &across) * BOX, x = (int)across * BOX;

    return {find_segment<T>(p),
            {t, y, x},
            window_spans(t, t + grid.frames - 1, grid.f, grid.window[0], grid.shift),
            window_spans(y, y + BOX - 1, grid.h, grid.window[1], grid.shift),
            window_spans(x, x + BOX - 1, grid.w, grid.window[2], grid.shift)};
}

/* Keys and values of frame number `frame` of those that a block sees, row by row, zeros around
 * them. */
template <int DIM, typename T>
DEVICE void copy_frame(const OasisCudaAttention &p, const Block<T> &block, int frame,
                       unsigned char *shared, int k_first, int v_first)
{
    const int chunk = thread() % CHUNKS<DIM>, tokens = p.grid.rows * p.grid.columns;
    const int64_t first = ((int64_t)(block.t.first + frame) * p.grid.h + block.y.first) *
                              p.grid.w + block.x.first;
    const T *k = block.at.k + first * p.kv_stride + chunk * 8;
    const T *v = block.at.v + first * p.kv_stride + chunk * 8;
    const int rows = block.y.count, columns = block.x.count;

    ROLLED
    for (int i = thread() / CHUNKS<DIM>; i < tokens; i += threads() / CHUNKS<DIM>) {
        uint32_t column;
        const int y = (int)divide((uint32_t)i, p.grid.per_row, &column), x = (int)column;
        const bool valid = y < rows && x < columns;
        const int from = valid ? (y * p.grid.w + x) * p.kv_stride : 0;
        const int to = chunk_at(i * ROW_BYTES<DIM>, x, chunk);
        copy_async_16(shared + k_first + to, k + from, valid);
        copy_async_16(shared + v_first + to, v + from, valid);
    }
    copy_async_commit();
}

/* The first query of this warp. */
template <typename T>
DEVICE Token warp_first(const Block<T> &block)
{
    return {block.first.t + warp() / BOX_WARPS,
            block.first.y + warp() % BOX_WARPS / 2 * WARP_BOX,
            block.first.x + warp() % 2 * WARP_BOX};
}

/* The number of a query of a warp, -1 where it lies behind the grid's end. */
DEVICE int token_of(const OasisCudaAttention &p, Token first, int query)
{
    const int y = first.y + query / WARP_BOX, x = first.x + query % WARP_BOX;
    const bool valid = first.t < p.grid.f && y < p.grid.h && x < p.grid.w;

    return valid ? (first.t * p.grid.h + y) * p.grid.w + x : -1;
}

/* Bits 4i to 4i+3 for each i of [first, first + count) that lies in 0 to 7. */
DEVICE uint32_t nibbles(int first, int count)
{
    const int from = first < 0 ? 0 : first;
    const int to = first + count < GROUPS ? first + count : GROUPS;

    return from < to ? (uint32_t)((1ull << 4 * to) - (1ull << 4 * from)) : 0;
}

/* The keys that a warp sees, counted from its block's, and which of them this lane's two queries
 * do. */
struct Sight {
    Span t, y, x;
    uint32_t rows, columns; /* bytes: first and count in y of one query and the other; in x of both;
                               below 256, since a block's keys lie in shared memory */
};

DEVICE uint32_t bytes_of(Span part, Span whole)
{
    return (uint32_t)(part.first - whole.first) | (uint32_t)part.count << 8;
}

template <typename T>
DEVICE Sight look(const OasisCudaAttention &p, const Block<T> &block, Token first)
{
    const auto &grid = p.grid;
    const int y = first.y + lane() / 16, x = first.x + lane() / 4 % 4;
    const Span seen_y = window_spans(first.y, first.y + 3, grid.h, grid.window[1], grid.shift);
    const Span seen_x = window_spans(first.x, first.x + 3, grid.w, grid.window[2], grid.shift);
    Span seen_t = window_spans(first.t, first.t, grid.f, grid.window[0], grid.shift);

    if (token_of(p, first, 0) < 0) {
        seen_t.count = 0;
    }
    return {{seen_t.first - block.t.first, seen_t.count},
            {seen_y.first - block.y.first, seen_y.count},
            {seen_x.first - block.x.first, seen_x.count},
            bytes_of(window_spans(y, y, grid.h, grid.window[1], grid.shift), seen_y) |
                bytes_of(window_spans(y + 2, y + 2, grid.h, grid.window[1], grid.shift),
                         seen_y) << 16,
            bytes_of(window_spans(x, x, grid.w, grid.window[2], grid.shift), seen_x)};
}

/* Which scores this lane's queries see of the tile that begins at row y and column x of the warp's
 * keys: bit 4 group + i for scores.x[0][group][i]. */
DEVICE uint32_t visible(const Sight &s, int y, int x)
{
    const int column = x + lane() % 4 * 2 - (int)(s.columns & 255), count = (int)(s.columns >> 8);
    const uint32_t seen = (0 <= column && column < count ? 1 : 0) |
                          (0 <= column + 1 && column + 1 < count ? 2 : 0);
    const uint32_t one = nibbles((int)(s.rows & 255) - y, (int)(s.rows >> 8 & 255));
    const uint32_t other = nibbles((int)(s.rows >> 16 & 255) - y, (int)(s.rows >> 24));

    return (one & seen * 0x11111111u) | (other & seen * 0x44444444u);
}

DEVICE void hide(Scores<1, GROUPS> &scores, uint32_t seen)
{
    UNROLL
    for (int i = 0; i < 4 * GROUPS; i++) {
        if (!(seen >> i & 1)) {
            scores.x[0][i / 4][i % 4] = -infinity();
        }
    }
}

template <typename T, int DIM>
DEVICE void attend(const OasisCudaAttention &p)
{
    constexpr int Q_WARP = 16 * ROW_BYTES<DIM>;
    DYNAMIC_SHARED(shared);
    SHARED(Block<T>, block, 1);
    const int q_first = warp() * Q_WARP, k_first = threads() / 32 * Q_WARP;
    const int row_bytes = p.grid.row_bytes, bytes = p.grid.frame_bytes;
    const int last_stage = p.grid.stages - 1;
    Queries<DIM, 1, false> queries;
    Rows<DIM, 1> rows;

    if (thread() == 0) {
        block[0] = find_block<T>(p);
    }
    sync_block();
    const Token first = warp_first(block[0]);
    const Sight sight = look(p, block[0], first);
    const int keys = k_first + sight.y.first * row_bytes + sight.x.first * ROW_BYTES<DIM>;
    const int k_lane = lane_at<DIM>(keys, row_bytes, sight.x.first, false);
    const int v_lane = lane_at<DIM>(keys + bytes, row_bytes, sight.x.first, true);

    copy_queries<DIM>(shared, q_first, 16, block[0].at.q, p.q_stride,
                      [&](int query) { return token_of(p, first, query); });
    find_queries(queries, shared, q_first);
    begin_rows(rows);
    const uint32_t seen = visible(sight, 0, 0); /* of most windows all */
    const auto copy = [&](int i) {
        const int to = k_first + (i & last_stage) * 2 * bytes;
        copy_frame<DIM>(p, block[0], i, shared, to, to + bytes);
    };
    if (last_stage) {
        copy(0);
    }
    for (int i = 0; i < block[0].t.count; i++) {
        if (!last_stage) {
            sync_block();
            copy(i);
        }
        copy_async_wait<0>();
        sync_block();
        if (last_stage && i + 1 < block[0].t.count) {
            copy(i + 1);
        }
        if (i < sight.t.first || i >= sight.t.first + sight.t.count) {
            continue;
        }
        for (int y = 0; y < sight.y.count; y += GROUPS) {
            for (int x = 0; x < sight.x.count; x += 8) {
                const int tile = (i & last_stage) * 2 * bytes + y * row_bytes + x * ROW_BYTES<DIM>;
                Scores<1, GROUPS> scores;
                multiply_keys<T>(queries, shared, k_lane + tile, row_bytes, scores);
                hide(scores, y + x ? visible(sight, y, x) : seen);
                soften(rows, scores, p.scale);
                multiply_values<T>(scores, shared, v_lane + tile, row_bytes, rows);
            }
        }
    }
    const Token again = warp_first(block[0]);
    finish_rows(rows, shared, q_first, p.scale, block[0].at.out, p.out_stride, block[0].at.lse,
                [&](int query) { return token_of(p, again, query); });
}

KERNEL(attention_window_64_bf16, OasisCudaAttention, 256, 2)
{
    attend<Bf16, 64>(p);
}

KERNEL(attention_window_128_bf16, OasisCudaAttention, 256, 1)
{
    attend<Bf16, 128>(p);
}

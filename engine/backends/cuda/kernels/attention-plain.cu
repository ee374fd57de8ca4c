/* Attention in f32 and of any shape, or where rows are not aligned: exact rather than quick.
 *
 * A warp takes one query. Of 32 keys at a time each lane has the score of one; their shares go
 * through shared memory to all lanes, each of which sums every 32nd dimension of the values. The
 * keys of a query form a box on the token grid; no other is read. 91 and 80 registers (sm_80 and
 * 90), 512 bytes of shared memory; bound by reads of the first-level cache, two for each
 * multiply-add.
 * SPDX-License-Identifier: Apache-2.0 */
#include "attention.cuh"
#include "span.cuh"

static constexpr int WARPS = 4;
static constexpr int LANE_DIMS = 8; /* head_dim is at most 256 */

struct Box {
    Span t, y, x;
};

/* Keys on no grid count as one row of it. */
DEVICE Box keys_of(const OasisCudaAttention &p, int query)
{
    const auto &grid = p.grid;

    if (!grid.window[0]) {
        return {{0, grid.f}, {0, grid.h}, {0, grid.w}};
    }
    return {window_span(query / (grid.h * grid.w), grid.f, grid.window[0], grid.shift),
            window_span(query / grid.w % grid.h, grid.h, grid.window[1], grid.shift),
            window_span(query % grid.w, grid.w, grid.window[2], grid.shift)};
}

DEVICE int64_t key_of(const OasisCudaAttention &p, const Box &box, int i)
{
    const int x = i % box.x.count, y = i / box.x.count % box.y.count;
    const int t = i / box.x.count / box.y.count;

    return ((int64_t)(box.t.first + t) * p.grid.h + box.y.first + y) * p.grid.w + box.x.first + x;
}

template <typename T>
DEVICE float dot(const T *a, const T *b, int n)
{
    float sum = 0;

    for (int i = 0; i < n; i++) {
        sum = fmaf(to_float(a[i]), to_float(b[i]), sum);
    }
    return sum;
}

template <typename T>
DEVICE void attend(const OasisCudaAttention &p)
{
    SHARED(float, all_shares, WARPS * 32);
    float *shares = all_shares + warp() * 32;
    const Segment<T> at = find_segment<T>(p);
    const int query = block_x() * WARPS + warp();
    float sums[LANE_DIMS] = {}, maximum = -infinity(), sum = 0;

    if (query >= p.n) {
        return;
    }
    const T *q = at.q + (int64_t)query * p.q_stride;
    const Box box = keys_of(p, query);
    const int count = box.t.count * box.y.count * box.x.count;
    for (int first = 0; first < count; first += 32) {
        const int left = count - first < 32 ? count - first : 32;
        const bool valid = lane() < left;
        const T *k = at.k + (valid ? key_of(p, box, first + lane()) * p.kv_stride : 0);
        const float score = valid ? dot(q, k, p.head_dim) : -infinity();
        const float highest = fmaxf(maximum, warp_max(score));
        const float base = base_of(highest, p.scale);
        const float share = exp2f(fmaf(score, p.scale, -base));
        const float keep = exp2f(fmaf(maximum, p.scale, -base));
        maximum = highest;
        sum = fmaf(sum, keep, warp_sum(share));
        sync_warp();
        shares[lane()] = share;
        sync_warp();
        UNROLL
        for (int i = 0; i < LANE_DIMS; i++) {
            sums[i] *= keep;
        }
        for (int j = 0; j < left; j++) {
            const T *v = at.v + key_of(p, box, first + j) * p.kv_stride;
            UNROLL
            for (int i = 0; i < LANE_DIMS; i++) {
                const int d = lane() + 32 * i;
                if (d < p.head_dim) {
                    sums[i] = fmaf(shares[j], to_float(v[d]), sums[i]);
                }
            }
        }
    }
    T *out = at.out + (int64_t)query * p.out_stride;
    UNROLL
    for (int i = 0; i < LANE_DIMS; i++) {
        if (lane() + 32 * i < p.head_dim) {
            out[lane() + 32 * i] = from_float<T>(sums[i] / sum);
        }
    }
    if (at.lse && lane() == 0) {
        at.lse[query] = log_sum(maximum, sum, p.scale);
    }
}

KERNEL(attention_plain_f32, OasisCudaAttention, WARPS * 32, 4)
{
    attend<float>(p);
}

KERNEL(attention_plain_bf16, OasisCudaAttention, WARPS * 32, 4)
{
    attend<Bf16>(p);
}

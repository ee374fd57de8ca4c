/* The words of device.cuh for nvcc. Cards before Ampere (compute capability 7.5) know neither
 * asynchronous copies, which are plain ones there, nor bf16, which is rounded by integers and
 * multiplied in f32.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#define DEVICE __device__ __forceinline__
#define UNROLL _Pragma("unroll")
#define ROLLED _Pragma("unroll 1")
#define KERNEL(name, Params, threads, min_blocks)                         \
    extern "C" __global__ void __launch_bounds__(threads, min_blocks)     \
        oasis_cuda_##name(const __grid_constant__ Params p)
#define SHARED(type, name, n) __shared__ __align__(16) type name[n]
#define DYNAMIC_SHARED(name) extern __shared__ __align__(128) unsigned char name[]

#define WORDS_AMPERE (__CUDA_ARCH__ >= 800)

static constexpr uint32_t words_all_lanes = 0xffffffffu;

DEVICE int block_x()
{
    return blockIdx.x;
}

DEVICE int block_y()
{
    return blockIdx.y;
}

DEVICE int block_z()
{
    return blockIdx.z;
}

DEVICE int grid_x()
{
    return gridDim.x;
}

DEVICE int thread()
{
    return threadIdx.x;
}

DEVICE int threads()
{
    return blockDim.x;
}

DEVICE void sync_block()
{
    __syncthreads();
}

DEVICE void sync_warp()
{
    __syncwarp();
}

template <typename V>
DEVICE V shuffle(V v, int from)
{
    return __shfl_sync(words_all_lanes, v, from);
}

template <typename V>
DEVICE V shuffle_xor(V v, int mask)
{
    return __shfl_xor_sync(words_all_lanes, v, mask);
}

DEVICE uint32_t vote(bool v)
{
    return __ballot_sync(words_all_lanes, v);
}

DEVICE int atomic_add(int *p, int v)
{
    return atomicAdd(p, v);
}

DEVICE uint32_t float_bits(float v)
{
    return __float_as_uint(v);
}

DEVICE float bits_float(uint32_t bits)
{
    return __uint_as_float(bits);
}

DEVICE Vec16 load_16(const void *p)
{
    return *static_cast<const Vec16 *>(p);
}

DEVICE Vec8 load_8(const void *p)
{
    return *static_cast<const Vec8 *>(p);
}

DEVICE uint32_t load_4(const void *p)
{
    return *static_cast<const uint32_t *>(p);
}

DEVICE void store_16(void *p, Vec16 v)
{
    *static_cast<Vec16 *>(p) = v;
}

DEVICE void store_8(void *p, Vec8 v)
{
    *static_cast<Vec8 *>(p) = v;
}

DEVICE void store_4(void *p, uint32_t v)
{
    *static_cast<uint32_t *>(p) = v;
}

DEVICE float exp2_fast(float v)
{
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(v));
    return y;
}

DEVICE float tanh_fast(float v)
{
    float y;
    asm("tanh.approx.f32 %0, %1;" : "=f"(y) : "f"(v));
    return y;
}

DEVICE float rsqrt_fast(float v)
{
    return rsqrtf(v);
}

DEVICE float reciprocal_fast(float v)
{
    float y;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(v));
    return y;
}

DEVICE float to_float(F16 v)
{
    float y;
    asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(v.bits));
    return y;
}

/* As oasis_f32_to_bf16. */
DEVICE uint32_t words_round_bf16(float v)
{
    uint32_t bits = __float_as_uint(v);

    if ((bits & 0x7fffffffu) > 0x7f800000u) {
        return bits >> 16 | 0x40u;
    }
    return (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
}

template <typename T>
DEVICE uint32_t pack2(float low, float high);

template <>
DEVICE uint32_t pack2<Bf16>(float low, float high)
{
#if WORDS_AMPERE
    uint32_t y;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(high), "f"(low));
    return y;
#else
    return words_round_bf16(low) | words_round_bf16(high) << 16;
#endif
}

template <>
DEVICE uint32_t pack2<F16>(float low, float high)
{
    uint32_t y;
#if WORDS_AMPERE
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(y) : "f"(high), "f"(low));
#else
    asm("{ .reg .b16 a, b; cvt.rn.f16.f32 a, %1; cvt.rn.f16.f32 b, %2; mov.b32 %0, {a, b}; }"
        : "=r"(y) : "f"(low), "f"(high));
#endif
    return y;
}

DEVICE uint32_t words_shared(const void *p)
{
    return (uint32_t)__cvta_generic_to_shared(p);
}

DEVICE void ldmatrix_x4(uint32_t r[4], const void *row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(words_shared(row)) : "memory");
}

DEVICE void ldmatrix_x4_trans(uint32_t r[4], const void *row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(words_shared(row)) : "memory");
}

DEVICE void ldmatrix_x2(uint32_t r[2], const void *row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%0, %1}, [%2];"
                 : "=r"(r[0]), "=r"(r[1]) : "r"(words_shared(row)) : "memory");
}

DEVICE void ldmatrix_x2_trans(uint32_t r[2], const void *row)
{
    asm volatile("ldmatrix.sync.aligned.m8n8.x2.trans.shared.b16 {%0, %1}, [%2];"
                 : "=r"(r[0]), "=r"(r[1]) : "r"(words_shared(row)) : "memory");
}

template <typename T>
DEVICE void mma_16x8x16(float d[4], const uint32_t a[4], const uint32_t b[2]);

template <>
DEVICE void mma_16x8x16<F16>(float d[4], const uint32_t a[4], const uint32_t b[2])
{
#if WORDS_AMPERE
    asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 "
        "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
    UNROLL
    for (int half = 0; half < 2; half++) {
        asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 "
            "{%0, %1, %2, %3}, {%4, %5}, {%6}, {%0, %1, %2, %3};"
            : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
            : "r"(a[2 * half]), "r"(a[2 * half + 1]), "r"(b[half]));
    }
#endif
}

struct WordsSums {
    float x[4];
};

/* The same without tensor cores: elements k and k+1 of row g lie in lane 4g + k/2 % 4, and likewise
 * those of column n in lane 4n + k/2 % 4. A function of its own: a kernel calls it a hundred
 * times. */
static __device__ __noinline__ WordsSums words_multiply_bf16(WordsSums d, uint32_t a0, uint32_t a1,
                                                             uint32_t a2, uint32_t a3, uint32_t b0,
                                                             uint32_t b1)
{
    const int first = threadIdx.x % 32 / 4 * 4, column = threadIdx.x % 4 * 8;
    const uint32_t a[4] = {a0, a1, a2, a3}, b[2] = {b0, b1};

    UNROLL
    for (int i = 0; i < 8; i++) {
        const int from = i % 4, half = i / 4;
        UNROLL
        for (int row = 0; row < 2; row++) {
            const uint32_t x = shuffle(a[2 * half + row], first + from);
            UNROLL
            for (int c = 0; c < 2; c++) {
                const uint32_t y = shuffle(b[half], column + 4 * c + from);
                float *sum = &d.x[2 * row + c];
                *sum = fmaf(bits_float(x << 16), bits_float(y << 16), *sum);
                *sum = fmaf(bits_float(x & 0xffff0000u), bits_float(y & 0xffff0000u), *sum);
            }
        }
    }
    return d;
}

template <>
DEVICE void mma_16x8x16<Bf16>(float d[4], const uint32_t a[4], const uint32_t b[2])
{
#if WORDS_AMPERE
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
        "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
    const WordsSums sums = words_multiply_bf16({d[0], d[1], d[2], d[3]}, a[0], a[1], a[2], a[3],
                                               b[0], b[1]);
    UNROLL
    for (int i = 0; i < 4; i++) {
        d[i] = sums.x[i];
    }
#endif
}

DEVICE void copy_async_16(void *shared, const void *global, bool valid)
{
#if WORDS_AMPERE
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
                 :: "r"(words_shared(shared)), "l"(global), "r"(valid ? 16 : 0) : "memory");
#else
    *static_cast<Vec16 *>(shared) = valid ? *static_cast<const Vec16 *>(global) : Vec16{};
#endif
}

DEVICE void copy_async_commit()
{
#if WORDS_AMPERE
    asm volatile("cp.async.commit_group;" ::: "memory");
#endif
}

template <int N>
DEVICE void copy_async_wait()
{
#if WORDS_AMPERE
    asm volatile("cp.async.wait_group %0;" :: "n"(N) : "memory");
#endif
}

/* Hopper's own: the compiler must see that 32 sums change behind its back. */
#define WORDS_8(d, i) "+f"(d[i][0]), "+f"(d[i][1]), "+f"(d[i][2]), "+f"(d[i][3]), \
                      "+f"(d[i + 1][0]), "+f"(d[i + 1][1]), "+f"(d[i + 1][2]), "+f"(d[i + 1][3])
#define WORDS_32(d) WORDS_8(d, 0), WORDS_8(d, 2), WORDS_8(d, 4), WORDS_8(d, 6)

DEVICE void fence_shared()
{
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}

DEVICE void group_hold(float d[8][4])
{
    asm volatile("" : WORDS_32(d) :: "memory");
}

DEVICE void group_hold(uint32_t a[4][4])
{
    asm volatile("" : "+r"(a[0][0]), "+r"(a[0][1]), "+r"(a[0][2]), "+r"(a[0][3]), "+r"(a[1][0]),
                      "+r"(a[1][1]), "+r"(a[1][2]), "+r"(a[1][3]), "+r"(a[2][0]), "+r"(a[2][1]),
                      "+r"(a[2][2]), "+r"(a[2][3]), "+r"(a[3][0]), "+r"(a[3][1]), "+r"(a[3][2]),
                      "+r"(a[3][3]) :: "memory");
}

DEVICE void group_begin(float d[8][4])
{
    asm volatile("wgmma.fence.sync.aligned;" : WORDS_32(d) :: "memory");
}

DEVICE void group_commit()
{
    asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}

template <int N>
DEVICE void group_wait_for()
{
    asm volatile("wgmma.wait_group.sync.aligned %0;" :: "n"(N) : "memory");
}

DEVICE void group_wait(float d[8][4])
{
    asm volatile("wgmma.commit_group.sync.aligned;\n\twgmma.wait_group.sync.aligned 0;"
                 : WORDS_32(d) :: "memory");
}

/* The descriptor of a matrix in shared memory: 128-byte swizzle, groups of eight rows 1024 bytes
 * apart (PTX ISA, "Matrix Descriptor Format"). */
DEVICE uint64_t words_descriptor(const void *b)
{
    return (uint64_t)(words_shared(b) >> 4 & 0x3fffu) | 1ull << 16 | 64ull << 32 | 1ull << 62;
}

template <bool TRANSPOSED, bool ADD>
DEVICE void words_group_mma(float d[8][4], const uint32_t a[4], uint64_t b)
{
    asm volatile("{ .reg .pred add; setp.ne.b32 add, %37, 0;\n\t"
                 "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 "
                 "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
                 "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31}, "
                 "{%32, %33, %34, %35}, %36, add, 1, 1, %38; }"
                 : WORDS_32(d)
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "l"(b), "n"(ADD), "n"(TRANSPOSED));
}

template <bool ADD>
DEVICE void group_mma_columns(float d[8][4], const uint32_t a[4], const void *b)
{
    words_group_mma<false, ADD>(d, a, words_descriptor(b));
}

template <bool ADD>
DEVICE void group_mma_columns(float d[8][4], const void *a, const void *b, int skip)
{
    asm volatile("{ .reg .pred add; setp.ne.b32 add, %34, 0;\n\t"
                 "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 "
                 "{%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
                 "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31}, "
                 "%32, %33, add, 1, 1, 0, 0; }"
                 : WORDS_32(d)
                 : "l"(words_descriptor(a) + (skip >> 4)), "l"(words_descriptor(b) + (skip >> 4)),
                   "n"(ADD));
}

template <bool ADD>
DEVICE void group_mma_rows(float d[8][4], const uint32_t a[4], const void *b, int skip = 0)
{
    words_group_mma<true, ADD>(d, a, words_descriptor(b) + (skip >> 4));
}

/* Both operands from shared memory: no swizzle, blocks of 128 bytes. */
struct Matrix {
    uint64_t descriptor;
};

DEVICE Matrix matrix(const void *p, int column, int row)
{
    return {(uint64_t)(words_shared(p) >> 4 & 0x3fffu) | (uint64_t)(column >> 4) << 16 |
            (uint64_t)(row >> 4) << 32};
}

DEVICE Matrix matrix_at(Matrix m, int bytes)
{
    return {m.descriptor + (uint32_t)(bytes >> 4)};
}

DEVICE void sync_group()
{
    asm volatile("bar.sync %0, 128;" :: "r"(1 + threadIdx.x / 128) : "memory");
}

/* The compiler must neither move nor copy sums past this. */
template <int N>
DEVICE void words_hold(float (&d)[N][4])
{
    UNROLL
    for (int i = 0; i < N; i++) {
        UNROLL
        for (int j = 0; j < 4; j++) {
            asm volatile("" : "+f"(d[i][j]) :: "memory");
        }
    }
}

template <int N>
DEVICE void group_begin(float (&d)[N][4])
{
    words_hold(d);
    asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}

template <int N>
DEVICE void group_wait(float (&d)[N][4])
{
    asm volatile("wgmma.commit_group.sync.aligned;\n\twgmma.wait_group.sync.aligned 0;"
                 ::: "memory");
    words_hold(d);
}

#define WORDS_NAMES_24  \
    "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, " \
    "%16, %17, %18, %19, %20, %21, %22, %23"
#define WORDS_NAMES_32  \
    WORDS_NAMES_24 ", " \
    "%24, %25, %26, %27, %28, %29, %30, %31"
#define WORDS_NAMES_48  \
    WORDS_NAMES_32 ", " \
    "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47"
#define WORDS_NAMES_64  \
    WORDS_NAMES_48 ", " \
    "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
#define WORDS_NAMES_128  \
    WORDS_NAMES_64 ", " \
    "%64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79, " \
    "%80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95, " \
    "%96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111, " \
    "%112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127"
#define WORDS_16(d, i) WORDS_8(d, i), WORDS_8(d, i + 2)
#define WORDS_SUMS_24(d) WORDS_16(d, 0), WORDS_8(d, 4)
#define WORDS_SUMS_32(d) WORDS_16(d, 0), WORDS_16(d, 4)
#define WORDS_SUMS_48(d) WORDS_SUMS_32(d), WORDS_16(d, 8)
#define WORDS_SUMS_64(d) WORDS_SUMS_48(d), WORDS_16(d, 12)
#define WORDS_SUMS_128(d) WORDS_SUMS_64(d), WORDS_16(d, 16), WORDS_16(d, 20), WORDS_16(d, 24), \
                          WORDS_16(d, 28)

template <int N>
DEVICE void group_product(float (&d)[N / 8][4], Matrix a, Matrix b);

/* `sums` is half of n; a and b are the operands behind them. */
#define WORDS_PRODUCT(n, sums, a_name, b_name)                                              \
    template <>                                                                             \
    DEVICE void group_product<n>(float (&d)[n / 8][4], Matrix a, Matrix b)                  \
    {                                                                                       \
        asm volatile("wgmma.fence.sync.aligned;\n\t"                                        \
                     "wgmma.mma_async.sync.aligned.m64n" #n "k16.f32.bf16.bf16 "            \
                     "{" WORDS_NAMES_##sums "}, " a_name ", " b_name ", 1, 1, 1, 0, 0;"     \
                     : WORDS_SUMS_##sums(d)                                                 \
                     : "l"(a.descriptor), "l"(b.descriptor)                                 \
                     : "memory");                                                           \
    }

WORDS_PRODUCT(48, 24, "%24", "%25")
WORDS_PRODUCT(64, 32, "%32", "%33")
WORDS_PRODUCT(96, 48, "%48", "%49")
WORDS_PRODUCT(128, 64, "%64", "%65")
WORDS_PRODUCT(256, 128, "%128", "%129")

#undef WORDS_PRODUCT
#undef WORDS_NAMES_24
#undef WORDS_SUMS_24
#undef WORDS_NAMES_32
#undef WORDS_SUMS_32
#undef WORDS_NAMES_48
#undef WORDS_SUMS_48
#undef WORDS_NAMES_64
#undef WORDS_SUMS_64
#undef WORDS_NAMES_128
#undef WORDS_SUMS_128
#undef WORDS_16
#undef WORDS_32
#undef WORDS_8
#undef WORDS_AMPERE

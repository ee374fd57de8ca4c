/* Usage: test-words [WORDS [GROUP]]
 *
 * Each word of device.cuh against a plain computation, and what the emulator says to kernels that
 * use them wrongly; or, with images, the words on a card: words.80.ptx or the like, and for compute
 * capability 9.0 words-group.90a.cubin.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cuda/driver.h"

#include <math.h>
#include <sys/wait.h>

#include "emulator/half.h"
#include "test.h"
#include "words-params.h"

static const OasisCudaDriver *driver;
static CUstream stream;
static CUmodule plain, group; /* NULL: no such kernels here */

static void *device(const void *data, size_t bytes)
{
    CUdeviceptr address;

    REQUIRE(CHECK_INT(driver->mem_alloc(&address, bytes), CUDA_SUCCESS));
    if (data) {
        REQUIRE(CHECK_INT(driver->memcpy_htod_async(address, data, bytes, stream), CUDA_SUCCESS));
    }
    return (void *)(uintptr_t)address;
}

/* Copies to `data`, unless that is NULL, and frees. */
static void leave(void *data, void *address, size_t bytes)
{
    if (data) {
        CHECK_INT(driver->memcpy_dtoh_async(data, (CUdeviceptr)(uintptr_t)address, bytes, stream),
                  CUDA_SUCCESS);
    }
    CHECK_INT(driver->mem_free((CUdeviceptr)(uintptr_t)address), CUDA_SUCCESS);
}

static CUresult launch(const char *name, unsigned x, unsigned y, unsigned z, unsigned threads,
                       unsigned shared, const Words *words)
{
    CUmodule module = strncmp(name, "group_", 6) ? plain : group;
    char entry[64];
    CUfunction function;
    void *params[] = {(void *)words};

    snprintf(entry, sizeof entry, "oasis_cuda_words_%s", name);
    REQUIRE(CHECK_INT(driver->module_get_function(&function, module, entry), CUDA_SUCCESS));
    return driver->launch_kernel(function, x, y, z, threads, 1, 1, shared, stream, params, NULL);
}

static void run(const char *name, unsigned threads, unsigned shared, const Words *words)
{
    REQUIRE(CHECK_INT(launch(name, 1, 1, 1, threads, shared, words), CUDA_SUCCESS));
}

static void test_place(void)
{
    enum { N = 3 * 2 * 2 * 64 };
    int actual[N];
    Words words = {.out = device(NULL, sizeof actual)};

    REQUIRE(CHECK_INT(launch("place", 3, 2, 2, 64, 0, &words), CUDA_SUCCESS));
    leave(actual, words.out, sizeof actual);
    for (int i = 0; i < N; i++) {
        int thread = i % 64, block = i / 64;
        CHECK_INT(actual[i], block % 3 + 10 * (block / 3 % 2) + 100 * (block / 6) + 3000 +
                                 10000 * (thread / 32) + 100000 * (thread % 32));
    }
}

static void test_warp(void)
{
    float in[32], out[128], sum = 0, most = -INFINITY;
    int out2[96];
    Words words;

    for (int i = 0; i < 32; i++) {
        in[i] = (float)test_random_int(-1000, 1000);
        sum += in[i];
        most = fmaxf(most, in[i]);
    }
    words = (Words){.in = device(in, sizeof in), .out = device(NULL, sizeof out),
                    .out2 = device(NULL, sizeof out2)};
    run("warp", 32, 0, &words);
    leave(NULL, (void *)words.in, 0);
    leave(out, words.out, sizeof out);
    leave(out2, words.out2, sizeof out2);
    for (int i = 0; i < 32; i++) {
        CHECK_NEAR(out[i], in[31 - i], 0);
        CHECK_NEAR(out[32 + i], in[i ^ 5], 0);
        CHECK_NEAR(out[64 + i], sum, 0);
        CHECK_NEAR(out[96 + i], most, 0);
        for (int j = 0; j < 32; j++) {
            CHECK_INT((uint32_t)out2[i] >> j & 1, in[j] > 0);
        }
        CHECK_INT(out2[32 + i], 9);
        CHECK_INT(out2[64 + i], i ^ 31);
    }
}

static void test_shared(void)
{
    int in[128], out[128];
    Words words;

    for (int i = 0; i < 128; i++) {
        in[i] = (int)test_random_int(0, 1000);
    }
    words = (Words){.in = device(in, sizeof in), .out = device(NULL, sizeof out)};
    run("shared", 128, sizeof in, &words);
    leave(NULL, (void *)words.in, 0);
    leave(out, words.out, sizeof out);
    for (int i = 0; i < 128; i++) {
        CHECK_INT(out[i], in[127 - ((i + 64) % 128 ^ 1)] + 1);
    }
}

/* The nearest of all values of a 16-bit type, of two the even one: the slow way. */
static uint16_t nearest(float value, float (*wide)(uint16_t))
{
    uint32_t best = 0;
    double distance = INFINITY;

    if (isnan(value)) {
        return 0x7fff;
    }
    for (uint32_t bits = 0; bits < 0x10000; bits++) {
        /* Infinity stands where the next number would. */
        double candidate = wide((uint16_t)bits);
        if (isinf(candidate)) {
            double before = wide((uint16_t)(bits - 1)), previous = wide((uint16_t)(bits - 2));
            candidate = before + (before - previous);
        }
        if (isnan(candidate) || !signbit(candidate) != !signbit(value)) {
            continue;
        }
        double d = isinf(value) ? !isinf(wide((uint16_t)bits)) : fabs(candidate - value);
        if (!isinf(value) && fabs(value) > fabs(candidate) && isinf(wide((uint16_t)bits))) {
            d = 0;
        }
        if (d < distance || (d == distance && !(bits & 1))) {
            best = bits;
            distance = d;
        }
    }
    return (uint16_t)best;
}

static void test_convert(const char *name, float (*wide)(uint16_t))
{
    enum { PAIRS = 128 };
    float in[2 * PAIRS] = {0.0f, -0.0f, INFINITY, -INFINITY, NAN, 65504, 65519.99f, 65520, 65521,
                           -1e30f, 3.4e38f, 6e-8f, 2.98e-8f, 2.9802322e-8f, 6.1e-5f, 1e-40f},
          back[2 * PAIRS], back2[2 * PAIRS];
    uint16_t packed[2 * PAIRS], single[2 * PAIRS], all[2 * PAIRS];
    Words words;

    for (int i = 16; i < 2 * PAIRS; i++) {
        in[i] = (float)ldexp(test_random_unit() - 0.5, (int)test_random_int(-30, 20));
        if (i % 4 == 0) { /* halfway between two */
            in[i] = float_of_bits((float_to_bits(in[i]) & 0xffff0000u) | 0x8000u);
        }
    }
    words = (Words){.in = device(in, sizeof in), .out = device(NULL, sizeof packed),
                    .out2 = device(NULL, sizeof single), .n = PAIRS};
    run(name, 128, 0, &words);
    leave(NULL, (void *)words.in, 0);
    leave(packed, words.out, sizeof packed);
    leave(single, words.out2, sizeof single);
    for (int i = 0; i < 2 * PAIRS; i++) {
        CHECK_INT(packed[i], nearest(in[i], wide));
        CHECK_INT(single[i], packed[i]);
    }
    test_random_bytes(all, sizeof all);
    words = (Words){.in = device(all, sizeof all), .out = device(NULL, sizeof back),
                    .out2 = device(NULL, sizeof back2), .n = PAIRS, .mode = 1};
    run(name, 128, 0, &words);
    leave(NULL, (void *)words.in, 0);
    leave(back, words.out, sizeof back);
    leave(back2, words.out2, sizeof back2);
    for (int i = 0; i < 2 * PAIRS; i++) {
        CHECK(float_to_bits(back[i]) == float_to_bits(back2[i]));
        CHECK(float_to_bits(back[i]) == float_to_bits(wide(all[i])) || isnan(back[i]));
    }
}

/* IEEE's half by its definition. */
static float wide_f16(uint16_t half)
{
    int exponent = half >> 10 & 31, fraction = half & 1023;
    double size = exponent == 31 ? (fraction ? (double)NAN : (double)INFINITY)
                  : exponent     ? ldexp(1024 + fraction, exponent - 25)
                                 : ldexp(fraction, -24);

    return (float)(half & 0x8000 ? -size : size);
}

static float wide_bf16(uint16_t half)
{
    return float_of_bits((uint32_t)half << 16);
}

static void test_functions(void)
{
    float in[128], out[640];
    Words words;

    for (int i = 0; i < 128; i++) {
        in[i] = (float)(20 * test_random_unit() - 10);
    }
    words = (Words){.in = device(in, sizeof in), .out = device(NULL, sizeof out)};
    run("functions", 128, 0, &words);
    leave(NULL, (void *)words.in, 0);
    leave(out, words.out, sizeof out);
    for (int i = 0; i < 128; i++) {
        CHECK_NEAR(out[i] / exp2(in[i]), 1, 1e-6);
        CHECK_NEAR(out[128 + i], tanh(in[i]), 1e-3 * fabs(tanh(in[i])));
        CHECK_NEAR(out[256 + i] * sqrt(fabs(in[i])), 1, 1e-6);
        CHECK_NEAR(out[384 + i] * in[i], 1, 1e-6);
        CHECK_NEAR(out[512 + i], -in[i], 0);
    }
}

static void test_vectors(void)
{
    uint8_t in[896], out[896];
    Words words;

    test_random_bytes(in, sizeof in);
    words = (Words){.in = device(in, sizeof in), .out = device(NULL, sizeof out)};
    run("vectors", 32, 0, &words);
    leave(NULL, (void *)words.in, 0);
    leave(out, words.out, sizeof out);
    CHECK_BYTES(out, in, sizeof in);
}

static void test_ldmatrix(void)
{
    uint16_t in[4][8][8], out[12][32][2];
    Words words;

    test_random_bytes(in, sizeof in);
    words = (Words){.in = device(in, sizeof in), .out = device(NULL, sizeof out)};
    run("ldmatrix", 32, 0, &words);
    leave(NULL, (void *)words.in, 0);
    leave(out, words.out, sizeof out);
    for (int i = 0; i < 12; i++) {
        int matrix = i < 8 ? i % 4 : i % 2;
        bool transposed = i < 8 ? i >= 4 : i >= 10;
        for (int lane = 0; lane < 32; lane++) {
            for (int j = 0; j < 2; j++) {
                int row = lane / 4, column = lane % 4 * 2 + j;
                CHECK_INT(out[i][lane][j],
                          transposed ? in[matrix][column][row] : in[matrix][row][column]);
            }
        }
    }
}

static void test_mma(const char *name, float (*wide)(uint16_t), uint16_t (*narrow)(float), int mode)
{
    uint16_t a[16][16], b[16][8];
    float d[16][8], out[16][8];
    Words words;

    for (int i = 0; i < 16; i++) {
        for (int j = 0; j < 16; j++) {
            a[i][j] = narrow((float)test_random_int(-16, 16) / 8);
            b[i][j % 8] = narrow((float)test_random_int(-16, 16) / 8);
            d[i][j % 8] = (float)test_random_int(-16, 16);
        }
    }
    words = (Words){.in = device(a, sizeof a), .in2 = device(b, sizeof b),
                    .out = device(d, sizeof d), .mode = mode};
    run(name, 32, 0, &words);
    leave(NULL, (void *)words.in, 0);
    leave(NULL, (void *)words.in2, 0);
    leave(out, words.out, sizeof out);
    for (int i = 0; i < 16; i++) {
        for (int j = 0; j < 8; j++) {
            double sum = d[i][j];
            for (int k = 0; k < 16; k++) {
                sum += (double)wide(a[i][k]) * wide(b[k][j]);
            }
            CHECK_NEAR(out[i][j], sum, 0); /* small numbers: exact in any order */
        }
    }
}

static void test_group_mma(int mode)
{
    uint16_t a[64][16], b[64][64];
    float out[64][64];
    Words words;

    for (int i = 0; i < 64; i++) {
        for (int j = 0; j < 64; j++) {
            a[i][j % 16] = bf16_from_float((float)test_random_int(-16, 16) / 8);
            b[i][j] = bf16_from_float((float)test_random_int(-16, 16) / 8);
        }
    }
    words = (Words){.in = device(a, sizeof a), .in2 = device(b, sizeof b),
                    .out = device(NULL, sizeof out), .mode = mode};
    run("group_mma", 128, 17 << 10, &words);
    leave(NULL, (void *)words.in, 0);
    leave(NULL, (void *)words.in2, 0);
    leave(out, words.out, sizeof out);
    for (int i = 0; i < 64; i++) {
        for (int j = 0; j < 64; j++) {
            double sum = 0;
            for (int k = 0; k < 16; k++) {
                uint16_t right = mode == 1 ? b[k][j] : b[j][16 + k];
                sum += 2.0 * bf16_to_float(a[i][k]) * bf16_to_float(right);
            }
            CHECK_NEAR(out[i][j], sum, 0);
        }
    }
}

static void test_group_product(int n, int shift)
{
    uint16_t a[64][16], b[256][16];
    static float out[2 * 64 * 256];
    char name[32];
    Words words;

    for (int i = 0; i < 256; i++) {
        for (int k = 0; k < 16; k++) {
            a[i % 64][k] = bf16_from_float((float)test_random_int(-16, 16) / 8);
            b[i][k] = bf16_from_float((float)test_random_int(-16, 16) / 8);
        }
    }
    words = (Words){.in = device(a, sizeof a), .in2 = device(b, sizeof b),
                    .out = device(NULL, sizeof out), .mode = shift};
    snprintf(name, sizeof name, "group_product_%d", n);
    run(name, 256, 0, &words);
    leave(NULL, (void *)words.in, 0);
    leave(NULL, (void *)words.in2, 0);
    leave(out, words.out, sizeof out);
    for (int i = 0; i < 2 * 64 * n; i++) {
        double sum = 0;
        for (int k = 0; k < 16; k++) {
            sum += 2.0 * bf16_to_float(a[i / n % 64][k]) * bf16_to_float(b[i % n][k]);
        }
        CHECK_NEAR(out[i], sum, 0);
    }
}

static void test_sync_group(void)
{
    float out[256];
    Words words = {.out = device(NULL, sizeof out)};

    run("group_wrong", 256, 0, &words);
    leave(out, words.out, sizeof out);
    for (int i = 0; i < 256; i++) {
        CHECK_NEAR(out[i], i / 128 * 128 + 127 - i % 128, 0);
    }
}

static void test_copy(void)
{
    uint32_t in[128][4], out[128][4];
    Words words;

    test_random_bytes(in, sizeof in);
    words = (Words){.in = device(in, sizeof in), .out = device(NULL, sizeof out)};
    run("copy", 64, 0, &words);
    leave(NULL, (void *)words.in, 0);
    leave(out, words.out, sizeof out);
    for (int i = 0; i < 128; i++) {
        int from = i < 64 ? 63 - i : 64 + (i - 63) % 64;
        for (int j = 0; j < 4; j++) {
            CHECK_INT(out[i][j], from % 4 == 3 ? 0 : in[from][j]);
        }
    }
}

static void test_atomic(void)
{
    int sum = 5;
    Words words = {.out = device(&sum, sizeof sum)};

    REQUIRE(CHECK_INT(launch("atomic", 3, 1, 1, 64, 0, &words), CUDA_SUCCESS));
    leave(&sum, words.out, sizeof sum);
    CHECK_INT(sum, 5 + 3 * 63 * 64 / 2);
}

static void test_unwritten(void)
{
    uint32_t in[128] = {0}, out[64];

    for (int mode = 0; mode < 2; mode++) {
        Words words = {.in = device(in, sizeof in), .out = device(NULL, sizeof out), .mode = mode};
        run("unwritten", 32, 128, &words);
        leave(NULL, (void *)words.in, 0);
        leave(out, words.out, sizeof out);
        for (int i = 0; i < 64; i++) {
            CHECK_INT(out[i], i < 32 ? UINT32_MAX : UINT8_MAX);
        }
    }
}

/* What a child process says in which the wrong kernel runs; NULL where it ends well. */
static const char *complaint(int mode, int n)
{
    static char text[512];
    const bool by_group = mode >= 20;
    int ends[2], status;
    size_t length = 0;
    ssize_t got;
    pid_t child;

    REQUIRE(!pipe(ends));
    child = fork();
    REQUIRE(child >= 0);
    if (!child) {
        Words words = {.out = device(NULL, by_group ? 1024 : 256), .mode = mode % 20, .n = n};
        unsigned shared = mode == 14 ? (48 << 10) - 128 : 0; /* the kernel has 256 of its own */
        dup2(ends[1], STDERR_FILENO);
        launch(by_group ? "group_wrong" : "wrong", mode == 10 || mode == 11 ? 2 : 1, 1, 1,
               by_group ? 256 : 64, shared, &words);
        driver->stream_synchronize(stream);
        _exit(0);
    }
    close(ends[1]);
    while ((got = read(ends[0], text + length, sizeof text - 1 - length)) > 0) {
        length += (size_t)got;
    }
    text[length] = '\0';
    close(ends[0]);
    REQUIRE(waitpid(child, &status, 0) == child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT ? text : NULL;
}

static void test_wrong(void)
{
    static const struct {
        int mode, n;
        const char *words;
    } wrong[] = {
        {1, 0, "no barrier between"},
        {2, 0, "no barrier between"},
        {3, 0, "no barrier between"},
        {4, 0, "no barrier between"},
        {5, 0, "sync_block is not reached by all threads"},
        {6, 0, "shuffle is not reached by the whole warp"},
        {7, 1, "beyond all allocations"},
        {7, -1, "beyond all allocations"},
        {8, 0, "beyond shared memory"},
        {9, 0, "not aligned"},
        {10, 0, "another block"},
        {11, 0, "another block"},
        {12, 0, "no barrier between"},
        {13, 0, "no barrier between"},
        {14, 0, "more shared memory than"},
        {21, 0, "no barrier between"},
        {22, 0, "sync_group is not reached by all threads"},
    };

    CHECK(!complaint(0, 0));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *said = complaint(wrong[i].mode, wrong[i].n);
        CHECK_HAS(said, wrong[i].mode < 20 ? "emulator: oasis_cuda_words_wrong, block "
                                           : "emulator: oasis_cuda_words_group_wrong, block ");
        CHECK_HAS(said, wrong[i].words);
    }
}

static CUmodule load(const char *path)
{
    static char image[1 << 20];
    FILE *file = fopen(path, "rbe");
    CUmodule module;

    REQUIRE(file);
    image[fread(image, 1, sizeof image - 1, file)] = '\0';
    fclose(file);
    REQUIRE(CHECK_INT(driver->module_load_data(&module, image), CUDA_SUCCESS));
    return module;
}

static void open_card(void)
{
    char reason[256];
    CUdevice device;
    CUcontext context;

    driver = oasis_cuda_driver(reason, sizeof reason);
    REQUIRE(CHECK_STR(reason, ""));
    REQUIRE(CHECK_INT(driver->init(0), CUDA_SUCCESS));
    REQUIRE(CHECK_INT(driver->device_get(&device, 0), CUDA_SUCCESS));
    REQUIRE(CHECK_INT(driver->ctx_create(&context, 0, device), CUDA_SUCCESS));
    REQUIRE(CHECK_INT(driver->stream_create(&stream, CU_STREAM_NON_BLOCKING), CUDA_SUCCESS));
}

int main(int argc, char **argv)
{
    test_begin();
    open_card();
    if (argc == 1) {
        REQUIRE(CHECK_INT(driver->module_load_data(&plain, "emulated"), CUDA_SUCCESS));
        group = plain;
    } else {
        plain = load(argv[1]);
        group = argc > 2 ? load(argv[2]) : NULL;
    }
    test_place();
    test_warp();
    test_shared();
    test_convert("convert_bf16", wide_bf16);
    test_convert("convert_f16", wide_f16);
    test_functions();
    test_vectors();
    test_ldmatrix();
    for (int mode = 0; mode < 2; mode++) {
        test_mma("mma_bf16", wide_bf16, bf16_from_float, mode);
        test_mma("mma_f16", wide_f16, f16_from_float, mode);
    }
    for (int mode = 0; group && mode < 3; mode++) {
        test_group_mma(mode);
    }
    for (int tap = 0; group && tap < 9; tap++) {
        int shift = tap / 3 * 10 + tap % 3;
        test_group_product(48, shift);
        test_group_product(64, shift);
        test_group_product(96, shift);
        test_group_product(128, shift);
        test_group_product(256, shift);
    }
    if (group) {
        test_sync_group();
    }
    test_copy();
    test_atomic();
    if (argc == 1) {
        test_unwritten();
        test_wrong();
    }
    CHECK_INT(driver->stream_destroy(stream), CUDA_SUCCESS);
    return test_end();
}

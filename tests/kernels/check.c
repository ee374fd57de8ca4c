/* The two sides of a check, and how far they may lie apart.
 * SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include <math.h>
#include <stdarg.h>

#include "ops/element.h"

enum {
    GUARD = 256, /* bytes at least before and after each tensor, a multiple of any alignment */
    MOST_LEAD = 16, /* a multiple of any element */
    GUARD_BYTE = 0xa5,
    POISON_BYTE = 0xff, /* a NaN in both dtypes */
};

static const double bench_seconds = 0.3;
static const double batch_seconds = 0.002; /* of calls between two waits, at least */

enum { BENCH_VALUES = 1 << 20 }; /* that a benchmark draws for a tensor, and repeats */

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void check_fail(Check *check, const char *format, ...)
{
    OasisBackend *backend = check->backend[CHECK_CANDIDATE];
    va_list args;

    fprintf(stderr, "%s %s, %s, %s: ", backend->info.name,
            check->dtype == OASIS_BF16 ? "bf16" : "f32", check->op, check->label);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    atomic_fetch_add(&test_failures, 1);
}

void check_case(Check *check, const char *op, const char *format, ...)
{
    va_list args;

    check->op = op;
    va_start(args, format);
    vsnprintf(check->label, sizeof check->label, format, args);
    va_end(args);
    check->tolerance = check->dtype == OASIS_BF16 ? 1e-2 : 1e-5;
    check->repeats = false;
    check->flops = check->bytes = 0;
}

void check_work(Check *check, double flops, double bytes)
{
    check->flops = flops;
    check->bytes = bytes;
}

/* --- tensors --------------------------------------------------------------------------------- */

/* Bytes of a tensor's buffer, guards and all. */
static size_t buffer_bytes(OasisDType dtype, size_t n)
{
    return n * oasis_dtype_bytes(dtype) + 2 * GUARD + MOST_LEAD;
}

/* How many values of a tensor are drawn; a benchmark repeats them. */
static size_t distinct(const Check *check, size_t n)
{
    return check->bench && n > BENCH_VALUES ? BENCH_VALUES : n;
}

/* Stores n values, of which the first `given` are given and the others repeat them. */
static void store_values(uint8_t *to, OasisDType dtype, size_t n, const float *values,
                         size_t given)
{
    size_t element = oasis_dtype_bytes(dtype);

    for (size_t i = 0; i < given; i++) {
        oasis_store(to, dtype, i, values[i]);
    }
    for (size_t i = given, count; i < n; i += count) {
        count = n - i < given ? n - i : given;
        memcpy(to + i * element, to, count * element);
    }
}

static OasisTensor new_tensor(OasisBackend *backend, OasisDType dtype, size_t n, size_t lead,
                              const float *values, size_t given)
{
    size_t all = buffer_bytes(dtype, n);
    uint8_t *image = malloc(all);
    OasisTensor tensor = {.offset = 0, .dtype = dtype};
    OasisError err;

    REQUIRE(image);
    memset(image, GUARD_BYTE, all);
    if (values) {
        store_values(image + GUARD + lead, dtype, n, values, given);
    } else {
        memset(image + GUARD + lead, POISON_BYTE, n * oasis_dtype_bytes(dtype));
    }
    REQUIRE(CHECK_OK(oasis_backend_buffer_new(backend, all, &tensor.buffer, &err), &err));
    REQUIRE(CHECK_OK(oasis_backend_upload(backend, tensor, image, all, &err), &err));
    free(image);
    tensor.offset = GUARD + lead;
    return tensor;
}

/* Most tensors begin where their buffer does; some of a card's are views from an odd element on.
 * (oneDNN's code for SSE 4.1 wants aligned ones.) */
static size_t random_lead(const Check *check, OasisDType dtype)
{
    size_t element = oasis_dtype_bytes(dtype);
    bool views = !strncmp(check->backend[CHECK_CANDIDATE]->info.name, "cuda:", 5);

    if (check->bench || !views || test_random_int(0, 7)) {
        return 0;
    }
    return (size_t)test_random_int(0, MOST_LEAD / (int64_t)element) * element;
}

/* `values` (NULL: poison) becomes the tensor's. */
static const CheckTensor *add_tensor(Check *check, CheckRole role, OasisDType dtype, size_t n,
                                     float *values)
{
    CheckTensor *tensor = &check->tensors[check->n_tensors++];

    REQUIRE(check->n_tensors <= (int)(sizeof check->tensors / sizeof *check->tensors));
    if (values && dtype == OASIS_BF16) {
        for (size_t i = 0; i < distinct(check, n); i++) {
            values[i] = oasis_bf16_to_f32(oasis_f32_to_bf16(values[i]));
        }
    }
    tensor->role = role;
    tensor->n = n;
    tensor->initial = values;
    tensor->on[CHECK_REFERENCE] =
        new_tensor(check->backend[CHECK_REFERENCE], OASIS_F32, check->bench ? 1 : n, 0,
                   check->bench ? NULL : values, n);
    tensor->on[CHECK_CANDIDATE] = new_tensor(check->backend[CHECK_CANDIDATE], dtype, n,
                                             random_lead(check, dtype), values, distinct(check, n));
    return tensor;
}

static float *random_values(const Check *check, size_t n)
{
    static const float specials[] = {NAN, INFINITY, -INFINITY};
    float *values = malloc((n ? n : 1) * sizeof *values);

    REQUIRE(values);
    for (size_t i = 0; i < distinct(check, n); i++) {
        values[i] = check->special > 0 && test_random_unit() < check->special
                        ? specials[test_random_int(0, 2)]
                        : random_normal() * (check->size > 0 ? check->size : 1);
    }
    return values;
}

const CheckTensor *check_input(Check *check, OasisDType dtype, size_t n)
{
    return add_tensor(check, CHECK_INPUT, dtype, n, random_values(check, n));
}

const CheckTensor *check_values(Check *check, OasisDType dtype, size_t n, const float *values)
{
    float *copy = malloc((n ? n : 1) * sizeof *copy);

    REQUIRE(copy);
    memcpy(copy, values, n * sizeof *copy);
    return add_tensor(check, CHECK_INPUT, dtype, n, copy);
}

const CheckTensor *check_output(Check *check, OasisDType dtype, size_t n)
{
    return add_tensor(check, CHECK_OUTPUT, dtype, n, NULL);
}

const CheckTensor *check_in_place(Check *check, OasisDType dtype, size_t n)
{
    return add_tensor(check, CHECK_IN_PLACE, dtype, n, random_values(check, n));
}

/* --- weights --------------------------------------------------------------------------------- */

const CheckWeight *check_weight(Check *check, const OasisWeightDesc *shape)
{
    CheckWeight *weight = &check->weights[check->n_weights++];
    int taps = shape->kind == OASIS_WEIGHT_CONV2D ? shape->kernel * shape->kernel
               : shape->kind == OASIS_WEIGHT_TEMPORAL ? 3 : 1;
    size_t n = (size_t)shape->out * shape->in * taps;
    bool given_bf16 = test_random_int(0, 1);
    bool rounded = given_bf16 || check->dtype == OASIS_BF16;
    float *wide = malloc(n * sizeof *wide);
    uint16_t *narrow = malloc(n * sizeof *narrow);

    REQUIRE(wide && narrow);
    for (size_t i = 0; i < n; i++) {
        wide[i] = random_normal() / sqrtf((float)shape->in * taps);
        narrow[i] = oasis_f32_to_bf16(wide[i]);
        if (rounded) {
            wide[i] = oasis_bf16_to_f32(narrow[i]);
        }
    }
    for (int side = 0; side < CHECK_SIDES; side++) {
        OasisBackend *backend = check->backend[side];
        OasisWeightDesc desc = *shape;
        OasisError err;

        desc.dtype = given_bf16 ? OASIS_BF16 : OASIS_F32;
        desc.data = given_bf16 ? (const void *)narrow : wide;
        REQUIRE(CHECK_OK(oasis_backend_weight_new(backend, &desc, &weight->on[side], &err),
                         &err));
    }
    free(wide);
    free(narrow);
    return weight;
}

/* --- the call -------------------------------------------------------------------------------- */

void check_call_begin(Check *check, int side)
{
    check->calls = check->batches = check->left = 0;
    check->batch = 1;
}

static void await_all(OasisBackend *backend)
{
    OasisError err;

    CHECK_OK(oasis_backend_sync(backend, &err), &err);
}

/* Another call of a benchmark's? After a batch that warms up, as many as fill its time, in batches
 * so large that the wait for them does not count. The fastest counts: whatever else the machine
 * does can only slow a call down. */
static bool bench_again(Check *check)
{
    double time;

    if (check->left > 0) {
        check->left--;
        return true;
    }
    await_all(check->backend[CHECK_CANDIDATE]);
    time = now();
    if (check->batches == 1) {
        check->begin = time;
    }
    if (check->batches > 1) {
        double seconds = (time - check->last) / check->batch;
        check->seconds = check->batches == 2 ? seconds : fmin(check->seconds, seconds);
        if (time - check->last < batch_seconds) {
            check->batch *= 2;
        }
    }
    check->last = time;
    check->left = check->batch - 1;
    return check->batches++ < 2 || time - check->begin < bench_seconds;
}

/* One call, or those of a benchmark. */
bool check_call_again(Check *check, int side)
{
    if (check->bench) {
        return side == CHECK_CANDIDATE && bench_again(check);
    }
    await_all(check->backend[side]);
    return check->calls++ == 0;
}

/* --- comparison ------------------------------------------------------------------------------ */

/* The tensor's values and, where guard bands or a value that may not change have changed, a
 * failure. */
static float *read_tensor(Check *check, int side, const CheckTensor *tensor)
{
    OasisBackend *backend = check->backend[side];
    OasisTensor whole = tensor->on[side];
    size_t begin = whole.offset, end = begin + tensor->n * oasis_dtype_bytes(whole.dtype);
    size_t all = buffer_bytes(whole.dtype, tensor->n);
    uint8_t *image = malloc(all);
    float *values = malloc((tensor->n ? tensor->n : 1) * sizeof *values);
    OasisError err;

    REQUIRE(image && values);
    whole.offset = 0;
    REQUIRE(CHECK_OK(oasis_backend_download(backend, image, whole, all, &err), &err));
    await_all(backend);
    for (size_t i = 0; i < all; i++) {
        if ((i < begin || i >= end) && image[i] != GUARD_BYTE) {
            check_fail(check, "%s wrote %s tensor %d", backend->info.name,
                       i < begin ? "before" : "behind", (int)(tensor - check->tensors));
            break;
        }
    }
    for (size_t i = 0; i < tensor->n; i++) {
        values[i] = oasis_load(image + begin, whole.dtype, i);
        if (tensor->role == CHECK_INPUT && values[i] != tensor->initial[i] &&
            !(isnan(values[i]) && isnan(tensor->initial[i]))) {
            check_fail(check, "%s changed input %d at %zu", backend->info.name,
                       (int)(tensor - check->tensors), i);
            break;
        }
    }
    free(image);
    return values;
}

/* Non-finite values must agree; the rest may differ by the tolerance in relative L2, and no single
 * one by much more than its share. Inputs are of the size of one: where those of a tensor of one
 * element, or of one that is repeated, cancel to nearly nothing, the error is still theirs. */
static void compare(Check *check, int index, const float *expected, const float *actual, size_t n)
{
    const double least_norm = 0.5 * (check->repeats ? sqrt((double)n) : 1);
    double difference = 0, squares = 0, norm, error, mean_size;
    size_t finite = 0;

    for (size_t i = 0; i < n; i++) {
        if (isfinite(expected[i]) && isfinite(actual[i])) {
            double d = (double)actual[i] - expected[i];
            difference += d * d;
            squares += (double)expected[i] * expected[i];
            finite++;
        } else if (expected[i] != actual[i] && !(isnan(expected[i]) && isnan(actual[i]))) {
            check_fail(check, "tensor %d at %zu of %zu is %g, expected %g", index, i, n, actual[i],
                       expected[i]);
            return;
        }
    }
    norm = fmax(least_norm, sqrt(squares));
    mean_size = norm / sqrt(fmax(1, (double)finite));
    error = sqrt(difference) / norm;
    check->worst = fmax(check->worst, error);
    if (error > check->tolerance) {
        check_fail(check, "tensor %d differs by %.3g in relative L2, allowed %.3g", index, error,
                   check->tolerance);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (isfinite(expected[i]) &&
            fabs((double)actual[i] - expected[i]) >
                10 * check->tolerance * (fabs(expected[i]) + mean_size)) {
            check_fail(check, "tensor %d at %zu of %zu is %.9g, expected %.9g", index, i, n,
                       actual[i], expected[i]);
            return;
        }
    }
}

static void compare_tensors(Check *check)
{
    for (int i = 0; i < check->n_tensors; i++) {
        const CheckTensor *tensor = &check->tensors[i];
        float *expected = read_tensor(check, CHECK_REFERENCE, tensor);
        float *actual = read_tensor(check, CHECK_CANDIDATE, tensor);

        if (tensor->role != CHECK_INPUT) {
            compare(check, i, expected, actual, tensor->n);
        }
        free(expected);
        free(actual);
    }
}

static void print_time(const Check *check)
{
    printf("%-16s %-52s %10.3f ms", check->op, check->label, check->seconds * 1e3);
    if (check->flops > 0) {
        printf(" %9.1f GFLOP/s", check->flops / check->seconds * 1e-9);
    }
    if (check->bytes > 0) {
        printf(" %7.1f GB/s", check->bytes / check->seconds * 1e-9);
    }
    putchar('\n');
    fflush(stdout);
}

void check_tiles(OasisGrid image, OasisGrid extent, int n, OasisTile *tiles)
{
    for (int i = 0; i < n; i++) {
        tiles[i] = (OasisTile){
            (int)test_random_int(0, image.h - extent.h),
            (int)test_random_int(0, image.w - extent.w),
            (int)test_random_int(0, n - 1),
            (int)test_random_int(0, n - 1),
        };
    }
}

void check_end(Check *check)
{
    if (check->bench) {
        print_time(check);
    } else {
        compare_tensors(check);
    }
    for (int side = 0; side < CHECK_SIDES; side++) {
        OasisBackend *backend = check->backend[side];
        for (int i = 0; i < check->n_tensors; i++) {
            oasis_backend_buffer_free(backend, &check->tensors[i].on[side].buffer);
        }
        for (int i = 0; i < check->n_weights; i++) {
            oasis_backend_weight_free(backend, &check->weights[i].on[side]);
        }
    }
    for (int i = 0; i < check->n_tensors; i++) {
        free(check->tensors[i].initial);
    }
    check->n_tensors = check->n_weights = 0;
    check->special = check->size = 0;
    check->cases++;
}

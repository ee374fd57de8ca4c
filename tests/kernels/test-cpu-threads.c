/* The CPU back end gives the same bytes on every run, our own kernels with any number of threads,
 * so that a chunk's result depends on the machine alone. oneDNN is held to the first only: some of
 * its products below AVX-512 are cut up by the number of threads.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/backend.h"
#include "test.h"

enum { MAX_ELEMENTS = 1 << 20 };

/* One operation, from `x`, a buffer of MAX_ELEMENTS small numbers of the compute dtype, to `out`,
 * one of as many bytes that holds numbers of the same kind. */
typedef void (*Operation)(OasisBackend *backend, OasisTensor x, OasisTensor out);

static OasisTensor f32_at(OasisTensor tensor, size_t element)
{
    tensor.dtype = OASIS_F32;
    return oasis_tensor_at(tensor, element);
}

static OasisWeight *new_weight(OasisBackend *backend, OasisWeightKind kind, int out, int in,
                               int kernel)
{
    size_t n = (size_t)out * in * (kind == OASIS_WEIGHT_CONV2D ? kernel * kernel : 3);
    float *data = malloc(n * sizeof *data);
    OasisWeight *weight = NULL;
    OasisError err;

    REQUIRE(data);
    for (size_t i = 0; i < n; i++) {
        data[i] = (float)((i * 2654435761u >> 8 & 0xffff) / 65536.0 - 0.5);
    }
    REQUIRE(CHECK_OK(oasis_backend_weight_new(backend, &(OasisWeightDesc){
        .kind = kind, .out = out, .in = in, .kernel = kernel, .dtype = OASIS_F32, .data = data,
    }, &weight, &err), &err));
    free(data);
    return weight;
}

static void linear(OasisBackend *backend, OasisTensor x, OasisTensor out)
{
    OasisWeight *weight = new_weight(backend, OASIS_WEIGHT_LINEAR, 192, 768, 0);
    OasisError err;

    CHECK_OK(oasis_backend_linear(backend, &(OasisLinearArgs){
        .x = x, .out = f32_at(out, 0), .weight = weight, .n = 333, .k = 768, .m = 192,
        .epilogue = OASIS_EPILOGUE_ADD, .gate = f32_at(x, 1000), .bias = f32_at(x, 2000),
    }, &err), &err);
    oasis_backend_weight_free(backend, &weight);
}

static void conv(OasisBackend *backend, OasisTensor x, OasisTensor out)
{
    OasisWeight *weight = new_weight(backend, OASIS_WEIGHT_CONV2D, 64, 96, 3);
    OasisError err;

    CHECK_OK(oasis_backend_conv(backend, &(OasisConvArgs){
        .x = x, .out = out, .bias = f32_at(x, 0), .residual = out, .weight = weight, .frames = 3,
        .height = 31, .width = 41, .in = 96, .out_channels = 64, .kernel = 3, .silu_input = true,
    }, &err), &err);
    oasis_backend_weight_free(backend, &weight);
}

static void temporal(OasisBackend *backend, OasisTensor x, OasisTensor out)
{
    OasisWeight *weight = new_weight(backend, OASIS_WEIGHT_TEMPORAL, 96, 96, 0);
    OasisError err;

    CHECK_OK(oasis_backend_temporal(backend, &(OasisTemporalArgs){
        .x = x, .out = out, .bias = f32_at(x, 0), .weight = weight, .frames = 3, .in = 96,
        .out_channels = 96, .positions = 2600, .silu_input = true, .add_input = true,
    }, &err), &err);
    oasis_backend_weight_free(backend, &weight);
}

static void attend(OasisBackend *backend, OasisTensor x, OasisTensor out, OasisAttentionKind kind)
{
    static const uint8_t heads[] = {0, 2};
    OasisError err;

    CHECK_OK(oasis_backend_attention(backend, &(OasisAttentionArgs){
        .kind = kind, .q = x, .k = oasis_tensor_at(x, 96), .v = oasis_tensor_at(x, 192),
        .out = out, .lse = f32_at(out, MAX_ELEMENTS / 4), .n = 945, .n_keys = 945,
        .q_stride = 288, .kv_stride = 288, .out_stride = 96, .head_dim = 32, .heads = heads,
        .n_heads = 2, .grid = {3, 15, 21}, .window = {3, 5, 5}, .border = OASIS_BORDER_SHIFT,
    }, &err), &err);
}

static void attention_global(OasisBackend *backend, OasisTensor x, OasisTensor out)
{
    attend(backend, x, out, OASIS_ATTENTION_GLOBAL);
}

static void attention_intra(OasisBackend *backend, OasisTensor x, OasisTensor out)
{
    attend(backend, x, out, OASIS_ATTENTION_INTRA);
}

static void attention_window(OasisBackend *backend, OasisTensor x, OasisTensor out)
{
    attend(backend, x, out, OASIS_ATTENTION_WINDOW);
}

static void layer_norm(OasisBackend *backend, OasisTensor x, OasisTensor out)
{
    OasisError err;

    CHECK_OK(oasis_backend_layer_norm(backend, &(OasisLayerNormArgs){
        .x = f32_at(x, 0), .gain = f32_at(x, 400), .shift = f32_at(x, 800), .out = out, .n = 700,
        .d = 384, .eps = 1e-6f,
    }, &err), &err);
}

static const struct {
    const char *name;
    Operation run;
    bool any_threads; /* whether their number may not matter */
} operations[] = {
    {"linear", linear, false},
    {"conv", conv, false},
    {"temporal", temporal, false},
    {"attention, global", attention_global, true},
    {"attention, intra", attention_intra, true},
    {"attention, window", attention_window, true},
    {"layer_norm", layer_norm, true},
};

/* Fresh values in both buffers, whatever is read as f32 included: small and finite. */
static OasisTensor upload(OasisBackend *backend, const float *values)
{
    OasisTensor tensor = {.dtype = backend->dtype};
    size_t bytes = MAX_ELEMENTS * sizeof *values;
    OasisError err;

    REQUIRE(CHECK_OK(oasis_backend_buffer_new(backend, bytes, &tensor.buffer, &err), &err));
    REQUIRE(CHECK_OK(oasis_backend_upload(backend, tensor, values, bytes, &err), &err));
    return tensor;
}

static void run(const char *dtype, int threads, size_t operation, const float *values, void *bytes)
{
    OasisDevice *device = NULL;
    OasisError err;

    REQUIRE(CHECK_OK(oasis_device_open(&(OasisDeviceParams){.name = "cpu", .dtype = dtype,
                                                            .threads = threads}, &device, &err),
                     &err));
    OasisBackend *backend = device->backend;
    OasisTensor x = upload(backend, values), out = upload(backend, values);
    operations[operation].run(backend, x, out);
    REQUIRE(CHECK_OK(oasis_backend_download(backend, bytes, out, MAX_ELEMENTS * sizeof(float),
                                              &err), &err));
    REQUIRE(CHECK_OK(oasis_backend_sync(backend, &err), &err));
    oasis_backend_buffer_free(backend, &x.buffer);
    oasis_backend_buffer_free(backend, &out.buffer);
    oasis_device_close(&device);
}

static void check_dtype(const char *dtype, const float *values, void *one, void *other)
{
    static const int threads[] = {1, 2, 3, 5};

    for (size_t op = 0; op < sizeof operations / sizeof *operations; op++) {
        for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
            run(dtype, operations[op].any_threads ? 1 : threads[i], op, values, one);
            run(dtype, threads[i], op, values, other);
            if (!CHECK(!memcmp(one, other, MAX_ELEMENTS * sizeof(float)))) {
                fprintf(stderr, "%s, %s: other bytes with %d threads\n", operations[op].name,
                        dtype, threads[i]);
            }
        }
    }
}

int main(void)
{
    size_t bytes = MAX_ELEMENTS * sizeof(float);
    float *values = malloc(bytes);
    void *one = malloc(bytes), *other = malloc(bytes);
    OasisDevice *device = NULL;
    OasisError err;

    test_begin();
    REQUIRE(values && one && other);
    /* The low half of an f32 is a bf16 of its own: keep it small by giving both halves the same. */
    for (size_t i = 0; i < MAX_ELEMENTS; i++) {
        float value = (float)(test_random_unit() * 2 - 1);
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        bits = (bits & 0xffff0000u) | bits >> 16;
        memcpy(&values[i], &bits, sizeof bits);
    }
    if (oasis_device_open(&(OasisDeviceParams){.name = "cpu", .dtype = "f32"}, &device, &err) !=
        OASIS_OK) {
        printf("skipped: %s\n", err.detail);
        return TEST_SKIP;
    }
    oasis_device_close(&device);
    check_dtype("f32", values, one, other);
    if (oasis_device_open(&(OasisDeviceParams){.name = "cpu", .dtype = "bf16"}, &device, &err) ==
        OASIS_OK) {
        oasis_device_close(&device);
        check_dtype("bf16", values, one, other);
    } else {
        test_skip(err.detail, "cpu bf16");
    }
    free(values);
    free(one);
    free(other);
    return test_end();
}

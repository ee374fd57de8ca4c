/* A row's bytes do not depend on the rows that are computed with it, so that tiles may be grouped
 * and frames taken one by one: linear in parts, conv and temporal frame by frame, attention tile by
 * tile.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/backend.h"
#include "ops/batch.h"
#include "random.h"
#include "test.h"

enum { MAX_IN = 48, OUT = 100, FRAMES = 3, HEIGHT = 5, WIDTH = 19, PIXELS = HEIGHT * WIDTH };

static int in; /* channels of what is computed */

static OasisTensor new_tensor(OasisBackend *backend, size_t elements, bool random)
{
    OasisTensor tensor = {.dtype = backend->dtype};
    size_t bytes = elements * oasis_dtype_bytes(tensor.dtype);
    uint16_t *values = calloc(1, bytes);
    OasisError err;

    REQUIRE(values);
    for (size_t i = 0; random && i < bytes / 2; i++) {
        float value = random_normal();
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        values[i] = (uint16_t)(bits >> 16); /* a bf16, and either half of a small f32 */
    }
    REQUIRE(CHECK_OK(oasis_backend_buffer_new(backend, bytes, &tensor.buffer, &err), &err));
    REQUIRE(CHECK_OK(oasis_backend_upload(backend, tensor, values, bytes, &err), &err));
    free(values);
    return tensor;
}

static OasisWeight *new_weight(OasisBackend *backend, OasisWeightKind kind)
{
    static float data[9 * MAX_IN * OUT];
    OasisWeight *weight = NULL;
    OasisError err;

    for (size_t i = 0; i < sizeof data / sizeof *data; i++) {
        data[i] = random_normal() / 16;
    }
    REQUIRE(CHECK_OK(oasis_backend_weight_new(backend, &(OasisWeightDesc){
        .kind = kind, .out = OUT, .in = in, .kernel = 3, .dtype = OASIS_F32, .data = data,
    }, &weight, &err), &err));
    return weight;
}

/* Rows [first, first + n), or as many of all frames' pixels. */
typedef void (*Operation)(OasisBackend *backend, const OasisWeight *weight, OasisTensor x,
                          OasisTensor out, int first, int n);

static void linear(OasisBackend *backend, const OasisWeight *weight, OasisTensor x, OasisTensor out,
                   int first, int n)
{
    OasisError err;

    CHECK_OK(oasis_backend_linear(backend, &(OasisLinearArgs){
        .x = oasis_tensor_at(x, (size_t)first * (size_t)in), .weight = weight,
        .n = n, .k = in, .m = OUT,
        .out = oasis_tensor_at(out, (size_t)first * OUT), .epilogue = OASIS_EPILOGUE_GELU,
    }, &err), &err);
}

static void conv(OasisBackend *backend, const OasisWeight *weight, OasisTensor x, OasisTensor out,
                 int first, int n)
{
    OasisError err;

    CHECK_OK(oasis_backend_conv(backend, &(OasisConvArgs){
        .x = oasis_tensor_at(x, (size_t)first * (size_t)in), .weight = weight, .frames = n / PIXELS,
        .out = oasis_tensor_at(out, (size_t)first * OUT), .height = HEIGHT, .width = WIDTH,
        .in = in, .out_channels = OUT, .kernel = 3, .silu_input = true, .silu_output = true,
    }, &err), &err);
}

/* All frames up to the last: those before are computed again. */
static void temporal(OasisBackend *backend, const OasisWeight *weight, OasisTensor x,
                     OasisTensor out, int first, int n)
{
    OasisError err;

    CHECK_OK(oasis_backend_temporal(backend, &(OasisTemporalArgs){
        .x = x, .weight = weight, .frames = (first + n) / PIXELS, .out = out, .in = in,
        .out_channels = OUT, .positions = PIXELS, .silu_input = true,
    }, &err), &err);
}

static void check(OasisBackend *backend, const char *name, Operation run, OasisWeightKind kind,
                  const int *ends)
{
    size_t n = (size_t)FRAMES * PIXELS, bytes = n * OUT * oasis_dtype_bytes(backend->dtype);
    OasisWeight *weight = new_weight(backend, kind);
    OasisTensor x = new_tensor(backend, n * (size_t)in, true);
    OasisTensor whole = new_tensor(backend, n * OUT, false);
    OasisTensor parts = new_tensor(backend, n * OUT, false);
    uint8_t *expected = malloc(bytes), *actual = malloc(bytes);
    OasisError err;

    REQUIRE(expected && actual);
    run(backend, weight, x, whole, 0, (int)n);
    for (int first = 0; first < (int)n; first = *ends++) {
        run(backend, weight, x, parts, first, *ends - first);
    }
    CHECK_OK(oasis_backend_download(backend, expected, whole, bytes, &err), &err);
    CHECK_OK(oasis_backend_download(backend, actual, parts, bytes, &err), &err);
    CHECK_OK(oasis_backend_sync(backend, &err), &err);
    if (!CHECK(!memcmp(expected, actual, bytes))) {
        fprintf(stderr, "%s: other bytes in parts\n", name);
    }
    free(expected);
    free(actual);
    oasis_backend_buffer_free(backend, &x.buffer);
    oasis_backend_buffer_free(backend, &whole.buffer);
    oasis_backend_buffer_free(backend, &parts.buffer);
    oasis_backend_weight_free(backend, &weight);
}

/* Items of a batch, one by one and together. */
static void check_attention(OasisBackend *backend, OasisAttentionKind kind)
{
    enum { ITEMS = 3, HEADS = 2, D = 64 * HEADS };
    const OasisGrid grid = {3, 5, 9};
    const int n = grid.f * grid.h * grid.w;
    size_t bytes = (size_t)ITEMS * n * D * oasis_dtype_bytes(backend->dtype);
    OasisTensor qkv = new_tensor(backend, (size_t)ITEMS * n * 3 * D, true);
    OasisTensor together = new_tensor(backend, (size_t)ITEMS * n * D, false);
    OasisTensor single = new_tensor(backend, (size_t)ITEMS * n * D, false);
    uint8_t *expected = malloc(bytes), *actual = malloc(bytes);
    OasisError err;
    OasisAttentionArgs args = {
        .kind = kind, .q = qkv, .k = oasis_tensor_at(qkv, D), .v = oasis_tensor_at(qkv, 2 * D),
        .out = together, .batch = ITEMS, .n = n, .n_keys = n, .q_stride = 3 * D,
        .kv_stride = 3 * D, .out_stride = D, .head_dim = 64, .heads = (const uint8_t[]){0, 1},
        .n_heads = HEADS, .grid = grid, .window = {2, 3, 5}, .border = OASIS_BORDER_SHIFT,
    };

    REQUIRE(expected && actual);
    CHECK_OK(oasis_backend_attention(backend, &args, &err), &err);
    args.out = single;
    for (int i = 0; i < ITEMS; i++) {
        OasisAttentionArgs part = oasis_attention_part(&args, i, 1);
        CHECK_OK(oasis_backend_attention(backend, &part, &err), &err);
    }
    CHECK_OK(oasis_backend_download(backend, expected, together, bytes, &err), &err);
    CHECK_OK(oasis_backend_download(backend, actual, single, bytes, &err), &err);
    CHECK_OK(oasis_backend_sync(backend, &err), &err);
    if (!CHECK(!memcmp(expected, actual, bytes))) {
        fprintf(stderr, "attention, kind %d: other bytes one by one\n", kind);
    }
    free(expected);
    free(actual);
    oasis_backend_buffer_free(backend, &qkv.buffer);
    oasis_backend_buffer_free(backend, &together.buffer);
    oasis_backend_buffer_free(backend, &single.buffer);
}

int main(void)
{
    static const int odd[] = {1, 130, 137, FRAMES * PIXELS};
    static const int frames[] = {PIXELS, 2 * PIXELS, 3 * PIXELS};
    static const char *const dtypes[] = {"f32", "bf16"};

    test_begin();
    for (size_t i = 0; i < sizeof dtypes / sizeof *dtypes; i++) {
        OasisDevice *device = NULL;
        OasisError err;
        REQUIRE(CHECK_OK(oasis_device_open(&(OasisDeviceParams){.name = "cuda:0",
                                                                .dtype = dtypes[i]},
                                           &device, &err), &err));
        for (in = 40; in <= MAX_IN; in += 8) { /* 48: kernels that take channels in sixteens */
            check(device->backend, "linear", linear, OASIS_WEIGHT_LINEAR, odd);
            check(device->backend, "conv", conv, OASIS_WEIGHT_CONV2D, frames);
            check(device->backend, "temporal", temporal, OASIS_WEIGHT_TEMPORAL, frames);
        }
        for (int kind = OASIS_ATTENTION_GLOBAL; kind <= OASIS_ATTENTION_WINDOW; kind++) {
            check_attention(device->backend, (OasisAttentionKind)kind);
        }
        oasis_device_close(&device);
    }
    return test_end();
}

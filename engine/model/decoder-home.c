/* The compact decoder: its stages, run from the latent to pixels in bands of rows.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "model/decoder.h"

/* --- loading ---------------------------------------------------------------------------------- */

static OasisWeightDesc conv_desc(int out, int in, int kernel)
{
    return (OasisWeightDesc){OASIS_WEIGHT_CONV2D, out, in, kernel};
}

/* The one kernel of a stage that has one, of the shapes in weight-file.md. */
static OasisWeightDesc stage_desc(const OasisStage *stage)
{
    int r2 = stage->factor * stage->factor;

    switch (stage->kind) {
    case OASIS_STAGE_CONV: return conv_desc(stage->out, stage->in, stage->kernel);
    case OASIS_STAGE_BLOCK: return conv_desc(stage->out, stage->in, 3);
    case OASIS_STAGE_TEMPORAL:
        return (OasisWeightDesc){OASIS_WEIGHT_TEMPORAL, stage->out, stage->in};
    case OASIS_STAGE_TIME_UP: return conv_desc(2 * stage->out, stage->in, 1);
    case OASIS_STAGE_SPACE_UP: return conv_desc(stage->out * r2, stage->in, 1);
    case OASIS_STAGE_CONDITION: return conv_desc(stage->out, 3 * r2, 3);
    case OASIS_STAGE_OUTPUT: return conv_desc(3 * r2, stage->in, 3);
    }
    return (OasisWeightDesc){0};
}

void oasis_decoder_load(OasisDecoder *decoder, const OasisGeometry *g, OasisUpload *upload)
{
    decoder->geometry = g;
    for (int i = 0; i < g->n_stages; i++) {
        OasisDecoderStage *loaded = &decoder->stages[i];
        OasisWeightDesc desc = stage_desc(&g->stages[i]);
        snprintf(upload->prefix, sizeof upload->prefix, "decoder.%d.", i);
        if (g->stages[i].kind == OASIS_STAGE_BLOCK) {
            loaded->weight = oasis_upload_weight(upload, desc, "conv1.weight");
            loaded->bias = oasis_upload_vector(upload, "conv1.bias");
            loaded->weight2 = oasis_upload_weight(upload, desc, "conv2.weight");
            loaded->bias2 = oasis_upload_vector(upload, "conv2.bias");
        } else {
            loaded->weight = oasis_upload_weight(upload, desc, "weight");
            loaded->bias = oasis_upload_vector(upload, "bias");
        }
    }
}

void oasis_decoder_clear(OasisDecoder *decoder, OasisBackend *backend)
{
    for (int i = 0; i < OASIS_MAX_STAGES; i++) {
        oasis_upload_free_weight(backend, decoder->stages[i].weight);
        oasis_upload_free_weight(backend, decoder->stages[i].weight2);
    }
}

/* --- one band --------------------------------------------------------------------------------- */

/* What runs through the stages: frames of features in one of two buffers, which change roles. */
typedef struct Features {
    OasisTensor now, other; /* compute */
    int frames, height, width, channels;
} Features;

/* Rows [first, end) of the padded frames that a band computes, and those that it yields. */
typedef struct Band {
    int first, end;
    int own_first, own_end;
} Band;

static void swap(Features *x)
{
    OasisTensor now = x->now;

    x->now = x->other;
    x->other = now;
}

static size_t positions(const Features *x)
{
    return (size_t)x->height * (size_t)x->width;
}

/* Runs the stage's convolution on `in`, whose sizes are x's but for the channels. */
static OasisStatus conv(OasisExec *exec, const Features *x, OasisTensor in, OasisWeightDesc desc,
                        const OasisWeight *weight, OasisTensor bias, OasisConvArgs more,
                        OasisTensor out)
{
    more.x = in;
    more.weight = weight;
    more.bias = bias;
    more.out = out;
    more.frames = x->frames;
    more.height = x->height;
    more.width = x->width;
    more.in = desc.in;
    more.out_channels = desc.out;
    more.kernel = desc.kernel;
    return oasis_exec_conv(exec, &more);
}

static OasisStatus run_conv(OasisExec *exec, const OasisDecoderStage *s, OasisWeightDesc desc,
                            Features *x)
{
    OASIS_TRY(conv(exec, x, x->now, desc, s->weight, s->bias, (OasisConvArgs){0}, x->other));
    swap(x);
    x->channels = desc.out;
    return OASIS_OK;
}

static OasisStatus run_block(OasisExec *exec, const OasisDecoderStage *s, OasisWeightDesc desc,
                             Features *x)
{
    OASIS_TRY(conv(exec, x, x->now, desc, s->weight, s->bias,
                   (OasisConvArgs){.silu_output = true}, x->other));
    return conv(exec, x, x->other, desc, s->weight2, s->bias2,
                (OasisConvArgs){.residual = x->now}, x->now);
}

static OasisStatus run_temporal(OasisExec *exec, const OasisDecoderStage *s,
                                const OasisStage *stage, Features *x)
{
    OASIS_RUN(exec, temporal,
              .x = x->now,
              .weight = s->weight,
              .bias = s->bias,
              .out = x->other,
              .frames = x->frames,
              .in = stage->in,
              .out_channels = stage->out,
              .positions = positions(x),
              .history = stage->history,
              .silu_input = true,
              .add_input = true);
    swap(x);
    return OASIS_OK;
}

static OasisStatus run_time_up(OasisExec *exec, const OasisDecoderStage *s, OasisWeightDesc desc,
                               Features *x)
{
    OASIS_TRY(conv(exec, x, x->now, desc, s->weight, s->bias, (OasisConvArgs){0}, x->other));
    OASIS_RUN(exec, time_up, .x = x->other, .out = x->now, .frames = x->frames,
              .channels = x->channels, .positions = positions(x));
    x->frames = 2 * x->frames - 1;
    return OASIS_OK;
}

static OasisStatus run_space_up(OasisExec *exec, const OasisDecoderStage *s, OasisWeightDesc desc,
                                const OasisStage *stage, Features *x)
{
    OASIS_TRY(conv(exec, x, x->now, desc, s->weight, s->bias, (OasisConvArgs){0}, x->other));
    OASIS_RUN(exec, pixel_shuffle, .x = x->other, .out = x->now, .frames = x->frames,
              .height = x->height, .width = x->width, .channels = stage->out,
              .factor = stage->factor);
    x->height *= stage->factor;
    x->width *= stage->factor;
    x->channels = stage->out;
    return OASIS_OK;
}

static OasisStatus run_condition(OasisExec *exec, const OasisDecoderStage *s, OasisWeightDesc desc,
                                 const OasisStage *stage, const Band *band, OasisTensor image,
                                 const OasisShape *shape, Features *x)
{
    OASIS_RUN(exec, pixel_unshuffle,
              .x = image,
              .out = x->other,
              .frames = x->frames,
              .image_height = shape->full.padded_height,
              .width = shape->full.padded_width,
              .row = band->first,
              .rows = band->end - band->first,
              .channels = 3,
              .factor = stage->factor);
    return conv(exec, x, x->other, desc, s->weight, s->bias, (OasisConvArgs){.residual = x->now},
                x->now);
}

/* Leaves RGB in f32. */
static OasisStatus run_output(OasisExec *exec, const OasisDecoderStage *s, OasisWeightDesc desc,
                              const OasisStage *stage, Features *x)
{
    x->other.dtype = OASIS_F32;
    OASIS_TRY(conv(exec, x, x->now, desc, s->weight, s->bias, (OasisConvArgs){.silu_input = true},
                   x->other));
    x->now.dtype = OASIS_F32;
    OASIS_RUN(exec, pixel_shuffle, .x = x->other, .out = x->now, .frames = x->frames,
              .height = x->height, .width = x->width, .channels = 3, .factor = stage->factor);
    x->height *= stage->factor;
    x->width *= stage->factor;
    x->channels = 3;
    return OASIS_OK;
}

static OasisStatus run_stage(const OasisDecoder *decoder, OasisExec *exec, int i, const Band *band,
                             OasisTensor image, const OasisShape *shape, Features *x)
{
    const OasisStage *stage = &decoder->geometry->stages[i];
    const OasisDecoderStage *s = &decoder->stages[i];
    OasisWeightDesc desc = stage_desc(stage);

    switch (stage->kind) {
    case OASIS_STAGE_CONV: return run_conv(exec, s, desc, x);
    case OASIS_STAGE_BLOCK: return run_block(exec, s, desc, x);
    case OASIS_STAGE_TEMPORAL: return run_temporal(exec, s, stage, x);
    case OASIS_STAGE_TIME_UP: return run_time_up(exec, s, desc, x);
    case OASIS_STAGE_SPACE_UP: return run_space_up(exec, s, desc, stage, x);
    case OASIS_STAGE_CONDITION:
        return run_condition(exec, s, desc, stage, band, image, shape, x);
    case OASIS_STAGE_OUTPUT: return run_output(exec, s, desc, stage, x);
    }
    return OASIS_OK;
}

/* Bytes that the largest features of all stages take, intermediate ones included, for a band of
 * `height` by `width` latent positions. */
static size_t features_bytes(const OasisGeometry *g, OasisDType dtype, int height, int width)
{
    size_t area = (size_t)height * (size_t)width, frames = (size_t)g->latent_frames;
    size_t each = oasis_dtype_bytes(dtype);
    size_t largest = frames * area * (size_t)g->out_channels * each;

    for (int i = 0; i < g->n_stages; i++) {
        const OasisStage *stage = &g->stages[i];
        OasisWeightDesc desc = stage_desc(stage);
        size_t r2 = (size_t)(stage->factor * stage->factor), bytes;
        bool is_output = stage->kind == OASIS_STAGE_OUTPUT;

        bytes = frames * area * (size_t)desc.out * (is_output ? sizeof(float) : each);
        largest = largest < bytes ? bytes : largest;
        if (stage->kind == OASIS_STAGE_CONDITION) {
            bytes = frames * area * (size_t)desc.in * each;
            largest = largest < bytes ? bytes : largest;
        }
        if (stage->kind == OASIS_STAGE_TIME_UP) {
            frames = 2 * frames - 1;
        }
        if (stage->kind == OASIS_STAGE_SPACE_UP) {
            area *= r2;
        }
    }
    return largest;
}

/* The band's rows of the latent, in compute dtype. */
static OasisStatus take_latent(OasisExec *exec, const OasisGeometry *g, const Band *band,
                               OasisTensor latent, const OasisShape *shape, Features *x)
{
    size_t row = (size_t)shape->latent_width * (size_t)g->out_channels;
    size_t first = (size_t)(band->first / g->latent_pixels), n;

    *x = (Features){.now = x->now, .other = x->other, .frames = g->latent_frames,
                    .height = (band->end - band->first) / g->latent_pixels,
                    .width = shape->latent_width, .channels = g->out_channels};
    n = (size_t)x->height * row;
    for (int f = 0; f < x->frames; f++) {
        OASIS_RUN(exec, combine,
                  .a = oasis_tensor_at(latent, ((size_t)f * (size_t)shape->latent_height + first) *
                                                   row),
                  .out = oasis_tensor_at(x->now, (size_t)f * n),
                  .alpha = 1,
                  .n = n);
    }
    return OASIS_OK;
}

/* Puts the rows that the band yields into the result, on top of the source if the model says so. */
static OasisStatus give_result(OasisExec *exec, const OasisGeometry *g, const Band *band,
                               const Features *x, OasisTensor image, const OasisShape *shape,
                               OasisTensor result)
{
    size_t row = (size_t)shape->full.padded_width * 3;

    for (int t = 0; t < x->frames; t++) {
        size_t from = (size_t)t * (size_t)x->height + (size_t)(band->own_first - band->first);
        size_t to = (size_t)t * (size_t)shape->full.padded_height + (size_t)band->own_first;
        OASIS_RUN(exec, combine,
                  .a = oasis_tensor_at(x->now, from * row),
                  .b = g->residual ? oasis_tensor_at(image, to * row) : (OasisTensor){0},
                  .out = oasis_tensor_at(result, to * row),
                  .alpha = 1,
                  .beta = 1,
                  .n = (size_t)(band->own_end - band->own_first) * row);
    }
    return OASIS_OK;
}

static OasisStatus run_band(const OasisDecoder *decoder, OasisExec *exec, const Band *band,
                            OasisTensor latent, OasisTensor image, const OasisShape *shape,
                            OasisTensor result)
{
    const OasisGeometry *g = decoder->geometry;
    OasisDType dtype = exec->backend->dtype;
    size_t mark = exec->used;
    size_t bytes = features_bytes(g, dtype, (band->end - band->first) / g->latent_pixels,
                                  shape->latent_width);
    size_t elements = (bytes + 3) / oasis_dtype_bytes(dtype); /* whole floats at the end */
    Features x = {0};

    x.now = oasis_exec_take(exec, dtype, elements);
    x.other = oasis_exec_take(exec, dtype, elements);
    OASIS_TRY(take_latent(exec, g, band, latent, shape, &x));
    for (int i = 0; i < g->n_stages; i++) {
        OASIS_TRY(run_stage(decoder, exec, i, band, image, shape, &x));
    }
    OASIS_TRY(give_result(exec, g, band, &x, image, shape, result));
    exec->used = mark;
    return OASIS_OK;
}

OasisStatus oasis_decoder_run(const OasisDecoder *decoder, OasisExec *exec, OasisTensor latent,
                              OasisTensor image, const OasisShape *shape, OasisTensor result)
{
    const OasisGeometry *g = decoder->geometry;
    int height = shape->full.padded_height;

    for (int row = 0; row < height; row += g->band) {
        Band band = {.own_first = row, .own_end = height - row < g->band ? height : row + g->band};
        band.first = row < g->halo ? 0 : row - g->halo;
        band.end = height - band.own_end < g->halo ? height : band.own_end + g->halo;
        OASIS_TRY(run_band(decoder, exec, &band, latent, image, shape, result));
    }
    return OASIS_OK;
}

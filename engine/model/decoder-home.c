/* The compact decoder: its stages, run from the latent to pixels in bands of rows.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "model/decoder.h"

/* --- loading ---------------------------------------------------------------------------------- */

void oasis_decoder_load(OasisDecoder *decoder, const OasisGeometry *g, OasisUpload *upload)
{
    decoder->geometry = g;
    for (int i = 0; i < g->n_stages; i++) {
        const OasisStageTraits *traits = oasis_stage_traits(g->stages[i].kind);
        OasisWeightDesc kernel = traits->kernel(&g->stages[i]);
        for (int j = 0; j < traits->kernels; j++) {
            int n = snprintf(upload->prefix, sizeof upload->prefix, "decoder.%d.", i);
            if (traits->kernels > 1) {
                snprintf(upload->prefix + n, sizeof upload->prefix - (size_t)n, "conv%d.", j + 1);
            }
            decoder->stages[i].weight[j] = oasis_upload_weight(upload, kernel, "weight");
            decoder->stages[i].bias[j] = oasis_upload_vector(upload, "bias");
        }
    }
}

void oasis_decoder_clear(OasisDecoder *decoder, OasisBackend *backend)
{
    for (int i = 0; i < OASIS_MAX_STAGES; i++) {
        oasis_backend_weight_free(backend, &decoder->stages[i].weight[0]);
        oasis_backend_weight_free(backend, &decoder->stages[i].weight[1]);
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

/* What all stages of a band see. */
typedef struct Pass {
    OasisExec *exec;
    const Band *band;
    const OasisShape *shape;
    OasisTensor image; /* the resized source */
} Pass;

/* One stage: its sizes, its kernel's, and its weights. */
typedef struct Step {
    const OasisStage *stage;
    const OasisDecoderStage *loaded;
    OasisWeightDesc kernel;
} Step;

/* Runs the stage's kernel number i on `in`, whose sizes are x's but for the channels. */
static OasisStatus conv(const Pass *pass, const Step *step, int i, const Features *x,
                        OasisTensor in, OasisConvArgs more, OasisTensor out)
{
    more.x = in;
    more.weight = step->loaded->weight[i];
    more.bias = step->loaded->bias[i];
    more.out = out;
    more.frames = x->frames;
    more.height = x->height;
    more.width = x->width;
    more.in = step->kernel.in;
    more.out_channels = step->kernel.out;
    more.kernel = step->kernel.kernel;
    return oasis_exec_conv(pass->exec, &more);
}

static OasisStatus run_conv(const Pass *pass, const Step *step, Features *x)
{
    OASIS_TRY(conv(pass, step, 0, x, x->now, (OasisConvArgs){0}, x->other));
    swap(x);
    x->channels = step->stage->out;
    return OASIS_OK;
}

static OasisStatus run_block(const Pass *pass, const Step *step, Features *x)
{
    OASIS_TRY(conv(pass, step, 0, x, x->now, (OasisConvArgs){.silu_output = true}, x->other));
    return conv(pass, step, 1, x, x->other, (OasisConvArgs){.residual = x->now}, x->now);
}

static OasisStatus run_temporal(const Pass *pass, const Step *step, Features *x)
{
    OASIS_RUN(pass->exec, temporal,
              .x = x->now,
              .weight = step->loaded->weight[0],
              .bias = step->loaded->bias[0],
              .out = x->other,
              .frames = x->frames,
              .in = step->stage->in,
              .out_channels = step->stage->out,
              .positions = positions(x),
              .history = step->stage->history,
              .silu_input = true,
              .add_input = true);
    swap(x);
    return OASIS_OK;
}

static OasisStatus run_time_up(const Pass *pass, const Step *step, Features *x)
{
    OASIS_TRY(conv(pass, step, 0, x, x->now, (OasisConvArgs){0}, x->other));
    OASIS_RUN(pass->exec, time_up, .x = x->other, .out = x->now, .frames = x->frames,
              .channels = x->channels, .positions = positions(x));
    x->frames = 2 * x->frames - 1;
    return OASIS_OK;
}

/* Depth to space, from `other` to `now`. */
static OasisStatus shuffle(const Pass *pass, const Step *step, Features *x)
{
    OASIS_RUN(pass->exec, pixel_shuffle, .x = x->other, .out = x->now, .frames = x->frames,
              .height = x->height, .width = x->width, .channels = step->stage->out,
              .factor = step->stage->factor);
    x->height *= step->stage->factor;
    x->width *= step->stage->factor;
    x->channels = step->stage->out;
    return OASIS_OK;
}

static OasisStatus run_space_up(const Pass *pass, const Step *step, Features *x)
{
    OASIS_TRY(conv(pass, step, 0, x, x->now, (OasisConvArgs){0}, x->other));
    return shuffle(pass, step, x);
}

static OasisStatus run_condition(const Pass *pass, const Step *step, Features *x)
{
    OASIS_RUN(pass->exec, pixel_unshuffle,
              .x = pass->image,
              .out = x->other,
              .frames = x->frames,
              .image_height = pass->shape->full.padded_height,
              .width = pass->shape->full.padded_width,
              .row = pass->band->first,
              .rows = pass->band->end - pass->band->first,
              .channels = 3,
              .factor = step->stage->factor);
    return conv(pass, step, 0, x, x->other, (OasisConvArgs){.residual = x->now}, x->now);
}

/* Leaves RGB in f32. */
static OasisStatus run_output(const Pass *pass, const Step *step, Features *x)
{
    x->other.dtype = OASIS_F32;
    OASIS_TRY(conv(pass, step, 0, x, x->now, (OasisConvArgs){.silu_input = true}, x->other));
    x->now.dtype = OASIS_F32;
    return shuffle(pass, step, x);
}

static OasisStatus (*const runs[OASIS_STAGE_KINDS])(const Pass *, const Step *, Features *) = {
    [OASIS_STAGE_CONV] = run_conv,
    [OASIS_STAGE_BLOCK] = run_block,
    [OASIS_STAGE_TEMPORAL] = run_temporal,
    [OASIS_STAGE_TIME_UP] = run_time_up,
    [OASIS_STAGE_SPACE_UP] = run_space_up,
    [OASIS_STAGE_CONDITION] = run_condition,
    [OASIS_STAGE_OUTPUT] = run_output,
};

/* Bytes that the largest features of all stages take, intermediate ones included, for a band of
 * `height` rows of latent positions. */
static size_t features_bytes(const OasisGeometry *g, OasisDType dtype, int height,
                             const OasisShape *shape)
{
    size_t area = (size_t)height * (size_t)shape->latent_width;
    size_t frames = (size_t)shape->latent_frames;
    size_t each = oasis_dtype_bytes(dtype);
    size_t largest = frames * area * (size_t)g->out_channels * each;

    for (int i = 0; i < g->n_stages; i++) {
        const OasisStage *stage = &g->stages[i];
        const OasisStageTraits *traits = oasis_stage_traits(stage->kind);
        OasisWeightDesc kernel = traits->kernel(stage);
        size_t element = stage->kind == OASIS_STAGE_OUTPUT ? sizeof(float) : each;
        int channels = kernel.out;
        if (traits->reads_source && channels < kernel.in) {
            channels = kernel.in;
        }
        if (largest < frames * area * (size_t)channels * element) {
            largest = frames * area * (size_t)channels * element;
        }
        if (traits->doubles_time) {
            frames = 2 * frames - 1;
        }
        if (traits->enlarges) {
            area *= (size_t)(stage->factor * stage->factor);
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

    *x = (Features){.now = x->now, .other = x->other, .frames = shape->latent_frames,
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
                                  shape);
    size_t elements = (bytes + 3) / oasis_dtype_bytes(dtype); /* whole floats at the end */
    const Pass pass = {.exec = exec, .band = band, .shape = shape, .image = image};
    Features x = {0};

    x.now = oasis_exec_take(exec, dtype, elements);
    x.other = oasis_exec_take(exec, dtype, elements);
    OASIS_TRY(take_latent(exec, g, band, latent, shape, &x));
    for (int i = 0; i < g->n_stages; i++) {
        const OasisStage *stage = &g->stages[i];
        const Step step = {stage, &decoder->stages[i],
                           oasis_stage_traits(stage->kind)->kernel(stage)};
        OASIS_TRY(runs[stage->kind](&pass, &step, &x));
    }
    OASIS_TRY(give_result(exec, g, band, &x, image, shape, result));
    exec->used = mark;
    return OASIS_OK;
}

OasisStatus oasis_decoder_run(const OasisDecoder *decoder, OasisExec *exec, OasisTensor latent,
                              OasisTensor image, const OasisShape *shape, OasisTensor result)
{
    const OasisGeometry *g = decoder->geometry;
    int height = shape->full.padded_height, rows = exec->band ? exec->band : g->band;

    for (int row = 0; row < height; row += rows) {
        Band band = {.own_first = row, .own_end = height - row < rows ? height : row + rows};
        band.first = row < g->halo ? 0 : row - g->halo;
        band.end = height - band.own_end < g->halo ? height : band.own_end + g->halo;
        OASIS_TRY(run_band(decoder, exec, &band, latent, image, shape, result));
    }
    return OASIS_OK;
}

/* Operations and bytes, counted.
 * SPDX-License-Identifier: Apache-2.0 */
#include "ops/cost.h"

#include "ops/batch.h"
#include "ops/view.h"

static double bytes_of(OasisTensor tensor, double elements)
{
    return tensor.buffer ? elements * (double)oasis_dtype_bytes(tensor.dtype) : 0;
}

/* An operation whose time is that of moving its bytes; `work` stands for what it takes a CPU. */
static OasisCost moving(double work, double bytes)
{
    return (OasisCost){.work = work, .bytes = bytes};
}

static OasisCost computing(double flops, double bytes)
{
    return (OasisCost){.work = flops, .flops = flops, .bytes = bytes};
}

static double frame_bytes(const OasisFrameFormat *format)
{
    double samples = 0;

    for (int p = 0; p < format->planes; p++) {
        samples += (double)oasis_frame_plane_width(format, p) *
                   oasis_frame_plane_height(format, p);
    }
    return samples * oasis_frame_sample_bytes(format);
}

OasisCost oasis_cost_import_frame(const OasisImportArgs *a)
{
    double pixels = (double)a->padded_width * a->padded_height;
    OasisRect rect = oasis_import_rect(a);
    OasisFrameFormat read = a->frame->format;

    read.width = rect.width;
    read.height = rect.height;
    return moving(2000 * pixels, frame_bytes(&read) + bytes_of(a->image, 3 * pixels));
}

OasisCost oasis_cost_export_frame(const OasisExportArgs *a)
{
    const OasisFrameFormat *format = &a->frame->format;

    return moving(1000.0 * a->padded_width * a->padded_height,
                  frame_bytes(format) + bytes_of(a->image, 3.0 * format->width * format->height));
}

OasisCost oasis_cost_mix(const OasisMixArgs *a)
{
    double bytes = frame_bytes(&a->source->format);

    return moving(10 * bytes, 3 * bytes);
}

OasisCost oasis_cost_grain(const OasisGrainArgs *a)
{
    double bytes = frame_bytes(&a->frame->format);

    return moving(50 * bytes, 2 * bytes);
}

OasisCost oasis_cost_fold(const OasisFoldArgs *a)
{
    double elements = 3.0 * a->time * a->space * a->space * a->patch * a->patch * a->n_tiles *
                      a->grid.f * a->grid.h * a->grid.w;

    return moving(10 * elements, bytes_of(a->image, elements) + bytes_of(a->out, elements));
}

OasisCost oasis_cost_layer_norm(const OasisLayerNormArgs *a)
{
    double elements = (double)a->n * a->d;

    return moving(10 * elements, bytes_of(a->x, elements) + bytes_of(a->out, elements));
}

OasisCost oasis_cost_linear(const OasisLinearArgs *a)
{
    double out = (double)a->n * a->m;
    double read_back = a->epilogue == OASIS_EPILOGUE_ADD ? out : 0;

    return computing(2.0 * a->n * a->k * a->m,
                     bytes_of(a->x, (double)a->n * a->k + (double)a->k * a->m) +
                         bytes_of(a->out, out + read_back));
}

OasisCost oasis_cost_norm_rope(const OasisNormRopeArgs *a)
{
    double elements = (double)a->n * a->d;

    return moving(10 * elements, bytes_of(a->x, 2 * elements));
}

OasisCost oasis_cost_attention(const OasisAttentionArgs *a)
{
    double dims = (double)a->head_dim * a->n_heads, keys = a->n_keys;
    double rows = (double)oasis_attention_items(a) * a->n;
    double key_rows = (double)oasis_attention_items(a) * a->n_keys;

    if (a->kind == OASIS_ATTENTION_INTRA) {
        keys = (double)a->grid.h * a->grid.w;
    } else if (a->kind == OASIS_ATTENTION_WINDOW) {
        keys = (double)a->window[0] * a->window[1] * a->window[2];
    }
    return computing(4 * rows * keys * dims,
                     bytes_of(a->q, rows * dims) + bytes_of(a->k, 2 * key_rows * dims) +
                         bytes_of(a->out, rows * dims) + bytes_of(a->lse, rows * a->n_heads));
}

OasisCost oasis_cost_unpatchify(const OasisUnpatchifyArgs *a)
{
    double elements = (double)a->n_tiles * a->grid.f * a->grid.h * a->grid.w * a->patch *
                      a->patch * a->channels;

    return moving(10 * elements, bytes_of(a->x, elements) + bytes_of(a->latent, 2 * elements));
}

OasisCost oasis_cost_combine(const OasisCombineArgs *a)
{
    double n = (double)a->n;

    return moving(10 * n, bytes_of(a->a, n) + bytes_of(a->b, n) + bytes_of(a->out, n));
}

OasisCost oasis_cost_fill(const OasisFillArgs *a)
{
    return moving(5.0 * (double)a->n, bytes_of(a->out, (double)a->n));
}

OasisCost oasis_cost_add_row(const OasisAddRowArgs *a)
{
    double elements = (double)a->n * a->d;

    return moving(10 * elements, bytes_of(a->x, 2 * elements));
}

OasisCost oasis_cost_conv(const OasisConvArgs *a)
{
    double positions = (double)a->frames * a->height * a->width;
    double weights = (double)a->kernel * a->kernel * a->in * a->out_channels;

    return computing(2 * positions * weights,
                     bytes_of(a->x, positions * a->in + weights) +
                         bytes_of(a->residual, positions * a->out_channels) +
                         bytes_of(a->out, positions * a->out_channels));
}

OasisCost oasis_cost_temporal(const OasisTemporalArgs *a)
{
    double positions = (double)a->frames * (double)a->positions;
    double weights = 3.0 * a->in * a->out_channels;

    return computing(2 * positions * weights, bytes_of(a->x, positions * a->in + weights) +
                                                  bytes_of(a->out, positions * a->out_channels));
}

OasisCost oasis_cost_time_up(const OasisTimeUpArgs *a)
{
    double elements = 2.0 * a->frames * (double)a->positions * a->channels;

    return moving(10 * elements, bytes_of(a->x, elements) + bytes_of(a->out, elements));
}

OasisCost oasis_cost_pixel_shuffle(const OasisPixelShuffleArgs *a)
{
    double elements = (double)a->frames * a->height * a->width * a->channels * a->factor *
                      a->factor;

    return moving(10 * elements, bytes_of(a->x, elements) + bytes_of(a->residual, elements) +
                                     bytes_of(a->out, elements));
}

OasisCost oasis_cost_pixel_unshuffle(const OasisPixelUnshuffleArgs *a)
{
    double elements = (double)a->frames * a->rows * a->width * a->channels;

    return moving(10 * elements, bytes_of(a->x, elements) + bytes_of(a->out, elements));
}

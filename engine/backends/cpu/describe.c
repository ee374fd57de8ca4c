/* How our operations are told to oneDNN: matrix products as matmul, convolutions over NHWC. Bias,
 * activation, gate and residual are fused. The residual is oneDNN's `sum` where the output holds it
 * already, else a binary addition that reads it from its own place.
 * SPDX-License-Identifier: Apache-2.0 */
#include "backends/cpu/onednn.h"

/* Channels last, whatever the order in which dims name them (n, c, h, w). */
static dnnl_status_t image_layout(dnnl_memory_desc_t *layout, int n, int c, int h, int w,
                                  dnnl_data_type_t type)
{
    return dnnl_memory_desc_create_with_tag(layout, 4, (dnnl_dims_t){n, c, h, w}, type, dnnl_nhwc);
}

static dnnl_status_t rows_layout(dnnl_memory_desc_t *layout, int rows, int columns, int stride,
                                 dnnl_data_type_t type)
{
    return dnnl_memory_desc_create_with_strides(layout, 2, (dnnl_dims_t){rows, columns}, type,
                                                (dnnl_dims_t){stride, 1});
}

static dnnl_status_t out_layout(const OasisCpuProblem *p, OasisDType dtype,
                                dnnl_memory_desc_t *layout)
{
    if (!p->kernel) {
        return rows_layout(layout, p->width, p->out, p->out, oasis_cpu_data_type(dtype));
    }
    return image_layout(layout, p->frames, p->out, p->height, p->width,
                        oasis_cpu_data_type(dtype));
}

static dnnl_status_t x_layout(const OasisCpuProblem *p, dnnl_memory_desc_t *layout)
{
    dnnl_data_type_t type = oasis_cpu_data_type(p->dtype);

    if (!p->kernel) {
        return rows_layout(layout, p->width, p->in, p->stride, type);
    }
    return image_layout(layout, p->frames, p->in, p->height, p->width, type);
}

/* Dims and strides of a weight as the file has it: a matmul's weight is [in, out], hence the
 * transposed view of our [out, in]. */
static int weight_dims(int out, int in, int kernel, dnnl_dims_t dims, dnnl_dims_t strides)
{
    if (!kernel) {
        dims[0] = in, dims[1] = out;
        strides[0] = 1, strides[1] = in;
        return 2;
    }
    dims[0] = out, dims[1] = in, dims[2] = kernel, dims[3] = kernel;
    strides[3] = 1, strides[2] = kernel, strides[1] = kernel * kernel;
    strides[0] = (dnnl_dim_t)in * kernel * kernel;
    return 4;
}

dnnl_status_t oasis_cpu_describe_weight(const OasisCpuProblem *p, OasisDType dtype,
                                        dnnl_memory_desc_t *layout)
{
    dnnl_dims_t dims, strides;
    int n = weight_dims(p->out, p->in, p->kernel, dims, strides);

    return dnnl_memory_desc_create_with_strides(layout, n, dims, oasis_cpu_data_type(dtype),
                                                strides);
}

static dnnl_status_t open_weight_layout(const OasisCpuProblem *p, dnnl_memory_desc_t *layout)
{
    dnnl_dims_t dims, strides;
    int n = weight_dims(p->out, p->in, p->kernel, dims, strides);

    return dnnl_memory_desc_create_with_tag(layout, n, dims, oasis_cpu_data_type(p->dtype),
                                            dnnl_format_tag_any);
}

static dnnl_status_t bias_layout(const OasisCpuProblem *p, dnnl_memory_desc_t *layout)
{
    if (!p->kernel) {
        return rows_layout(layout, 1, p->out, p->out, dnnl_f32);
    }
    return dnnl_memory_desc_create_with_tag(layout, 1, (dnnl_dims_t){p->out}, dnnl_f32, dnnl_a);
}

/* The operand's layout is taken over. */
static dnnl_status_t append_binary(dnnl_post_ops_t ops, dnnl_alg_kind_t algorithm,
                                   dnnl_memory_desc_t layout)
{
    dnnl_status_t status = dnnl_post_ops_append_binary(ops, algorithm, layout);

    dnnl_memory_desc_destroy(layout);
    return status;
}

/* In the order activation, gate, residual; primitive.c knows it, too. */
static dnnl_status_t append_post_ops(const OasisCpuProblem *p, dnnl_post_ops_t ops)
{
    dnnl_memory_desc_t layout = NULL;

    if (p->activation == OASIS_CPU_GELU) {
        OASIS_DNNL_TRY(dnnl_post_ops_append_eltwise(ops, dnnl_eltwise_gelu_tanh, 0, 0));
    } else if (p->activation == OASIS_CPU_SILU) {
        OASIS_DNNL_TRY(dnnl_post_ops_append_eltwise(ops, dnnl_eltwise_swish, 1, 0));
    }
    if (p->gate) {
        OASIS_DNNL_TRY(rows_layout(&layout, 1, p->out, p->out, dnnl_f32));
        OASIS_DNNL_TRY(append_binary(ops, dnnl_binary_mul, layout));
    }
    if (p->residual && p->in_place) {
        OASIS_DNNL_TRY(dnnl_post_ops_append_sum(ops, 1, 0, dnnl_data_type_undef));
    } else if (p->residual) {
        OASIS_DNNL_TRY(out_layout(p, p->residual_dtype, &layout));
        OASIS_DNNL_TRY(append_binary(ops, dnnl_binary_add, layout));
    }
    return dnnl_success;
}

/* All that a primitive is described by. */
typedef struct Description {
    dnnl_memory_desc_t x, weight, bias, out;
    dnnl_post_ops_t ops;
    dnnl_primitive_attr_t attr;
} Description;

static dnnl_status_t fill_layouts(Description *self, const OasisCpuProblem *p,
                                  const_dnnl_memory_desc_t layout)
{
    OASIS_DNNL_TRY(x_layout(p, &self->x));
    OASIS_DNNL_TRY(layout ? dnnl_memory_desc_clone(&self->weight, layout)
                          : open_weight_layout(p, &self->weight));
    if (p->bias) {
        OASIS_DNNL_TRY(bias_layout(p, &self->bias));
    }
    return out_layout(p, p->out_dtype, &self->out);
}

/* Scratch comes from us, and the same input must give the same bytes on every run. */
static dnnl_status_t fill_attributes(Description *self, const OasisCpuProblem *p)
{
    OASIS_DNNL_TRY(dnnl_primitive_attr_create(&self->attr));
    OASIS_DNNL_TRY(dnnl_primitive_attr_set_scratchpad_mode(self->attr,
                                                           dnnl_scratchpad_mode_user));
    OASIS_DNNL_TRY(dnnl_primitive_attr_set_deterministic(self->attr, 1));
    OASIS_DNNL_TRY(dnnl_post_ops_create(&self->ops));
    OASIS_DNNL_TRY(append_post_ops(p, self->ops));
    return dnnl_primitive_attr_set_post_ops(self->attr, self->ops);
}

static dnnl_status_t describe(Description *self, OasisCpuBackend *cpu, const OasisCpuProblem *p,
                              const_dnnl_memory_desc_t layout, dnnl_primitive_desc_t *desc)
{
    const dnnl_dims_t ones = {1, 1}, none = {0, 0};
    const dnnl_dims_t padding = {p->kernel / 2, p->kernel / 2};

    OASIS_DNNL_TRY(fill_layouts(self, p, layout));
    OASIS_DNNL_TRY(fill_attributes(self, p));
    if (!p->kernel) {
        return dnnl_matmul_primitive_desc_create(desc, cpu->engine, self->x, self->weight,
                                                 self->bias, self->out, self->attr);
    }
    return dnnl_convolution_forward_primitive_desc_create(
        desc, cpu->engine, dnnl_forward_inference, dnnl_convolution_direct, self->x, self->weight,
        self->bias, self->out, ones, none, padding, padding, self->attr);
}

dnnl_status_t oasis_cpu_describe(OasisCpuBackend *cpu, const OasisCpuProblem *p,
                                 const_dnnl_memory_desc_t layout, dnnl_primitive_desc_t *desc)
{
    Description self = {0};
    dnnl_status_t status = describe(&self, cpu, p, layout, desc);

    dnnl_memory_desc_destroy(self.x);
    dnnl_memory_desc_destroy(self.weight);
    dnnl_memory_desc_destroy(self.bias);
    dnnl_memory_desc_destroy(self.out);
    dnnl_post_ops_destroy(self.ops);
    dnnl_primitive_attr_destroy(self.attr);
    return status;
}

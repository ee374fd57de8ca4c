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

static dnnl_status_t append_binary(dnnl_post_ops_t ops, dnnl_alg_kind_t algorithm,
                                   dnnl_status_t made, dnnl_memory_desc_t layout)
{
    if (made) {
        return made;
    }
    made = dnnl_post_ops_append_binary(ops, algorithm, layout);
    dnnl_memory_desc_destroy(layout);
    return made;
}

/* In the order activation, gate, residual; primitive.c knows it, too. */
static dnnl_status_t append_post_ops(const OasisCpuProblem *p, dnnl_post_ops_t ops)
{
    dnnl_memory_desc_t layout = NULL;
    dnnl_status_t status = dnnl_success;

    if (p->activation == OASIS_CPU_GELU) {
        status = dnnl_post_ops_append_eltwise(ops, dnnl_eltwise_gelu_tanh, 0, 0);
    } else if (p->activation == OASIS_CPU_SILU) {
        status = dnnl_post_ops_append_eltwise(ops, dnnl_eltwise_swish, 1, 0);
    }
    if (status == dnnl_success && p->gate) {
        status = rows_layout(&layout, 1, p->out, p->out, dnnl_f32);
        status = append_binary(ops, dnnl_binary_mul, status, layout);
    }
    if (status == dnnl_success && p->residual && p->in_place) {
        status = dnnl_post_ops_append_sum(ops, 1, 0, dnnl_data_type_undef);
    } else if (status == dnnl_success && p->residual) {
        status = out_layout(p, p->residual_dtype, &layout);
        status = append_binary(ops, dnnl_binary_add, status, layout);
    }
    return status;
}

/* Scratch comes from us, and the same input must give the same bytes on every run. */
static dnnl_status_t attributes(const OasisCpuProblem *p, dnnl_primitive_attr_t *attr)
{
    dnnl_post_ops_t ops = NULL;
    dnnl_status_t status;

    if ((status = dnnl_primitive_attr_create(attr)) ||
        (status = dnnl_primitive_attr_set_scratchpad_mode(*attr, dnnl_scratchpad_mode_user)) ||
        (status = dnnl_primitive_attr_set_deterministic(*attr, 1)) ||
        (status = dnnl_post_ops_create(&ops)) ||
        (status = append_post_ops(p, ops))) {
        goto done;
    }
    status = dnnl_primitive_attr_set_post_ops(*attr, ops);
done:
    dnnl_post_ops_destroy(ops);
    return status;
}

dnnl_status_t oasis_cpu_describe(OasisCpuBackend *cpu, const OasisCpuProblem *p,
                                 const_dnnl_memory_desc_t layout, dnnl_primitive_desc_t *desc)
{
    const dnnl_dims_t ones = {1, 1}, none = {0, 0};
    const dnnl_dims_t padding = {p->kernel / 2, p->kernel / 2};
    dnnl_memory_desc_t x = NULL, weight = NULL, bias = NULL, out = NULL;
    dnnl_primitive_attr_t attr = NULL;
    dnnl_status_t status;

    if ((status = x_layout(p, &x)) ||
        (status = layout ? dnnl_memory_desc_clone(&weight, layout)
                         : open_weight_layout(p, &weight)) ||
        (p->bias && (status = bias_layout(p, &bias))) ||
        (status = out_layout(p, p->out_dtype, &out)) ||
        (status = attributes(p, &attr))) {
        goto done;
    }
    if (!p->kernel) {
        status = dnnl_matmul_primitive_desc_create(desc, cpu->engine, x, weight, bias, out, attr);
    } else {
        status = dnnl_convolution_forward_primitive_desc_create(
            desc, cpu->engine, dnnl_forward_inference, dnnl_convolution_direct, x, weight, bias,
            out, ones, none, padding, padding, attr);
    }
done:
    dnnl_memory_desc_destroy(x);
    dnnl_memory_desc_destroy(weight);
    dnnl_memory_desc_destroy(bias);
    dnnl_memory_desc_destroy(out);
    dnnl_primitive_attr_destroy(attr);
    return status;
}

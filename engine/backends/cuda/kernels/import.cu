/* Planes to the RGB image that the model sees, in two steps: a source row's samples to RGB at the
 * target's width, where each thread computes the pixels under its taps anew (they are few, and
 * their samples in the first-level cache), then those to the target's rows, and the padding.
 *
 * Bound by the image's 12 bytes a pixel: 5.8 us a frame of 1080p at 4.3 TB/s. What goes between the
 * steps (12 bytes for each pixel of the source's rows at the target's width) stays in the
 * second-level cache. A pixel under a tap is some 40 operations; at four taps and twice the size
 * that makes 0.2 GFLOP a frame.
 * SPDX-License-Identifier: Apache-2.0 */
#include "elements.cuh"
#include "samples.cuh"

struct Rgb {
    float c[3];
};

/* A chroma plane's value at luma position (x, y). */
template <typename Sample>
DEVICE float interpolated(const OasisCudaImportColumns &p, int plane, int x, int y)
{
    float sum = 0;

    for (int i = 0; i < p.chroma_y.count; i++) {
        const Sample *row = sample_row<Sample>(p.frame, plane, p.chroma_y.first[y] + i);
        const float weight = p.chroma_y.weights[y * p.chroma_y.count + i];
        for (int j = 0; j < p.chroma_x.count; j++) {
            sum = fmaf(weight * p.chroma_x.weights[x * p.chroma_x.count + j],
                       (float)row[p.chroma_x.first[x] + j], sum);
        }
    }
    return sum;
}

template <typename Sample>
DEVICE Rgb rgb_at(const OasisCudaImportColumns &p, int x, int y)
{
    const bool grey = p.frame.planes == 1;
    const float value[3] = {(float)sample_row<Sample>(p.frame, 0, y)[x],
                            grey ? 0 : interpolated<Sample>(p, 1, x, y),
                            grey ? 0 : interpolated<Sample>(p, 2, x, y)};
    Rgb rgb;

    UNROLL
    for (int i = 0; i < 3; i++) {
        rgb.c[i] = transferred(p.curve, p.matrix[i][0] * value[0] + p.matrix[i][1] * value[1] +
                                            p.matrix[i][2] * value[2] + p.offset[i]);
    }
    return rgb;
}

template <typename Sample>
DEVICE void import_columns(const OasisCudaImportColumns &p)
{
    const int x = block_x() * threads() + thread(), y = block_y();
    float sum[3] = {0, 0, 0};

    if (x >= p.width) {
        return;
    }
    for (int j = 0; j < p.x.count; j++) {
        const float weight = p.x.weights[x * p.x.count + j];
        const Rgb rgb = rgb_at<Sample>(p, p.x.first[x] + j, y);
        UNROLL
        for (int i = 0; i < 3; i++) {
            sum[i] = fmaf(weight, rgb.c[i], sum[i]);
        }
    }
    float *narrow = p.narrow + ((int64_t)y * p.width + x) * 3;
    UNROLL
    for (int i = 0; i < 3; i++) {
        narrow[i] = sum[i];
    }
}

KERNEL(import_columns_8, OasisCudaImportColumns, 256, 1)
{
    import_columns<uint8_t>(p);
}

KERNEL(import_columns_16, OasisCudaImportColumns, 256, 1)
{
    import_columns<uint16_t>(p);
}

/* Floats [at, at + N) of a line of `narrow`, resampled. */
template <int N>
DEVICE void resample(const OasisCudaImportRows &p, int y, int at, float (&sum)[N])
{
    const float *line = p.narrow + (int64_t)p.y.first[y] * p.width * 3 + at;

    UNROLL
    for (int j = 0; j < N; j++) {
        sum[j] = 0;
    }
    for (int i = 0; i < p.y.count; i++, line += p.width * 3) {
        const float weight = p.y.weights[y * p.y.count + i];
        float v[N];
        load_elements(line, v);
        UNROLL
        for (int j = 0; j < N; j++) {
            sum[j] = fmaf(weight, v[j], sum[j]);
        }
    }
}

/* Four floats a thread. */
KERNEL(import_rows, OasisCudaImportRows, 256, 1)
{
    const int at = 4 * (block_x() * threads() + thread()), row = block_y();
    const int y = row < p.height ? row : p.height - 1;
    float *out = p.image + (int64_t)row * p.padded_width * 3 + at;
    float four[4], one[1];

    if (p.aligned && at < p.width * 3) {
        resample(p, y, at, four);
        store_elements(out, four);
        return;
    }
    for (int i = 0; i < 4 && at + i < p.padded_width * 3; i++) {
        const int last = (p.width - 1) * 3;
        resample(p, y, at + i < p.width * 3 ? at + i : last + (at + i) % 3, one);
        out[i] = one[0];
    }
}

/* HDR frames as SDR.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/frames/tonemap.h"

#include <math.h>
#include <stdlib.h>

#include "core/light.h"

enum { CELLS = 4096 };

static const double WHITE = 203, USUAL_PEAK = 1000, MOST_PEAK = 10000; /* cd/m2 */
static const double GAMMA = 2.4;

/* A function of [0, 1] in cells whose edges are squares of their place: close together below. */
typedef struct Table {
    float knots[CELLS + 2];
} Table;

/* Where the samples between a plane's lie along one axis. */
typedef struct Places {
    int *first;
    float *share; /* of the one behind it */
} Places;

struct OasisTonemap {
    OasisFrameFormat from, to;
    float matrix[3][3], offset[3]; /* from samples to components in [0, 1] */
    Table light;  /* of a component, in peaks; of HLG the scene's */
    Table system; /* HLG: what the scene's luminance multiplies its light by */
    Table ratio;  /* by light in peaks: what it becomes, in whites, over itself */
    Table gamma;  /* by light in whites */
    Places across, down; /* of chroma */
    float *rows;  /* components of two rows */
};

/* --- tables ----------------------------------------------------------------------------------- */

static void fill(Table *table, double (*function)(const OasisTonemap *self, double x, double peak),
                 const OasisTonemap *self, double peak)
{
    for (int i = 0; i <= CELLS + 1; i++) {
        const double root = (double)i / CELLS;

        table->knots[i] = (float)function(self, root * root, peak);
    }
}

static float at(const Table *table, float x)
{
    const float place = sqrtf(x < 0 ? 0 : x > 1 ? 1 : x) * CELLS;
    const int cell = (int)place;

    return table->knots[cell] + (place - (float)cell) * (table->knots[cell + 1] -
                                                         table->knots[cell]);
}

static double light_of(const OasisTonemap *self, double x, double peak)
{
    return self->from.transfer == OASIS_H273_PQ ? oasis_pq_to_light(x) / peak
                                                : oasis_hlg_to_scene(x);
}

static double system_of(const OasisTonemap *self, double x, double peak)
{
    return pow(x, oasis_hlg_gamma - 1);
}

/* BT.2390's curve on PQ's components, of which `most` is the source's brightest and 1 its range. */
static double compress(double x, double white)
{
    const double knee = 1.5 * white - 0.5;
    const double t = (x - knee) / (1 - knee), t2 = t * t, t3 = t2 * t;

    return x < knee ? x
                    : (2 * t3 - 3 * t2 + 1) * knee + (t3 - 2 * t2 + t) * (1 - knee) +
                          (-2 * t3 + 3 * t2) * white;
}

static double ratio_of(const OasisTonemap *self, double x, double peak)
{
    const double most = oasis_light_to_pq(peak), white = oasis_light_to_pq(WHITE) / most;
    const double light = fmax(x, 1e-7) * peak;

    return oasis_pq_to_light(most * compress(oasis_light_to_pq(light) / most, white)) / light *
           peak / WHITE;
}

static double gamma_of(const OasisTonemap *self, double x, double peak)
{
    return pow(x, 1 / GAMMA);
}

/* --- what samples mean ------------------------------------------------------------------------ */

static void find_matrix(OasisTonemap *self)
{
    const OasisFrameFormat *from = &self->from;
    const bool full = from->range == OASIS_RANGE_FULL, rgb = from->matrix == OASIS_MATRIX_RGB;
    const double step = 1 << (from->depth - 8), most = (1 << from->depth) - 1;
    const double luma = full ? most : 219 * step, chroma = full ? most : 224 * step;
    const double black = full ? 0 : 16 * step, grey = 128 * step;
    const double kr = from->matrix == OASIS_MATRIX_BT709 ? 0.2126 : 0.2627;
    const double kb = from->matrix == OASIS_MATRIX_BT709 ? 0.0722 : 0.0593;
    const double kg = 1 - kr - kb;
    const double yuv[3][3] = {{1, 0, 2 * (1 - kr)},
                              {1, -2 * (1 - kb) * kb / kg, -2 * (1 - kr) * kr / kg},
                              {1, 2 * (1 - kb), 0}};
    static const double gbr[3][3] = {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}};

    for (int i = 0; i < 3; i++) {
        self->offset[i] = 0;
        for (int p = 0; p < 3; p++) {
            const double span = rgb || p == 0 ? luma : chroma, zero = rgb || p == 0 ? black : grey;
            const double share = p >= from->planes ? 0 : (rgb ? gbr : yuv)[i][p] / span;

            self->matrix[i][p] = (float)share;
            self->offset[i] -= (float)(share * zero);
        }
    }
}

static bool find_places(Places *places, int length, int shift, bool centred)
{
    const int last = ((length + (1 << shift) - 1) >> shift) - 1;

    places->first = calloc((size_t)length, sizeof *places->first);
    places->share = calloc((size_t)length, sizeof *places->share);
    for (int i = 0; places->first && places->share && i < length; i++) {
        const double scale = 1 << shift;
        const double place = centred ? (i + 0.5) / scale - 0.5 : i / scale;
        const int first = (int)floor(place);

        places->first[i] = first < 0 ? 0 : first > last ? last : first;
        places->share[i] = first < 0 || first >= last ? 0 : (float)(place - first);
    }
    return places->first && places->share;
}

OasisTonemap *oasis_tonemap_new(OasisFrameFormat *format, const OasisMastering *mastering)
{
    const double told = mastering->most_light > 0 ? mastering->most_light
                        : mastering->has_screen   ? (double)mastering->brightest.num /
                                                      (double)mastering->brightest.den
                                                  : USUAL_PEAK;
    const bool pq = format->transfer == OASIS_H273_PQ;
    const double peak = pq ? fmin(fmax(told, 1.5 * WHITE), MOST_PEAK) : oasis_hlg_peak;
    OasisTonemap *self = calloc(1, sizeof *self);

    if (!self) {
        return NULL;
    }
    self->from = self->to = *format;
    self->to.depth = 8;
    self->to.planes = 3;
    self->to.chroma_shift_x = self->to.chroma_shift_y = 1;
    self->to.matrix = OASIS_MATRIX_BT709;
    self->to.range = OASIS_RANGE_LIMITED;
    self->to.siting = OASIS_SITING_CENTER;
    self->to.primaries = self->to.transfer = 1;
    self->rows = calloc((size_t)format->width * 6 + 6, sizeof *self->rows);
    find_matrix(self);
    fill(&self->light, light_of, self, peak);
    fill(&self->system, system_of, self, peak);
    fill(&self->ratio, ratio_of, self, peak);
    fill(&self->gamma, gamma_of, self, peak);
    if (!self->rows ||
        !find_places(&self->across, format->width, format->chroma_shift_x,
                     format->siting == OASIS_SITING_CENTER) ||
        !find_places(&self->down, format->height, format->chroma_shift_y,
                     format->siting != OASIS_SITING_TOP_LEFT)) {
        oasis_tonemap_free(&self);
        return NULL;
    }
    *format = self->to;
    return self;
}

void oasis_tonemap_free(OasisTonemap **tonemap)
{
    OasisTonemap *self = *tonemap;

    *tonemap = NULL;
    if (self) {
        free(self->across.first);
        free(self->across.share);
        free(self->down.first);
        free(self->down.share);
        free(self->rows);
        free(self);
    }
}

/* --- frames ----------------------------------------------------------------------------------- */

static float sample(const OasisFrame *frame, int plane, int x, int y)
{
    const uint8_t *row = frame->data[plane] + y * frame->stride[plane];

    return frame->format.depth > 8 ? ((const uint16_t *)row)[x] : row[x];
}

static float between(const OasisTonemap *self, const OasisFrame *frame, int plane, int x, int y)
{
    const int left = self->across.first[x], top = self->down.first[y];
    const float u = self->across.share[x], v = self->down.share[y];
    const int right = left + (u > 0), below = top + (v > 0);
    const float above = sample(frame, plane, left, top) * (1 - u) +
                        sample(frame, plane, right, top) * u;

    return v > 0 ? above * (1 - v) + (sample(frame, plane, left, below) * (1 - u) +
                                      sample(frame, plane, right, below) * u) * v
                 : above;
}

/* Components of BT.709 in [0, 1] from light of BT.2020 (BT.2087). */
static void show(const OasisTonemap *self, const float light[3], float out[3])
{
    static const float narrow[3][3] = {{1.6605f, -0.5876f, -0.0728f},
                                       {-0.1246f, 1.1329f, -0.0083f},
                                       {-0.0182f, -0.1006f, 1.1187f}};
    static const float same[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    const bool wide = self->from.primaries != 1;
    const float most = fmaxf(light[0], fmaxf(light[1], light[2]));
    /* What is beyond the peak becomes as bright as that. */
    const float ratio = at(&self->ratio, most) / fmaxf(most, 1);

    for (int i = 0; i < 3; i++) {
        const float *row = wide ? narrow[i] : same[i];

        out[i] = at(&self->gamma,
                    ratio * (row[0] * light[0] + row[1] * light[1] + row[2] * light[2]));
    }
}

static void map_row(const OasisTonemap *self, const OasisFrame *frame, int y, float *out)
{
    const bool pq = self->from.transfer == OASIS_H273_PQ;

    for (int x = 0; x < self->from.width; x++, out += 3) {
        float value[3] = {sample(frame, 0, x, y), 0, 0}, light[3];

        for (int p = 1; p < self->from.planes; p++) {
            value[p] = between(self, frame, p, x, y);
        }
        for (int i = 0; i < 3; i++) {
            light[i] = at(&self->light, self->matrix[i][0] * value[0] +
                                            self->matrix[i][1] * value[1] +
                                            self->matrix[i][2] * value[2] + self->offset[i]);
        }
        if (!pq) {
            const float luminance = 0.2627f * light[0] + 0.6780f * light[1] + 0.0593f * light[2];
            const float factor = at(&self->system, luminance);

            for (int i = 0; i < 3; i++) {
                light[i] *= factor;
            }
        }
        show(self, light, out);
    }
}

static float luma_of(const float c[3])
{
    return 0.2126f * c[0] + 0.7152f * c[1] + 0.0722f * c[2];
}

/* One row or two of luma, and the row of chroma between them. */
static void put_rows(const OasisTonemap *self, OasisFrame *made, int y, int rows)
{
    const int width = self->to.width;
    uint8_t *cb = made->data[1] + (y / 2) * made->stride[1];
    uint8_t *cr = made->data[2] + (y / 2) * made->stride[2];

    for (int r = 0; r < rows; r++) {
        for (int x = 0; x < width; x++) {
            made->data[0][(y + r) * made->stride[0] + x] =
                (uint8_t)lrintf(16 + 219 * luma_of(&self->rows[3 * (r * width + x)]));
        }
    }
    for (int x = 0; x < width; x += 2) {
        float mean[3] = {0}, count = 0;

        for (int r = 0; r < rows; r++) {
            for (int i = x; i < x + 2 && i < width; i++, count++) {
                for (int c = 0; c < 3; c++) {
                    mean[c] += self->rows[3 * (r * width + i) + c];
                }
            }
        }
        cb[x / 2] = (uint8_t)lrintf(128 + 224 * (mean[2] - luma_of(mean)) / count / 1.8556f);
        cr[x / 2] = (uint8_t)lrintf(128 + 224 * (mean[0] - luma_of(mean)) / count / 1.5748f);
    }
}

OasisFrame *oasis_tonemap_run(OasisTonemap *tonemap, const OasisFrame *frame)
{
    const int width = tonemap->from.width, height = tonemap->from.height;
    OasisFrame *made = oasis_frame_new(&tonemap->to);

    if (!made) {
        return NULL;
    }
    made->pts = frame->pts;
    made->duration = frame->duration;
    made->time_base = frame->time_base;
    for (int y = 0; y < height; y += 2) {
        const int rows = y + 1 < height ? 2 : 1;

        for (int r = 0; r < rows; r++) {
            map_row(tonemap, frame, y + r, tonemap->rows + 3 * r * width);
        }
        put_rows(tonemap, made, y, rows);
    }
    return made;
}

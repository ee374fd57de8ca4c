/* The analysis of a film: each of its frames is decoded once and shown to all observers.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/analysis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/analysis/cache.h"
#include "media/analysis/cadence.h"
#include "media/analysis/edges.h"
#include "media/analysis/kind-find.h"
#include "media/analysis/scenes.h"
#include "media/analysis/texture.h"
#include "media/base/av-error.h"
#include "media/base/grow.h"
#include "media/base/ns.h"
#include "media/base/turn.h"
#include "media/index/build.h"
#include "media/info/describe.h"
#include "media/input/reader.h"

enum {
    LOOK_FRAMES = 120, /* that a look takes if nobody says how many */
    MARGIN = 60,       /* around those that are asked for: cadences want to be seen coming */
    SPARSE = 25,       /* of so many frames one is looked at closely, */
    LEAST_CLOSE = 24,  /* or of a short film so many in all */
    GLANCES = 16,      /* all over the film, for borders and noise */
};

static const double INDEX_SHARE = 0.1; /* of the progress */

typedef struct Pass {
    const OasisAnalyseParams *params;
    OasisInput *input;
    OasisIndex *index;
    OasisReader reader;
    AVFrame *decoded;
    OasisLooker looker;
    OasisLook looks[3];  /* the last ones, by number */
    int64_t first, end;  /* frames to look at one by one */
    int sparse;          /* of so many of them one is looked at closely */
    uint8_t *seen;       /* of each of them, OasisSeen */
    OasisScenes scenes;
    OasisEdges edges;
    OasisTexture texture;
    OasisTurn turn; /* what the first frame says */
    int64_t shape_capacity;
    OasisAnalysis *analysis;
} Pass;

static void pass_clear(Pass *pass)
{
    for (int i = 0; i < 3; i++) {
        av_frame_free(&pass->looks[i].frame);
    }
    oasis_looker_clear(&pass->looker);
    av_frame_free(&pass->decoded);
    oasis_reader_clear(&pass->reader);
    oasis_index_free(&pass->index);
    if (pass->input) {
        oasis_input_close(&pass->input);
    }
    free(pass->seen);
    free(pass->scenes.cuts);
    oasis_analysis_free(&pass->analysis);
}

static OasisLook *look_at(Pass *pass, int64_t n)
{
    return &pass->looks[n % 3];
}

/* Sees the fields of a frame, now that the one behind it is known. */
static void see_fields(Pass *pass, int64_t n, int64_t last)
{
    const OasisLook *frame = look_at(pass, n);
    const OasisLook *before = n > pass->first ? look_at(pass, n - 1) : frame;
    const OasisLook *behind = n < last ? look_at(pass, n + 1) : frame;
    const OasisCombing combing = oasis_combing_see(before, frame, behind);

    pass->seen[n - pass->first] = oasis_cadence_see(&combing, frame);
}

static bool add_shape(Pass *pass, const AVFrame *frame, int64_t n)
{
    OasisAnalysis *analysis = pass->analysis;
    const OasisShapePiece *last =
        analysis->n_shapes > 0 ? &analysis->shapes[analysis->n_shapes - 1] : NULL;
    const AVRational aspect = frame->sample_aspect_ratio;
    OasisShapePiece *more;

    if (last && last->width == frame->width && last->height == frame->height &&
        last->aspect_num == aspect.num && last->aspect_den == aspect.den) {
        return true;
    }
    more = oasis_grow(analysis->shapes, (int64_t)analysis->n_shapes, &pass->shape_capacity,
                      sizeof *more);
    if (!more) {
        return false;
    }
    analysis->shapes = more;
    more[analysis->n_shapes++] =
        (OasisShapePiece){n, frame->width, frame->height, aspect.num, aspect.den};
    return true;
}

static void look_closely(Pass *pass, const OasisLook *frame)
{
    oasis_edges_look(&pass->edges, frame);
    oasis_texture_look(&pass->texture, frame);
}

static int look(Pass *pass, int64_t n)
{
    OasisLook *frame = look_at(pass, n);

    if (n == pass->first) {
        pass->turn = oasis_turn_read(pass->decoded, pass->input->video);
    }
    OASIS_AV_TRY(oasis_looker_look(&pass->looker, pass->decoded, n, frame));
    if (!oasis_scenes_look(&pass->scenes, frame) || !add_shape(pass, pass->decoded, n)) {
        return AVERROR(ENOMEM);
    }
    if ((n - pass->first) % pass->sparse == 0) {
        look_closely(pass, frame);
    }
    if (n > pass->first) {
        see_fields(pass, n - 1, n);
    }
    return 0;
}

static int read_all(Pass *pass)
{
    OASIS_AV_TRY(oasis_reader_seek(&pass->reader, pass->first, pass->params->cancel));
    for (int64_t n = pass->first; n < pass->end; n++) {
        int error;

        if (oasis_cancel_is_triggered(pass->params->cancel)) {
            return AVERROR_EXIT;
        }
        OASIS_AV_TRY(oasis_reader_read(&pass->reader, pass->decoded));
        error = look(pass, n);
        av_frame_unref(pass->decoded);
        OASIS_AV_TRY(error);
        if (pass->params->progress && n % 16 == 0) {
            pass->params->progress(INDEX_SHARE + (1 - INDEX_SHARE) * (double)(n - pass->first) /
                                                     (double)(pass->end - pass->first),
                                   pass->params->data);
        }
    }
    see_fields(pass, pass->end - 1, pass->end - 1);
    return oasis_scenes_finish(&pass->scenes) ? 0 : AVERROR(ENOMEM);
}

/* Looks at keyframes outside the range that was read. */
static int glance_around(Pass *pass)
{
    const OasisIndex *index = pass->index;
    int64_t last = -1;

    for (int i = 0; i < GLANCES; i++) {
        const int64_t wanted = (2 * i + 1) * index->frames / (2 * GLANCES);
        const int64_t n = index->key_frame[oasis_index_key_for(index, wanted)];
        OasisLook *frame = look_at(pass, 0);

        if (n <= last || (n >= pass->first && n < pass->end)) {
            continue;
        }
        last = n;
        OASIS_AV_TRY(oasis_reader_seek(&pass->reader, n, pass->params->cancel));
        OASIS_AV_TRY(oasis_reader_read(&pass->reader, pass->decoded));
        OASIS_AV_TRY(oasis_looker_look(&pass->looker, pass->decoded, n, frame));
        av_frame_unref(pass->decoded);
        look_closely(pass, frame);
    }
    return 0;
}

/* Draws the conclusions. False without memory. */
static bool conclude(Pass *pass)
{
    OasisAnalysis *analysis = pass->analysis;
    const OasisScenes *scenes = &pass->scenes;

    analysis->first = pass->first;
    analysis->frames = pass->end - pass->first;
    analysis->whole = analysis->frames == pass->index->frames;
    analysis->making = malloc((size_t)analysis->frames);
    if (!analysis->making || !oasis_cadence_find(pass->seen, analysis->frames, analysis->making,
                                                 &analysis->cadences, &analysis->n_cadences)) {
        return false;
    }
    for (size_t i = 0; i < analysis->n_cadences; i++) {
        analysis->cadences[i].first += pass->first;
    }
    analysis->cuts = scenes->cuts;
    analysis->n_cuts = (size_t)scenes->n_cuts;
    pass->scenes.cuts = NULL;
    analysis->flicker =
        scenes->n_flicker > 0 ? sqrt(scenes->flicker / (double)scenes->n_flicker) : 0;
    analysis->left = oasis_edges_border(&pass->edges, pass->edges.left);
    analysis->top = oasis_edges_border(&pass->edges, pass->edges.top);
    analysis->right = oasis_edges_border(&pass->edges, pass->edges.right);
    analysis->bottom = oasis_edges_border(&pass->edges, pass->edges.bottom);
    analysis->head_lines = oasis_edges_head_lines(&pass->edges);
    for (int b = 0; b < OASIS_BRIGHTNESSES; b++) {
        analysis->noise[b] = oasis_texture_noise(&pass->texture, b);
    }
    analysis->blocking = oasis_texture_blocking(&pass->texture);
    return true;
}

/* False without memory. */
static bool find_kind(Pass *pass)
{
    const AVRational rate = av_guess_frame_rate(pass->input->format, pass->input->video, NULL);
    OasisMediaInfo *info = oasis_describe(pass->input, pass->index);

    if (!info) {
        return false;
    }
    info->rotation = 90 * pass->turn.quarters;
    oasis_kind_find(info, rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0, pass->analysis);
    oasis_media_info_free(&info);
    return true;
}

/* The first frame at a time or after it; `frames` if there is none. */
static int64_t frame_at(const Pass *pass, int64_t ns)
{
    const OasisIndex *index = pass->index;
    const int64_t time = av_sat_add64(
        index->pts[0], av_rescale_q(ns, OASIS_NS, pass->input->video->time_base));
    int64_t n = 0;

    while (n < index->frames && index->pts[n] < time) {
        n++;
    }
    return n;
}

/* Which frames are to be looked at. */
static void find_range(Pass *pass)
{
    const OasisIndex *index = pass->index;

    pass->first = 0;
    pass->end = index->frames;
    if (pass->params->look) {
        const int64_t first = frame_at(pass, pass->params->look_ns);
        const int64_t end = pass->params->look_end_ns > 0
                                ? frame_at(pass, pass->params->look_end_ns) + MARGIN
                                : first + LOOK_FRAMES;

        pass->end = end < index->frames ? end : index->frames;
        pass->first = first < pass->end - LOOK_FRAMES ? first : pass->end - LOOK_FRAMES;
        pass->first = pass->first > MARGIN ? pass->first - MARGIN : 0;
    }
    pass->sparse = (int)((pass->end - pass->first) / LEAST_CLOSE);
    pass->sparse = pass->sparse < 1 ? 1 : pass->sparse > SPARSE ? SPARSE : pass->sparse;
}

static bool prepare(Pass *pass)
{
    find_range(pass);
    pass->analysis = calloc(1, sizeof *pass->analysis);
    pass->seen = calloc((size_t)(pass->end - pass->first), 1);
    pass->decoded = av_frame_alloc();
    for (int i = 0; i < 3; i++) {
        pass->looks[i].frame = av_frame_alloc();
    }
    return pass->analysis && pass->seen && pass->decoded && pass->looks[0].frame &&
           pass->looks[1].frame && pass->looks[2].frame &&
           oasis_reader_init(&pass->reader, pass->input, pass->index);
}

static OasisStatus run(Pass *pass, OasisError *err)
{
    int error;

    if (!prepare(pass)) {
        return oasis_fail_memory(err, pass->input->path);
    }
    error = read_all(pass);
    pass->analysis->concealed = pass->reader.concealed;
    if (error >= 0 && pass->end - pass->first < pass->index->frames) {
        error = glance_around(pass);
    }
    if (error < 0) {
        return oasis_input_fail(pass->input, error, err);
    }
    return conclude(pass) && find_kind(pass) ? OASIS_OK : oasis_fail_memory(err, pass->input->path);
}

static void report_index(double done, void *data)
{
    const OasisAnalyseParams *params = data;

    if (params->progress) {
        params->progress(INDEX_SHARE * done, params->data);
    }
}

static OasisStatus analyse(Pass *pass, const char *path, OasisAnalysis **analysis, OasisError *err)
{
    const OasisAnalyseParams *params = pass->params;

    OASIS_TRY(oasis_input_open(path, params->further, params->stream, params->cancel,
                               &pass->input, err));
    OASIS_TRY(oasis_index_open(pass->input, params->index_folder, report_index,
                               (void *)params, &pass->index, err));
    if (params->index_folder) {
        *analysis = oasis_analysis_load(pass->input, pass->index, params->index_folder);
    }
    if (*analysis || params->kept_only) {
        return OASIS_OK;
    }
    OASIS_TRY(run(pass, err));
    *analysis = pass->analysis;
    pass->analysis = NULL;
    if (params->index_folder && (*analysis)->whole) {
        oasis_analysis_save(pass->input, *analysis, params->index_folder);
    }
    return OASIS_OK;
}

OasisStatus oasis_media_analyse(const char *path, const OasisAnalyseParams *params,
                                OasisAnalysis **analysis, OasisError *err)
{
    Pass *pass = calloc(1, sizeof *pass); /* too large for the stack */
    OasisStatus status;

    *analysis = NULL;
    oasis_av_begin();
    if (!pass) {
        return oasis_fail_memory(err, path);
    }
    pass->params = params;
    status = analyse(pass, path, analysis, err);
    pass_clear(pass);
    free(pass);
    return status;
}

/* Media files as sources of frames.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "media/base/av-error.h"
#include "media/base/mastering.h"
#include "media/base/ns.h"
#include "media/base/pixels.h"
#include "media/frames/field-maker.h"
#include "media/frames/grid.h"
#include "media/frames/shaper.h"
#include "media/frames/tonemap.h"
#include "media/index/build.h"
#include "media/info/describe.h"
#include "media/input/reader.h"
#include "oasis/media.h"

typedef struct MediaSource {
    OasisSource base;
    OasisInput *input;
    OasisIndex *index;
    OasisReader reader;
    OasisFrameMap map;
    OasisFieldMaker maker;
    OasisShaper shaper;
    OasisTonemap *tonemap; /* NULL where frames stay as the shaper gives them */
    OasisSourceInfo info;
    OasisMediaInfo *media;
    int64_t *cuts;    /* frames that begin a scene */
    size_t n_cuts;
    AVRational grid;  /* the rate of frames whose times were rounded; num 0 = their times hold */
    AVFrame *decoded; /* on its way to the maker; else empty */
    int64_t next; /* frame that read gives next */
    bool flushed; /* the maker has been told of the end */
} MediaSource;

static const OasisSourceInfo *media_info(OasisSource *source)
{
    return &((MediaSource *)source)->info;
}

static int64_t media_pts(OasisSource *source, int64_t n)
{
    const MediaSource *self = (MediaSource *)source;

    return self->grid.num > 0 ? n * self->grid.den : self->map.pts[n] - self->map.pts[0];
}

static int64_t media_keyframe(OasisSource *source, int64_t n)
{
    const MediaSource *self = (MediaSource *)source;
    const size_t key = oasis_index_key_for(self->index, self->map.coded[n]);
    const int64_t frame = oasis_frame_map_first(&self->map, self->index->key_frame[key]);

    return frame < n ? frame : n;
}

static int64_t last_duration(const MediaSource *self, AVRational time_base)
{
    const int64_t duration = self->map.last_duration;

    if (self->grid.num == 0) {
        return duration;
    }
    /* On the grid, unless it is longer by far. */
    return av_rescale_q(duration, time_base, av_inv_q(self->grid)) > 1
               ? av_rescale_q(duration, time_base, (AVRational){1, self->grid.num})
               : self->grid.den;
}

static int64_t duration(const MediaSource *self, int64_t n)
{
    if (n + 1 == self->map.frames) {
        return self->info.last_duration;
    }
    return self->grid.num > 0 ? self->grid.den : self->map.pts[n + 1] - self->map.pts[n];
}

/* Names the place as people see it. */
static OasisStatus fail_at(MediaSource *self, int error, int64_t n, OasisError *err)
{
    double seconds = (double)media_pts(&self->base, n) * (double)self->info.time_base.num /
                     (double)self->info.time_base.den;

    return oasis_av_fail(err, OASIS_ERR_INPUT, self->base.name, error,
                         "cannot be read at %d:%05.2f; restore the part before it, or copy the "
                         "file again",
                         (int)(seconds / 60), seconds - 60 * (int)(seconds / 60));
}

static void forget(MediaSource *self)
{
    oasis_field_maker_reset(&self->maker);
    oasis_shaper_reset(&self->shaper);
    self->flushed = false;
}

static OasisStatus media_seek(OasisSource *source, int64_t n, const OasisCancel *cancel,
                              OasisError *err)
{
    MediaSource *self = (MediaSource *)source;
    int64_t from = self->map.coded[n];
    int error;

    oasis_av_begin();
    if (n == self->next) {
        return OASIS_OK;
    }
    forget(self);
    self->next = n;
    from -= oasis_field_maker_history(&self->maker, from);
    error = oasis_reader_seek(&self->reader, from > 0 ? from : 0, cancel);
    if (error == AVERROR_EXIT) {
        self->next = -1;
        return oasis_fail(err, OASIS_ERR_CANCELLED, source->name, "going to a frame was cancelled");
    }
    return error < 0 ? fail_at(self, error, n, err) : OASIS_OK;
}

/* Sends the shaper what the maker has done. */
static int shape(MediaSource *self)
{
    AVFrame *made;

    while ((made = oasis_field_maker_receive(&self->maker))) {
        int error = made->pts < self->next ? 0 : oasis_shaper_send(&self->shaper, made, made->pts);

        av_frame_free(&made);
        OASIS_AV_TRY(error);
    }
    return 0;
}

static int make(MediaSource *self, int64_t number)
{
    int error;

    oasis_shaper_tag(&self->shaper, self->decoded);
    error = oasis_field_maker_send(&self->maker, self->decoded, number);
    av_frame_unref(self->decoded);
    return error < 0 ? error : shape(self);
}

static int finish(MediaSource *self)
{
    self->flushed = true;
    OASIS_AV_TRY(oasis_field_maker_send(&self->maker, NULL, 0));
    OASIS_AV_TRY(shape(self));
    return oasis_shaper_send(&self->shaper, NULL, 0);
}

/* Sends the maker the next frame, or once the end. */
static int feed(MediaSource *self)
{
    const int64_t number = self->reader.next;
    const int error = oasis_reader_read(&self->reader, self->decoded);

    if (error == AVERROR_EOF && !self->flushed) {
        return finish(self);
    }
    return error < 0 ? error : make(self, number);
}

/* The next frame of the shaper. */
static int read_shaped(MediaSource *self, AVFrame **shaped)
{
    while (!(*shaped = oasis_shaper_receive(&self->shaper))) {
        OASIS_AV_TRY(feed(self));
    }
    return 0;
}

static void release(void *owner)
{
    AVFrame *frame = owner;

    av_frame_free(&frame);
}

/* Takes the shaped frame with number n. */
static OasisStatus wrap(MediaSource *self, AVFrame *shaped, int64_t n, OasisFrame **frame,
                        OasisError *err)
{
    OasisFrame *wrapped = oasis_frame_wrap(&self->shaper.format, release, shaped);

    if (!wrapped) {
        av_frame_free(&shaped);
        return oasis_fail_memory(err, self->base.name);
    }
    for (int p = 0; p < self->shaper.format.planes; p++) {
        wrapped->data[p] = shaped->data[p];
        wrapped->stride[p] = shaped->linesize[p];
    }
    wrapped->time_base = self->info.time_base;
    wrapped->pts = media_pts(&self->base, n);
    wrapped->duration = duration(self, n);
    *frame = wrapped;
    if (self->tonemap) {
        *frame = oasis_tonemap_run(self->tonemap, wrapped);
        oasis_frame_unref(&wrapped);
    }
    return *frame ? OASIS_OK : oasis_fail_memory(err, self->base.name);
}

static OasisStatus media_read(OasisSource *source, OasisFrame **frame, OasisError *err)
{
    MediaSource *self = (MediaSource *)source;
    OasisStatus status;
    AVFrame *shaped;
    int error;

    *frame = NULL;
    if (self->next >= self->map.frames) {
        return OASIS_OK;
    }
    oasis_av_begin();
    error = read_shaped(self, &shaped);
    if (error < 0) {
        return fail_at(self, error, self->next, err);
    }
    status = wrap(self, shaped, self->next, frame, err);
    if (status == OASIS_OK) {
        self->next++;
    }
    return status;
}

static int glance(MediaSource *self, int64_t n, int64_t *number, AVFrame **shaped)
{
    int64_t coded;

    OASIS_AV_TRY(oasis_reader_glance(&self->reader, self->map.coded[n], &coded, self->decoded));
    *number = oasis_frame_map_first(&self->map, coded);
    OASIS_AV_TRY(make(self, coded));
    OASIS_AV_TRY(finish(self));
    *shaped = oasis_shaper_receive(&self->shaper);
    return *shaped && *number <= n ? 0 : AVERROR_INVALIDDATA;
}

static OasisStatus media_glance(OasisSource *source, int64_t n, int64_t *number,
                                OasisFrame **frame, OasisError *err)
{
    MediaSource *self = (MediaSource *)source;
    AVFrame *shaped = NULL;
    int error;

    oasis_av_begin();
    *frame = NULL;
    forget(self);
    self->next = -1;
    error = glance(self, n, number, &shaped);
    forget(self);
    av_frame_unref(self->decoded);
    if (error < 0) {
        av_frame_free(&shaped);
        return fail_at(self, error, n, err);
    }
    return wrap(self, shaped, *number, frame, err);
}

static void media_close(OasisSource *source)
{
    MediaSource *self = (MediaSource *)source;

    oasis_av_begin();
    av_frame_free(&self->decoded);
    oasis_tonemap_free(&self->tonemap);
    oasis_shaper_clear(&self->shaper);
    oasis_field_maker_clear(&self->maker);
    oasis_frame_map_clear(&self->map);
    oasis_reader_clear(&self->reader);
    free(self->cuts);
    oasis_media_info_free(&self->media);
    oasis_index_free(&self->index);
    oasis_input_close(&self->input);
    free(self);
}

static const OasisSourceClass media_class = {
    .info = media_info,
    .pts = media_pts,
    .keyframe = media_keyframe,
    .seek = media_seek,
    .read = media_read,
    .glance = media_glance,
    .close = media_close,
};

/* Frames a second by their own times; 0 for a single one. */
static double rate_seen(const OasisFrameMap *map, AVRational time_base)
{
    const int64_t span = map->pts[map->frames - 1] - map->pts[0];

    return span > 0 ? (double)(map->frames - 1) / ((double)span * av_q2d(time_base)) : 0;
}

/* What the container says; 0/1 where the frames' own times say something else: it may count fields,
 * or name the finest step of a variable rate. */
static AVRational rate_said(const MediaSource *self, double seen)
{
    const AVRational said = av_guess_frame_rate(self->input->format, self->input->video, NULL);

    if (said.num <= 0 || said.den <= 0) {
        return (AVRational){seen > 0 ? 0 : 25, 1};
    }
    return seen > 0 && (av_q2d(said) > seen * 1.05 || av_q2d(said) < seen / 1.05)
               ? (AVRational){0, 1}
               : said;
}

/* Whether any frame is shown for longer or shorter than the average one, by more than rounding to
 * the time base (a step moves by less than one) and a hundredth, by which clocks may waver. */
static bool has_variable_rate(const OasisFrameMap *map)
{
    double mean, slack;

    if (map->frames < 3) {
        return false;
    }
    mean = (double)(map->pts[map->frames - 1] - map->pts[0]) / (double)(map->frames - 1);
    slack = map->ticks + mean / 100;
    for (int64_t n = 1; n < map->frames; n++) {
        double step = (double)(map->pts[n] - map->pts[n - 1]);

        if (step > mean + slack || step < mean - slack) {
            return true;
        }
    }
    return false;
}

static bool parts_fields(const OasisFrameMap *map)
{
    for (int64_t n = 0; n < map->coded_frames; n++) {
        if (map->making[n] != OASIS_MAKING_WHOLE) {
            return true;
        }
    }
    return false;
}

static void fill_info(MediaSource *self, const OasisAnalysis *analysis, const AVFrame *first)
{
    const AVStream *video = self->input->video;
    const AVRational ticks = av_mul_q(video->time_base, (AVRational){1, self->map.ticks});
    const double seen = rate_seen(&self->map, ticks);
    AVRational rate = rate_said(self, seen), time_base = ticks;
    int64_t last = self->map.frames - 1, span;

    if (oasis_grid_find(&self->map, ticks, rate, &self->grid)) {
        rate = self->grid;
        time_base = (AVRational){1, rate.num};
    } else if (rate.num == 0) {
        rate = av_d2q(seen, 100000);
        rate = rate.num > 0 ? rate : (AVRational){1, 1};
    }
    self->info = (OasisSourceInfo){
        .format = self->shaper.format,
        .frames = self->map.frames,
        .frame_rate = {rate.num, rate.den},
        .time_base = {time_base.num, time_base.den},
    };
    self->info.last_duration = last_duration(self, ticks);
    span = media_pts(&self->base, last) + self->info.last_duration;
    self->media->coded_width = first->width;
    self->media->coded_height = first->height;
    oasis_mastering_read(video->codecpar, first, &self->media->mastering);
    self->media->mirrored = self->shaper.turn.mirrored;
    self->media->rotation = 90 * self->shaper.turn.quarters;
    self->media->interlaced = self->index->interlacing != OASIS_INTERLACING_NONE;
    self->media->deinterlaced = parts_fields(&self->map);
    self->media->making = oasis_frame_map_sum(&self->map);
    self->media->untagged = !oasis_pixels_say_matrix(first);
    self->media->alpha = oasis_pixels_have_alpha(first->format);
    self->media->shape_changes = analysis ? (int)analysis->n_shapes - 1 : 0;
    self->media->concealed = analysis ? analysis->concealed : 0;
    self->media->variable_rate = has_variable_rate(&self->map);
    self->media->duration_ns = av_rescale_q(span, time_base, OASIS_NS);
}

/* Whether the analysis is one of this film. */
static bool is_of(const OasisAnalysis *analysis, const OasisIndex *index)
{
    return analysis && (analysis->whole ? analysis->frames == index->frames
                                        : analysis->first + analysis->frames <= index->frames);
}

/* From coded frames to those that are shown. */
static bool take_cuts(MediaSource *self, const OasisAnalysis *analysis)
{
    if (!is_of(analysis, self->index) || analysis->n_cuts == 0) {
        return true;
    }
    self->cuts = calloc(analysis->n_cuts, sizeof *self->cuts);
    for (size_t i = 0; self->cuts && i < analysis->n_cuts; i++) {
        const int64_t cut = oasis_frame_map_first(&self->map, analysis->cuts[i]);

        if (cut > (self->n_cuts > 0 ? self->cuts[self->n_cuts - 1] : 0) &&
            cut < self->map.frames) {
            self->cuts[self->n_cuts++] = cut;
        }
    }
    return self->cuts;
}

/* Decides which frames are shown, and how they are made. */
static bool make_map(MediaSource *self, const OasisMediaParams *params)
{
    const AVRational rate = av_guess_frame_rate(self->input->format, self->input->video, NULL);
    OasisFrameMapParams map = {
        .double_rate = params->double_rate,
        .even = params->deinterlace == OASIS_DEINTERLACE_AUTO,
        .time_base = self->input->video->time_base,
        .last_duration = oasis_index_last_duration(
            self->index, rate.num > 0 ? rate : (AVRational){25, 1}, self->input->video->time_base),
    };

    switch (params->deinterlace) {
    case OASIS_DEINTERLACE_OFF:
        map.otherwise = OASIS_MAKING_WHOLE;
        break;
    case OASIS_DEINTERLACE_TOP_FIRST:
        map.otherwise = OASIS_MAKING_TOP_FIRST;
        break;
    case OASIS_DEINTERLACE_BOTTOM_FIRST:
        map.otherwise = OASIS_MAKING_BOTTOM_FIRST;
        break;
    case OASIS_DEINTERLACE_ON:
    case OASIS_DEINTERLACE_AUTO:
        map.otherwise = oasis_making_of(self->index->interlacing);
        if (map.otherwise == OASIS_MAKING_WHOLE && params->deinterlace == OASIS_DEINTERLACE_ON) {
            map.otherwise = OASIS_MAKING_FLAGGED;
        }
        break;
    }
    if (params->deinterlace == OASIS_DEINTERLACE_AUTO &&
        is_of(params->analysis, self->index)) {
        map.making = params->analysis->making;
        map.first = params->analysis->first;
        map.known = params->analysis->frames;
    }
    map.all = map.making || map.otherwise != OASIS_MAKING_FLAGGED || params->double_rate ||
              params->deinterlace == OASIS_DEINTERLACE_ON;
    return oasis_frame_map_make(self->index, &map, &self->map) &&
           take_cuts(self, params->analysis) &&
           oasis_field_maker_init(&self->maker, &self->map);
}

/* Decodes the first frame, which decides the shape of all, and keeps it: it is read first. */
static OasisStatus begin(MediaSource *self, const OasisMediaParams *params, OasisError *err)
{
    int error = oasis_reader_seek(&self->reader, 0, NULL);

    if (error >= 0) {
        error = oasis_reader_read(&self->reader, self->decoded);
    }
    if (error < 0) {
        return oasis_av_fail(err, OASIS_ERR_INPUT, self->input->path, error,
                             "its first frame cannot be decoded; copy the file again");
    }
    OASIS_TRY(oasis_shaper_init(&self->shaper, self->input, params, self->decoded, err));
    fill_info(self, params->analysis, self->decoded);
    if (params->tonemap && oasis_frame_format_is_hdr(&self->info.format)) {
        self->tonemap = oasis_tonemap_new(&self->info.format, &self->media->mastering);
        if (!self->tonemap) {
            return oasis_fail_memory(err, self->input->path);
        }
    }
    error = make(self, 0);
    return error < 0 ? oasis_av_fail(err, OASIS_ERR_INTERNAL, self->input->path, error,
                                     "its frames cannot be converted")
                     : OASIS_OK;
}

static OasisStatus open_file(MediaSource *self, const char *path, const OasisMediaParams *params,
                             OasisError *err)
{
    self->base.klass = &media_class;
    self->decoded = av_frame_alloc();
    if (!self->decoded) {
        return oasis_fail_memory(err, path);
    }
    OASIS_TRY(oasis_input_open(path, params->further, params->stream, params->cancel,
                               &self->input, err));
    self->base.name = self->input->path;
    oasis_av_begin(); /* complaints of probing say nothing about what follows */
    OASIS_TRY(oasis_index_open(self->input, params->index_folder, params->progress, params->data,
                               &self->index, err));
    self->media = oasis_describe(self->input, self->index);
    if (!self->media || !oasis_reader_init(&self->reader, self->input, self->index) ||
        !make_map(self, params)) {
        return oasis_fail_memory(err, path);
    }
    OASIS_TRY(begin(self, params, err));
    self->input->cancel = NULL; /* the caller's flag is only lent while opening */
    return OASIS_OK;
}

OasisStatus oasis_media_source_open(const char *path, const OasisMediaParams *params,
                                    OasisSource **source, OasisError *err)
{
    MediaSource *self = calloc(1, sizeof *self);
    OasisStatus status;

    *source = NULL;
    oasis_av_begin();
    if (!self) {
        return oasis_fail_memory(err, path);
    }
    *source = &self->base;
    status = open_file(self, path, params ? params : &(OasisMediaParams){0}, err);
    if (status != OASIS_OK) {
        oasis_source_close(source);
    }
    return status;
}

const int64_t *oasis_media_source_cuts(OasisSource *source, size_t *count)
{
    const MediaSource *self = (MediaSource *)source;

    *count = self->n_cuts;
    return self->n_cuts > 0 ? self->cuts : NULL;
}

OasisCrop oasis_media_source_borders(OasisSource *source, const OasisAnalysis *analysis)
{
    const MediaSource *self = (MediaSource *)source;
    const int bottom = analysis->head_lines > analysis->bottom ? analysis->head_lines
                                                               : analysis->bottom;
    const OasisCrop crop = {analysis->left, analysis->top, analysis->right, bottom};

    /* A picture of which so little is left was not seen aright. */
    if (2 * (crop.left + crop.right) >= self->media->coded_width ||
        2 * (crop.top + crop.bottom) >= self->media->coded_height) {
        return (OasisCrop){0};
    }
    return oasis_turn_crop(self->shaper.turn, &crop);
}

const OasisMediaInfo *oasis_media_source_info(OasisSource *source)
{
    return ((MediaSource *)source)->media;
}

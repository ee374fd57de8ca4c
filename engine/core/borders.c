/* What of a source's frames belongs to no picture: black borders, and the lines in which a tape's
 * heads are switched.
 *
 * Of some frames all over the film each row and column of the first plane is averaged. A border is
 * what is black in all of them but those that are dark altogether. Then rows at the bottom of
 * tapes: where the heads are switched, the rest of the picture is displaced, so that one row is
 * unlike the one above it by far, in most frames.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "oasis/source.h"
#include "oasis/status.h"

enum {
    LOOKS = 24,         /* frames */
    DARK = 10,          /* codes of 8 bits above black that borders stay below */
    DARK_PICTURE = 16,  /* a frame's mean that tells nothing of borders */
    TAPE_LINES = 576,   /* tapes have no more */
    TAPE_LEAST = 240,
    SWITCH_LINES = 16,  /* at the bottom, in which heads are switched */
    UNLIKE = 3,         /* times the difference of ordinary rows */
    LEAST_UNLIKE = 4,   /* codes of 8 bits */
};

/* All in codes of 8 bits above black. */
typedef struct Borders {
    int width, height, looks;
    double *rows, *columns; /* the brightest mean of any frame */
    int *torn;              /* frames in which the row is unlike the one above; by height */
    double *row, *column;   /* this frame's means */
    double *change;         /* this frame's mean difference from the row above */
} Borders;

static double sample(const OasisFrame *frame, int x, int y)
{
    const uint8_t *row = frame->data[0] + y * frame->stride[0];
    const OasisFrameFormat *format = &frame->format;
    double value = format->depth > 8 ? ((const uint16_t *)row)[x] : row[x];

    return value / (1 << (format->depth - 8)) - (format->range == OASIS_RANGE_FULL ? 0 : 16);
}

static double measure(Borders *self, const OasisFrame *frame)
{
    double sum = 0;

    memset(self->row, 0, (size_t)self->height * sizeof *self->row);
    memset(self->column, 0, (size_t)self->width * sizeof *self->column);
    memset(self->change, 0, (size_t)self->height * sizeof *self->change);
    for (int y = 0; y < self->height; y++) {
        for (int x = 0; x < self->width; x++) {
            double value = sample(frame, x, y);

            self->row[y] += value / self->width;
            self->column[x] += value / self->height;
            if (y > 0) {
                double step = value - sample(frame, x, y - 1);
                self->change[y] += (step < 0 ? -step : step) / self->width;
            }
        }
        sum += self->row[y];
    }
    return sum / self->height;
}

static int by_value(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Counts the rows at the bottom that are torn from those above. */
static void note_torn(Borders *self)
{
    const int first = self->height - SWITCH_LINES;
    double ordinary[4 * SWITCH_LINES], limit;

    memcpy(ordinary, self->change + first - 4 * SWITCH_LINES, sizeof ordinary);
    qsort(ordinary, 4 * SWITCH_LINES, sizeof *ordinary, by_value);
    limit = UNLIKE * ordinary[2 * SWITCH_LINES];
    limit = limit > LEAST_UNLIKE ? limit : LEAST_UNLIKE;
    for (int y = first; y < self->height; y++) {
        self->torn[y] += self->change[y] > limit;
    }
}

static void look(Borders *self, const OasisFrame *frame)
{
    if (measure(self, frame) < DARK_PICTURE) {
        return;
    }
    for (int y = 0; y < self->height; y++) {
        self->rows[y] = self->row[y] > self->rows[y] ? self->row[y] : self->rows[y];
    }
    for (int x = 0; x < self->width; x++) {
        self->columns[x] = self->column[x] > self->columns[x] ? self->column[x] : self->columns[x];
    }
    if (self->height <= TAPE_LINES && self->height >= TAPE_LEAST) {
        note_torn(self);
    }
    self->looks++;
}

static int leading_dark(const double *means, int n)
{
    int dark = 0;

    while (dark < n && means[dark] < DARK) {
        dark++;
    }
    return dark;
}

static int trailing_dark(const double *means, int n)
{
    int dark = 0;

    while (dark < n && means[n - 1 - dark] < DARK) {
        dark++;
    }
    return dark;
}

/* The rows from the first torn one of the picture's last ones on. */
static int torn_rows(const Borders *self, int bottom)
{
    const int first = self->height > SWITCH_LINES ? self->height - SWITCH_LINES : 0;

    for (int y = first; y < self->height - bottom; y++) {
        if (2 * self->torn[y] > self->looks) {
            return self->height - y;
        }
    }
    return bottom;
}

static void judge(const Borders *self, OasisCrop *crop)
{
    if (self->looks == 0) {
        return;
    }
    *crop = (OasisCrop){
        .left = leading_dark(self->columns, self->width),
        .top = leading_dark(self->rows, self->height),
        .right = trailing_dark(self->columns, self->width),
        .bottom = trailing_dark(self->rows, self->height),
    };
    crop->bottom = torn_rows(self, crop->bottom);
    /* A picture of which so little is left was not seen aright. */
    if (2 * (crop->left + crop->right) > self->width ||
        2 * (crop->top + crop->bottom) > self->height) {
        *crop = (OasisCrop){0};
    }
}

static OasisStatus look_around(Borders *self, OasisSource *source, const OasisCancel *cancel,
                               OasisError *err)
{
    const OasisSourceInfo *info = oasis_source_info(source);
    int64_t last = -1;

    for (int i = 0; i < LOOKS; i++) {
        const int64_t n = oasis_source_keyframe(source, (2 * i + 1) * info->frames / (2 * LOOKS));
        OasisFrame *frame;

        if (n == last) {
            continue;
        }
        last = n;
        if (oasis_cancel_is_triggered(cancel)) {
            return oasis_fail(err, OASIS_ERR_CANCELLED, source->name,
                              "looking for borders was cancelled");
        }
        OASIS_TRY(oasis_source_seek(source, n, cancel, err));
        OASIS_TRY(oasis_source_read(source, &frame, err));
        if (frame) {
            look(self, frame);
            oasis_frame_unref(&frame);
        }
    }
    return OASIS_OK;
}

static bool allocate(Borders *self)
{
    const size_t width = (size_t)self->width, height = (size_t)self->height;

    self->rows = calloc(height, sizeof *self->rows);
    self->columns = calloc(width, sizeof *self->columns);
    self->torn = calloc(height, sizeof *self->torn);
    self->row = calloc(height, sizeof *self->row);
    self->column = calloc(width, sizeof *self->column);
    self->change = calloc(height, sizeof *self->change);
    return self->rows && self->columns && self->torn && self->row && self->column && self->change;
}

static void clear(Borders *self)
{
    free(self->rows);
    free(self->columns);
    free(self->torn);
    free(self->row);
    free(self->column);
    free(self->change);
}

OasisStatus oasis_source_find_borders(OasisSource *source, const OasisCancel *cancel,
                                      OasisCrop *crop, OasisError *err)
{
    const OasisFrameFormat *format = &oasis_source_info(source)->format;
    Borders self = {.width = format->width, .height = format->height};
    OasisStatus status = allocate(&self) ? look_around(&self, source, cancel, err)
                                         : oasis_fail_memory(err, source->name);

    *crop = (OasisCrop){0};
    if (status == OASIS_OK) {
        judge(&self, crop);
    }
    clear(&self);
    return status;
}

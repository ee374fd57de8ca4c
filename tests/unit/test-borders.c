/* Finding what of a source's frames belongs to no picture.
 * SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "oasis/source.h"

enum { WIDTH = 64, HEIGHT = 288, FRAMES = 60 };

/* A film of noise within black borders. */
typedef struct Film {
    OasisSource base;
    OasisSourceInfo info;
    OasisCrop borders;
    int torn; /* the last rows of the picture that are displaced */
    int grey; /* mean of the picture, in codes of 8 bits above black */
    bool fades; /* every other frame is dark altogether */
    int64_t next;
} Film;

static const OasisSourceInfo *film_info(OasisSource *source)
{
    return &((Film *)source)->info;
}

static int64_t film_pts(OasisSource *source, int64_t n)
{
    return n;
}

static OasisStatus film_seek(OasisSource *source, int64_t n, const OasisCancel *cancel,
                             OasisError *err)
{
    ((Film *)source)->next = n;
    return OASIS_OK;
}

static unsigned value_at(const Film *film, int64_t n, int x, int y)
{
    const OasisFrameFormat *format = &film->info.format;
    const OasisCrop *borders = &film->borders;
    const int black = format->range == OASIS_RANGE_FULL ? 0 : 16;
    const int last = format->height - borders->bottom;
    int value = black + (int)test_random_int(0, 3);

    if (x >= borders->left && x < format->width - borders->right && y >= borders->top &&
        y < last && !(film->fades && n % 2)) {
        /* Columns of ten pixels, which are elsewhere in torn rows. */
        int place = y >= last - film->torn ? x + 5 : x;
        value += film->grey + (place / 10 % 2 ? 20 : 0);
    }
    return (unsigned)value << (format->depth - 8);
}

static OasisStatus film_read(OasisSource *source, OasisFrame **frame, OasisError *err)
{
    Film *film = (Film *)source;
    const OasisFrameFormat *format = &film->info.format;

    *frame = oasis_frame_new(format);
    REQUIRE(*frame);
    for (int y = 0; y < format->height; y++) {
        for (int x = 0; x < format->width; x++) {
            uint8_t *row = (*frame)->data[0] + y * (*frame)->stride[0];

            if (format->depth > 8) {
                ((uint16_t *)row)[x] = (uint16_t)value_at(film, film->next, x, y);
            } else {
                row[x] = (uint8_t)value_at(film, film->next, x, y);
            }
        }
    }
    film->next++;
    return OASIS_OK;
}

static const OasisSourceClass film_class = {
    .info = film_info,
    .pts = film_pts,
    .seek = film_seek,
    .read = film_read,
};

static Film make_film(int depth, OasisRange range)
{
    return (Film){
        .base = {.klass = &film_class, .name = "film"},
        .info = {
            .format = {.width = WIDTH, .height = HEIGHT, .depth = depth, .planes = 1,
                       .matrix = OASIS_MATRIX_BT709, .range = range, .primaries = 2,
                       .transfer = 2, .sample_aspect = {1, 1}},
            .frames = FRAMES,
            .frame_rate = {25, 1},
            .time_base = {1, 25},
        },
        .grey = 60,
    };
}

static void check_found(Film *film, OasisCrop wanted)
{
    OasisCrop found;
    OasisError err = {0};

    CHECK_OK(oasis_source_find_borders(&film->base, NULL, &found, &err), &err);
    CHECK_INT(found.left, wanted.left);
    CHECK_INT(found.top, wanted.top);
    CHECK_INT(found.right, wanted.right);
    CHECK_INT(found.bottom, wanted.bottom);
}

static void check_borders(void)
{
    const OasisCrop borders = {7, 5, 3, 9};

    for (int depth = 8; depth <= 10; depth += 2) {
        for (int range = 0; range < 2; range++) {
            Film film = make_film(depth, (OasisRange)range);

            check_found(&film, (OasisCrop){0});
            film.borders = borders;
            check_found(&film, borders);
            film.fades = true;
            check_found(&film, borders);
            film.grey = 0; /* all of it is dark */
            check_found(&film, (OasisCrop){0});
        }
    }
}

static void check_torn(void)
{
    Film film = make_film(8, OASIS_RANGE_LIMITED);

    film.torn = 7;
    check_found(&film, (OasisCrop){.bottom = 7});
    film.borders = (OasisCrop){.left = 4, .bottom = 2};
    check_found(&film, (OasisCrop){.left = 4, .bottom = 9});
    film.info.format.height = 720; /* no tape has so many */
    check_found(&film, film.borders);
}

/* Half a picture is no border. */
static void check_half(void)
{
    Film film = make_film(8, OASIS_RANGE_LIMITED);

    film.borders.left = 40;
    check_found(&film, (OasisCrop){0});
}

static void check_cancelled(void)
{
    Film film = make_film(8, OASIS_RANGE_LIMITED);
    OasisCancel *cancel = oasis_cancel_new(NULL);
    OasisCrop found;

    REQUIRE(cancel);
    oasis_cancel_trigger(cancel);
    CHECK_STATUS(oasis_source_find_borders(&film.base, cancel, &found, NULL), OASIS_ERR_CANCELLED,
                 NULL);
    oasis_cancel_free(&cancel);
}

int main(void)
{
    test_begin();
    check_borders();
    check_torn();
    check_half();
    check_cancelled();
    return test_end();
}

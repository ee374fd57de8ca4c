/* Finding what of pictures belongs to none: black borders, and the torn lines of tapes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/analysis/edges.h"

#include "test.h"

enum { WIDTH = 64, HEIGHT = 288, MOST_LINES = 720, FRAMES = 24 };

/* A film of noise within black borders. */
typedef struct Film {
    int left, top, right, bottom;
    int height;
    int black; /* 16, or 0 of full range */
    int torn;  /* the last rows of the picture that are displaced */
    bool noisy; /* they are noise instead */
    int grey;  /* mean of the picture, above black */
    bool fades; /* every other frame is dark altogether */
} Film;

static const Film usual = {.height = HEIGHT, .black = 16, .grey = 60};

static uint8_t value_at(const Film *film, int n, int x, int y)
{
    const int last = film->height - film->bottom;
    int value = film->black + (int)test_random_int(0, 3);

    if (x >= film->left && x < WIDTH - film->right && y >= film->top && y < last &&
        !(film->fades && n % 2)) {
        const bool torn = y >= last - film->torn;
        /* Columns of ten pixels, which are elsewhere in torn rows. */
        const int place = torn ? x + 5 : x;

        value += torn && film->noisy ? (int)test_random_int(0, 160)
                                     : film->grey + (place / 10 % 2 ? 20 : 0);
    }
    return (uint8_t)value;
}

static void check_found(const Film *film, Film wanted, int head_lines)
{
    static uint8_t luma[MOST_LINES * WIDTH];
    OasisEdges edges = {0};

    for (int n = 0; n < FRAMES; n++) {
        OasisLook look = {.luma = luma, .stride = WIDTH, .width = WIDTH, .height = film->height};

        for (int i = 0; i < film->height * WIDTH; i++) {
            luma[i] = value_at(film, n, i % WIDTH, i / WIDTH);
            look.mean += (double)luma[i] / (film->height * WIDTH);
        }
        oasis_edges_look(&edges, &look);
    }
    CHECK_INT(oasis_edges_border(&edges, edges.left), wanted.left);
    CHECK_INT(oasis_edges_border(&edges, edges.top), wanted.top);
    CHECK_INT(oasis_edges_border(&edges, edges.right), wanted.right);
    CHECK_INT(oasis_edges_border(&edges, edges.bottom), wanted.bottom);
    CHECK_INT(oasis_edges_head_lines(&edges), head_lines);
}

static void check_borders(void)
{
    for (int black = 0; black <= 16; black += 16) {
        Film film = usual;

        film.black = black;
        check_found(&film, (Film){0}, 0);
        film.left = 7;
        film.top = 5;
        film.right = 3;
        film.bottom = 9;
        check_found(&film, film, 0);
        film.fades = true;
        check_found(&film, film, 0);
        film.grey = 0; /* all of it is dark */
        check_found(&film, (Film){0}, 0);
    }
}

static void check_torn(bool noisy)
{
    Film film = usual;

    film.noisy = noisy;
    film.torn = 7;
    check_found(&film, (Film){0}, 7);
    film.left = 4;
    film.bottom = 2;
    check_found(&film, film, 9);
    film.height = MOST_LINES; /* no tape has so many */
    check_found(&film, film, 0);
}

int main(void)
{
    test_begin();
    check_borders();
    check_torn(false);
    check_torn(true);
    return test_end();
}

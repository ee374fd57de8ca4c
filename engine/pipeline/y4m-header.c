/* Reading and writing the line that a YUV4MPEG2 file begins with.
 * SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/y4m-header.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "oasis/status.h"

static const char MAGIC[] = "YUV4MPEG2";

/* The names of sample layouts. The first one that fits a format is written. */
static const struct Layout {
    const char *name;
    int depth;
    int planes;
    int shift_x, shift_y;
    OasisSiting siting;
} layouts[] = {
    {"420mpeg2", 8, 3, 1, 1, OASIS_SITING_LEFT},
    {"420jpeg", 8, 3, 1, 1, OASIS_SITING_CENTER},
    {"420paldv", 8, 3, 1, 1, OASIS_SITING_TOP_LEFT},
    {"420", 8, 3, 1, 1, OASIS_SITING_CENTER},
    {"411", 8, 3, 2, 0, OASIS_SITING_LEFT},
    {"422", 8, 3, 1, 0, OASIS_SITING_LEFT},
    {"444", 8, 3, 0, 0, OASIS_SITING_LEFT},
    {"mono", 8, 1, 0, 0, OASIS_SITING_LEFT},
#define DEEP_LAYOUTS(depth)                                  \
    {"420p" #depth, depth, 3, 1, 1, OASIS_SITING_LEFT},      \
        {"422p" #depth, depth, 3, 1, 0, OASIS_SITING_LEFT},  \
        {"444p" #depth, depth, 3, 0, 0, OASIS_SITING_LEFT},  \
        {"mono" #depth, depth, 1, 0, 0, OASIS_SITING_LEFT}
    DEEP_LAYOUTS(9),
    DEEP_LAYOUTS(10),
    DEEP_LAYOUTS(12),
    DEEP_LAYOUTS(14),
    DEEP_LAYOUTS(16),
#undef DEEP_LAYOUTS
};

/* A word of the line: its letter is at text[0], its value follows. Not ended by a zero. */
typedef struct Token {
    const char *text;
    size_t length;
} Token;

static bool token_is(Token token, const char *text)
{
    return token.length == strlen(text) && memcmp(token.text, text, token.length) == 0;
}

/* Decimal digits only, at most nine of them. */
static bool parse_number(const char *text, size_t length, int64_t *number)
{
    if (length < 1 || length > 9) {
        return false;
    }
    *number = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
        *number = *number * 10 + (text[i] - '0');
    }
    return true;
}

/* A ratio num:den; 0:0 stands for unknown and gives `unknown`. */
static bool parse_ratio(Token token, OasisRational unknown, OasisRational *ratio)
{
    const char *text = token.text + 1, *end = token.text + token.length;
    const char *colon = memchr(text, ':', (size_t)(end - text));

    if (!colon || !parse_number(text, (size_t)(colon - text), &ratio->num) ||
        !parse_number(colon + 1, (size_t)(end - colon - 1), &ratio->den)) {
        return false;
    }
    if (ratio->num == 0 && ratio->den == 0) {
        *ratio = unknown;
    }
    return ratio->num > 0 && ratio->den > 0;
}

static bool parse_layout(Token token, OasisFrameFormat *format)
{
    Token name = {token.text + 1, token.length - 1};

    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        if (token_is(name, layouts[i].name)) {
            format->depth = layouts[i].depth;
            format->planes = layouts[i].planes;
            format->chroma_shift_x = layouts[i].shift_x;
            format->chroma_shift_y = layouts[i].shift_y;
            format->siting = layouts[i].siting;
            return true;
        }
    }
    return false;
}

static OasisStatus parse_interlacing(Token token, const char *subject, OasisError *err)
{
    if (token_is(token, "Ip") || token_is(token, "I?")) {
        return OASIS_OK;
    }
    if (token_is(token, "It") || token_is(token, "Ib") || token_is(token, "Im")) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, subject,
                          "is interlaced, which is not supported in Y4M files; deinterlace it "
                          "first, or give the original video file");
    }
    return oasis_fail(err, OASIS_ERR_INPUT, subject, "has a damaged header (interlacing)");
}

static OasisStatus parse_token(Token token, const char *subject, OasisY4mHeader *header,
                               OasisError *err)
{
    int64_t number;

    switch (token.text[0]) {
    case 'W':
    case 'H':
        if (!parse_number(token.text + 1, token.length - 1, &number) || number > INT32_MAX) {
            break;
        }
        *(token.text[0] == 'W' ? &header->format.width : &header->format.height) = (int)number;
        return OASIS_OK;
    case 'F':
        if (!parse_ratio(token, (OasisRational){25, 1}, &header->frame_rate)) {
            break;
        }
        return OASIS_OK;
    case 'A':
        if (!parse_ratio(token, (OasisRational){1, 1}, &header->format.sample_aspect)) {
            break;
        }
        return OASIS_OK;
    case 'I': return parse_interlacing(token, subject, err);
    case 'C':
        if (!parse_layout(token, &header->format)) {
            return oasis_fail(err, OASIS_ERR_UNSUPPORTED, subject,
                              "holds samples as \"%.*s\", which is not supported; use 4:2:0, "
                              "4:2:2 or 4:4:4",
                              (int)(token.length < 20 ? token.length : 20), token.text);
        }
        return OASIS_OK;
    case 'X':
        if (token_is(token, "XCOLORRANGE=FULL")) {
            header->format.range = OASIS_RANGE_FULL;
        } else if (token_is(token, "XCOLORRANGE=LIMITED")) {
            header->format.range = OASIS_RANGE_LIMITED;
        }
        return OASIS_OK;
    }
    return oasis_fail(err, OASIS_ERR_INPUT, subject, "has a damaged header (\"%.*s\")",
                      (int)(token.length < 20 ? token.length : 20), token.text);
}

OasisStatus oasis_y4m_header_parse(const char *line, size_t length, const char *subject,
                                   OasisY4mHeader *header, OasisError *err)
{
    const char *at = line + sizeof MAGIC - 1, *end = line + length;
    OasisY4mHeader parsed = {
        .format = {.depth = 8, .planes = 3, .chroma_shift_x = 1, .chroma_shift_y = 1,
                   .matrix = OASIS_MATRIX_SMPTE170M, .range = OASIS_RANGE_LIMITED,
                   .siting = OASIS_SITING_CENTER, .primaries = 2, .transfer = 2,
                   .sample_aspect = {1, 1}},
        .frame_rate = {25, 1},
    };

    if (length < sizeof MAGIC - 1 || memcmp(line, MAGIC, sizeof MAGIC - 1) != 0 ||
        (at < end && *at != ' ')) {
        return oasis_fail(err, OASIS_ERR_INPUT, subject, "is not a YUV4MPEG2 file");
    }
    while (at < end) {
        const char *start = at + 1; /* past the space */
        const char *space = memchr(start, ' ', (size_t)(end - start));

        at = space ? space : end;
        if (at > start) {
            Token token = {start, (size_t)(at - start)};

            OASIS_TRY(parse_token(token, subject, &parsed, err));
        }
    }
    if (parsed.format.width == 0 || parsed.format.height == 0) {
        return oasis_fail(err, OASIS_ERR_INPUT, subject,
                          "has a damaged header: there is no frame size in it");
    }
    *header = parsed;
    return oasis_frame_format_check(&parsed.format, subject, err);
}

static const char *layout_name(const OasisFrameFormat *format)
{
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        const struct Layout *layout = &layouts[i];
        /* Only the names of 8-bit 4:2:0 tell the siting; elsewhere it is lost. */
        bool sited = layout->shift_x && layout->shift_y && layout->depth == 8;

        if (layout->depth == format->depth && layout->planes == format->planes &&
            layout->shift_x == format->chroma_shift_x &&
            layout->shift_y == format->chroma_shift_y &&
            (!sited || layout->siting == format->siting)) {
            return layout->name;
        }
    }
    return NULL;
}

OasisStatus oasis_y4m_header_print(const OasisY4mHeader *header, const char *subject,
                                   char line[OASIS_Y4M_MAX_HEADER], OasisError *err)
{
    const OasisFrameFormat *format = &header->format;
    const char *name = format->planes == 3 && format->matrix == OASIS_MATRIX_RGB
                           ? NULL
                           : layout_name(format);

    if (!name) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, subject,
                          "a Y4M file cannot hold these frames; choose another file type");
    }
    snprintf(line, OASIS_Y4M_MAX_HEADER,
             "%s W%d H%d F%" PRId64 ":%" PRId64 " Ip A%" PRId64 ":%" PRId64 " C%s XCOLORRANGE=%s\n",
             MAGIC, format->width, format->height, header->frame_rate.num, header->frame_rate.den,
             format->sample_aspect.num, format->sample_aspect.den, name,
             format->range == OASIS_RANGE_FULL ? "FULL" : "LIMITED");
    return OASIS_OK;
}

int64_t oasis_y4m_frame_bytes(const OasisFrameFormat *format)
{
    int64_t samples = 0;

    for (int p = 0; p < format->planes; p++) {
        samples += (int64_t)oasis_frame_plane_width(format, p) *
                   oasis_frame_plane_height(format, p);
    }
    return samples * oasis_frame_sample_bytes(format);
}

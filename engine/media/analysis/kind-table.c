/* What suits each kind of recording; nothing here needs FFmpeg.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/kind.h"

#include <string.h>

enum { HIGH_LINES = 720 };

/* Tapes, discs and camcorders hold fields on purpose: all their motion is kept. In files of the
 * other kinds fields are rare, and what looks like them is often left over from a conversion.
 * Recorders leave torn lines and black borders, scanners the gate of the film; a disc's bars belong
 * to the shape of its film. Grain of film, and what a good lens has seen, is not all damage;
 * noise of tapes and codecs is. */
static const OasisKindDefaults defaults[OASIS_KINDS] = {
    [OASIS_KIND_OTHER] = {"other", "other films", false, false, 2, 1, 0},
    [OASIS_KIND_TAPE] = {"tape", "tapes", true, true, 2, 1, 0},
    [OASIS_KIND_DVD] = {"dvd", "DVDs", true, false, 2, 1, 0},
    [OASIS_KIND_CAMCORDER] = {"camcorder", "films of cameras", true, false, 2, 0.8, 0},
    [OASIS_KIND_PHONE] = {"phone", "films of phones", false, false, 2, 0.8, 0},
    [OASIS_KIND_WEB] = {"web", "films of the web", false, false, 2, 1, 0},
    [OASIS_KIND_FILM] = {"film", "cine film", false, true, 2, 0.8, 0.5},
};

const OasisKindDefaults *oasis_kind_defaults(OasisKind kind)
{
    return &defaults[kind < OASIS_KINDS ? kind : OASIS_KIND_OTHER];
}

OasisKind oasis_kind_named(const char *name)
{
    int kind = 0;

    while (kind < OASIS_KINDS && strcmp(defaults[kind].name, name) != 0) {
        kind++;
    }
    return (OasisKind)kind;
}

double oasis_kind_scale(OasisKind kind, const OasisFrameFormat *format)
{
    const int lines = format->width < format->height ? format->width : format->height;

    return lines >= HIGH_LINES ? 1 : oasis_kind_defaults(kind)->scale;
}

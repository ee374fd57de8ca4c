/* The containers that are written.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/formats/muxer.h"

#include <string.h>
#include <strings.h>

#include "oasis/media.h"

static const OasisMuxer muxers[] = {
    {"mkv", "mkv", "matroska", "x264", .timed = true},
    {"mp4", "mp4", "mp4", "x264", .ordinary = true},
    {"m4v", "mp4", "mp4", "x264", .ordinary = true},
    {"mov", "mov", "mov", "x264", .ordinary = true},
    {"webm", "webm", "webm", "vp9", .ordinary = true, .timed = true},
    {"png", "png", "image2", "png", .images = true},
    {"tif", "tiff", "image2", "tiff", .images = true},
    {"tiff", "tiff", "image2", "tiff", .images = true},
};

OasisStatus oasis_muxer_find(const char *path, const OasisMuxer **muxer, OasisError *err)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');

    if (slash && !slash[1]) { /* a folder of pictures */
        return oasis_muxer_find("x.png", muxer, err);
    }
    *muxer = NULL;
    if (dot && (!slash || dot > slash)) {
        for (size_t i = 0; i < sizeof muxers / sizeof *muxers; i++) {
            if (strcasecmp(dot + 1, muxers[i].ending) == 0) {
                *muxer = &muxers[i];
                return OASIS_OK;
            }
        }
    }
    return oasis_fail(err, OASIS_ERR_OUTPUT, path,
                      "the name must end in .mp4, .mkv, .mov or .webm, or be a folder's, as in "
                      "frames/%%05d.png, for pictures");
}

bool oasis_media_is_images(const char *path)
{
    const OasisMuxer *muxer;

    return oasis_muxer_find(path, &muxer, NULL) == OASIS_OK && muxer->images;
}

bool oasis_word_is_in(const char *word, const char *list)
{
    const size_t length = strlen(word);

    for (const char *at = list; length > 0 && (at = strstr(at, word)); at += length) {
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

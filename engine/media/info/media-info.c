/* Info about media files as its callers keep it; nothing here needs FFmpeg.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "oasis/media.h"

const OasisTrack *oasis_media_info_find(const OasisMediaInfo *info, OasisTrackKind kind)
{
    for (size_t i = 0; i < info->n_tracks; i++) {
        if (info->tracks[i].kind == kind) {
            return &info->tracks[i];
        }
    }
    return NULL;
}

/* Replaces a borrowed string by a copy. */
static bool own(const char **string)
{
    *string = strdup(*string ? *string : "");
    return *string;
}

static bool own_track(OasisTrack *track)
{
    bool done = own(&track->codec);

    done &= own(&track->language);
    return own(&track->title) && done;
}

static bool own_tag(OasisTag *tag)
{
    bool done = own(&tag->name);

    return own(&tag->value) && done;
}

OasisMediaInfo *oasis_media_info_copy(const OasisMediaInfo *info)
{
    OasisMediaInfo *copy = malloc(sizeof *copy);
    bool done;

    if (!copy) {
        return NULL;
    }
    *copy = *info;
    done = own(&copy->container);
    done &= own(&copy->video_codec);
    copy->tracks = calloc(info->n_tracks + 1, sizeof *copy->tracks);
    copy->tags = calloc(info->n_tags + 1, sizeof *copy->tags);
    if (!copy->tracks || !copy->tags) {
        copy->n_tracks = copy->n_tags = 0;
        done = false;
    }
    for (size_t i = 0; i < copy->n_tracks; i++) {
        copy->tracks[i] = info->tracks[i];
        done &= own_track(&copy->tracks[i]);
    }
    for (size_t i = 0; i < copy->n_tags; i++) {
        copy->tags[i] = info->tags[i];
        done &= own_tag(&copy->tags[i]);
    }
    if (!done) {
        oasis_media_info_free(&copy);
    }
    return copy;
}

void oasis_media_info_free(OasisMediaInfo **info)
{
    OasisMediaInfo *self = *info;

    *info = NULL;
    if (!self) {
        return;
    }
    for (size_t i = 0; i < self->n_tracks; i++) {
        free((char *)self->tracks[i].codec);
        free((char *)self->tracks[i].language);
        free((char *)self->tracks[i].title);
    }
    for (size_t i = 0; i < self->n_tags; i++) {
        free((char *)self->tags[i].name);
        free((char *)self->tags[i].value);
    }
    free(self->tracks);
    free(self->tags);
    free((char *)self->container);
    free((char *)self->video_codec);
    free(self);
}

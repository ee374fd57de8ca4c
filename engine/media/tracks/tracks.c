/* The other tracks of an export.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/tracks/tracks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/base/av-error.h"
#include "media/tracks/writer.h"

struct OasisTracks {
    const OasisOrigin *origin;
    AVFormatContext *muxer;
    OasisWarner warner;
    const char *container;
    size_t count;
    OasisTrackWriter **writers; /* one a track of the plan; NULL where nothing is (more) written */
};

static void close_writer(OasisTrackWriter **writer)
{
    if (*writer) {
        oasis_track_reader_close(&(*writer)->reader);
        (*writer)->klass->close(*writer);
        *writer = NULL;
    }
}

static OasisTrackWriter *make_writer(const OasisTrack *track, const OasisTrackPlan *plan,
                                     const char *container)
{
    const OasisSoundCodec *codec;

    switch (track->kind) {
    case OASIS_TRACK_SOUND:
        if (plan->fate == OASIS_TRACK_COPY) {
            return oasis_track_copy_new();
        }
        codec = oasis_sound_codec_for(
            track, container, strncmp(plan->codec, "pcm", 3) == 0 ? "pcm" : plan->codec);
        return codec ? oasis_sound_convert_new(codec) : NULL;
    case OASIS_TRACK_SUBTITLES:
        return plan->fate == OASIS_TRACK_COPY ? oasis_track_copy_new()
                                              : oasis_subtitles_convert_new(plan->codec);
    default:
        return oasis_track_still_new();
    }
}

/* Timecodes and chapters' names are written with the tags. */
static bool has_writer(const OasisTrack *track, const OasisTrackPlan *plan)
{
    return plan->fate != OASIS_TRACK_DROP && track->kind != OASIS_TRACK_TIMECODE &&
           track->kind != OASIS_TRACK_DATA;
}

static void give_up(OasisTracks *tracks, OasisTrackWriter **writer, OasisNoteKind kind,
                    int64_t at_ns)
{
    OasisPlanNote note = oasis_note_of(kind, (*writer)->reader.track);

    note.loss = true;
    note.amount = (double)at_ns / 1e9;
    oasis_warn(&tracks->warner, note);
    close_writer(writer);
}

static bool open_writers(OasisTracks *self, const OasisMediaPlan *plan)
{
    for (size_t i = 0; i < plan->n_tracks; i++) {
        const OasisTrackPlan *planned = &plan->tracks[i];
        const OasisTrack *track = &self->origin->info->tracks[planned->number];
        OasisTrackWriter *writer;
        int error;

        if (!has_writer(track, planned)) {
            continue;
        }
        writer = self->writers[self->count] = make_writer(track, planned, plan->container);
        if (!writer) {
            return false;
        }
        writer->muxer = self->muxer;
        error = oasis_track_reader_open(&writer->reader, self->origin, track, self->warner);
        if (error == AVERROR(ENOMEM)) {
            self->count++;
            return false;
        }
        if (error < 0) {
            give_up(self, &self->writers[self->count], OASIS_NOTE_TRACK_CANNOT_BE_OPENED, 0);
        }
        self->count++;
    }
    return true;
}

OasisTracks *oasis_tracks_open(const OasisOrigin *origin, const OasisMediaPlan *plan,
                               AVFormatContext *muxer, OasisWarner warner)
{
    OasisTracks *self = calloc(1, sizeof *self);

    if (!self) {
        return NULL;
    }
    self->origin = origin;
    self->muxer = muxer;
    self->warner = warner;
    self->container = plan->container;
    self->writers = calloc(plan->n_tracks + 1, sizeof(OasisTrackWriter *));
    if (!self->writers || !open_writers(self, plan)) {
        oasis_tracks_close(&self);
    }
    return self;
}

void oasis_tracks_close(OasisTracks **tracks)
{
    OasisTracks *self = *tracks;

    *tracks = NULL;
    if (self) {
        for (size_t i = 0; self->writers && i < self->count; i++) {
            close_writer(&self->writers[i]);
        }
        free(self->writers);
        free(self);
    }
}

/* Whether a failure is more than one track's. */
static bool is_ours(const OasisTracks *tracks, int error)
{
    const AVIOContext *io = tracks->muxer->pb;

    return error == AVERROR(ENOMEM) || (io && io->error < 0 && io->error != AVERROR_EOF);
}

static int start(OasisTrackWriter *writer, const OasisSpan *spans, size_t n_spans)
{
    const OasisTrackKind kind = writer->reader.track->kind;

    if (kind == OASIS_TRACK_SOUND || kind == OASIS_TRACK_SUBTITLES) {
        OASIS_AV_TRY(oasis_track_reader_start(&writer->reader, spans, n_spans));
    }
    return writer->klass->start(writer);
}

/* Sound that the container turns out not to take, for a reason that no table knows, is converted.
 * */
static int convert_instead(OasisTracks *tracks, OasisTrackWriter **place, const OasisSpan *spans,
                           size_t n_spans)
{
    OasisTrackWriter *old = *place;
    const OasisSoundCodec *codec =
        oasis_sound_codec_for(old->reader.track, tracks->container, NULL);
    OasisTrackWriter *writer = oasis_sound_convert_new(codec);
    OasisPlanNote note;

    if (!writer) {
        return AVERROR(ENOMEM);
    }
    writer->muxer = tracks->muxer;
    note = oasis_note_of(OASIS_NOTE_SOUND_AFTER_ALL, old->reader.track);
    snprintf(note.to, sizeof note.to, "%s", codec->label);
    oasis_warn(&tracks->warner, note);
    OASIS_AV_TRY(oasis_track_reader_open(&writer->reader, tracks->origin, old->reader.track,
                                         tracks->warner));
    close_writer(place);
    *place = writer;
    return start(writer, spans, n_spans);
}

int oasis_tracks_start(OasisTracks *tracks, const OasisSpan *spans, size_t n_spans)
{
    for (size_t i = 0; i < tracks->count; i++) {
        OasisTrackWriter **writer = &tracks->writers[i];
        int error;

        if (!*writer) {
            continue;
        }
        error = start(*writer, spans, n_spans);
        if (error == AVERROR_MUXER_NOT_FOUND &&
            (*writer)->reader.track->kind == OASIS_TRACK_SOUND) {
            error = convert_instead(tracks, writer, spans, n_spans);
        }
        if (error == AVERROR(ENOMEM)) {
            return error;
        }
        if (error < 0) {
            give_up(tracks, writer, OASIS_NOTE_TRACK_CANNOT_BE_CARRIED, spans->start_ns);
        } else if (!(*writer)->to) {
            close_writer(writer); /* nothing of it lies in the range */
        }
    }
    return 0;
}

int oasis_tracks_write(OasisTracks *tracks, int64_t until_ns)
{
    for (size_t i = 0; i < tracks->count; i++) {
        OasisTrackWriter **writer = &tracks->writers[i];
        int error = *writer ? (*writer)->klass->write(*writer, until_ns) : 0;

        if (error < 0 && is_ours(tracks, error)) {
            return error;
        }
        if (error < 0) {
            give_up(tracks, writer, OASIS_NOTE_TRACK_CANNOT_BE_WRITTEN,
                    (*writer)->reader.packet_ns);
        }
    }
    return 0;
}

/* Planning a file: what becomes of the picture and of each track of the source.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavcodec/avcodec.h>
#include <libavutil/pixdesc.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "media/base/pixels.h"
#include "media/formats/known.h"
#include "media/formats/muxer.h"
#include "media/formats/target-pixels.h"
#include "media/formats/track-rules.h"

enum {
    HEADER_BYTES = 2000, /* of a container */
    PACKET_BYTES = 14,   /* that it adds to each packet, on the average */
};

static const double LEAST_RATE = 8000; /* bits a second that can be called a picture */
static const int64_t LONG_NS = 10000000000; /* a frame that is shown for longer is worth a word */

typedef struct Planning {
    const char *path;
    const OasisMediaTarget *target;
    const OasisMediaInfo *info; /* NULL without tracks */
    const OasisMuxer *muxer;
    OasisMediaPlan *plan;
    size_t room; /* for notes */
} Planning;

__attribute__((format(printf, 3, 4))) static void note(Planning *planning, bool loss,
                                                       const char *format, ...)
{
    OasisMediaPlan *plan = planning->plan;
    va_list args;

    if (plan->n_notes < planning->room) {
        OasisPlanNote *added = &plan->notes[plan->n_notes++];

        added->loss = loss;
        va_start(args, format);
        vsnprintf(added->text, sizeof added->text, format, args);
        va_end(args);
    }
}

typedef struct Name {
    char text[96];
} Name;

static size_t count(const OasisMediaInfo *info, OasisTrackKind kind, const OasisTrack *up_to)
{
    size_t n = 0;

    for (size_t i = 0; i < info->n_tracks && &info->tracks[i] != up_to; i++) {
        n += info->tracks[i].kind == kind;
    }
    return n;
}

/* "sound", or "sound 2 (ger)" where there are several. */
static Name name_track(const Planning *planning, const OasisTrack *track)
{
    const char *kind = oasis_track_kind_name(track->kind);
    Name name;

    if (count(planning->info, track->kind, NULL) < 2) {
        snprintf(name.text, sizeof name.text, "%s", kind);
    } else {
        snprintf(name.text, sizeof name.text, "%s %zu%s%.20s%s", kind,
                 count(planning->info, track->kind, track) + 1, *track->language ? " (" : "",
                 track->language, *track->language ? ")" : "");
    }
    return name;
}

static void drop(Planning *planning, const OasisTrack *track, OasisTrackPlan *plan,
                 const char *reason)
{
    plan->fate = OASIS_TRACK_DROP;
    plan->codec = "";
    note(planning, true, "%s left out: %s", name_track(planning, track).text, reason);
}

/* FFmpeg learns of tracks by looking at a file's beginning, and holds all of that in memory. */
static void drop_late(Planning *planning, const OasisTrack *track, OasisTrackPlan *plan)
{
    char reason[96];

    snprintf(reason, sizeof reason,
             "%s, it begins %.0f MB into the file, too late to be found; cut off what is before",
             *track->codec ? track->codec : "of an unknown codec", (double)track->late_byte / 1e6);
    drop(planning, track, plan, reason);
}

/* --- sound ------------------------------------------------------------------------------------ */

/* The word for the n-th track of sound; NULL = none was given. */
static bool find_word(const char *words, size_t n, char *word, size_t size)
{
    const char *end;

    if (!words) {
        return false;
    }
    for (; n > 0 && strchr(words, ','); n--) {
        words = strchr(words, ',') + 1;
    }
    end = strchrnul(words, ',');
    snprintf(word, size, "%.*s", (int)(end - words), words);
    return true;
}

static void note_conversion(Planning *planning, const OasisTrack *track,
                            const OasisSoundCodec *codec, bool asked)
{
    const char *container = planning->muxer->container;
    const bool copyable = oasis_sound_may_be_copied(track, container);
    const bool loss = !(track->lossless && codec->lossless);
    const Name name = name_track(planning, track);
    char reason[96] = "as asked";

    if (!asked && !copyable) {
        snprintf(reason, sizeof reason, "since players of %s files do not take it", container);
    } else if (!asked && track->changes > 0) {
        snprintf(reason, sizeof reason, "since it changes on the way");
    } else if (!asked && planning->target->n_further_spans > 0) {
        snprintf(reason, sizeof reason, "to be cut exactly where ranges meet");
    } else if (!asked) {
        snprintf(reason, sizeof reason, "since players of %s files lose its pauses", container);
    }
    note(planning, loss && !asked, "%s converted from %s to %s, %s", name.text, track->codec,
         codec->label, reason);
    if (track->changes > 0) {
        note(planning, false, "%s changes its rate or channels %d time%s, and gets one for all",
             name.text, track->changes, track->changes == 1 ? "" : "s");
    }
    if (track->channels > codec->most_channels) {
        note(planning, !asked, "%s mixed down from %d to %d channels", name.text, track->channels,
             codec->most_channels);
    }
}

static OasisStatus convert(Planning *planning, const OasisTrack *track, const char *word,
                           OasisTrackPlan *plan, OasisError *err)
{
    const char *container = planning->muxer->container;
    const OasisSoundCodec *codec = oasis_sound_codec_for(track, container, word);

    if (!codec) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "sound cannot become \"%s\"; choose copy, aac, opus, flac, pcm or none",
                          word);
    }
    if (!oasis_sound_codec_fits(codec, container)) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "%s files do not take %s sound; choose %s", container, codec->label,
                          oasis_sound_codec_for(track, container, NULL)->name);
    }
    if (!oasis_known_decoder(avcodec_descriptor_get_by_name(track->codec)
                                 ? avcodec_descriptor_get_by_name(track->codec)->id
                                 : AV_CODEC_ID_NONE)) {
        drop(planning, track, plan,
             *track->codec ? "it cannot be decoded here" : "its codec is unknown");
        return OASIS_OK;
    }
    if (!avcodec_find_encoder_by_name(codec->encoder)) {
        drop(planning, track, plan, "this FFmpeg lacks the encoder that it needs");
        return OASIS_OK;
    }
    plan->fate = OASIS_TRACK_CONVERT;
    plan->codec = codec->codec;
    note_conversion(planning, track, codec, word != NULL);
    return OASIS_OK;
}

static OasisStatus plan_sound(Planning *planning, const OasisTrack *track, OasisTrackPlan *plan,
                              OasisError *err)
{
    const size_t n = count(planning->info, OASIS_TRACK_SOUND, track);
    const char *container = planning->muxer->container;
    char word[16];

    if (find_word(planning->target->sound, n, word, sizeof word)) {
        if (strcmp(word, "none") == 0) {
            plan->codec = "";
            return OASIS_OK;
        }
        if (strcmp(word, "copy") != 0) {
            return convert(planning, track, word, plan, err);
        }
    } else if (!oasis_sound_may_be_copied(track, container) || track->changes > 0 ||
               (track->holes > 0 && !planning->muxer->timed) ||
               planning->target->n_further_spans > 0) {
        return convert(planning, track, NULL, plan, err);
    }
    plan->fate = OASIS_TRACK_COPY;
    plan->codec = track->codec;
    return OASIS_OK;
}

/* --- the other kinds -------------------------------------------------------------------------- */

static void plan_subtitles(Planning *planning, const OasisTrack *track, OasisTrackPlan *plan)
{
    const char *container = planning->muxer->container;
    const char *codec = oasis_subtitles_codec_for(track, container);
    char reason[96];

    if (!codec) {
        snprintf(reason, sizeof reason, "%s%s, which %s files do not hold",
                 *track->codec ? track->codec : "of an unknown kind",
                 track->text || !*track->codec ? "" : " are pictures", container);
        drop(planning, track, plan, reason);
        return;
    }
    plan->codec = codec;
    plan->fate = strcmp(codec, track->codec) == 0 ? OASIS_TRACK_COPY : OASIS_TRACK_CONVERT;
    if (plan->fate == OASIS_TRACK_CONVERT) {
        note(planning, strcmp(track->codec, "ass") == 0, "%s converted from %s to %s%s",
             name_track(planning, track).text, track->codec, codec,
             strcmp(track->codec, "ass") == 0 ? ", which keeps the words but not the places" : "");
    }
}

static bool is(const Planning *planning, const char *container)
{
    return strcmp(planning->muxer->container, container) == 0;
}

static void plan_other(Planning *planning, const OasisTrack *track, OasisTrackPlan *plan)
{
    const char *container = planning->muxer->container;
    char reason[96];

    plan->fate = OASIS_TRACK_COPY;
    plan->codec = track->codec;
    snprintf(reason, sizeof reason, "%.40s, which %s files do not hold", track->codec, container);
    switch (track->kind) {
    case OASIS_TRACK_VIDEO:
        snprintf(reason, sizeof reason, "%s, %d×%d; one picture alone is restored", track->codec,
                 track->width, track->height);
        drop(planning, track, plan, reason);
        break;
    case OASIS_TRACK_COVER:
        if (!is(planning, "mkv") && !is(planning, "mp4")) {
            drop(planning, track, plan, reason);
        }
        break;
    case OASIS_TRACK_ATTACHMENT:
        if (!is(planning, "mkv")) {
            drop(planning, track, plan, reason);
        }
        break;
    case OASIS_TRACK_TIMECODE: /* written anew, for the range */
        if (is(planning, "webm")) {
            drop(planning, track, plan, reason);
        }
        break;
    default: /* the chapters' names stand in a track of their own in some files */
        if (planning->info->chapters == 0 || strcmp(track->codec, "text") != 0) {
            snprintf(reason, sizeof reason, "%s",
                     *track->codec ? track->codec : "nobody knows what it is");
            drop(planning, track, plan, reason);
        }
        break;
    }
}

/* Pictures hold a picture each. */
static void plan_images(Planning *planning)
{
    const OasisMediaInfo *info = planning->info;
    const OasisRational rate = planning->target->target.frame_rate;
    OasisMediaPlan *plan = planning->plan;

    for (size_t i = 0; i < info->n_tracks; i++) {
        if (!info->tracks[i].is_main) {
            plan->tracks[plan->n_tracks].number = info->tracks[i].number;
            drop(planning, &info->tracks[i], &plan->tracks[plan->n_tracks++],
                 "files of pictures hold nothing else");
        }
    }
    if (info->n_tags > 0 || info->chapters > 0) {
        note(planning, true, "tags and chapters left out: files of pictures hold none");
    }
    note(planning, info->variable_rate, "%s: %.5g a second, which the files do not say",
         info->variable_rate ? "when each picture is shown is left out" : "pictures",
         rate.den > 0 ? (double)rate.num / (double)rate.den : 0);
}

static OasisStatus plan_tracks(Planning *planning, OasisError *err)
{
    const OasisMediaInfo *info = planning->info;
    OasisMediaPlan *plan = planning->plan;

    for (size_t i = 0; i < info->n_tracks; i++) {
        const OasisTrack *track = &info->tracks[i];
        OasisTrackPlan *planned = &plan->tracks[plan->n_tracks];

        if (track->is_main) {
            continue;
        }
        planned->number = track->number;
        if (track->late_byte > 0) {
            drop_late(planning, track, planned);
        } else if (track->kind == OASIS_TRACK_SOUND) {
            OASIS_TRY(plan_sound(planning, track, planned, err));
        } else if (track->kind == OASIS_TRACK_SUBTITLES) {
            plan_subtitles(planning, track, planned);
        } else {
            plan_other(planning, track, planned);
        }
        plan->n_tracks++;
    }
    return OASIS_OK;
}

/* --- the picture ------------------------------------------------------------------------------ */

static OasisStatus choose_codec(Planning *planning, OasisError *err)
{
    const OasisMediaTarget *target = planning->target;
    const char *container = planning->muxer->container;
    OasisMediaPlan *plan = planning->plan;
    const OasisVideoCodec *codec =
        oasis_video_codec_find(target->codec ? target->codec : planning->muxer->codec);

    if (!codec) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "there is no codec \"%s\"; choose x264 or ffv1, or see the help for more",
                          target->codec);
    }
    if (!oasis_video_codec_fits(codec, container)) {
        return oasis_fail(err, OASIS_ERR_OUTPUT, planning->path,
                          "%s does not go into %s files; end the name in .%.*s or choose %s",
                          codec->label, container, (int)strcspn(codec->containers, " "),
                          codec->containers, planning->muxer->codec);
    }
    if (!oasis_video_codec_works(codec)) {
        return oasis_fail(err, OASIS_ERR_UNSUPPORTED, planning->path,
                          codec->hardware ? "this machine cannot encode %s by its hardware; choose "
                                            "x264"
                                          : "this FFmpeg has no %s encoder; choose another codec",
                          codec->label);
    }
    plan->quality = target->quality >= 0 ? target->quality : codec->quality;
    if (codec->worst == 0 ? target->quality > 0
                          : !(plan->quality >= codec->best && plan->quality <= codec->worst)) {
        return codec->worst == 0
                   ? oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                                "%s has no quality to choose; leave it out", codec->label)
                   : oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                                "a quality (CRF) of %g is out of range for %s; choose %g (largest "
                                "file) to %g (smallest)",
                                plan->quality, codec->label, codec->best, codec->worst);
    }
    plan->preset = strdup(target->preset ? target->preset : codec->preset);
    if (!plan->preset) {
        return oasis_fail_memory(err, planning->path);
    }
    if (target->preset && !oasis_word_is_in(target->preset, codec->presets)) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "%s has no preset \"%s\"; choose one of %s", codec->label, target->preset,
                          *codec->presets ? codec->presets : "another codec's");
    }
    plan->codec = codec;
    plan->bit_rate = target->bit_rate;
    if ((target->bit_rate > 0 || target->file_bytes > 0) && codec->worst == 0) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "%s has no bit rate to choose; leave it out", codec->label);
    }
    if ((target->quality >= 0) + (target->bit_rate > 0) + (target->file_bytes > 0) > 1) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "give a quality, a bit rate or a size; each follows from the other");
    }
    return OASIS_OK;
}

static void note_pixels(Planning *planning, enum AVPixelFormat pixels)
{
    const OasisFrameFormat *from = &planning->target->target.format;
    const AVPixFmtDescriptor *desc = av_pix_fmt_desc_get(pixels);
    const char *before =
        from->planes == 1 ? "grey"
                          : oasis_pixels_subsampling(oasis_pixels_for_format(from));
    const char *after = oasis_pixels_subsampling(pixels);
    const bool finer = desc->nb_components >= from->planes &&
                       desc->log2_chroma_w <= from->chroma_shift_x &&
                       desc->log2_chroma_h <= from->chroma_shift_y;

    if (strcmp(before, after) != 0 && from->planes == 3) {
        const bool asked = planning->target->pixels;

        note(planning, !finer && !asked, "colour stored as %s instead of %s, since %s", after,
             before,
             asked   ? "it was asked for"
             : finer ? "the codec takes nothing else"
                     : "ordinary players take nothing else (--pix-fmt source keeps it)");
    }
    if (desc->comp[0].depth < from->depth) {
        note(planning, true, "stored in %d bits instead of %d", desc->comp[0].depth, from->depth);
    }
    if ((from->width % 2 && desc->log2_chroma_w) || (from->height % 2 && desc->log2_chroma_h)) {
        note(planning, false, "the last %s repeated, since %s needs an even size",
             from->width % 2 && from->height % 2 ? "column and row are"
             : from->width % 2                   ? "column is"
                                                 : "row is",
             after);
    }
}

static void note_times(Planning *planning)
{
    const OasisMediaInfo *info = planning->info;

    if (info->clock_jumps > 0) {
        note(planning, false, "the recording's clock was set %d time%s; picture and sound go on",
             info->clock_jumps, info->clock_jumps == 1 ? "" : "s");
    }
    if (info->longest_ns > LONG_NS) {
        note(planning, false, "one frame is shown for %.0f s, from %.1f s on",
             (double)info->longest_ns / 1e9, (double)info->longest_at_ns / 1e9);
    }
}

/* --- its size --------------------------------------------------------------------------------- */

static double sound_bytes(const OasisTrack *track, const char *codec, double seconds,
                          double all_seconds)
{
    const OasisSoundCodec *known;

    if (strcmp(codec, track->codec) == 0) {
        return all_seconds > 0 ? (double)track->bytes * seconds / all_seconds : 0;
    }
    known = oasis_sound_codec_for(track, "mkv", strncmp(codec, "pcm", 3) == 0 ? "pcm" : codec);
    return !known                     ? 0
           : known->bits_a_channel > 0 ? known->bits_a_channel / 8.0 * track->channels * seconds
                                       : 3.0 * track->rate * track->channels * seconds;
}

static double picture_bytes(const Planning *planning, double frames, double seconds)
{
    const OasisMediaPlan *plan = planning->plan;
    const OasisFrameFormat *format = &planning->target->target.format;
    const double bytes = plan->codec->bits / 8 * format->width * format->height * frames;

    return plan->bit_rate > 0       ? (double)plan->bit_rate / 8 * seconds
           : plan->codec->worst > 0 ? bytes * pow(2, (plan->codec->quality - plan->quality) / 6)
                                    : bytes;
}

/* The bit rate that makes a file so large, given what else is in it. */
static OasisStatus choose_rate(Planning *planning, double others, double seconds, OasisError *err)
{
    const double room = (double)planning->target->file_bytes - others;

    if (seconds > 0 && room * 8 / seconds >= LEAST_RATE) {
        planning->plan->bit_rate = (int64_t)(room * 8 / seconds);
        return OASIS_OK;
    }
    return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                      "%.2f MB hold no picture of %.0f s beside %.2f MB of sound and order; choose "
                      "%.2f MB at the least",
                      (double)planning->target->file_bytes / 1e6, seconds, others / 1e6,
                      (others + LEAST_RATE / 8 * seconds) / 1e6 + 0.01);
}

/* How long the film will be. */
static double count_seconds(const OasisMediaTarget *target, double all)
{
    double seconds = 0;

    for (size_t i = 0; i <= target->n_further_spans; i++) {
        const OasisSpan span = i > 0 ? target->further_spans[i - 1]
                                     : (OasisSpan){target->start_ns, target->end_ns};
        const double end = span.end_ns > 0 ? (double)span.end_ns / 1e9 : all;

        seconds += fmax(0, fmin(end, all) - (double)span.start_ns / 1e9);
    }
    return seconds;
}

static OasisStatus estimate(Planning *planning, OasisError *err)
{
    const OasisMediaTarget *target = planning->target;
    const OasisMediaInfo *info = planning->info;
    OasisMediaPlan *plan = planning->plan;
    const double all = (double)info->duration_ns / 1e9;
    const double seconds = count_seconds(target, all);
    const double rate = target->target.frame_rate.den > 0
                            ? (double)target->target.frame_rate.num /
                                  (double)target->target.frame_rate.den
                            : 25;
    double others = HEADER_BYTES + PACKET_BYTES * rate * seconds;

    for (size_t i = 0; i < plan->n_tracks; i++) {
        const OasisTrack *track = &info->tracks[plan->tracks[i].number];

        if (track->kind == OASIS_TRACK_SOUND && plan->tracks[i].fate != OASIS_TRACK_DROP) {
            others += sound_bytes(track, plan->tracks[i].codec, seconds, all) +
                      PACKET_BYTES * track->rate / 1024 * seconds;
        }
    }
    if (target->file_bytes > 0) {
        OASIS_TRY(choose_rate(planning, others, seconds, err));
    }
    plan->bytes = (int64_t)(picture_bytes(planning, rate * seconds, seconds) + others);
    return OASIS_OK;
}

static int64_t find_free_bytes(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    struct statvfs disk;
    int64_t bytes = -1;

    if (folder && statvfs(folder, &disk) == 0) {
        bytes = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    }
    free(folder);
    return bytes;
}

/* --- all of it -------------------------------------------------------------------------------- */

static OasisStatus make(Planning *planning, OasisError *err)
{
    OasisMediaPlan *plan = planning->plan;
    enum AVPixelFormat pixels;

    OASIS_TRY(choose_codec(planning, err));
    OASIS_TRY(oasis_target_pixels(planning->path, planning->target, plan->codec, planning->muxer,
                                  &pixels, err));
    plan->container = planning->muxer->container;
    plan->pixels = av_get_pix_fmt_name(pixels);
    plan->free_bytes = find_free_bytes(planning->path);
    note_pixels(planning, pixels);
    if (!planning->info && planning->target->file_bytes > 0) {
        return oasis_fail(err, OASIS_ERR_USAGE, planning->path,
                          "of raw frames a size cannot be chosen; give a bit rate");
    }
    if (planning->info) {
        note_times(planning);
        if (planning->muxer->images) {
            plan_images(planning);
        } else {
            OASIS_TRY(plan_tracks(planning, err));
        }
        OASIS_TRY(estimate(planning, err));
        if (plan->free_bytes >= 0 && plan->bytes > plan->free_bytes) {
            note(planning, false, "the disk has less room than the %.1f GB that it will need",
                 (double)plan->bytes / 1e9);
        }
    }
    return OASIS_OK;
}

OasisStatus oasis_media_plan_new(const char *path, const OasisMediaTarget *target,
                                 const OasisMediaInfo *info, OasisMediaPlan **plan,
                                 OasisError *err)
{
    const size_t n_tracks = info ? info->n_tracks : 0;
    Planning planning = {.path = path, .target = target, .info = info, .room = 16 + 4 * n_tracks};
    OasisStatus status = oasis_muxer_find(path, &planning.muxer, err);

    *plan = NULL;
    if (status == OASIS_OK) {
        planning.plan = *plan = calloc(1, sizeof **plan);
        if (*plan) {
            (*plan)->tracks = calloc(n_tracks + 1, sizeof *(*plan)->tracks);
            (*plan)->notes = calloc(planning.room, sizeof *(*plan)->notes);
        }
        status = *plan && (*plan)->tracks && (*plan)->notes ? make(&planning, err)
                                                            : oasis_fail_memory(err, path);
    }
    if (status != OASIS_OK) {
        oasis_media_plan_free(plan);
    }
    return status;
}

void oasis_media_plan_free(OasisMediaPlan **plan)
{
    OasisMediaPlan *self = *plan;

    *plan = NULL;
    if (self) {
        free(self->tracks);
        free(self->notes);
        free(self->preset);
        free(self);
    }
}

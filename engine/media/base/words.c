/* Notes about a file that is made, in English; nothing here needs FFmpeg.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "oasis/media.h"

const char *oasis_track_kind_name(OasisTrackKind kind)
{
    switch (kind) {
    case OASIS_TRACK_VIDEO:
        return "video";
    case OASIS_TRACK_SOUND:
        return "sound";
    case OASIS_TRACK_SUBTITLES:
        return "subtitles";
    case OASIS_TRACK_COVER:
        return "cover picture";
    case OASIS_TRACK_ATTACHMENT:
        return "attachment";
    case OASIS_TRACK_TIMECODE:
        return "timecode";
    case OASIS_TRACK_DATA:
        break;
    }
    return "data";
}

/* A text that is written piece by piece. */
typedef struct Words {
    char *text;
    size_t size, used;
} Words;

__attribute__((format(printf, 2, 3))) static void say(Words *words, const char *format, ...)
{
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(words->text + words->used, words->size - words->used, format, args);
    va_end(args);
    words->used += length > 0 ? (size_t)length : 0;
    words->used = words->used < words->size ? words->used : words->size - 1;
}

static const char *plural(int count)
{
    return count == 1 ? "" : "s";
}

/* "sound", or "sound 2 (ger)" where there are several. */
static void say_track(Words *words, const OasisPlanNote *note)
{
    say(words, "%s", oasis_track_kind_name(note->track_kind));
    if (note->nth > 0) {
        say(words, " %d", note->nth);
    }
    if (note->nth > 0 && *note->language) {
        say(words, " (%s)", note->language);
    }
}

static void say_left_out(Words *words, const OasisPlanNote *note)
{
    const char *codec = *note->codec ? note->codec : "of an unknown kind";

    say_track(words, note);
    say(words, " left out: ");
    switch (note->kind) {
    case OASIS_NOTE_TRACK_OF_PICTURES:
        say(words, "%s are pictures, which %s files do not hold", codec, note->container);
        break;
    case OASIS_NOTE_TRACK_BESIDE_IMAGES:
        say(words, "files of pictures hold nothing else");
        break;
    case OASIS_NOTE_TRACK_LATE:
        say(words,
            "%s, it begins %.0f MB into the file, too late to be found; cut off what is before",
            *note->codec ? note->codec : "of an unknown codec", note->amount / 1e6);
        break;
    case OASIS_NOTE_TRACK_UNKNOWN:
        say(words, "its codec is unknown");
        break;
    case OASIS_NOTE_TRACK_NO_DECODER:
        say(words, "it cannot be decoded here");
        break;
    case OASIS_NOTE_TRACK_NO_ENCODER:
        say(words, "this FFmpeg lacks the encoder that it needs");
        break;
    case OASIS_NOTE_TRACK_SECOND_PICTURE:
        say(words, "%s, %d×%d; one picture alone is restored", note->codec, note->before,
            note->after);
        break;
    case OASIS_NOTE_TRACK_NO_SENSE:
        say(words, "%s", *note->codec ? note->codec : "nobody knows what it is");
        break;
    default:
        say(words, "%s, which %s files do not hold", codec, note->container);
        break;
    }
}

static void say_sound(Words *words, const OasisPlanNote *note)
{
    say_track(words, note);
    say(words, " converted from %s to %s, ", note->codec, note->to);
    switch (note->kind) {
    case OASIS_NOTE_SOUND_AS_ASKED:
        say(words, "as asked");
        break;
    case OASIS_NOTE_SOUND_FOR_CHANGES:
        say(words, "since it changes on the way");
        break;
    case OASIS_NOTE_SOUND_FOR_RANGES:
        say(words, "to be cut exactly where ranges meet");
        break;
    case OASIS_NOTE_SOUND_FOR_PAUSES:
        say(words, "since players of %s files lose its pauses", note->container);
        break;
    case OASIS_NOTE_SOUND_AFTER_ALL:
        say(words, "since the file does not take it");
        break;
    default:
        say(words, "since players of %s files do not take it", note->container);
        break;
    }
}

static void say_end(Words *words, const OasisPlanNote *note)
{
    say_track(words, note);
    if (*note->codec) {
        say(words, " (%s)", note->codec);
    }
    switch (note->kind) {
    case OASIS_NOTE_TRACK_CANNOT_BE_OPENED:
        say(words, " cannot be read and is left out, from");
        break;
    case OASIS_NOTE_TRACK_CANNOT_BE_CARRIED:
        say(words, " cannot be carried over and is left out, from");
        break;
    case OASIS_NOTE_TRACK_CANNOT_BE_READ:
        say(words, " cannot be read further than");
        break;
    default:
        say(words, " ends early: it cannot be written further than");
        break;
    }
    say(words, " %.1f s", note->amount);
}

static void say_colour(Words *words, const OasisPlanNote *note)
{
    say(words, "colour stored as %s instead of %s, since %s", note->to, note->codec,
        note->kind == OASIS_NOTE_COLOUR_AS_ASKED    ? "it was asked for"
        : note->kind == OASIS_NOTE_COLOUR_FOR_CODEC ? "the codec takes nothing else"
                                                    : "ordinary players take nothing else "
                                                      "(--pix-fmt source keeps it)");
}

static void say_rest(Words *words, const OasisPlanNote *note)
{
    switch (note->kind) {
    case OASIS_NOTE_DEPTH:
        say(words, "stored in %d bits instead of %d", note->after, note->before);
        break;
    case OASIS_NOTE_COLUMN_REPEATED:
    case OASIS_NOTE_ROW_REPEATED:
    case OASIS_NOTE_COLUMN_AND_ROW_REPEATED:
        say(words, "the last %s repeated, since %s needs an even size",
            note->kind == OASIS_NOTE_COLUMN_REPEATED ? "column is"
            : note->kind == OASIS_NOTE_ROW_REPEATED  ? "row is"
                                                     : "column and row are",
            note->to);
        break;
    case OASIS_NOTE_DOLBY_LEFT_OUT:
        say(words, "Dolby Vision's own layer left out; what is kept is its base, %s", note->codec);
        break;
    case OASIS_NOTE_HDR_UNSAID:
        say(words, "pictures do not say that they are %s (--tonemap makes SDR of it)", note->codec);
        break;
    case OASIS_NOTE_HDR_IN_H264:
        say(words, "few players show %s in H.264; x265 suits it", note->codec);
        break;
    case OASIS_NOTE_SHAPES_FITTED:
        say(words, "its size or aspect changes %d time%s; what differs is fitted with bars",
            note->before, plural(note->before));
        break;
    case OASIS_NOTE_CONCEALED:
        say(words, "%d frame%s could not be decoded whole; others stand in", note->before,
            plural(note->before));
        break;
    case OASIS_NOTE_ALPHA:
        say(words, "transparent parts lie over black");
        break;
    case OASIS_NOTE_IMAGES_A_SECOND:
    case OASIS_NOTE_TIMES_LEFT_OUT:
        say(words, "%s: %.5g a second, which the files do not say",
            note->kind == OASIS_NOTE_TIMES_LEFT_OUT ? "when each picture is shown is left out"
                                                    : "pictures",
            note->amount);
        break;
    case OASIS_NOTE_RATE_ENOUGH:
        say(words, "the picture needs no more than %.0f kbit/s, and has no more",
            note->amount / 1000);
        break;
    case OASIS_NOTE_RATE_LEAST:
        say(words, "the picture needs %.0f kbit/s at the least, and has them",
            note->amount / 1000);
        break;
    case OASIS_NOTE_TAGS_LEFT_OUT:
        say(words, "tags and chapters left out: files of pictures hold none");
        break;
    case OASIS_NOTE_CLOCK_SET:
        say(words, "the recording's clock was set %d time%s; picture and sound go on",
            note->before, plural(note->before));
        break;
    case OASIS_NOTE_LONG_FRAME:
        say(words, "one frame is shown for %.0f s, from %.1f s on", note->amount, note->at);
        break;
    default:
        say(words, "the disk has less room than the %.1f GB that it will need",
            note->amount / 1e9);
        break;
    }
}

const char *oasis_plan_note_words(const OasisPlanNote *note, char *text, size_t size)
{
    Words words = {text, size, 0};

    *text = '\0';
    if (note->kind <= OASIS_NOTE_TRACK_NO_SENSE) {
        say_left_out(&words, note);
    } else if (note->kind <= OASIS_NOTE_SOUND_AFTER_ALL) {
        say_sound(&words, note);
    } else if (note->kind == OASIS_NOTE_SOUND_CHANGES) {
        say_track(&words, note);
        say(&words, " changes its rate or channels %d time%s, and gets one for all", note->before,
            plural(note->before));
    } else if (note->kind == OASIS_NOTE_SOUND_MIXED_DOWN) {
        say_track(&words, note);
        say(&words, " mixed down from %d to %d channels", note->before, note->after);
    } else if (note->kind <= OASIS_NOTE_TEXT_WITHOUT_PLACES) {
        say_track(&words, note);
        say(&words, " converted from %s to %s%s", note->codec, note->to,
            note->kind == OASIS_NOTE_TEXT_WITHOUT_PLACES
                ? ", which keeps the words but not the places"
                : "");
    } else if (note->kind <= OASIS_NOTE_TRACK_CANNOT_BE_WRITTEN) {
        say_end(&words, note);
    } else if (note->kind <= OASIS_NOTE_COLOUR_FOR_PLAYERS) {
        say_colour(&words, note);
    } else {
        say_rest(&words, note);
    }
    return text;
}

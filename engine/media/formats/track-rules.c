/* Which codecs of sound and subtitles each container gets.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/formats/track-rules.h"

#include <libavcodec/avcodec.h>
#include <string.h>

#include "media/formats/known.h"
#include "media/formats/muxer.h"

typedef struct Rules {
    const char *container;
    const char *sound;     /* that ordinary players of it take */
    const char *subtitles;
    const char *text;      /* what other text is converted to */
} Rules;

static const Rules rules[] = {
    {"mp4", "aac ac3 eac3 alac mp3", "mov_text", "mov_text"},
    {"mov",
     "aac ac3 eac3 alac mp3 pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le pcm_s32be pcm_f32le "
     "pcm_f32be pcm_u8 pcm_s8 pcm_mulaw pcm_alaw adpcm_ima_qt",
     "mov_text", "mov_text"},
    {"mkv",
     "aac ac3 eac3 alac mp3 mp2 mp1 dts truehd flac opus vorbis pcm_s16le pcm_s24le pcm_s32le "
     "pcm_u8 pcm_f32le pcm_f64le tta wavpack",
     "subrip ass webvtt hdmv_pgs_subtitle hdmv_text_subtitle dvd_subtitle dvb_subtitle", "subrip"},
    {"webm", "opus vorbis", "webvtt", "webvtt"},
};

static const OasisSoundCodec aac = {"aac", "AAC", "aac", "aac", false, 6, 96000};
static const OasisSoundCodec opus = {"opus", "Opus", "opus", "libopus", false, 8, 80000};
static const OasisSoundCodec flac = {"flac", "FLAC", "flac", "flac", true, 8, 0};
static const OasisSoundCodec pcm_16 = {"pcm", "PCM", "pcm_s16le", "pcm_s16le", true, 64, 0};
static const OasisSoundCodec pcm_24 = {"pcm", "PCM", "pcm_s24le", "pcm_s24le", true, 64, 0};
static const OasisSoundCodec pcm_32 = {"pcm", "PCM", "pcm_s32le", "pcm_s32le", true, 64, 0};
static const OasisSoundCodec pcm_float = {"pcm", "PCM", "pcm_f32le", "pcm_f32le", true, 64, 0};

static const Rules *find(const char *container)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (strcmp(rules[i].container, container) == 0) {
            return &rules[i];
        }
    }
    return &rules[0];
}

/* MP4's header has no place for MP3 of lower rates. */
bool oasis_sound_may_be_copied(const OasisTrack *track, const char *container)
{
    if (strcmp(track->codec, "mp3") == 0 && track->rate < 16000 &&
        (strcmp(container, "mp4") == 0 || strcmp(container, "mov") == 0)) {
        return false;
    }
    return oasis_word_is_in(track->codec, find(container)->sound);
}

static const OasisSoundCodec *pcm_for(const OasisTrack *track)
{
    if (strncmp(track->codec, "pcm_f", 5) == 0) {
        return &pcm_float;
    }
    return track->bits <= 16 ? &pcm_16 : track->bits <= 24 ? &pcm_24 : &pcm_32;
}

const OasisSoundCodec *oasis_sound_codec_for(const OasisTrack *track, const char *container,
                                             const char *name)
{
    if (!name) {
        bool lossless = strcmp(container, "mkv") == 0 || strcmp(container, "mov") == 0;

        return strcmp(container, "webm") == 0 ? &opus
               : lossless && track->lossless  ? pcm_for(track)
                                              : &aac;
    }
    return strcmp(name, "aac") == 0    ? &aac
           : strcmp(name, "opus") == 0 ? &opus
           : strcmp(name, "flac") == 0 ? &flac
           : strcmp(name, "pcm") == 0  ? pcm_for(track)
                                       : NULL;
}

bool oasis_sound_codec_fits(const OasisSoundCodec *codec, const char *container)
{
    return oasis_word_is_in(codec->codec, find(container)->sound) ||
           (strcmp(container, "mp4") == 0 && oasis_word_is_in(codec->name, "opus flac"));
}

const char *oasis_subtitles_codec_for(const OasisTrack *track, const char *container)
{
    const AVCodecDescriptor *codec = avcodec_descriptor_get_by_name(track->codec);

    if (oasis_word_is_in(track->codec, find(container)->subtitles)) {
        return codec ? codec->name : NULL;
    }
    return track->text && codec && oasis_known_decoder(codec->id) ? find(container)->text : NULL;
}

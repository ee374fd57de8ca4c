/* Decoded sound, brought to one rate and shape, and to its place in time.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/tracks/sound-place.h"

#include <libavutil/mem.h>
#include <stdlib.h>

#include "media/base/av-error.h"
#include "media/base/ns.h"

enum {
    SLACK_MS = 15,    /* by which times may waver, since containers round them */
    MOST_SECONDS = 24 * 3600, /* that a pause may last, */
    MOST_SECONDS_AFTER = 10,  /* and how long behind the picture's end */
};

int oasis_sound_place_init(OasisSoundPlace *place, const AVCodecContext *to)
{
    *place = (OasisSoundPlace){.to = to, .most = INT64_MAX};
    place->ready = av_audio_fifo_alloc(to->sample_fmt, to->ch_layout.nb_channels, 4096);
    place->waiting = av_frame_alloc();
    return place->ready && place->waiting ? 0 : AVERROR(ENOMEM);
}

void oasis_sound_place_clear(OasisSoundPlace *place)
{
    swr_free(&place->resampler);
    av_channel_layout_uninit(&place->layout);
    av_frame_free(&place->waiting);
    if (place->ready) {
        av_audio_fifo_free(place->ready);
        place->ready = NULL;
    }
}

/* Appends samples, but for those that are to be cut or lie behind the range. */
static int append(OasisSoundPlace *place, uint8_t **samples, int count)
{
    const int planes = av_sample_fmt_is_planar(place->to->sample_fmt)
                           ? place->to->ch_layout.nb_channels
                           : 1;
    const int bytes = av_get_bytes_per_sample(place->to->sample_fmt) *
                      (planes > 1 ? 1 : place->to->ch_layout.nb_channels);
    const int cut = (int)FFMIN(place->skip, count);
    const int taken = (int)FFMIN(count - cut, place->most - place->placed);

    place->skip -= cut;
    for (int p = 0; p < planes; p++) {
        samples[p] += (size_t)cut * (size_t)bytes;
    }
    place->placed += taken;
    return taken > 0 && av_audio_fifo_write(place->ready, (void **)samples, taken) < taken
               ? AVERROR(ENOMEM)
               : 0;
}

/* Takes what the resampler makes of `count` more samples; NULL is the end. */
static int resample(OasisSoundPlace *place, const uint8_t *const *data, int count)
{
    uint8_t **samples = NULL, *memory;
    int room = swr_get_out_samples(place->resampler, count) + 32;
    int made, error;

    error = av_samples_alloc_array_and_samples(&samples, NULL, place->to->ch_layout.nb_channels,
                                               room, place->to->sample_fmt, 0);
    if (error < 0) {
        return error;
    }
    memory = samples[0];
    made = swr_convert(place->resampler, samples, room, data, count);
    error = made > 0 ? append(place, samples, made) : made;
    av_free(memory);
    av_free(samples);
    return error;
}

static int flush(OasisSoundPlace *place)
{
    return place->resampler ? resample(place, NULL, 0) : 0;
}

int oasis_sound_place_range(OasisSoundPlace *place, int64_t film_ns, int64_t length_ns,
                            int64_t picture_ns)
{
    const AVRational samples = {1, place->to->sample_rate};

    OASIS_AV_TRY(flush(place));
    swr_free(&place->resampler);
    place->skip = 0;
    place->base = av_rescale_q(film_ns, OASIS_NS, samples);
    place->most = length_ns == INT64_MAX ? INT64_MAX
                                         : av_rescale_q(film_ns + length_ns, OASIS_NS, samples);
    place->picture = place->base + av_rescale_q(picture_ns, OASIS_NS, samples);
    place->gap = place->base - place->placed;
    return 0;
}

static bool is_alike(const OasisSoundPlace *place, const AVFrame *frame)
{
    return place->resampler && frame->sample_rate == place->rate &&
           frame->format == place->format &&
           av_channel_layout_compare(&frame->ch_layout, &place->layout) == 0;
}

/* Begins with frames of a new shape. */
static int begin(OasisSoundPlace *place, const AVFrame *frame)
{
    OASIS_AV_TRY(flush(place));
    swr_free(&place->resampler);
    OASIS_AV_TRY(swr_alloc_set_opts2(&place->resampler, &place->to->ch_layout,
                                     place->to->sample_fmt, place->to->sample_rate,
                                     &frame->ch_layout, frame->format, frame->sample_rate, 0,
                                     NULL));
    OASIS_AV_TRY(av_channel_layout_copy(&place->layout, &frame->ch_layout));
    place->rate = frame->sample_rate;
    place->format = frame->format;
    return swr_init(place->resampler);
}

/* Finds the gap before the next sample, or drops what comes too late. */
static int move(OasisSoundPlace *place, int64_t time_ns)
{
    const int rate = place->to->sample_rate;
    const int64_t wanted = place->base + av_rescale_q(time_ns, OASIS_NS, (AVRational){1, rate});
    const int64_t next = place->placed + swr_get_delay(place->resampler, rate) - place->skip;
    const int64_t slack = place->placed > place->base ? (int64_t)rate * SLACK_MS / 1000 : 0;
    const int64_t off = wanted - next;

    if (llabs(off) <= slack) {
        return 0;
    }
    if (off < 0) {
        place->skip -= off;
        return 0;
    }
    if (off > (int64_t)rate * MOST_SECONDS ||
        wanted - place->picture > (int64_t)rate * MOST_SECONDS_AFTER) {
        return OASIS_ERROR_TIMES;
    }
    place->gap = FFMIN(off, place->most - place->placed);
    return 0;
}

static int resample_frame(OasisSoundPlace *place, const AVFrame *frame)
{
    return resample(place, (const uint8_t *const *)frame->extended_data, frame->nb_samples);
}

int oasis_sound_place_add(OasisSoundPlace *place, AVFrame *frame, int64_t time_ns)
{
    if (frame->nb_samples < 1 || frame->sample_rate < 1) {
        return 0;
    }
    if (frame->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&frame->ch_layout, frame->ch_layout.nb_channels);
    }
    if (!is_alike(place, frame)) {
        OASIS_AV_TRY(begin(place, frame));
    }
    if (time_ns != INT64_MIN) {
        OASIS_AV_TRY(move(place, time_ns));
    }
    if (place->gap > 0) {
        av_frame_move_ref(place->waiting, frame);
        return 0;
    }
    return resample_frame(place, frame);
}

/* Of a gap before a range's first frame, which no resampler has seen. */
static int fill_before(OasisSoundPlace *place, int count)
{
    const int channels = place->to->ch_layout.nb_channels;
    uint8_t **samples = NULL, *memory;
    int error = av_samples_alloc_array_and_samples(&samples, NULL, channels, count,
                                                   place->to->sample_fmt, 0);

    if (error < 0) {
        return error;
    }
    memory = samples[0];
    av_samples_set_silence(samples, 0, count, channels, place->to->sample_fmt);
    error = append(place, samples, count);
    av_free(memory);
    av_free(samples);
    return error;
}

int oasis_sound_place_fill(OasisSoundPlace *place)
{
    static const uint8_t *const none[AV_NUM_DATA_POINTERS * 8] = {0};
    const int rate = place->to->sample_rate;
    const int piece = (int)FFMIN(place->gap, rate);
    int error = 0;

    if (!place->resampler) {
        place->gap -= piece;
        return fill_before(place, piece);
    }
    OASIS_AV_TRY(
        swr_inject_silence(place->resampler, (int)av_rescale(piece, place->rate, rate)));
    OASIS_AV_TRY(resample(place, none, 0));
    place->gap -= piece;
    if (place->gap == 0) {
        error = resample_frame(place, place->waiting);
        av_frame_unref(place->waiting);
    }
    return error;
}

int oasis_sound_place_end(OasisSoundPlace *place)
{
    return flush(place);
}

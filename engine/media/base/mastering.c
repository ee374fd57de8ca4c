/* What HDR video says of the screen that it was made on, and of its light.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/base/mastering.h"

#include <libavutil/dovi_meta.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/mem.h>
#include <string.h>

static const void *find(const AVCodecParameters *stream, enum AVPacketSideDataType of_stream,
                        const AVFrame *frame, enum AVFrameSideDataType of_frame)
{
    const AVPacketSideData *told =
        av_packet_side_data_get(stream->coded_side_data, stream->nb_coded_side_data, of_stream);
    const AVFrameSideData *seen =
        !told && frame ? av_frame_get_side_data(frame, of_frame) : NULL;

    return told ? told->data : seen ? seen->data : NULL;
}

static OasisRational from_av(AVRational value)
{
    return (OasisRational){value.num, value.den > 0 ? value.den : 1};
}

static AVRational to_av(OasisRational value)
{
    return (AVRational){(int)value.num, (int)value.den};
}

void oasis_mastering_read(const AVCodecParameters *stream, const AVFrame *frame,
                          OasisMastering *mastering)
{
    const AVMasteringDisplayMetadata *display =
        find(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, frame,
             AV_FRAME_DATA_MASTERING_DISPLAY_METADATA);
    const AVContentLightMetadata *light =
        find(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL);

    if (display && display->has_primaries && display->has_luminance) {
        mastering->has_screen = true;
        for (int i = 0; i < 6; i++) {
            mastering->primaries[i / 2][i % 2] = from_av(display->display_primaries[i / 2][i % 2]);
        }
        mastering->white[0] = from_av(display->white_point[0]);
        mastering->white[1] = from_av(display->white_point[1]);
        mastering->darkest = from_av(display->min_luminance);
        mastering->brightest = from_av(display->max_luminance);
    }
    if (light) {
        mastering->most_light = (int)light->MaxCLL;
        mastering->most_average_light = (int)light->MaxFALL;
    }
}

static void fill_screen(const OasisMastering *mastering, AVMasteringDisplayMetadata *display)
{
    display->has_primaries = display->has_luminance = 1;
    for (int i = 0; i < 6; i++) {
        display->display_primaries[i / 2][i % 2] = to_av(mastering->primaries[i / 2][i % 2]);
    }
    display->white_point[0] = to_av(mastering->white[0]);
    display->white_point[1] = to_av(mastering->white[1]);
    display->min_luminance = to_av(mastering->darkest);
    display->max_luminance = to_av(mastering->brightest);
}

/* Encoders read the one, containers the other. */
static int add(AVCodecContext *encoder, enum AVFrameSideDataType of_frame,
               enum AVPacketSideDataType of_stream, const void *data, size_t size)
{
    AVFrameSideData *seen =
        av_frame_side_data_new(&encoder->decoded_side_data, &encoder->nb_decoded_side_data,
                               of_frame, size, AV_FRAME_SIDE_DATA_FLAG_UNIQUE);
    AVPacketSideData *told =
        av_packet_side_data_new(&encoder->coded_side_data, &encoder->nb_coded_side_data, of_stream,
                                size, 0);

    if (!seen || !told) {
        return AVERROR(ENOMEM);
    }
    memcpy(seen->data, data, size);
    memcpy(told->data, data, size);
    return 0;
}

static int write_screen(const OasisMastering *mastering, AVCodecContext *encoder)
{
    size_t size;
    AVMasteringDisplayMetadata *display = av_mastering_display_metadata_alloc_size(&size);
    int error = AVERROR(ENOMEM);

    if (display) {
        fill_screen(mastering, display);
        error = add(encoder, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
                    AV_PKT_DATA_MASTERING_DISPLAY_METADATA, display, size);
    }
    av_free(display);
    return error;
}

static int write_light(const OasisMastering *mastering, AVCodecContext *encoder)
{
    size_t size;
    AVContentLightMetadata *light = av_content_light_metadata_alloc(&size);
    int error = AVERROR(ENOMEM);

    if (light) {
        light->MaxCLL = (unsigned)mastering->most_light;
        light->MaxFALL = (unsigned)mastering->most_average_light;
        error = add(encoder, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
                    light, size);
    }
    av_free(light);
    return error;
}

int oasis_mastering_write(const OasisMastering *mastering, AVCodecContext *encoder)
{
    const int error = mastering->has_screen ? write_screen(mastering, encoder) : 0;

    return error == 0 && mastering->most_light > 0 ? write_light(mastering, encoder) : error;
}

bool oasis_dolby_read(const AVCodecParameters *stream, int *profile, bool *compatible)
{
    const AVPacketSideData *told = av_packet_side_data_get(
        stream->coded_side_data, stream->nb_coded_side_data, AV_PKT_DATA_DOVI_CONF);
    const AVDOVIDecoderConfigurationRecord *dolby = told ? (const void *)told->data : NULL;

    if (dolby) {
        *profile = dolby->dv_profile;
        *compatible = dolby->dv_bl_signal_compatibility_id != 0;
    }
    return dolby;
}

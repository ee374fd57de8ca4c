/* Pictures on a graphics card.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/formats/hardware.h"

#include <libavutil/hwcontext.h>

#include "media/base/av-error.h"

static bool takes_host_memory(const AVCodec *codec)
{
    const enum AVPixelFormat *formats = NULL;

    return avcodec_get_supported_config(NULL, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0,
                                        (const void **)&formats, NULL) < 0 ||
           !formats || *formats != AV_PIX_FMT_VAAPI;
}

static int make_room(AVCodecContext *encoder, AVBufferRef *device)
{
    AVBufferRef *room = av_hwframe_ctx_alloc(device);
    AVHWFramesContext *frames;

    if (!room) {
        return AVERROR(ENOMEM);
    }
    encoder->hw_frames_ctx = room; /* freed with the encoder */
    frames = (AVHWFramesContext *)room->data;
    frames->format = AV_PIX_FMT_VAAPI;
    frames->sw_format = encoder->pix_fmt;
    frames->width = encoder->width;
    frames->height = encoder->height;
    OASIS_AV_TRY(av_hwframe_ctx_init(room));
    encoder->pix_fmt = AV_PIX_FMT_VAAPI;
    return 0;
}

int oasis_hardware_prepare(AVCodecContext *encoder)
{
    AVBufferRef *device = NULL;
    int error;

    if (takes_host_memory(encoder->codec)) {
        return 0;
    }
    OASIS_AV_TRY(av_hwdevice_ctx_create(&device, AV_HWDEVICE_TYPE_VAAPI, NULL, NULL, 0));
    error = make_room(encoder, device);
    av_buffer_unref(&device);
    return error;
}

int oasis_hardware_send(AVCodecContext *encoder, const AVFrame *frame)
{
    AVFrame *copy;
    int error;

    if (!frame || !encoder->hw_frames_ctx) {
        return avcodec_send_frame(encoder, frame);
    }
    copy = av_frame_alloc();
    error = copy ? av_hwframe_get_buffer(encoder->hw_frames_ctx, copy, 0) : AVERROR(ENOMEM);
    if (error >= 0) {
        error = av_hwframe_transfer_data(copy, frame, 0);
    }
    if (error >= 0) {
        error = av_frame_copy_props(copy, frame);
    }
    if (error >= 0) {
        error = avcodec_send_frame(encoder, copy);
    }
    av_frame_free(&copy);
    return error;
}

/* Which of the ways to encode pictures work here.
 * SPDX-License-Identifier: Apache-2.0 */
#include <libavcodec/avcodec.h>
#include <pthread.h>

#include "media/base/av-error.h"
#include "media/formats/hardware.h"
#include "oasis/media.h"

enum { MOST_CODECS = 32 };

static bool works[MOST_CODECS];
static pthread_once_t tried = PTHREAD_ONCE_INIT;

/* A hardware encoder is there for certain only once it has been opened. */
static bool opens(const AVCodec *encoder)
{
    AVCodecContext *context = avcodec_alloc_context3(encoder);
    bool done = false;

    if (context) {
        context->width = 256;
        context->height = 256;
        context->pix_fmt = AV_PIX_FMT_NV12; /* which all of them take */
        context->time_base = (AVRational){1, 25};
        done = oasis_hardware_prepare(context) >= 0 && avcodec_open2(context, NULL, NULL) >= 0;
    }
    avcodec_free_context(&context);
    return done;
}

static void try_all(void)
{
    size_t count;
    const OasisVideoCodec *codecs = oasis_video_codecs(&count);

    oasis_av_begin();
    for (size_t i = 0; i < count && i < MOST_CODECS; i++) {
        const AVCodec *encoder = avcodec_find_encoder_by_name(codecs[i].encoder);

        works[i] = encoder && (!codecs[i].hardware || opens(encoder));
    }
    oasis_av_begin(); /* what the missing ones said does not matter */
}

bool oasis_video_codec_works(const OasisVideoCodec *codec)
{
    size_t count;

    pthread_once(&tried, try_all);
    return works[codec - oasis_video_codecs(&count)];
}

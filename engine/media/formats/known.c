/* The containers and codecs that are opened at all: those that cameras, phones, recorders and the
 * computers of their time keep home videos in. FFmpeg knows four times as many, most of them of
 * games, and lists of other files: each is code that a damaged or hostile file could reach.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/formats/known.h"

#include <libavutil/bprint.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

/* Those of sound alone are here so that it can be said what is wrong with such a file. */
static const char demuxers[] =
    "mov,matroska,avi,mpeg,mpegts,mpegvideo,flv,kux,asf,rm,ogg,dv,mxf,gxf,nut,nuv,nsv,ivf,obu,"
    "h261,h263,h264,hevc,m4v,vc1,vc1test,dirac,mjpeg,mpjpeg,smjpeg,yuv4mpegpipe,swf,vivo,pva,wtv,"
    "ty,dhav,mtv,flic,gif,apng,image2,png_pipe,jpeg_pipe,bmp_pipe,tiff_pipe,webp_pipe,j2k_pipe,"
    "ppm_pipe,pgm_pipe,pbm_pipe,"
    "wav,w64,mp3,aac,flac,ac3,eac3,dts,aiff,au,amr,caf,wv,tta,ape";

/* By the codecs' names; a last star stands for any ending. */
static const char *const codecs[] = {
    /* cameras, phones, discs, the web */
    "h261", "h263", "h263i", "h263p", "flv1", "mpeg1video", "mpeg2video", "mpeg4", "msmpeg4v1",
    "msmpeg4v2", "msmpeg4v3", "wmv1", "wmv2", "wmv3", "vc1", "wmv3image", "vc1image", "h264",
    "hevc", "av1", "vp3", "vp4", "vp5", "vp6", "vp6a", "vp6f", "vp7", "vp8", "vp9", "theora",
    "dirac", "rv10", "rv20", "rv30", "rv40", "mjpeg", "mjpegb", "amv", "sp5x", "mxpeg", "mimic",
    "dvvideo",
    /* computers of the nineties */
    "svq1", "svq3", "cinepak", "indeo2", "indeo3", "indeo4", "indeo5", "rpza", "smc", "qtrle",
    "8bps", "msrle", "msvideo1", "cyuv", "asv1", "asv2", "truemotion1", "truemotion2",
    "ultimotion", "wnv1", "vcr1", "aura", "aura2", "cljr", "qpeg", "flic", "nuv", "pixlet",
    /* editing, capturing, archives */
    "rawvideo", "yuv4", "v210", "v210x", "v308", "v408", "v410", "ayuv", "r210", "r10k", "y41p",
    "huffyuv", "ffvhuff", "ffv1", "utvideo", "magicyuv", "lagarith", "vble", "zlib", "mszh",
    "prores", "dnxhd", "cfhd", "aic", "media100", "speedhq", "jpeg2000", "jpegls", "hap", "fraps",
    "cscd", "tscc", "tscc2", "zmbv", "vmnc", "flashsv", "flashsv2", "mss1", "mss2", "mts2",
    /* pictures */
    "png", "apng", "gif", "bmp", "tiff", "webp", "ppm", "pgm", "pbm", "pam", "pgmyuv",
    /* sound */
    "pcm_*", "aac", "aac_latm", "mp1", "mp2", "mp3", "mp3adu", "mp3on4", "mp4als", "ac3", "eac3",
    "dts", "truehd", "mlp", "flac", "alac", "opus", "vorbis", "wavpack", "tta", "ape", "wmav1",
    "wmav2", "wmapro", "wmavoice", "wmalossless", "amr_nb", "amr_wb", "qcelp", "evrc", "gsm",
    "gsm_ms", "nellymoser", "speex", "qdm2", "qdmc", "cook", "ra_144", "ra_288", "sipr", "ralf",
    "atrac1", "atrac3", "atrac3p", "mace3", "mace6", "truespeech", "imc", "iac", "adpcm_ima_wav",
    "adpcm_ima_qt", "adpcm_ima_amv", "adpcm_ima_smjpeg", "adpcm_ms", "adpcm_swf", "adpcm_yamaha",
    "adpcm_ct", "adpcm_g722", "adpcm_g726", "adpcm_g726le", "g723_1", "g729", "ilbc", "dvaudio",
    "s302m",
    /* subtitles */
    "subrip", "ass", "ssa", "mov_text", "webvtt", "text", "dvd_subtitle", "dvb_subtitle",
    "hdmv_pgs_subtitle", "xsub", "eia_608", "dvb_teletext",
};

static char *decoders;

static bool is_known(enum AVCodecID id)
{
    const AVCodecDescriptor *codec = avcodec_descriptor_get(id);

    for (size_t i = 0; codec && i < sizeof codecs / sizeof *codecs; i++) {
        const size_t length = strcspn(codecs[i], "*");

        if (codecs[i][length] == '*' ? strncmp(codecs[i], codec->name, length) == 0
                                     : strcmp(codecs[i], codec->name) == 0) {
            return true;
        }
    }
    return false;
}

static void list_decoders(void)
{
    const AVCodec *codec;
    void *state = NULL;
    AVBPrint list;

    av_bprint_init(&list, 0, AV_BPRINT_SIZE_UNLIMITED);
    while ((codec = av_codec_iterate(&state))) {
        if (av_codec_is_decoder(codec) && is_known(codec->id)) {
            av_bprintf(&list, "%s%s", list.len > 0 ? "," : "", codec->name);
        }
    }
    av_bprint_finalize(&list, &decoders);
}

const char *oasis_known_demuxers(void)
{
    return demuxers;
}

const char *oasis_known_decoders(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, list_decoders);
    return decoders;
}

const AVCodec *oasis_known_decoder(enum AVCodecID id)
{
    return is_known(id) ? avcodec_find_decoder(id) : NULL;
}

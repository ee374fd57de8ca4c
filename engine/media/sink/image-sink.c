/* Sinks of pictures, a file each, in a folder that gets its name when it is whole.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/sink/image-sink.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/target.h"
#include "media/base/announce.h"
#include "media/base/av-error.h"
#include "media/encode/encoder-input.h"
#include "media/encode/encoder.h"
#include "media/encode/piece-writer.h"
#include "media/info/origin.h"

typedef struct ImageSink {
    OasisSink base;
    char *path;
    char *folder, *part; /* .../FOLDER and .../.FOLDER.part */
    char *before, *after; /* a file's name around its number */
    int digits;
    int directory; /* the part folder; -1 = there is none (more) */
    OasisMediaInfo *info; /* NULL without a source to tell of */
    OasisMediaPlan *plan; /* borrows from info */
    AVCodecContext *encoder;
    OasisEncoderInput input;
    AVFrame *picture;
    AVPacket *packet;
    int64_t frames;
} ImageSink;

static OasisStatus fail_encoding(const ImageSink *self, int error, OasisError *err)
{
    return oasis_av_fail(err, OASIS_ERR_OUTPUT, self->path, error,
                         "a picture cannot be encoded; choose another format");
}

/* Writes all bytes to a new file of the part folder; an errno, or 0. */
static int write_file(const ImageSink *self, const char *name, const AVPacket *packet)
{
    int file = openat(self->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int error = file < 0 ? errno : 0;

    for (int done = 0; error == 0 && done < packet->size;) {
        ssize_t more = write(file, packet->data + done, (size_t)(packet->size - done));

        error = more < 0 && errno != EINTR ? errno : 0;
        done += more > 0 ? (int)more : 0;
    }
    if (file >= 0 && close(file) != 0 && error == 0) {
        error = errno;
    }
    return error;
}

static OasisStatus write_pictures(ImageSink *self, OasisError *err)
{
    for (;;) {
        int error = avcodec_receive_packet(self->encoder, self->packet);
        char *name;

        if (oasis_av_is_dry(error)) {
            return OASIS_OK;
        }
        if (error < 0) {
            return fail_encoding(self, error, err);
        }
        if (asprintf(&name, "%s%0*lld%s", self->before, self->digits, (long long)++self->frames,
                     self->after) < 0) {
            return oasis_fail_memory(err, self->path);
        }
        error = write_file(self, name, self->packet);
        free(name);
        av_packet_unref(self->packet);
        if (error != 0) {
            return oasis_fail_writing(err, self->path, error);
        }
    }
}

static OasisStatus image_write(OasisSink *sink, OasisFrame *frame, OasisError *err)
{
    ImageSink *self = (ImageSink *)sink;
    int error;

    oasis_av_begin();
    if (!oasis_frame_format_equal(&frame->format, &self->input.format)) {
        return oasis_fail(err, OASIS_ERR_USAGE, self->path,
                          "a frame's format is not the one that was announced");
    }
    error = oasis_encoder_input_take(&self->input, frame, self->picture);
    if (error >= 0) {
        error = avcodec_send_frame(self->encoder, self->picture);
        av_frame_unref(self->picture);
    }
    return error < 0 ? fail_encoding(self, error, err) : write_pictures(self, err);
}

static OasisStatus image_finish(OasisSink *sink, OasisError *err)
{
    ImageSink *self = (ImageSink *)sink;
    int error;

    oasis_av_begin();
    error = avcodec_send_frame(self->encoder, NULL);
    if (error < 0) {
        return fail_encoding(self, error, err);
    }
    OASIS_TRY(write_pictures(self, err));
    if (self->frames == 0) {
        return oasis_fail(err, OASIS_ERR_USAGE, self->path,
                          "would hold no frames; choose a longer range");
    }
    if (syncfs(self->directory) != 0 || rename(self->part, self->folder) != 0) {
        return errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR
                   ? oasis_fail(err, OASIS_ERR_EXISTS, self->folder,
                                "has been made meanwhile; choose another name")
                   : oasis_fail_writing(err, self->folder, errno);
    }
    close(self->directory);
    self->directory = -1;
    oasis_target_sync_folder(self->folder);
    return OASIS_OK;
}

/* Removes the files of the part folder, which only this sink writes. */
static void empty(int directory)
{
    const int copy = dup(directory);
    DIR *list = copy >= 0 ? fdopendir(copy) : NULL;

    if (list) {
        rewinddir(list); /* its place is shared with the copy before */
    }
    for (struct dirent *entry; list && (entry = readdir(list));) {
        unlinkat(directory, entry->d_name, 0); /* not "." and ".." */
    }
    if (list) {
        closedir(list);
    }
}

static void image_close(OasisSink *sink)
{
    ImageSink *self = (ImageSink *)sink;

    oasis_av_begin();
    if (self->directory >= 0) {
        empty(self->directory);
        close(self->directory);
        rmdir(self->part);
    }
    oasis_encoder_input_clear(&self->input);
    avcodec_free_context(&self->encoder);
    av_frame_free(&self->picture);
    av_packet_free(&self->packet);
    oasis_media_plan_free(&self->plan);
    oasis_media_info_free(&self->info);
    free(self->path);
    free(self->folder);
    free(self->part);
    free(self->before);
    free(self->after);
    free(self);
}

static const OasisSinkClass image_class = {
    .write = image_write,
    .finish = image_finish,
    .close = image_close,
};

/* Takes "frames/a%05d.png" apart, or "frames/". */
static OasisStatus parse_path(ImageSink *self, OasisError *err)
{
    const char *slash = strrchr(self->path, '/');
    const char *name = slash && slash[1] ? slash + 1 : "%05d.png";
    const char *mark = strchr(name, '%');
    const char *folder_name;

    if (!slash || slash == self->path || !mark || mark[1] != '0' ||
        !isdigit((unsigned char)mark[2]) || mark[2] == '0' || mark[3] != 'd' ||
        strchr(mark + 1, '%')) {
        return oasis_fail(err, OASIS_ERR_USAGE, self->path,
                          "does not say how pictures are numbered; write a folder and a number, as "
                          "in frames/%%05d.png");
    }
    self->digits = mark[2] - '0';
    self->before = strndup(name, (size_t)(mark - name));
    self->after = strdup(mark + 4);
    self->folder = strndup(self->path, (size_t)(slash - self->path));
    if (!self->before || !self->after || !self->folder) {
        return oasis_fail_memory(err, self->path);
    }
    folder_name = strrchr(self->folder, '/');
    folder_name = folder_name ? folder_name + 1 : self->folder;
    if (!*folder_name || strcmp(folder_name, ".") == 0 || strcmp(folder_name, "..") == 0) {
        return oasis_fail(err, OASIS_ERR_USAGE, self->path, "needs a folder of its own");
    }
    if (asprintf(&self->part, "%.*s.%s.part", (int)(folder_name - self->folder), self->folder,
                 folder_name) < 0) {
        self->part = NULL;
        return oasis_fail_memory(err, self->path);
    }
    return OASIS_OK;
}

/* Pictures of another film stay by themselves. */
static OasisStatus check_folder(const ImageSink *self, OasisError *err)
{
    DIR *list = opendir(self->folder);
    bool is_empty = true;

    if (!list) {
        return errno == ENOENT ? OASIS_OK : oasis_fail_writing(err, self->folder, errno);
    }
    for (struct dirent *entry; (entry = readdir(list));) {
        is_empty &= strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    }
    closedir(list);
    return is_empty ? OASIS_OK
                    : oasis_fail(err, OASIS_ERR_EXISTS, self->folder,
                                 "is a folder with files in it; choose another");
}

/* Makes the part folder, or takes over one that a killed run has left. */
static OasisStatus open_part(ImageSink *self, OasisError *err)
{
    if (mkdir(self->part, 0777) != 0 && errno != EEXIST) {
        return oasis_fail_writing(err, self->folder, errno);
    }
    self->directory = open(self->part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (self->directory < 0) {
        return oasis_fail_writing(err, self->folder, errno);
    }
    empty(self->directory);
    return OASIS_OK;
}

static OasisStatus take_info(ImageSink *self, const OasisMediaTarget *target, OasisError *err)
{
    OasisOrigin origin = {0};
    OasisStatus status = OASIS_OK;

    if (target->tracks_from) {
        status = oasis_origin_open(target->tracks_from, target->further, target->stream,
                                   target->index_folder, &origin, err);
    }
    self->info = origin.info;
    origin.info = NULL;
    oasis_origin_close(&origin);
    return status;
}

static OasisStatus open_folder(ImageSink *self, const char *path, const OasisMediaTarget *target,
                               OasisError *err)
{
    self->base.klass = &image_class;
    self->directory = -1;
    self->base.name = self->path = strdup(path);
    self->picture = av_frame_alloc();
    self->packet = av_packet_alloc();
    if (!self->path || !self->picture || !self->packet) {
        return oasis_fail_memory(err, path);
    }
    OASIS_TRY(parse_path(self, err));
    OASIS_TRY(check_folder(self, err));
    OASIS_TRY(oasis_frame_format_check(&target->target.format, path, err));
    OASIS_TRY(take_info(self, target, err));
    OASIS_TRY(oasis_media_plan_new(path, target, self->info, &self->plan, err));
    OASIS_TRY(oasis_announce(self->path, self->plan, target, err));
    OASIS_TRY(oasis_encoder_open(path, target, self->plan, 0, 0, &self->encoder, err));
    self->input =
        (OasisEncoderInput){.encoder = self->encoder, .format = target->target.format};
    return open_part(self, err);
}

OasisStatus oasis_image_sink_open(const char *path, const OasisMediaTarget *target,
                                  OasisSink **sink, OasisError *err)
{
    ImageSink *self = calloc(1, sizeof *self);
    OasisStatus status;

    *sink = NULL;
    oasis_av_begin();
    if (!self) {
        return oasis_fail_memory(err, path);
    }
    *sink = &self->base;
    status = open_folder(self, path, target, err);
    if (status != OASIS_OK) {
        oasis_sink_close(sink);
    }
    return status;
}

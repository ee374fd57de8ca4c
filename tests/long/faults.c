/* Put before a program by LD_PRELOAD: counts what it does to the files of a folder, notes it, and
 * at one of these calls kills the program or lets the call fail.
 *
 *   FAULTS_FOLDER  only calls about files in it count
 *   FAULTS_LOG     a line for each call: number, kind, file's number, file, offset and size in
 *                  FAULTS_LOG.data of what was written, offset in the file, its new name
 *   FAULTS_AT      the call that it befalls, from 1
 *   FAULTS_WHAT    "kill", or an error number
 *   FAULTS_UNTIL   the last call that fails (default: FAULTS_AT)
 *
 * And, each by itself:
 *   FAULTS_GONE    while there is a file of this name, nothing that lies in FAULTS_GONE_FOLDER is
 *                  there, and what was open stays dead: a disk that is unplugged, and back
 *   FAULTS_FAT     all disks are FAT
 *   FAULTS_ENCODE  the frame that encoders refuse, from 1, up to FAULTS_ENCODE_UNTIL
 *   FAULTS_CLOCK   the time of day leaps about
 *   FAULTS_MALLOC  the allocation of the program's own (not its libraries') that fails, from 1; how
 *                  many there were goes into FAULTS_MALLOC_COUNT
 * SPDX-License-Identifier: Apache-2.0  */
#undef _FILE_OFFSET_BITS /* each function has its own name, and the other one, too */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { MOST_FILES = 1024 };

#define REAL(name) (__extension__(__typeof__(&name))dlsym(RTLD_NEXT, #name))

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char *paths[MOST_FILES]; /* of descriptors that count */
static long calls;
static int log_fd = -2, data_fd = -1;

static bool counts(const char *path)
{
    const char *folder = getenv("FAULTS_FOLDER");

    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static const char *path_of(int fd)
{
    return fd >= 0 && fd < MOST_FILES ? paths[fd] : NULL;
}

static void open_log(void)
{
    const char *path = getenv("FAULTS_LOG");
    char data[4096];

    log_fd = -1;
    if (path) {
        snprintf(data, sizeof data, "%s.data", path);
        log_fd = REAL(open)(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        data_fd = REAL(open)(data, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    }
}

static void note(const char *kind, uint64_t file, const char *path, const void *data, size_t size,
                 int64_t at, const char *to)
{
    off_t start = 0;
    char line[8300];
    int length;

    if (log_fd == -2) {
        open_log();
    }
    if (log_fd < 0) {
        return;
    }
    if (data && size) {
        start = lseek(data_fd, 0, SEEK_END);
        if (REAL(write)(data_fd, data, size) != (ssize_t)size) {
            abort();
        }
    }
    length = snprintf(line, sizeof line, "%ld\t%s\t%" PRIu64 "\t%s\t%jd\t%zu\t%" PRId64 "\t%s\n",
                      calls, kind, file, path, (intmax_t)start, size, at, to ? to : "");
    if (REAL(write)(log_fd, line, (size_t)length) != length) {
        abort();
    }
}

/* Counts a call. An error number, where it shall fail. */
static int befall(void)
{
    const char *at = getenv("FAULTS_AT"), *until = getenv("FAULTS_UNTIL");
    const char *what = getenv("FAULTS_WHAT");
    const long first = at ? atol(at) : 0, last = until ? atol(until) : first;

    calls++;
    if (!what || calls < first || calls > last) {
        return 0;
    }
    if (strcmp(what, "kill") == 0) {
        kill(getpid(), SIGKILL);
    }
    return atoi(what);
}

static uint64_t number_of(int fd)
{
    struct stat info;

    return fstat(fd, &info) == 0 ? info.st_ino : 0;
}

static uint64_t number_at(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 ? info.st_ino : 0;
}

/* --- unplugged ----------------------------------------------------------------------------- */

static bool dead[MOST_FILES]; /* descriptors of files that were gone in between */

static bool is_gone(const char *path)
{
    const char *flag = getenv("FAULTS_GONE"), *folder = getenv("FAULTS_GONE_FOLDER");

    return flag && folder && path && strncmp(path, folder, strlen(folder)) == 0 &&
           syscall(SYS_access, flag, F_OK) == 0;
}

/* Whether a descriptor's file is gone, or was. */
static bool is_dead(int fd)
{
    char link[64], path[4096];
    ssize_t length;

    if (!getenv("FAULTS_GONE") || fd < 0 || fd >= MOST_FILES) {
        return false;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    dead[fd] |= is_gone(path);
    return dead[fd];
}

#define GONE(condition, number, failed)                                                            \
    if (condition) {                                                                               \
        errno = number;                                                                            \
        return failed;                                                                             \
    }

ssize_t read(int fd, void *data, size_t size)
{
    GONE(is_dead(fd), EIO, -1)
    return REAL(read)(fd, data, size);
}

ssize_t pread(int fd, void *data, size_t size, off_t at)
{
    GONE(is_dead(fd), EIO, -1)
    return REAL(pread)(fd, data, size, at);
}

ssize_t pread64(int fd, void *data, size_t size, off64_t at)
{
    GONE(is_dead(fd), EIO, -1)
    return REAL(pread64)(fd, data, size, at);
}

int stat(const char *path, struct stat *info)
{
    GONE(is_gone(path), ENOENT, -1)
    return REAL(stat)(path, info);
}

int lstat(const char *path, struct stat *info)
{
    GONE(is_gone(path), ENOENT, -1)
    return REAL(lstat)(path, info);
}

int access(const char *path, int mode)
{
    GONE(is_gone(path), ENOENT, -1)
    return REAL(access)(path, mode);
}

/* Around the rest of a function: the call is done, unless it counts and shall fail. */
#define BEGIN(condition, failed)                                                                   \
    const bool mine = (condition);                                                                 \
    int error_number;                                                                              \
    pthread_mutex_lock(&mutex);                                                                    \
    error_number = mine ? befall() : 0;                                                            \
    if (error_number) {                                                                            \
        pthread_mutex_unlock(&mutex);                                                              \
        errno = error_number;                                                                      \
        return failed;                                                                             \
    }
#define END(result)                                                                                \
    pthread_mutex_unlock(&mutex);                                                                  \
    return result;

static void keep_path(int fd, const char *path)
{
    if (fd >= 0 && fd < MOST_FILES) {
        free(paths[fd]);
        paths[fd] = counts(path) ? strdup(path) : NULL;
    }
}

static int open_any(const char *path, int flags, mode_t mode)
{
    GONE(is_gone(path), ENOENT, -1)
    BEGIN(counts(path) && (flags & O_CREAT), -1)
    const uint64_t before = mine ? number_at(path) : 0;
    const int fd = REAL(open)(path, flags, mode);
    keep_path(fd, path);
    if (fd >= 0 && mine && number_of(fd) != before) {
        note("create", number_of(fd), path, NULL, 0, 0, NULL);
    } else if (fd >= 0 && mine && (flags & O_TRUNC)) {
        note("truncate", number_of(fd), path, NULL, 0, 0, NULL);
    }
    END(fd)
}

int open(const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open_any(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open_any(path, flags, mode);
}

static int make_temporary(char *path, int flags)
{
    GONE(is_gone(path), ENOENT, -1)
    BEGIN(counts(path), -1)
    const int fd = REAL(mkostemp)(path, flags);
    keep_path(fd, path);
    if (fd >= 0 && mine) {
        note("create", number_of(fd), path, NULL, 0, 0, NULL);
    }
    END(fd)
}

int mkostemp(char *path, int flags)
{
    return make_temporary(path, flags);
}

int mkostemp64(char *path, int flags)
{
    return make_temporary(path, flags);
}

int close(int fd)
{
    pthread_mutex_lock(&mutex);
    if (fd >= 0 && fd < MOST_FILES) {
        free(paths[fd]);
        paths[fd] = NULL;
        dead[fd] = false;
    }
    pthread_mutex_unlock(&mutex);
    return REAL(close)(fd);
}

ssize_t write(int fd, const void *data, size_t size)
{
    GONE(is_dead(fd), EIO, -1)
    BEGIN(path_of(fd), -1)
    const bool appends = mine && (fcntl(fd, F_GETFL) & O_APPEND);
    const off_t at = mine ? lseek(fd, 0, appends ? SEEK_END : SEEK_CUR) : 0;
    const ssize_t written = REAL(write)(fd, data, size);
    if (mine && written > 0) {
        note("write", number_of(fd), path_of(fd), data, (size_t)written, at, NULL);
    }
    END(written)
}

int fsync(int fd)
{
    GONE(is_dead(fd), EIO, -1)
    BEGIN(path_of(fd), -1)
    const int result = REAL(fsync)(fd);
    if (mine && result == 0) {
        note("sync", number_of(fd), path_of(fd), NULL, 0, 0, NULL);
    }
    END(result)
}

static int rename_any(const char *from, const char *to, unsigned flags)
{
    GONE(is_gone(from), ENOENT, -1)
    BEGIN(counts(from), -1)
    const uint64_t number = mine ? number_at(from) : 0;
    const int result = REAL(renameat2)(AT_FDCWD, from, AT_FDCWD, to, flags);
    if (mine && result == 0) {
        note("rename", number, from, NULL, 0, 0, to);
    }
    END(result)
}

int rename(const char *from, const char *to)
{
    return rename_any(from, to, 0);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
    return rename_any(from, to, flags);
}

int mkdir(const char *path, mode_t mode)
{
    GONE(is_gone(path), ENOENT, -1)
    BEGIN(counts(path), -1)
    const int result = REAL(mkdir)(path, mode);
    if (mine && result == 0) {
        note("folder", number_at(path), path, NULL, 0, 0, NULL);
    }
    END(result)
}

static int remove_any(const char *path, int folder, const char *name, int flags)
{
    BEGIN(counts(path), -1)
    const uint64_t number = mine ? number_at(path) : 0;
    const int result = REAL(unlinkat)(folder, name, flags);
    if (mine && result == 0) {
        note("remove", number, path, NULL, 0, 0, NULL);
    }
    END(result)
}

int unlink(const char *path)
{
    return remove_any(path, AT_FDCWD, path, 0);
}

int rmdir(const char *path)
{
    return remove_any(path, AT_FDCWD, path, AT_REMOVEDIR);
}

int unlinkat(int folder, const char *name, int flags)
{
    char link[64], path[8192];
    ssize_t length;

    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    length = readlink(link, path, 4096);
    if (*name == '/' || length < 0) {
        return remove_any(name, folder, name, flags);
    }
    snprintf(path + length, sizeof path - (size_t)length, "/%s", name);
    return remove_any(path, folder, name, flags);
}

int ftruncate(int fd, off_t size)
{
    BEGIN(path_of(fd), -1)
    const int result = REAL(ftruncate)(fd, size);
    if (mine && result == 0) {
        note("truncate", number_of(fd), path_of(fd), NULL, 0, size, NULL);
    }
    END(result)
}

int ftruncate64(int fd, off_t size)
{
    return ftruncate(fd, size);
}

/* fopen() opens by a name of its own. */
FILE *fopen(const char *path, const char *mode)
{
    GONE(is_gone(path), ENOENT, NULL)
    return REAL(fopen)(path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
    return fopen(path, mode);
}

/* --- a disk like FAT ------------------------------------------------------------------------ */

int statfs(const char *path, struct statfs *disk)
{
    const int result = REAL(statfs)(path, disk);

    disk->f_type = getenv("FAULTS_FAT") ? 0x4d44 : disk->f_type;
    return result;
}

int statfs64(const char *path, struct statfs64 *disk)
{
    const int result = REAL(statfs64)(path, disk);

    disk->f_type = getenv("FAULTS_FAT") ? 0x4d44 : disk->f_type;
    return result;
}

/* --- encoders ------------------------------------------------------------------------------ */

struct AVCodecContext;
struct AVFrame;
int avcodec_send_frame(struct AVCodecContext *encoder, const struct AVFrame *frame);

int avcodec_send_frame(struct AVCodecContext *encoder, const struct AVFrame *frame)
{
    static int (*real)(struct AVCodecContext *, const struct AVFrame *);
    static long frames;
    const char *first = getenv("FAULTS_ENCODE"), *last = getenv("FAULTS_ENCODE_UNTIL");

    if (!real) {
        real = REAL(avcodec_send_frame);
    }
    frames += frame != NULL;
    if (first && frame && frames >= atol(first) && frames <= atol(last ? last : first)) {
        return -0x20545845; /* AVERROR_EXTERNAL */
    }
    return real(encoder, frame);
}

/* --- clocks -------------------------------------------------------------------------------- */

/* Up to a year to and fro. */
static long leap(void)
{
    static _Atomic unsigned n;

    return getenv("FAULTS_CLOCK") ? (long)(++n * 2654435761U % 63072000U) - 31536000 : 0;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    const int result = REAL(clock_gettime)(clock, time);

    if (clock == CLOCK_REALTIME) {
        time->tv_sec += leap();
    }
    return result;
}

time_t time(time_t *place)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (place) {
        *place = now.tv_sec;
    }
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
    const int result = REAL(gettimeofday)(time, zone);

    time->tv_sec += leap();
    return result;
}

/* --- memory -------------------------------------------------------------------------------- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static uintptr_t program[2]; /* its own code begins and ends there */
static _Atomic long allocations;

static int find_program(struct dl_phdr_info *info, size_t size, void *data)
{
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];

        if (header->p_type == PT_LOAD && header->p_flags & PF_X) {
            program[0] = info->dlpi_addr + header->p_vaddr;
            program[1] = program[0] + header->p_memsz;
        }
    }
    return 1; /* the program comes first */
}

__attribute__((constructor)) static void begin(void)
{
    dl_iterate_phdr(find_program, NULL);
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("FAULTS_MALLOC_COUNT");
    FILE *file = path ? REAL(fopen)(path, "w") : NULL;

    if (file) {
        fprintf(file, "%ld\n", (long)allocations);
        fclose(file);
    }
}

static bool lacks_memory(const void *caller)
{
    const char *at = getenv("FAULTS_MALLOC");

    return (uintptr_t)caller >= program[0] && (uintptr_t)caller < program[1] &&
           ++allocations == (at ? atol(at) : 0);
}

#define ALLOCATE(call)                                                                             \
    if (lacks_memory(__builtin_return_address(0))) {                                               \
        errno = ENOMEM;                                                                            \
        return NULL;                                                                               \
    }                                                                                              \
    return call;

void *malloc(size_t size)
{
    ALLOCATE(__libc_malloc(size))
}

void *calloc(size_t count, size_t size)
{
    ALLOCATE(__libc_calloc(count, size))
}

void *realloc(void *memory, size_t size)
{
    ALLOCATE(__libc_realloc(memory, size))
}

void *aligned_alloc(size_t alignment, size_t size)
{
    ALLOCATE(__libc_memalign(alignment, size))
}

char *strdup(const char *text)
{
    const size_t size = strlen(text) + 1;

    ALLOCATE(memcpy(__libc_malloc(size), text, size))
}

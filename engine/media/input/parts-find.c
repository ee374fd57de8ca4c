/* Files beside a film that seem to go on with it; nothing here needs FFmpeg.
 * SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "oasis/media.h"

enum { MOST_PARTS = 999 };

/* Where in a path its parts are counted. */
typedef struct Counter {
    size_t at, digits;
    bool by_size; /* the number counts recordings, too: only a full part goes on in the next */
} Counter;

/* A "0" of the pattern stands for any digit, a small letter for one of either case. */
static bool matches(const char *name, const char *pattern)
{
    for (; *name && *pattern; name++, pattern++) {
        if (*pattern == '0' ? !isdigit((unsigned char)*name)
                            : tolower((unsigned char)*name) != *pattern) {
            return false;
        }
    }
    return *name == *pattern;
}

/* Action cameras' chapters and a DVD's titles; else the last number of the name. */
static bool find_counter(const char *name, Counter *counter)
{
    static const struct {
        const char *pattern;
        Counter counter;
    } known[] = {
        {"gh000000.mp4", {2, 2}}, {"gx000000.mp4", {2, 2}}, {"gl000000.lrv", {2, 2}},
        {"gp000000.mp4", {2, 2}}, {"vts_00_0.vob", {7, 1}},
    };
    const char *dot = strrchr(name, '.');
    size_t end;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (matches(name, known[i].pattern)) {
            *counter = known[i].counter;
            return true;
        }
    }
    end = dot ? (size_t)(dot - name) : strlen(name);
    if (end > 2 && strncasecmp(name + end - 2, "_d", 2) == 0) { /* DJI_20240102030405_0001_D.MP4 */
        end -= 2;
    }
    *counter = (Counter){.at = end, .by_size = true};
    while (counter->at > 0 && counter->digits < 9 &&
           isdigit((unsigned char)name[counter->at - 1])) {
        counter->at--;
        counter->digits++;
    }
    return counter->digits > 0;
}

/* Whether a camera may have stopped because the file was full: shortly below 1, 2 or 4 GiB, by as
 * much as a few seconds may take. */
static bool is_full(int64_t bytes)
{
    const int64_t gib = INT64_C(1) << 30;

    return (bytes > 4 * gib - gib / 2 && bytes <= 4 * gib) ||
           (bytes > 2 * gib - gib / 4 && bytes <= 2 * gib) ||
           (bytes > gib - gib / 32 && bytes <= gib);
}

/* A DVD's menu is counted as if the title's first part went on with it. */
static bool is_menu(const char *name)
{
    return matches(name, "vts_00_0.vob") && name[7] == '0';
}

/* Turns a name into that of the next part; false behind the last number. */
static bool count_up(char *name, const Counter *counter)
{
    for (size_t i = counter->at + counter->digits; i-- > counter->at;) {
        if (name[i] != '9') {
            name[i]++;
            return true;
        }
        name[i] = '0';
    }
    return false;
}

/* GOPR1234.MP4 goes on in GP011234.MP4. */
static void leave_first(char *name)
{
    if (matches(name, "gopr0000.mp4")) {
        name[1] += 'P' - 'O';
        memcpy(name + 2, "00", 2);
    }
}

static bool find_size(const char *path, int64_t *bytes)
{
    struct stat info;

    *bytes = 0;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0) {
        return false;
    }
    *bytes = info.st_size;
    return true;
}

size_t oasis_media_find_further(const char *path, char ***further)
{
    char *next = strdup(path), *name;
    int64_t bytes;
    size_t count = 0;
    Counter counter;

    *further = next ? calloc(MOST_PARTS + 1, sizeof **further) : NULL;
    if (!*further) {
        free(next);
        return 0;
    }
    name = strrchr(next, '/') ? strrchr(next, '/') + 1 : next;
    leave_first(name);
    if (!is_menu(name) && find_size(path, &bytes) && find_counter(name, &counter)) {
        while (count < MOST_PARTS && (!counter.by_size || is_full(bytes)) &&
               count_up(name, &counter) && find_size(next, &bytes)) {
            (*further)[count] = strdup(next);
            if (!(*further)[count]) {
                break;
            }
            count++;
        }
    }
    free(next);
    return count;
}

void oasis_media_free_further(char ***further)
{
    for (char **at = *further; at && *at; at++) {
        free(*at);
    }
    free(*further);
    *further = NULL;
}

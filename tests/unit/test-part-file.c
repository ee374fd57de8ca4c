/* Target files: nothing under the final name until it is whole, nothing left behind otherwise, and
 * no file of somebody else's touched.
 * SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "core/part-file.h"
#include "core/target.h"
#include "oasis/sink.h"
#include "test.h"

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    REQUIRE(file);
    REQUIRE(fputs(text, file) >= 0);
    REQUIRE(fclose(file) == 0);
}

/* The file's text, or NULL without a file; the next call uses the memory again. */
static const char *get(const char *path)
{
    static char text[100];
    FILE *file = fopen(path, "r");

    if (!file) {
        return NULL;
    }
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void clear_folder(void)
{
    test_folder_remove();
    REQUIRE(mkdir(test_folder_path(), 0700) == 0);
}

static OasisPartFile *begin(const char *name, bool replace, OasisStatus expected, OasisError *err)
{
    OasisPartFile *part = NULL;

    CHECK_STATUS(oasis_part_file_new(test_path(name), NULL, replace, &part, err), expected, err);
    CHECK_INT(part != NULL, expected == OASIS_OK);
    if (part) {
        CHECK_STR(oasis_part_file_target(part), test_path(name));
    } else {
        CHECK_STR(err->subject, test_path(name));
        CHECK(*err->detail);
    }
    return part;
}

static void check_names(void)
{
    static const char *const names[][2] = {
        {"clip.mkv", ".clip.part.mkv"},     {"clip", ".clip.part"},
        {"a.b.mp4", ".a.b.part.mp4"},       {".hidden", "..hidden.part"},
        {"with space.mov", ".with space.part.mov"}, {"Größe.mkv", ".Größe.part.mkv"},
        {"100%s.y4m", ".100%s.part.y4m"},
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        OasisError err = {0};
        OasisPartFile *part = begin(names[i][0], false, OASIS_OK, &err);

        REQUIRE(part);
        CHECK_STR(oasis_part_file_path(part), test_path(names[i][1]));
        CHECK_STR(get(test_path(names[i][1])), "");
        CHECK(!get(test_path(names[i][0])));
        put(oasis_part_file_path(part), "whole");
        CHECK_OK(oasis_part_file_commit(part, &err), &err);
        oasis_part_file_free(&part);
        CHECK(!part);
        CHECK_STR(get(test_path(names[i][0])), "whole");
        CHECK_INT(test_folder_count(), 1);
        clear_folder();
    }
}

static void check_abandon(void)
{
    OasisError err = {0};
    OasisPartFile *part;

    put(test_path("a.mkv"), "old");
    part = begin("a.mkv", true, OASIS_OK, &err);
    REQUIRE(part);
    put(oasis_part_file_path(part), "half");
    CHECK_STR(get(test_path("a.mkv")), "old");
    oasis_part_file_free(&part);
    oasis_part_file_free(&part);
    CHECK_STR(get(test_path("a.mkv")), "old");
    CHECK_INT(test_folder_count(), 1);
    clear_folder();
}

static void check_existing(void)
{
    OasisError err = {0};
    OasisPartFile *part;

    put(test_path("a.mkv"), "old");
    begin("a.mkv", false, OASIS_ERR_EXISTS, &err);
    part = begin("a.mkv", true, OASIS_OK, &err);
    REQUIRE(part);
    put(oasis_part_file_path(part), "new");
    CHECK_OK(oasis_part_file_commit(part, &err), &err);
    oasis_part_file_free(&part);
    CHECK_STR(get(test_path("a.mkv")), "new");
    CHECK_INT(test_folder_count(), 1);

    /* A target that appears during the work is not ours to replace. */
    part = begin("b.mkv", false, OASIS_OK, &err);
    REQUIRE(part);
    put(oasis_part_file_path(part), "new");
    put(test_path("b.mkv"), "somebody else's");
    CHECK_STATUS(oasis_part_file_commit(part, &err), OASIS_ERR_EXISTS, &err);
    oasis_part_file_free(&part);
    CHECK_STR(get(test_path("b.mkv")), "somebody else's");
    CHECK_INT(test_folder_count(), 2);

    /* Of a link the file behind it is replaced. */
    REQUIRE(mkdir(test_path("folder"), 0700) == 0);
    put(test_path("folder/film.mkv"), "old");
    REQUIRE(symlink("folder/film.mkv", test_path("link.mkv")) == 0);
    part = begin("link.mkv", true, OASIS_OK, &err);
    REQUIRE(part);
    CHECK_HAS(oasis_part_file_path(part), "folder/.film.part.mkv");
    put(oasis_part_file_path(part), "new");
    CHECK_OK(oasis_part_file_commit(part, &err), &err);
    oasis_part_file_free(&part);
    CHECK_STR(get(test_path("link.mkv")), "new");
    CHECK_STR(get(test_path("folder/film.mkv")), "new");
    REQUIRE(unlink(test_path("link.mkv")) == 0 && unlink(test_path("folder/film.mkv")) == 0);
    REQUIRE(rmdir(test_path("folder")) == 0);

    /* Not even a link that leads nowhere is overwritten unasked. */
    REQUIRE(symlink("nowhere", test_path("c.mkv")) == 0);
    begin("c.mkv", false, OASIS_ERR_EXISTS, &err);
    clear_folder();
}

/* Neither the target nor the unfinished file may be the source, by whatever links. */
static void check_source(void)
{
    static const char *const names[][2] = { /* target, source */
        {"film.mkv", "film.mkv"}, {"hard.mkv", "film.mkv"}, {"soft.mkv", "film.mkv"},
        {"film.mkv", "soft.mkv"}, {"film.mkv", "hard.mkv"}, {"new.mkv", ".new.part.mkv"},
    };
    OasisError err = {0};
    OasisPartFile *part = NULL;

    put(test_path("film.mkv"), "film");
    put(test_path(".new.part.mkv"), "odd");
    REQUIRE(link(test_path("film.mkv"), test_path("hard.mkv")) == 0);
    REQUIRE(symlink("film.mkv", test_path("soft.mkv")) == 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        CHECK_STATUS(oasis_part_file_new(test_path(names[i][0]), test_path(names[i][1]), true,
                                         &part, &err),
                     OASIS_ERR_OUTPUT, &err);
        CHECK_HAS(err.detail, "source");
        CHECK(!part);
    }
    CHECK_STR(get(test_path("film.mkv")), "film");
    CHECK_STR(get(test_path(".new.part.mkv")), "odd");
    CHECK_OK(oasis_target_check(test_path("other.mkv"), test_path("film.mkv"), false, &err), &err);
    CHECK_OK(oasis_target_check(test_path("other.mkv"), test_path("none.mkv"), false, &err), &err);
    CHECK_INT(test_folder_count(), 4);
    clear_folder();
}

static void check_second_writer(void)
{
    OasisError err = {0};
    OasisPartFile *first = begin("a.mkv", false, OASIS_OK, &err), *second;

    REQUIRE(first);
    put(oasis_part_file_path(first), "first");
    begin("a.mkv", false, OASIS_ERR_OUTPUT, &err);
    begin("a.mkv", true, OASIS_ERR_OUTPUT, &err);
    CHECK_STR(get(oasis_part_file_path(first)), "first");
    CHECK_OK(oasis_part_file_commit(first, &err), &err);

    /* The lock went with the name: the next one begins before the first is freed. */
    second = begin("a.mkv", true, OASIS_OK, &err);
    oasis_part_file_free(&first);
    CHECK_STR(get(test_path("a.mkv")), "first");
    oasis_part_file_free(&second);
    CHECK_STR(get(test_path("a.mkv")), "first");
    CHECK_INT(test_folder_count(), 1);
    clear_folder();
}

/* A run that was killed leaves its part file; the next one takes it over. */
static void check_after_kill(void)
{
    OasisError err = {0};
    OasisPartFile *part;
    pid_t child = fork();
    int state;

    REQUIRE(child >= 0);
    if (child == 0) {
        if (oasis_part_file_new(test_path("a.mkv"), NULL, false, &part, NULL) == OASIS_OK) {
            put(oasis_part_file_path(part), "stale and long");
        }
        raise(SIGKILL);
    }
    REQUIRE(waitpid(child, &state, 0) == child);
    CHECK_STR(get(test_path(".a.part.mkv")), "stale and long");
    CHECK(!get(test_path("a.mkv")));
    part = begin("a.mkv", false, OASIS_OK, &err);
    CHECK_STR(get(test_path(".a.part.mkv")), "");
    oasis_part_file_free(&part);
    CHECK_INT(test_folder_count(), 0);
}

static void check_bad_targets(void)
{
    char name[300];
    OasisError err = {0};
    OasisPartFile *part = NULL;

    begin("missing/a.mkv", true, OASIS_ERR_OUTPUT, &err);
    put(test_path("file"), "");
    begin("file/a.mkv", true, OASIS_ERR_OUTPUT, &err);
    REQUIRE(mkfifo(test_path("fifo"), 0600) == 0);
    begin("fifo", true, OASIS_ERR_OUTPUT, &err);
    memset(name, 'x', 254);
    name[254] = '\0';
    begin(name, true, OASIS_ERR_OUTPUT, &err);
    begin("", true, OASIS_ERR_OUTPUT, &err);
    CHECK_STATUS(oasis_part_file_new(test_folder_path(), NULL, true, &part, &err),
                 OASIS_ERR_OUTPUT, &err);
    CHECK_STATUS(oasis_part_file_new("", NULL, true, &part, &err), OASIS_ERR_OUTPUT, &err);
    CHECK_STATUS(oasis_part_file_new("/dev/null", NULL, true, &part, &err), OASIS_ERR_OUTPUT,
                 &err);
    CHECK(!part);
    CHECK_INT(test_folder_count(), 2);
    clear_folder();

    /* Whoever is root may write everywhere, so this says nothing then. */
    if (geteuid() != 0) {
        REQUIRE(chmod(test_folder_path(), 0500) == 0);
        begin("a.mkv", false, OASIS_ERR_OUTPUT, &err);
        CHECK_HAS(err.detail, "writing");
        REQUIRE(chmod(test_folder_path(), 0700) == 0);
        CHECK_INT(test_folder_count(), 0);
    }
}

static void check_error_numbers(void)
{
    static const struct {
        int number;
        OasisStatus status;
        const char *says;
    } cases[] = {
        {ENOSPC, OASIS_ERR_NO_SPACE, "full"},    {EDQUOT, OASIS_ERR_NO_SPACE, "full"},
        {EACCES, OASIS_ERR_OUTPUT, "writing"},   {EROFS, OASIS_ERR_OUTPUT, "writing"},
        {ENOENT, OASIS_ERR_OUTPUT, "folder"},    {EFBIG, OASIS_ERR_OUTPUT, "size"},
        {ENAMETOOLONG, OASIS_ERR_OUTPUT, "too long"}, {EIO, OASIS_ERR_OUTPUT, "Input/output"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        OasisError err = {0};

        CHECK_STATUS(oasis_fail_writing(&err, "out.mkv", cases[i].number), cases[i].status, &err);
        CHECK_STR(err.subject, "out.mkv");
        CHECK_HAS(err.detail, cases[i].says);
    }
}

int main(void)
{
    test_begin();
    check_names();
    check_abandon();
    check_existing();
    check_source();
    check_second_writer();
    check_after_kill();
    check_bad_targets();
    check_error_numbers();
    return test_end();
}

/* Damaged and misleading weight files: each is refused with OASIS_ERR_MODEL and a detail that names
 * the tensor or field; and the folders in which models are found.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "make-model.h"
#include "model/model-private.h"
#include "test.h"

/* A whole file in memory: 8 bytes of length, header, data. */
typedef struct File {
    unsigned char *bytes;
    size_t size;
} File;

static void *whole_model; /* what damage is done to */
static size_t whole_size;

static uint64_t header_bytes(const void *file)
{
    uint64_t length;

    memcpy(&length, file, sizeof length); /* the tests run on little-endian machines only */
    return length;
}

/* The file with header text `from` (its first occurrence) replaced by `to`. */
static File edit(const char *from, const char *to)
{
    size_t length = header_bytes(whole_model), data = whole_size - 8 - length;
    char *header = malloc(length + strlen(to) + 16), *place, *old = malloc(length + 1);
    uint64_t new_length;
    File file;

    REQUIRE(header && old);
    memcpy(old, (char *)whole_model + 8, length);
    old[length] = '\0';
    place = strstr(old, from);
    if (!CHECK(place)) {
        fprintf(stderr, "... no %s in the header\n", from);
    }
    REQUIRE(place);
    new_length = (uint64_t)sprintf(header, "%.*s%s%s", (int)(place - old), old, to,
                                   place + strlen(from));
    while (new_length % 8) {
        header[new_length++] = ' ';
    }
    file.size = 8 + new_length + data;
    file.bytes = malloc(file.size);
    REQUIRE(file.bytes);
    memcpy(file.bytes, &new_length, 8);
    memcpy(file.bytes + 8, header, new_length);
    memcpy(file.bytes + 8 + new_length, (char *)whole_model + 8 + length, data);
    free(header);
    free(old);
    return file;
}

/* Opens the bytes as a model; it must be refused, and the detail must hold `named`. */
static void refuse(const void *bytes, size_t size, const char *named)
{
    OasisModel *model = NULL;
    OasisError err = {0};

    CHECK_STATUS(oasis_model_read("some/file", bytes, size, &model, &err), OASIS_ERR_MODEL, &err);
    CHECK_STR(err.subject, "some/file");
    CHECK_HAS(err.detail, named);
    CHECK(!model);
    oasis_model_close(&model);
}

static void refuse_edit(const char *from, const char *to, const char *named)
{
    File file = edit(from, to);

    refuse(file.bytes, file.size, named);
    free(file.bytes);
}

/* Quotes as they stand within the JSON string that holds our JSON. */
static void escape(const char *text, char *out)
{
    for (; *text; text++) {
        if (*text == '"') {
            *out++ = '\\';
        }
        *out++ = *text;
    }
    *out = '\0';
}

static void test_headers(void)
{
    static const char *const edits[][3] = {
        /* what the header says, what it says instead, what is named */
        {"{\"__metadata__\"", "[\"__metadata__\"", "not JSON"},
        {"{\"__metadata__\":{", "{\"__metadata__\":[],\"x\":{", "__metadata__ is not an object"},
        {"{\"__metadata__\":{", "{\"__metadata__\":{\"n\":1,", "__metadata__: n"},
        {"{\"__metadata__\":{", "{\"__metadata__\":{\"n\":\"1\",\"n\":\"2\",", "__metadata__: n"},
        {"{\"__metadata__\":{", "{\"__metadata__\":{},\"__metadata__\":{",
         "__metadata__ stands in it twice"},
        {"\"oasis\":", "\"oaxis\":", "__metadata__.oasis"},
        {"\"head.modulation\":{\"dtype\":\"F32\"", "\"head.modulation\":{\"dtype\":\"F64\"",
         "head.modulation has dtype F64"},
        {"\"head.modulation\":{\"dtype\":\"F32\"", "\"head.modulation\":{\"dtype\":7",
         "head.modulation has dtype"},
        {"\"head.modulation\":{\"dtype\":\"F32\"", "\"head.modulation\":{\"dtype\":\"BF16\"",
         "head.modulation: 384 bytes"},
        {"\"head.modulation\":{\"dtype\":\"F32\",\"shape\":[2,48]",
         "\"head.modulation\":{\"dtype\":\"U8\",\"shape\":[2,192]", "head.modulation is neither"},
        {"\"head.modulation\":{", "\"head.modulation\":{\"more\":1,", "head.modulation: its entry"},
        {"\"head.modulation\":{", "\"head.modulation\":{\"dtype\":\"F32\",",
         "head.modulation: its entry"},
        {"\"head.modulation\":{\"dtype\"", "\"head.modulation\":{\"type\"",
         "head.modulation: its entry"},
        {"\"shape\":[2,48]", "\"shape\":96", "head.modulation: shape"},
        {"\"shape\":[2,48]", "\"shape\":[1,1,1,1,2,48]", "head.modulation: shape"},
        {"\"shape\":[2,48]", "\"shape\":[-2,-48]", "head.modulation: shape"},
        {"\"shape\":[2,48]", "\"shape\":[2.0,48]", "head.modulation: shape"},
        {"\"shape\":[2,48]", "\"shape\":[4294967296,4294967296,2,48]", "head.modulation: shape"},
        {"\"shape\":[2,48]", "\"shape\":[6148914691236517205]", "head.modulation is impossibly"},
        {"\"shape\":[2,48]", "\"shape\":[2,49]", "head.modulation: 384 bytes"},
        {"\"shape\":[2,48]", "\"shape\":[48,2]", "head.modulation has shape [48, 2]; [2, 48]"},
        {"\"shape\":[2,48]", "\"shape\":[96]", "head.modulation has shape [96]; [2, 48]"},
        {"\"head.modulation\"", "\"head.modulations\"", "head.modulation is missing"},
        {"\"head.modulation\"", "\"head.modul\\u0000\"", "zero byte"},
        {"\"head.head.bias\"", "\"head.head.weight\"", "head.head.weight stands in it twice"},
        {"\"head.modulation\":", "\"extra\":{\"dtype\":\"F32\",\"shape\":[0],"
         "\"data_offsets\":[0,0]},\"head.modulation\":", "extra is surplus"},
        {"\"data_offsets\":[0,", "\"data_offsets\":[4,", "patch_embedding.weight: "},
        {"\"data_offsets\":[0,", "\"data_offsets\":[99999999999,", "patch_embedding.weight: "},
        {"\"data_offsets\":[0,", "\"data_offsets\":[0,0,", "patch_embedding.weight: data_offsets"},
        {"\"data_offsets\":[0,", "\"data_offsets\":[-1,", "patch_embedding.weight: data_offsets"},
    };

    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        refuse_edit(edits[i][0], edits[i][1], edits[i][2]);
    }
}

/* The place of a tensor's data_offsets in the header, moved by `by` bytes. */
static void test_moved(const char *name, int by, const char *named)
{
    size_t length = header_bytes(whole_model);
    char *header = strndup((char *)whole_model + 8, length), entry[96], from[96], to[96];
    unsigned long begin, end;
    char *place;

    REQUIRE(header);
    snprintf(entry, sizeof entry, "\"%s\":", name);
    place = strstr(header, entry);
    REQUIRE(place);
    place = strstr(place, "\"data_offsets\":[");
    REQUIRE(place && sscanf(place, "\"data_offsets\":[%lu,%lu]", &begin, &end) == 2);
    snprintf(from, sizeof from, "[%lu,%lu]", begin, end);
    snprintf(to, sizeof to, "[%lu,%lu]", begin + (unsigned long)by, end + (unsigned long)by);
    refuse_edit(from, to, named);
    free(header);
}

static void test_places(void)
{
    unsigned char *copy = malloc(whole_size + 16);
    uint64_t wrong;

    REQUIRE(copy);
    test_moved("head.modulation", -4, "head.modulation overlaps");
    test_moved("head.modulation", 4, "before tensor head.modulation");
    test_moved("head.modulation", 2, "head.modulation: its data are not aligned");
    test_moved("decoder.9.bias", 4, "decoder.9.bias: its data lie outside");

    memcpy(copy, whole_model, whole_size);
    memset(copy + whole_size, 0, 16);
    refuse(copy, whole_size + 4, "4 bytes at the end");
    refuse(copy, whole_size - 4, "decoder.9.bias");
    for (size_t size = 0; size < 2000; size += 1 + size / 4) {
        refuse(copy, size, size < 8 ? "too short" : "cut short");
    }
    wrong = header_bytes(whole_model) - 1;
    memcpy(copy, &wrong, 8);
    refuse(copy, whole_size, "not JSON");
    wrong = UINT64_MAX;
    memcpy(copy, &wrong, 8);
    refuse(copy, whole_size, "header of 18446744073709551615 bytes");
    free(copy);
}

static void test_fields(void)
{
    static const char *const edits[][3] = {
        {"{\"schema\": 1", "{\"schema\": 2", "oasis.schema"},
        {"{\"schema\": 1", "{\"schema\": \"1\"", "oasis.schema"},
        {"{\"schema\": 1", "[\"schema\", 1", "__metadata__.oasis is not JSON"},
        {"\"name\": \"tiny\"", "\"name\": \"../tiny\"", "oasis.name"},
        {"\"name\": \"tiny\"", "\"name\": \"\"", "oasis.name"},
        {"\"name\": \"tiny\"", "\"name\": 3", "oasis.name"},
        {"\"name\": \"tiny\", ", "", "oasis.name is missing"},
        {"\"strength\": 1.0", "\"strength\": 1.5", "oasis.strength"},
        {"\"strength\": 1.0", "\"strength\": -0.1", "oasis.strength"},
        {"\"strength\": 1.0", "\"strength\": 1.0, \"speed\": 3", "oasis.speed"},
        {"\"strength\": 1.0", "\"strength\": 1.0, \"strength\": 1.0", "oasis.strength"},
        {"\"input\": {", "\"input\": 3, \"was\": {", "input is not an object"},
        {"\"time\": 4", "\"time\": 2", "input.time"},
        {"\"space\": 8", "\"space\": 6", "input.space"},
        {"\"space\": 8", "\"space\": 4", "in_channels"},
        {"\"bicubic\"", "\"cubic\"", "input.resize"},
        {"\"frames\": 17", "\"frames\": 18", "chunk.frames"},
        {"\"frames\": 17", "\"frames\": 100001", "chunk.frames"},
        {"\"frames\": 17, \"overlap\": 2", "\"frames\": 17, \"overlap\": 3", "chunk.overlap"},
        {"\"frames\": 17, \"overlap\": 2", "\"frames\": 17, \"overlap\": 18", "chunk.overlap"},
        {"\"tokens\": 6", "\"tokens\": 4", "tile.overlap"},
        {"\"tokens\": 6", "\"tokens\": -1", "tile.tokens"},
        {"\"form\": \"direct\"", "\"form\": \"indirect\"", "one_step.form"},
        {"\"form\": \"direct\"", "\"form\": \"residual\"", "one_step.sigma"},
        {"\"form\": \"direct\"", "\"form\": \"noise\", \"sigma\": 1, \"seed\": 1", "in_channels"},
        {"\"form\": \"direct\"", "\"form\": \"direct\", \"sigma\": 1", "one_step.sigma"},
        {"\"in_channels\": 768", "\"in_channels\": 769", "transformer.in_channels"},
        {"\"out_channels\": 8", "\"out_channels\": 0", "transformer.out_channels"},
        {"\"out_channels\": 8", "\"out_channels\": 16", "stages[0]"},
        {"\"patch\": 2", "\"patch\": 3", "transformer.patch"},
        {"\"patch\": 2", "\"patch\": 1", "patch_embedding.weight has shape"},
        {"\"dim\": 48", "\"dim\": 49", "transformer.heads"},
        {"\"dim\": 48", "\"dim\": 18446744073709551615", "transformer.dim"},
        {"\"dim\": 48", "\"dim\": 96", "transformer.rope_pairs"},
        {"\"heads\": 3", "\"heads\": 0", "transformer.heads"},
        {"\"layers\": 2", "\"layers\": 3", "transformer.routing"},
        {"\"layers\": 2", "\"layers\": 1000", "transformer.layers"},
        {"\"ffn\": 96", "\"ffn\": 97", "blocks.0.ffn.0.weight"},
        {"[4, 2, 2]", "[4, 2]", "transformer.rope_pairs"},
        {"[4, 2, 2]", "[4, 2, 2.5]", "transformer.rope_pairs"},
        {"[4, 2, 2]", "[9, 1, -2]", "transformer.rope_pairs"},
        {"\"eps\": 1e-6", "\"eps\": 0", "transformer.eps"},
        {"\"eps\": 1e-6", "\"eps\": null", "transformer.eps"},
        {"\"cross\": \"none\"", "\"cross\": \"some\"", "transformer.cross"},
        {"\"cross\": \"none\"", "\"cross\": \"const_bias\"", "blocks.0.cross_attn.bias is missing"},
        {"\"cross\": \"none\"", "\"cross\": \"cached_kv\"", "transformer.cross_tokens"},
        {"\"cross_tokens\": 0", "\"cross_tokens\": 3", "transformer.cross_tokens"},
        {"[3, 5, 5]", "[0, 5, 5]", "transformer.window"},
        {"\"border\": \"shift\"", "\"border\": \"wrap\"", "transformer.border"},
        {"[[0, 1, 2], [2, 1, 0]]", "[[0, 1, 2]]", "transformer.routing"},
        {"[[0, 1, 2], [2, 1, 0]]", "[[0, 1, 2], [2, 1]]", "transformer.routing"},
        {"[[0, 1, 2], [2, 1, 0]]", "[[0, 1, 2], [2, 1, 3]]", "transformer.routing"},
        {"[[0, 1, 2], [2, 1, 0]]", "[[0, 1, 2], 7]", "transformer.routing"},
        {"\"residual\": true", "\"residual\": 1", "decoder.residual"},
        {"\"band\": 64", "\"band\": 24", "decoder.band"},
        {"\"band\": 64", "\"band\": 0", "decoder.band"},
        {"\"halo\": 48", "\"halo\": 32", "decoder.halo is less"},
        {"\"halo\": 48", "\"halo\": 47", "decoder.halo"},
        {"\"stages\": [", "\"stages\": [], \"more\": [", "decoder.stages"},
        {"\"op\": \"conv\"", "\"op\": \"convolve\"", "decoder.stages[0].op"},
        {"\"kernel\": 3", "\"kernel\": 2", "decoder.stages[0].kernel"},
        {"\"kernel\": 3", "\"kernel\": 1", "decoder.0.weight has shape"},
        {"\"in\": 8, \"out\": 16", "\"in\": 9, \"out\": 16", "decoder.stages[0]"},
        {"\"in\": 8, \"out\": 16", "\"in\": 8, \"out\": 17", "decoder.stages[1]"},
        {"\"op\": \"block\", \"channels\": 16", "\"op\": \"time_up\", \"channels\": 16",
         "decoder.stages[5]"},
        {"\"op\": \"time_up\", \"channels\": 16", "\"op\": \"block\", \"channels\": 16",
         "decoder.stages[6]"},
        {"\"history\": \"repeat\"", "\"history\": \"mirror\"", "decoder.stages[3].history"},
        {"\"out\": 8, \"factor\": 2", "\"out\": 8, \"factor\": 4", "decoder.stages"},
        {"\"out\": 8, \"factor\": 2", "\"out\": 8, \"factor\": 100", "stages[4].factor"},
        {"\"channels\": 8, \"factor\": 4", "\"channels\": 8, \"factor\": 2", "stages[6]"},
        {"{\"op\": \"output\", \"in\": 8, \"factor\": 4}",
         "{\"op\": \"block\", \"channels\": 8}", "stages[9]"},
        {"{\"op\": \"conv\", \"in\": 8, \"out\": 16, \"kernel\": 3}",
         "{\"op\": \"output\", \"in\": 8, \"factor\": 4}", "stages[0]"},
        {"\"in\": 8, \"factor\": 4}", "\"in\": 8, \"factor\": 4, \"size\": 1}", "stages[9].size"},
    };
    char from[512], to[512];

    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        escape(edits[i][0], from);
        escape(edits[i][1], to);
        refuse_edit(from, to, edits[i][2]);
    }
}

/* Whatever a few wrong bytes do, a file is taken or refused, and nothing else happens. */
static void test_random_damage(void)
{
    size_t header = 8 + header_bytes(whole_model);
    unsigned char *copy = malloc(whole_size);
    int refused = 0;

    REQUIRE(copy);
    for (int i = 0; i < 300; i++) {
        OasisModel *model;
        OasisError err;
        OasisStatus status;
        memcpy(copy, whole_model, whole_size);
        for (int64_t n = test_random_int(1, 4); n; n--) {
            copy[test_random_int(0, (int64_t)header - 1)] = (unsigned char)test_random();
        }
        status = oasis_model_read("some/file", copy, whole_size, &model, &err);
        CHECK(status == OASIS_OK || status == OASIS_ERR_MODEL);
        refused += status == OASIS_ERR_MODEL;
        oasis_model_close(&model);
    }
    CHECK(refused > 100);
    free(copy);
}

static void test_whole(void)
{
    OasisModel *model, *other;
    OasisError err;
    const OasisModelInfo *info;
    char identity[65], changed[65];
    unsigned char *copy = malloc(whole_size);

    REQUIRE(copy && CHECK_OK(oasis_model_read("x", whole_model, whole_size, &model, &err), &err));
    info = oasis_model_info(model);
    CHECK_STR(info->name, "tiny");
    CHECK_STR(info->path, "x");
    CHECK_STR(info->description, "random weights, for tests");
    CHECK_INT(info->chunk_frames, 17);
    CHECK_INT(info->chunk_overlap, 2);
    CHECK_NEAR(info->default_strength, 1, 0);
    CHECK(info->parameters > 150000 && info->parameters < 250000);
    oasis_model_identity(model, NULL, identity);
    CHECK_INT((int64_t)strlen(identity), 64);
    oasis_model_close(&model);

    memcpy(copy, whole_model, whole_size);
    copy[whole_size - 1] ^= 1;
    REQUIRE(CHECK_OK(oasis_model_read("x", copy, whole_size, &other, &err), &err));
    oasis_model_identity(other, NULL, changed);
    CHECK(strcmp(changed, identity));
    oasis_model_close(&other);
    free(copy);
}

/* Further tensors named "golden." are no part of the model. */
static void test_golden_tensors(void)
{
    File file = edit("\"head.modulation\":", "\"golden.x\":{\"dtype\":\"F32\",\"shape\":[0],"
                     "\"data_offsets\":[0,0]},\"head.modulation\":");
    OasisModel *model;
    OasisError err;

    CHECK_OK(oasis_model_read("x", file.bytes, file.size, &model, &err), &err);
    oasis_model_close(&model);
    free(file.bytes);
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    REQUIRE(file && fwrite(bytes, 1, size, file) == size && !fclose(file));
}

typedef struct Listed {
    int good, bad;
    char first[PATH_MAX];
} Listed;

static void note_model(const char *path, const OasisModelInfo *info, const OasisError *err,
                       void *data)
{
    Listed *listed = data;

    CHECK(!info == !!err);
    if (strncmp(path, test_folder_path(), strlen(test_folder_path()))) {
        return; /* models of this machine */
    }
    if (info && !listed->good) {
        snprintf(listed->first, sizeof listed->first, "%s", path);
    }
    listed->good += info != NULL;
    listed->bad += err != NULL;
    if (err) {
        CHECK_STATUS(err->status, OASIS_ERR_MODEL, NULL);
    }
}

static void test_find(void)
{
    char one[512], two[512], path[PATH_MAX], file[640];
    const char *const folders[] = {"/nowhere", one, two, NULL};
    Listed listed = {0};
    OasisError err;

    snprintf(one, sizeof one, "%s", test_path("one"));
    snprintf(two, sizeof two, "%s", test_path("two"));
    REQUIRE(!mkdir(one, 0700) && !mkdir(two, 0700));
    snprintf(file, sizeof file, "%s/tiny.safetensors", two);
    write_file(file, whole_model, whole_size);

    REQUIRE(CHECK_OK(oasis_model_find("tiny", folders, path, sizeof path, &err), &err));
    CHECK_STR(path, file);
    CHECK_STATUS(oasis_model_find("tiny", folders, path, 10, &err), OASIS_ERR_MODEL, &err);
    CHECK_STATUS(oasis_model_find("huge", folders, path, sizeof path, &err), OASIS_ERR_MODEL,
                 &err);
    CHECK_STR(err.subject, "huge");
    CHECK_HAS(err.detail, one);
    CHECK_OK(oasis_model_find("some/where", folders, path, sizeof path, &err), &err);
    CHECK_STR(path, "some/where");
    CHECK_OK(oasis_model_find("here.safetensors", folders, path, sizeof path, &err), &err);
    CHECK_STR(path, "here.safetensors");

    /* The same name in a better place hides it; another that is no model is told of. */
    snprintf(file, sizeof file, "%s/tiny.safetensors", one);
    write_file(file, whole_model, whole_size);
    REQUIRE(CHECK_OK(oasis_model_find("tiny", folders, path, sizeof path, &err), &err));
    CHECK_STR(path, file);
    snprintf(path, sizeof path, "%s/broken.safetensors", one);
    write_file(path, "no model at all", 15);
    oasis_model_list(folders, note_model, &listed);
    CHECK_INT(listed.good, 1);
    CHECK_INT(listed.bad, 1);
    CHECK_STR(listed.first, file);

    /* A name of the family may be said without it. */
    snprintf(file, sizeof file, "%s/oasis-quick.safetensors", two);
    write_file(file, whole_model, whole_size);
    REQUIRE(CHECK_OK(oasis_model_find("quick", folders, path, sizeof path, &err), &err));
    CHECK_STR(path, file);
    REQUIRE(CHECK_OK(oasis_model_find("oasis-quick", folders, path, sizeof path, &err), &err));
    CHECK_STR(path, file);

    remove(path);
    remove(file);
    snprintf(file, sizeof file, "%s/tiny.safetensors", two);
    remove(file);
    remove(two);
    remove(one);
}

/* The identity of the model at a path. */
static const char *identify(const char *path, const char *folder)
{
    static char identity[65];
    OasisModel *model;
    OasisError err;

    REQUIRE(CHECK_OK(oasis_model_open(path, &model, &err), &err));
    oasis_model_identity(model, folder, identity);
    oasis_model_close(&model);
    return identity;
}

/* Sets when the file was last changed. */
static void set_time(const char *path, time_t seconds)
{
    const struct timespec times[2] = {{.tv_sec = seconds}, {.tv_sec = seconds}};

    REQUIRE(utimensat(AT_FDCWD, path, times, 0) == 0);
}

/* Kept by path, size and time: a file that seems unchanged is not read again. */
static void test_kept_identity(void)
{
    char path[640], folder[512], kept[PATH_MAX] = "", first[65];
    unsigned char *copy = malloc(whole_size);
    struct dirent *entry;
    DIR *dir;

    snprintf(path, sizeof path, "%s", test_path("kept.safetensors"));
    snprintf(folder, sizeof folder, "%s", test_path("identities"));
    REQUIRE(copy);
    memcpy(copy, whole_model, whole_size);
    write_file(path, whole_model, whole_size);
    set_time(path, 1000);
    strcpy(first, identify(path, NULL));
    CHECK(access(folder, F_OK));
    CHECK_STR(identify(path, folder), first);

    /* It is the kept one that is given: the file has changed and does not look it. */
    copy[whole_size - 1] ^= 1;
    write_file(path, copy, whole_size);
    set_time(path, 1000);
    CHECK_STR(identify(path, folder), first);
    set_time(path, 1001);
    CHECK(strcmp(identify(path, folder), first));
    strcpy(first, identify(path, NULL));
    CHECK_STR(identify(path, folder), first);

    /* One that is damaged is made anew; where none can be kept, none is. */
    dir = opendir(folder);
    REQUIRE(dir);
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] != '.') {
            CHECK(!*kept);
            snprintf(kept, sizeof kept, "%s/%s", folder, entry->d_name);
        }
    }
    closedir(dir);
    write_file(kept, "damaged", 7);
    CHECK_STR(identify(path, folder), first);
    CHECK_STR(identify(path, folder), first);
    CHECK_STR(identify(path, "/dev/null/identities"), first);

    remove(kept);
    remove(folder);
    remove(path);
    free(copy);
}

static void test_open(void)
{
    OasisModel *model;
    OasisError err;
    const char *path = test_path("model.safetensors");

    CHECK_STATUS(oasis_model_open(path, &model, &err), OASIS_ERR_MODEL, &err);
    CHECK_STR(err.subject, path);
    CHECK_STATUS(oasis_model_open(test_folder_path(), &model, &err), OASIS_ERR_MODEL, &err);
    write_file(path, "", 0);
    CHECK_STATUS(oasis_model_open(path, &model, &err), OASIS_ERR_MODEL, &err);
    write_file(path, whole_model, whole_size);
    REQUIRE(CHECK_OK(oasis_model_open(path, &model, &err), &err));
    oasis_model_close(&model);
    oasis_model_close(&model);
}

int main(void)
{
    const ModelSpec spec = {.tile_tokens = 6, .tile_overlap = 2};
    char json[4096];

    test_begin();
    model_json(&spec, json, sizeof json);
    whole_model = model_bytes(json, test_random(), OASIS_ELEMENT_F32, &whole_size);
    REQUIRE(whole_model);
    test_whole();
    test_golden_tensors();
    test_headers();
    test_places();
    test_fields();
    test_random_damage();
    test_open();
    test_find();
    test_kept_identity();
    free(whole_model);
    return test_end();
}

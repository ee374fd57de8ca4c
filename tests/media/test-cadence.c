/* Cadences: what is made of frames by what was seen of each, with faults and changes on the way.
 * Pure data; no file is read.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "media/analysis/cadence.h"
#include "test.h"

/* What is seen: . nothing, W whole, T and B fields, t and b woven. */
static uint8_t seen_of(char letter)
{
    static const char letters[] = ".WTBtb";

    return (uint8_t)(strchr(letters, letter) - letters);
}

/* What is made: w whole, T and B parted, t and b woven, x left out. */
static char letter_of(uint8_t making)
{
    return "w?TBtbx"[making];
}

/* `seen` is repeated `times` times, each frame calling itself what `flags` say. */
static char *find(const char *seen, int times, uint8_t flags, OasisCadencePiece **pieces,
                  size_t *n_pieces)
{
    const size_t length = strlen(seen), frames = length * (size_t)times;
    uint8_t *list = calloc(frames, 1), *making = calloc(frames, 1);
    char *made = calloc(frames + 1, 1);

    REQUIRE(list && making && made);
    for (size_t n = 0; n < frames; n++) {
        list[n] = seen_of(seen[n % length]) | flags;
    }
    REQUIRE(oasis_cadence_find(list, (int64_t)frames, making, pieces, n_pieces));
    for (size_t n = 0; n < frames; n++) {
        made[n] = letter_of(making[n]);
    }
    free(list);
    free(making);
    return made;
}

/* One cadence throughout, and what is made of the middle. */
static void check_one(const char *seen, uint8_t flags, OasisCadence cadence, const char *wanted)
{
    const size_t length = strlen(seen);
    OasisCadencePiece *pieces;
    size_t n_pieces;
    char *made = find(seen, 8, flags, &pieces, &n_pieces);

    CHECK_INT(n_pieces, 1);
    CHECK_INT(pieces[0].first, 0);
    CHECK_INT(pieces[0].cadence, cadence);
    if (!CHECK(strncmp(made + 4 * length, wanted, length) == 0)) {
        fprintf(stderr, "  seen %s, made %.*s, wanted %s\n", seen, (int)length, made + 4 * length,
                wanted);
    }
    free(pieces);
    free(made);
}

static void check_changes(void)
{
    char seen[301] = "";
    OasisCadencePiece *pieces;
    size_t n_pieces;
    char *made;

    for (int n = 0; n < 100; n++) {
        seen[n] = 'T';
        seen[100 + n] = "WWttW"[n % 5];
        seen[200 + n] = 'W';
    }
    seen[30] = 'W'; /* faults that change nothing */
    seen[31] = '.';
    seen[140] = 'B';
    seen[250] = 'T';
    made = find(seen, 1, OASIS_SEEN_FLAGGED | OASIS_SEEN_FLAGGED_TOP, &pieces, &n_pieces);
    if (CHECK_INT(n_pieces, 3)) {
        CHECK_INT(pieces[0].cadence, OASIS_CADENCE_TOP_FIRST);
        CHECK_INT(pieces[1].cadence, OASIS_CADENCE_FILM);
        CHECK_NEAR((double)pieces[1].first, 100, 2);
        CHECK_INT(pieces[2].cadence, OASIS_CADENCE_WHOLE);
        CHECK_NEAR((double)pieces[2].first, 200, 3);
    }
    CHECK(strncmp(made + 28, "TTTTTT", 6) == 0);
    CHECK(strncmp(made + 135, "wwxtwwwxtw", 10) == 0);
    CHECK(strncmp(made + 248, "wwwww", 5) == 0);
    free(pieces);
    free(made);
}

int main(void)
{
    const uint8_t top = OASIS_SEEN_FLAGGED | OASIS_SEEN_FLAGGED_TOP, bottom = OASIS_SEEN_FLAGGED;

    test_begin();
    check_one("W", 0, OASIS_CADENCE_WHOLE, "w");
    check_one(".", 0, OASIS_CADENCE_WHOLE, "w");
    check_one(".", top, OASIS_CADENCE_TOP_FIRST, "T");
    check_one(".", bottom, OASIS_CADENCE_BOTTOM_FIRST, "B");
    check_one("TTTTTTTT", 0, OASIS_CADENCE_TOP_FIRST, "TTTTTTTT");
    check_one("BBB.BBBB", top, OASIS_CADENCE_BOTTOM_FIRST, "BBBBBBBB");
    check_one("WWWWWWWW", top, OASIS_CADENCE_WHOLE, "wwwwwwww");
    check_one("TTTTTTTT", OASIS_SEEN_SMALL, OASIS_CADENCE_WHOLE, "wwwwwwww");
    check_one("tttttttt", 0, OASIS_CADENCE_SHIFTED, "tttttttt");
    check_one("WWttW", 0, OASIS_CADENCE_FILM, "wwxtw");
    check_one("ttWWW", top, OASIS_CADENCE_FILM, "xtwww");
    check_one("WbbWW", 0, OASIS_CADENCE_FILM, "wxbww");
    check_one("WWtWW", 0, OASIS_CADENCE_FILM, "wwxww");
    check_one("W.ttW", 0, OASIS_CADENCE_FILM, "wwxtw");
    check_changes();
    return test_end();
}

/* Statuses have names, and errors are filled as asked, over-long text cut.
 * SPDX-License-Identifier: Apache-2.0 */
#include "oasis/status.h"
#include "oasis/version.h"
#include "test.h"

static void check_names(void)
{
    for (int a = OASIS_OK; a <= OASIS_ERR_DIFFERS; a++) {
        CHECK(*oasis_status_name((OasisStatus)a));
        for (int b = OASIS_OK; b < a; b++) {
            CHECK(strcmp(oasis_status_name((OasisStatus)a), oasis_status_name((OasisStatus)b)));
        }
    }
    CHECK_STR(oasis_status_name((OasisStatus)(OASIS_ERR_DIFFERS + 1)), "unknown status");
}

static void check_fail(void)
{
    OasisError err = {0};
    char lengthy[2000];

    CHECK_INT(oasis_fail(&err, OASIS_ERR_INPUT, "a.mp4", "holds %d frames", 0), OASIS_ERR_INPUT);
    CHECK_INT(err.status, OASIS_ERR_INPUT);
    CHECK_STR(err.subject, "a.mp4");
    CHECK_STR(err.detail, "holds 0 frames");

    CHECK_INT(oasis_fail(NULL, OASIS_ERR_MODEL, "b", "c"), OASIS_ERR_MODEL);
    CHECK_INT(oasis_fail(&err, OASIS_ERR_MODEL, NULL, "c"), OASIS_ERR_MODEL);
    CHECK_STR(err.subject, "");

    memset(lengthy, 'x', sizeof lengthy - 1);
    lengthy[sizeof lengthy - 1] = '\0';
    CHECK_INT(oasis_fail(&err, OASIS_ERR_USAGE, lengthy, "%s", lengthy), OASIS_ERR_USAGE);
    CHECK_INT((int64_t)strlen(err.subject), sizeof err.subject - 1);
    CHECK_INT((int64_t)strlen(err.detail), sizeof err.detail - 1);
}

/* The engine that is linked is the one whose headers were read. */
static void check_version(void)
{
    CHECK_INT(oasis_api_version(), OASIS_API_VERSION);
    CHECK(OASIS_API_VERSION > 0);
}

int main(void)
{
    test_begin();
    check_names();
    check_fail();
    check_version();
    return test_end();
}

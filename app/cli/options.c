/* Reading a command's options and their values.
 * SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "report.h"

enum { MOST_OPTIONS = 64 };

/* The command's table as getopt_long reads it. */
static void list_options(const Usage *usage, struct option list[MOST_OPTIONS])
{
    int n = 0;

    for (const Option *option = usage->options; option->help; option++) {
        if (option->name && n < MOST_OPTIONS - 2) {
            list[n++] = (struct option){option->name,
                                        option->value ? required_argument : no_argument, NULL,
                                        option->id};
        }
    }
    list[n++] = (struct option){"help", no_argument, NULL, OPTION_HELP};
    list[n] = (struct option){0};
}

/* Whether the argument is an option whose value follows. */
static bool wants_value(const Usage *usage, const char *argument)
{
    for (const Option *option = usage->options; option->help; option++) {
        if (option->name && option->value && strncmp(argument, "--", 2) == 0 &&
            strcmp(argument + 2, option->name) == 0) {
            return true;
        }
    }
    return false;
}

void options_take_names(const Usage *usage, int argc, char **argv)
{
    static char names[2][4096];
    int taken = 0;

    for (int i = 1; i < argc && taken < 2 && strcmp(argv[i], "--") != 0; i++) {
        if (wants_value(usage, argv[i])) {
            i++;
        } else if (argv[i][0] == '-' && argv[i][1] != '-' && strchr(argv[i], '.') &&
                   strlen(argv[i]) < sizeof names[0] - 2) {
            snprintf(names[taken], sizeof names[taken], "./%s", argv[i]);
            argv[i] = names[taken++];
        }
    }
}

int options_next(const Usage *usage, int argc, char **argv, OasisError *err)
{
    struct option list[MOST_OPTIONS];
    int value;

    list_options(usage, list);
    opterr = 0;
    value = getopt_long(argc, argv, ":h", list, NULL);
    switch (value) {
    case 'h':
    case OPTION_HELP:
        usage_print(usage, stdout);
        return OPTION_HELP;
    case ':':
        oasis_fail(err, OASIS_ERR_USAGE, argv[optind - 1],
                   "needs a value; see rekindle-cli %s --help", usage->name);
        return OPTION_BAD;
    case '?':
        oasis_fail(err, OASIS_ERR_USAGE, argv[optind - 1],
                   "is not an option of %s; see rekindle-cli %s --help", usage->name, usage->name);
        return OPTION_BAD;
    default:
        return value;
    }
}

OasisStatus options_check_files(const Usage *usage, int argc, bool more, OasisError *err)
{
    if (argc - optind == usage->files || (more && argc - optind > usage->files)) {
        return OASIS_OK;
    }
    return oasis_fail(err, OASIS_ERR_USAGE, usage->name,
                      "takes %s file name%s, got %d. Usage: rekindle-cli %s %s",
                      (const char *const[]){"no", "one", "two"}[usage->files],
                      usage->files == 1 ? "" : "s", argc - optind, usage->name, usage->arguments);
}

bool options_only_files(const Usage *usage, int argc, char **argv, char **files, int *exit_code)
{
    OasisError err;
    int option;

    while ((option = options_next(usage, argc, argv, &err)) != OPTION_END) {
        *exit_code = option == OPTION_HELP ? EXIT_DONE : report_error(&err);
        return false;
    }
    if (options_check_files(usage, argc, false, &err) != OASIS_OK) {
        *exit_code = report_error(&err);
        return false;
    }
    for (int i = 0; i < usage->files; i++) {
        files[i] = argv[optind + i];
    }
    return true;
}

/* Reads digits into *value and returns where they end; NULL without digits or past `limit`. */
static const char *read_digits(const char *text, int64_t limit, int64_t *value)
{
    if (!isdigit((unsigned char)*text)) {
        return NULL;
    }
    for (*value = 0; isdigit((unsigned char)*text); text++) {
        *value = *value * 10 + (*text - '0');
        if (*value > limit) {
            return NULL;
        }
    }
    return text;
}

/* Seconds of [[H:]MM:]SS up to a point or the end, where *end is left; -1 where it is none. */
static int64_t read_clock(const char *text, const char **end)
{
    const int64_t limit = 1000000000; /* thirty years: no overflow in nanoseconds */
    int64_t seconds = 0, field;
    int fields = 0;

    for (;;) {
        text = read_digits(text, limit, &field);
        if (!text || (fields > 0 && field > 59) || seconds > limit / 60) {
            return -1;
        }
        seconds = seconds * 60 + field;
        if (*text != ':' || ++fields > 2) {
            break;
        }
        text++;
    }
    *end = text;
    return seconds;
}

OasisStatus options_time(const char *name, const char *text, int64_t *ns, OasisError *err)
{
    const char *end = text;
    int64_t seconds = read_clock(text, &end);
    int64_t fraction = 0, unit = 1000000000;

    if (seconds >= 0 && *end == '.') {
        for (end++; isdigit((unsigned char)*end) && unit > 1; end++) {
            unit /= 10;
            fraction += (*end - '0') * unit;
        }
    }
    if (seconds < 0 || *end) {
        return oasis_fail(err, OASIS_ERR_USAGE, name,
                          "\"%s\" is not a time; write seconds (12.5) or [H:]MM:SS[.fff]", text);
    }
    *ns = seconds * 1000000000 + fraction;
    return OASIS_OK;
}

OasisStatus options_range(const char *name, const char *text, OasisSpan *range, OasisError *err)
{
    const char *dash = strchr(text, '-');
    char first[64];

    *range = (OasisSpan){0};
    if (!dash || dash - text >= (ptrdiff_t)sizeof first) {
        return oasis_fail(err, OASIS_ERR_USAGE, name, "\"%s\" is not a range; write 1:20-1:45",
                          text);
    }
    if (dash > text) {
        snprintf(first, sizeof first, "%.*s", (int)(dash - text), text);
        OASIS_TRY(options_time(name, first, &range->start_ns, err));
    }
    if (dash[1]) {
        OASIS_TRY(options_time(name, dash + 1, &range->end_ns, err));
        if (range->end_ns <= range->start_ns) {
            return oasis_fail(err, OASIS_ERR_USAGE, name, "\"%s\" ends before it begins", text);
        }
    }
    return OASIS_OK;
}

OasisStatus options_number(const char *name, const char *text, double low, double high,
                           double *value, OasisError *err)
{
    char *end;

    errno = 0;
    *value = strtod(text, &end);
    if (end == text || *end || errno || !(*value >= low && *value <= high)) {
        return oasis_fail(err, OASIS_ERR_USAGE, name, "\"%s\" is not a number from %g to %g", text,
                          low, high);
    }
    return OASIS_OK;
}

OasisStatus options_amount(const char *name, const char *text, int64_t *value, OasisError *err)
{
    static const char units[] = "kMG";
    char *end;
    double number = strtod(text, &end);
    const char *unit = *end ? strchr(units, *end == 'K' ? 'k' : *end) : NULL;

    for (const char *at = units; unit && at <= unit; at++) {
        number *= 1000;
    }
    if (end == text || (*end && (!unit || end[1])) || !(number >= 1 && number <= 1e15)) {
        return oasis_fail(err, OASIS_ERR_USAGE, name,
                          "\"%s\" is no number such as 800k, 2.5M or 1G", text);
    }
    *value = (int64_t)number;
    return OASIS_OK;
}

OasisStatus options_integer(const char *name, const char *text, int low, int high, int *value,
                            OasisError *err)
{
    double number;

    if (options_number(name, text, low, high, &number, err) != OASIS_OK ||
        number != trunc(number)) {
        return oasis_fail(err, OASIS_ERR_USAGE, name, "\"%s\" is not a whole number from %d to %d",
                          text, low, high);
    }
    *value = (int)number;
    return OASIS_OK;
}

OasisStatus options_crop(const char *name, const char *text, OasisCrop *crop, OasisError *err)
{
    int *const sides[] = {&crop->left, &crop->top, &crop->right, &crop->bottom};
    const char *end = text;

    for (int i = 0; i < 4 && end; i++) {
        int64_t side = 0;

        end = read_digits(end, 16384, &side);
        *sides[i] = (int)side;
        if (end && i < 3) {
            end = *end == ':' ? end + 1 : NULL;
        }
    }
    if (!end || *end) {
        return oasis_fail(err, OASIS_ERR_USAGE, name,
                          "\"%s\" is no crop; write LEFT:TOP:RIGHT:BOTTOM in pixels, or auto",
                          text);
    }
    return OASIS_OK;
}

OasisStatus options_choice(const Usage *usage, int id, const char *text, int *index,
                           OasisError *err)
{
    const Option *option = usage_option(usage, id);
    char name[32], list[128] = "";

    for (*index = 0; option->choices[*index]; (*index)++) {
        if (strcmp(text, option->choices[*index]) == 0) {
            return OASIS_OK;
        }
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", *index ? ", " : "",
                 option->choices[*index]);
    }
    snprintf(name, sizeof name, "--%s", option->name);
    return oasis_fail(err, OASIS_ERR_USAGE, name, "\"%s\" is none of %s", text, list);
}

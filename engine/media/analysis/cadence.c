/* The cadence of a film: the cheapest way through a few states, each of which expects something of
 * its frames.
 * SPDX-License-Identifier: Apache-2.0 */
#include "media/analysis/cadence.h"

#include <stdlib.h>
#include <string.h>

#include "media/base/grow.h"

enum {
    LEAST_LINES = 300, /* smaller pictures hold one field at most: 240 or 288 lines */
    CYCLE = 5,         /* frames of video to four of film */
    SWITCH = 60,       /* costs: of going from one cadence to another, */
    WRONG = 10,        /* of a frame that is not what the state expects, */
    HALF = 5,          /* that might be, */
    UNSAID = 1,        /* that the file calls something else, */
    NEVER = 1000,      /* and that cannot be */
};

static const float CLEARLY = 1.5F; /* by which one sum has to be larger than another */
static const float ORDER = 1.1F;   /* the same for the fields' order */
static const float LEAST_MOVING = 0.002F;

uint8_t oasis_cadence_see(const OasisCombing *combing, const OasisLook *frame)
{
    /* Fields are nearest to those that they follow, and farthest from those after the next. */
    const float top_first = combing->before[0] + combing->behind[1];
    const float bottom_first = combing->before[1] + combing->behind[0];
    const float nearest = top_first < bottom_first ? top_first : bottom_first;
    uint8_t seen = (uint8_t)((frame->flagged ? OASIS_SEEN_FLAGGED : 0) |
                             (frame->top_first ? OASIS_SEEN_FLAGGED_TOP : 0) |
                             (frame->height < LEAST_LINES ? OASIS_SEEN_SMALL : 0));

    if (combing->moving < LEAST_MOVING) {
        return seen;
    }
    if (nearest > CLEARLY * combing->own) {
        return seen | OASIS_SEEN_WHOLE;
    }
    if (combing->own > 2 * CLEARLY * combing->before[1]) {
        return seen | OASIS_SEEN_WOVEN_TOP;
    }
    if (combing->own > 2 * CLEARLY * combing->before[0]) {
        return seen | OASIS_SEEN_WOVEN_BOTTOM;
    }
    if (top_first > ORDER * bottom_first) {
        return seen | OASIS_SEEN_TOP_FIRST;
    }
    return bottom_first > ORDER * top_first ? seen | OASIS_SEEN_BOTTOM_FIRST : seen;
}

/* --- states ----------------------------------------------------------------------------------- */

/* A state expects something of its frame, and is followed by the next of its cycle. */
typedef struct State {
    OasisCadence cadence;
    OasisSeen expects;
    OasisMaking making;
    int next;
} State;

enum { STATES = 1 + 2 * (2 + 2 * CYCLE) };

/* One cycle of film, by the frame that is left out. Where three fields follow two, two frames in a
 * cycle are put together of two pictures; where three follow three, one is. */
static int add_film(State *states, int count, bool top, bool two)
{
    const OasisSeen woven = top ? OASIS_SEEN_WOVEN_TOP : OASIS_SEEN_WOVEN_BOTTOM;
    const OasisMaking weave = top ? OASIS_MAKING_WOVEN_TOP : OASIS_MAKING_WOVEN_BOTTOM;
    const int first = count;

    for (int place = 0; place < CYCLE; place++) {
        const bool mixed = place == 0 || (place == 1 && two);

        states[count++] = (State){
            .cadence = OASIS_CADENCE_FILM,
            .expects = mixed ? woven : OASIS_SEEN_WHOLE,
            .making = place == 0 ? OASIS_MAKING_NONE : mixed ? weave : OASIS_MAKING_WHOLE,
            .next = first + (place + 1) % CYCLE,
        };
    }
    return count;
}

static void make_states(State states[STATES])
{
    int count = 0;

    states[count] = (State){OASIS_CADENCE_WHOLE, OASIS_SEEN_WHOLE, OASIS_MAKING_WHOLE, count};
    count++;
    for (int top = 0; top < 2; top++) {
        states[count] =
            top ? (State){OASIS_CADENCE_TOP_FIRST, OASIS_SEEN_TOP_FIRST, OASIS_MAKING_TOP_FIRST,
                          count}
                : (State){OASIS_CADENCE_BOTTOM_FIRST, OASIS_SEEN_BOTTOM_FIRST,
                          OASIS_MAKING_BOTTOM_FIRST, count};
        count++;
        states[count] = top ? (State){OASIS_CADENCE_SHIFTED, OASIS_SEEN_WOVEN_TOP,
                                      OASIS_MAKING_WOVEN_TOP, count}
                            : (State){OASIS_CADENCE_SHIFTED, OASIS_SEEN_WOVEN_BOTTOM,
                                      OASIS_MAKING_WOVEN_BOTTOM, count};
        count++;
        count = add_film(states, count, top, true);
        count = add_film(states, count, top, false);
    }
}

static bool is_fields(OasisSeen seen)
{
    return seen == OASIS_SEEN_TOP_FIRST || seen == OASIS_SEEN_BOTTOM_FIRST;
}

static bool is_woven(OasisSeen seen)
{
    return seen == OASIS_SEEN_WOVEN_TOP || seen == OASIS_SEEN_WOVEN_BOTTOM;
}

/* What it costs to take a frame for the state's. */
static int cost_of(const State *state, uint8_t frame)
{
    const OasisSeen seen = (OasisSeen)(frame & OASIS_SEEN_MASK);
    const OasisSeen said = !(frame & OASIS_SEEN_FLAGGED)     ? OASIS_SEEN_WHOLE
                           : frame & OASIS_SEEN_FLAGGED_TOP ? OASIS_SEEN_TOP_FIRST
                                                             : OASIS_SEEN_BOTTOM_FIRST;
    const bool is_plain = state->cadence <= OASIS_CADENCE_BOTTOM_FIRST;
    int cost = is_plain && state->expects == said ? 0 : UNSAID;

    /* Small pictures are not suspected of what they do not say. */
    if (frame & OASIS_SEEN_SMALL && said == OASIS_SEEN_WHOLE &&
        state->cadence != OASIS_CADENCE_WHOLE) {
        return NEVER;
    }
    if (seen == OASIS_SEEN_NOTHING || seen == state->expects) {
        return cost;
    }
    return cost + ((is_fields(state->expects) && is_woven(seen)) ||
                           (is_woven(state->expects) && is_fields(seen))
                       ? HALF
                       : WRONG);
}

/* --- the cheapest way ------------------------------------------------------------------------- */

/* Fills, for each frame and state, the state before it. */
static void go(const State *states, const uint8_t *seen, int64_t frames, uint8_t *from,
               int *last)
{
    int cost[STATES], next[STATES];

    for (int s = 0; s < STATES; s++) {
        cost[s] = cost_of(&states[s], seen[0]);
    }
    for (int64_t n = 1; n < frames; n++) {
        uint8_t *back = from + n * STATES;
        int best = 0, least;

        for (int s = 1; s < STATES; s++) {
            best = cost[s] < cost[best] ? s : best;
        }
        least = cost[best];
        for (int s = 0; s < STATES; s++) {
            next[s] = least + SWITCH;
            back[s] = (uint8_t)best;
        }
        for (int s = 0; s < STATES; s++) {
            const int to = states[s].next;

            if (cost[s] <= next[to]) {
                next[to] = cost[s];
                back[to] = (uint8_t)s;
            }
        }
        for (int s = 0; s < STATES; s++) {
            cost[s] = next[s] - least + cost_of(&states[s], seen[n]);
        }
    }
    *last = 0;
    for (int s = 1; s < STATES; s++) {
        *last = cost[s] < cost[*last] ? s : *last;
    }
}

/* What is made of the first frame of a cadence that would join it to one of another. */
static OasisMaking make_first(OasisMaking making, uint8_t seen)
{
    if (making < OASIS_MAKING_WOVEN_TOP) {
        return making;
    }
    return (seen & OASIS_SEEN_MASK) == OASIS_SEEN_WHOLE ? OASIS_MAKING_WHOLE
           : seen & OASIS_SEEN_FLAGGED && !(seen & OASIS_SEEN_FLAGGED_TOP)
               ? OASIS_MAKING_BOTTOM_FIRST
               : OASIS_MAKING_TOP_FIRST;
}

/* Goes back the way, leaving the states in `making`, and then replaces them. */
static bool follow(const State *states, const uint8_t *seen, int64_t frames, const uint8_t *from,
                   int last, uint8_t *making, OasisCadencePiece **pieces, size_t *n_pieces)
{
    int64_t capacity = 0;
    int before = -1;

    for (int64_t n = frames - 1; n >= 0; n--) {
        making[n] = (uint8_t)last;
        last = n > 0 ? from[n * STATES + last] : last;
    }
    for (int64_t n = 0; n < frames; n++) {
        const State *state = &states[making[n]];
        const bool goes_on = before >= 0 && states[before].next == making[n];
        const bool is_new = before < 0 || states[before].cadence != state->cadence;

        before = making[n];
        making[n] = (uint8_t)(goes_on ? state->making : make_first(state->making, seen[n]));
        if (is_new) {
            OasisCadencePiece *more =
                oasis_grow(*pieces, (int64_t)*n_pieces, &capacity, sizeof *more);

            if (!more) {
                return false;
            }
            *pieces = more;
            more[(*n_pieces)++] = (OasisCadencePiece){n, state->cadence};
        }
    }
    return true;
}

bool oasis_cadence_find(const uint8_t *seen, int64_t frames, uint8_t *making,
                        OasisCadencePiece **pieces, size_t *n_pieces)
{
    uint8_t *from = calloc((size_t)frames, STATES);
    State states[STATES];
    bool done;
    int last;

    *pieces = NULL;
    *n_pieces = 0;
    if (!from) {
        return false;
    }
    make_states(states);
    go(states, seen, frames, from, &last);
    done = follow(states, seen, frames, from, last, making, pieces, n_pieces);
    free(from);
    return done;
}

/* A point in the order of a back end's work. Tickets of one back end never fall, and 0 is reached
 * from the start.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

typedef uint64_t OasisTicket;

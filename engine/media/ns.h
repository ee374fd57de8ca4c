/* Nanoseconds as a time base of FFmpeg's.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <libavutil/rational.h>

static const AVRational OASIS_NS = {1, 1000000000};

/* What a clip is, in words.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-clip.h"

G_BEGIN_DECLS

/* Calls `add` for each fact: what it is about, and the fact. Both are translated. */
void  rk_facts_list      (RkClip  *clip,
                          void   (*add) (const char *title,
                                         const char *fact,
                                         gpointer    user_data),
                          gpointer user_data);

/* The most telling ones in one line, "720 × 576 · 25 fps · 12:04 · interlaced". */
char *rk_facts_summarise (RkClip  *clip) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

/* Something to choose from a list: a model or a device.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Immutable. Any thread. Properties: id (what a recipe is told; NULL = whatever is best), title (what
 * people read), note (a line about it; NULL = none). */
#define RK_TYPE_CHOICE (rk_choice_get_type ())
G_DECLARE_FINAL_TYPE (RkChoice, rk_choice, RK, CHOICE, GObject)

RkChoice   *rk_choice_new       (const char *id,
                                 const char *title,
                                 const char *note);
const char *rk_choice_get_id    (RkChoice   *self);
const char *rk_choice_get_title (RkChoice   *self);
const char *rk_choice_get_note  (RkChoice   *self);

/* The place of an id in a list of choices; that of the first one if it is not there. */
guint       rk_choice_find      (GListModel *choices,
                                 const char *id);
/* The id at a place of a list of choices; FALSE where there is none. Borrowed. */
gboolean    rk_choice_at        (GListModel  *choices,
                                 guint        position,
                                 const char **id);

G_END_DECLS

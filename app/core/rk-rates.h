/* How fast this machine restores, as far as it has been seen; it survives the program.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-recipe.h"

G_BEGIN_DECLS

/* Any thread. */
#define RK_TYPE_RATES (rk_rates_get_type ())
G_DECLARE_FINAL_TYPE (RkRates, rk_rates, RK, RATES, GObject)

/* path: where they are kept, NULL = in the user's state folder. */
RkRates *rk_rates_new   (const char             *path);

/* Frames a second that a resolved recipe's model and device compute of this format; 0 = not known. */
double   rk_rates_get   (RkRates                *self,
                         RkRecipe               *recipe,
                         const OasisFrameFormat *format);
/* A run of a job, as it tells how far it is. One thread at a time; zeroed before. */
typedef struct {
  gint64 since_us;
  double from, to; /* 0..1 */
} RkLap;

void     rk_lap_report  (RkLap                  *self,
                         double                  fraction);

/* A lap is over, of a job in which so many frames have to be computed. A short one teaches nothing.
 * Blocks on disk. */
void     rk_rates_learn (RkRates                *self,
                         RkRecipe               *recipe,
                         const OasisFrameFormat *format,
                         const RkLap            *lap,
                         gint64                  frames);

G_END_DECLS

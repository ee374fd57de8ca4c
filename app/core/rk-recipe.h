/* How a clip is to be restored: everything that an export needs to know besides its range.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib-object.h>
#include <json-glib/json-glib.h>

#include "oasis/job.h"
#include "oasis/media.h"

G_BEGIN_DECLS

/* Main thread only; jobs take a copy. Properties: deinterlace (RkDeinterlace), rotate (int, degrees
 * clockwise), flip (RkFlip, after that), crop (boolean: borders are found and left out), scale
 * (double, 0 when height is used), height (int, 0 when scale is used), square (boolean, of samples),
 * model (path; NULL = the default), device (name; NULL = the best), strength (0..1), grain (0..1, of
 * the source's own). Setting scale clears height and the other way round. */
#define RK_TYPE_RECIPE (rk_recipe_get_type ())
G_DECLARE_FINAL_TYPE (RkRecipe, rk_recipe, RK, RECIPE, GObject)

typedef enum {
  RK_DEINTERLACE_AUTO = OASIS_DEINTERLACE_AUTO,
  RK_DEINTERLACE_OFF = OASIS_DEINTERLACE_OFF,
  RK_DEINTERLACE_ON = OASIS_DEINTERLACE_ON,
} RkDeinterlace;

#define RK_TYPE_DEINTERLACE (rk_deinterlace_get_type ())
GType rk_deinterlace_get_type (void);

typedef enum {
  RK_FLIP_NONE = OASIS_FLIP_NONE,
  RK_FLIP_HORIZONTAL = OASIS_FLIP_HORIZONTAL,
  RK_FLIP_VERTICAL = OASIS_FLIP_VERTICAL,
} RkFlip;

#define RK_TYPE_FLIP (rk_flip_get_type ())
GType rk_flip_get_type (void);

RkRecipe      *rk_recipe_new             (void);
RkRecipe      *rk_recipe_copy            (RkRecipe      *self);
/* As JSON, and back from what such a description says; what it does not say is the default. */
JsonObject    *rk_recipe_describe        (RkRecipe      *self) G_GNUC_WARN_UNUSED_RESULT;
RkRecipe      *rk_recipe_restore         (JsonObject    *description) G_GNUC_WARN_UNUSED_RESULT;

RkDeinterlace  rk_recipe_get_deinterlace (RkRecipe      *self);
void           rk_recipe_set_deinterlace (RkRecipe      *self,
                                          RkDeinterlace  deinterlace);
int            rk_recipe_get_rotate      (RkRecipe      *self);
void           rk_recipe_set_rotate      (RkRecipe      *self,
                                          int            rotate);
RkFlip         rk_recipe_get_flip        (RkRecipe      *self);
void           rk_recipe_set_flip        (RkRecipe      *self,
                                          RkFlip         flip);
gboolean       rk_recipe_get_crop        (RkRecipe      *self);
void           rk_recipe_set_crop        (RkRecipe      *self,
                                          gboolean       crop);
double         rk_recipe_get_scale       (RkRecipe      *self);
void           rk_recipe_set_scale       (RkRecipe      *self,
                                          double         scale);
int            rk_recipe_get_height      (RkRecipe      *self);
void           rk_recipe_set_height      (RkRecipe      *self,
                                          int            height);
gboolean       rk_recipe_get_square      (RkRecipe      *self);
void           rk_recipe_set_square      (RkRecipe      *self,
                                          gboolean       square);
const char    *rk_recipe_get_model       (RkRecipe      *self);
void           rk_recipe_set_model       (RkRecipe      *self,
                                          const char    *model);
const char    *rk_recipe_get_device      (RkRecipe      *self);
void           rk_recipe_set_device      (RkRecipe      *self,
                                          const char    *device);
double         rk_recipe_get_strength    (RkRecipe      *self);
void           rk_recipe_set_strength    (RkRecipe      *self,
                                          double         strength);
double         rk_recipe_get_grain       (RkRecipe      *self);
void           rk_recipe_set_grain       (RkRecipe      *self,
                                          double         grain);

/* The size, without the crop, which is the clip's. */
OasisSize      rk_recipe_get_size        (RkRecipe      *self);
/* What of it decides the source's frames. */
OasisMediaParams rk_recipe_get_media     (RkRecipe      *self);
/* Whether the property of that name does, so that the clip has to be opened again. */
gboolean       rk_recipe_is_of_source    (const char    *property);
/* Whether it is applied to what the model has made, so that previews stay what they are. */
gboolean       rk_recipe_is_of_mix       (const char    *property);

G_END_DECLS

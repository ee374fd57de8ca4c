/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-compare-scene.h"

#include <glib/gi18n.h>

#define HANDLE_RADIUS 16
#define NEAREST_FROM 3.0 /* zoom from which single pixels are shown as squares */

static void
append_texture (const RkCompareScene  *self,
                GtkSnapshot           *snapshot,
                GdkTexture            *texture,
                const graphene_rect_t *rect)
{
  const gboolean magnified = rk_viewport_get_zoom (self->viewport) >= NEAREST_FROM;

  gtk_snapshot_append_scaled_texture (snapshot, texture, magnified ? GSK_SCALING_FILTER_NEAREST : GSK_SCALING_FILTER_LINEAR, rect);
}

static void
append_text (const RkCompareScene *self,
             GtkSnapshot          *snapshot,
             const char           *text,
             double                x,
             double                y,
             double                align)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (self->widget, text);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  x -= align * (width + 16);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_push_rounded_clip (snapshot, &(GskRoundedRect) {
    .bounds = GRAPHENE_RECT_INIT (x, y, width + 16, height + 6),
    .corner = { { 8, 8 }, { 8, 8 }, { 8, 8 }, { 8, 8 } },
  });
  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 0, 0, 0, 0.65f },
                             &GRAPHENE_RECT_INIT (x, y, width + 16, height + 6));
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x + 8, y + 3));
  gtk_snapshot_append_layout (snapshot, layout, &(GdkRGBA) { 1, 1, 1, 1 });
  gtk_snapshot_restore (snapshot);
}

static void
append_before (const RkCompareScene  *self,
               GtkSnapshot           *snapshot,
               const graphene_rect_t *rect)
{
  if (self->before != NULL)
    append_texture (self, snapshot, self->before, rect);
}

/* At the strength chosen, over the source. */
static void
append_result (const RkCompareScene  *self,
               GtkSnapshot           *snapshot,
               GdkTexture            *texture,
               const graphene_rect_t *rect)
{
  if (self->strength < 1)
    gtk_snapshot_push_opacity (snapshot, self->strength);
  append_texture (self, snapshot, texture, rect);
  if (self->strength < 1)
    gtk_snapshot_pop (snapshot);
}

/* The source lies below, also where what lay over it was of other settings. */
static void
append_draft (const RkCompareScene  *self,
              GtkSnapshot           *snapshot,
              const graphene_rect_t *rect)
{
  const graphene_rect_t *part = &self->draft_part;
  const graphene_rect_t place = GRAPHENE_RECT_INIT (rect->origin.x + part->origin.x * rect->size.width,
                                                    rect->origin.y + part->origin.y * rect->size.height,
                                                    part->size.width * rect->size.width,
                                                    part->size.height * rect->size.height);

  gtk_snapshot_push_clip (snapshot, &place);
  append_before (self, snapshot, rect);
  gtk_snapshot_pop (snapshot);
  append_result (self, snapshot, self->draft, &place);
}

/* The result, where there is one; what is seen first of it is a draft. */
static void
append_after (const RkCompareScene  *self,
              GtkSnapshot           *snapshot,
              const graphene_rect_t *rect)
{
  append_before (self, snapshot, rect);
  if (self->after != NULL)
    append_result (self, snapshot, self->after, rect);
  if (self->draft != NULL)
    append_draft (self, snapshot, rect);
}

static void
append_labels (const RkCompareScene *self,
               GtkSnapshot          *snapshot,
               double                left,
               double                right,
               gboolean              before,
               gboolean              after)
{
  const double top = 12;

  if (before && right - left > 60)
    append_text (self, snapshot, _("Before"), left + 12, top, 0);
  if (after && self->after_label != NULL && right - left > 60)
    append_text (self, snapshot, self->after_label, right - 12, top, 1);
}

static void
append_split (const RkCompareScene *self,
              GtkSnapshot          *snapshot,
              double                x,
              double                height)
{
  const double middle = height / 2;
  const GdkRGBA white = { 1, 1, 1, 1 };
  const GdkRGBA shade = { 0, 0, 0, 0.35f };
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskPathBuilder) arrows = gsk_path_builder_new ();
  g_autoptr (GskPath) disc = NULL;
  g_autoptr (GskPath) chevrons = NULL;
  g_autoptr (GskStroke) stroke = gsk_stroke_new (2);

  gtk_snapshot_append_color (snapshot, &shade, &GRAPHENE_RECT_INIT (x - 2, 0, 4, height));
  gtk_snapshot_append_color (snapshot, &white, &GRAPHENE_RECT_INIT (x - 1, 0, 2, height));

  gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT (x, middle), HANDLE_RADIUS);
  disc = gsk_path_builder_to_path (builder);
  gtk_snapshot_append_fill (snapshot, disc, GSK_FILL_RULE_WINDING, &white);

  for (int side = -1; side <= 1; side += 2)
    {
      gsk_path_builder_move_to (arrows, x + side * 4, middle - 5);
      gsk_path_builder_line_to (arrows, x + side * 9, middle);
      gsk_path_builder_line_to (arrows, x + side * 4, middle + 5);
    }
  chevrons = gsk_path_builder_to_path (arrows);
  gtk_snapshot_append_stroke (snapshot, chevrons, stroke, &(GdkRGBA) { 0.15f, 0.15f, 0.17f, 1 });
}

static void
snapshot_split (const RkCompareScene  *self,
                GtkSnapshot           *snapshot,
                const graphene_rect_t *rect)
{
  const double x = self->split_x, width = self->width, height = self->height;

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, x, height));
  append_before (self, snapshot, rect);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (x, 0, width - x, height));
  append_after (self, snapshot, rect);
  gtk_snapshot_pop (snapshot);

  append_split (self, snapshot, x, height);
  append_labels (self, snapshot, 0, x, TRUE, FALSE);
  append_labels (self, snapshot, x, width, FALSE, TRUE);
}

static void
snapshot_two_sides (const RkCompareScene  *self,
                    GtkSnapshot           *snapshot,
                    const graphene_rect_t *rect)
{
  const RkViewport *viewport = self->viewport;
  const graphene_rect_t side = GRAPHENE_RECT_INIT (0, 0, viewport->view_width, viewport->view_height);

  gtk_snapshot_push_clip (snapshot, &side);
  append_before (self, snapshot, rect);
  append_labels (self, snapshot, 0, viewport->view_width, TRUE, FALSE);
  gtk_snapshot_pop (snapshot);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (viewport->other_x, viewport->other_y));
  gtk_snapshot_push_clip (snapshot, &side);
  append_after (self, snapshot, rect);
  append_labels (self, snapshot, 0, viewport->view_width, FALSE, TRUE);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_restore (snapshot);
}

void
rk_compare_scene_snapshot (const RkCompareScene *self,
                           GtkSnapshot          *snapshot)
{
  const graphene_rect_t rect = rk_viewport_get_rect (self->viewport);

  switch (self->mode)
    {
    case RK_COMPARE_SPLIT:
      snapshot_split (self, snapshot, &rect);
      break;
    case RK_COMPARE_SIDE_BY_SIDE:
      snapshot_two_sides (self, snapshot, &rect);
      break;
    case RK_COMPARE_BEFORE:
      append_before (self, snapshot, &rect);
      append_labels (self, snapshot, 0, self->width, TRUE, FALSE);
      break;
    case RK_COMPARE_AFTER:
      append_after (self, snapshot, &rect);
      append_labels (self, snapshot, 0, self->width, FALSE, TRUE);
      break;
    default:
      g_assert_not_reached ();
    }
}

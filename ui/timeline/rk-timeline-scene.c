/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-timeline-scene.h"

#include <adwaita.h>
#include <math.h>

#include "rk-time.h"

#define GAP 3 /* between the track and the bar below it */
#define BAR_HEIGHT 5 /* of what is restored */
#define HANDLE_WIDTH 8
#define LABEL_DISTANCE 90

G_STATIC_ASSERT (RK_TIMELINE_HEIGHT == RK_TIMELINE_RULER_HEIGHT + RK_TIMELINE_TRACK_HEIGHT + GAP + BAR_HEIGHT);

GdkTexture *
rk_timeline_scene_get_thumbnail (RkThumbnailer *thumbnailer,
                                 GHashTable    *textures,
                                 gint64         frame)
{
  g_autoptr (RkPicture) picture = rk_thumbnailer_dup (thumbnailer, frame);
  GdkTexture *texture;

  if (picture == NULL)
    return NULL;

  texture = g_hash_table_lookup (textures, picture);
  if (texture == NULL)
    {
      texture = gdk_memory_texture_new (picture->width, picture->height, GDK_MEMORY_R8G8B8A8, picture->rgba, picture->stride);
      g_hash_table_insert (textures, rk_picture_ref (picture), texture);
    }

  return texture;
}

double
rk_timeline_scene_get_cell_width (const RkTimescale *scale)
{
  double width, height;

  rk_clip_get_display_size (scale->clip, &width, &height);

  return CLAMP (RK_TIMELINE_TRACK_HEIGHT * width / height, 20, 200);
}

static void
snapshot_thumbnails (const RkTimelineScene *self,
                     GtkSnapshot           *snapshot,
                     const GdkRGBA         *color)
{
  const RkTimescale *scale = &self->scale;
  const double cell_width = rk_timeline_scene_get_cell_width (scale);
  const graphene_rect_t track = GRAPHENE_RECT_INIT (scale->left, RK_TIMELINE_RULER_HEIGHT, scale->width, RK_TIMELINE_TRACK_HEIGHT);
  GdkRGBA background = *color;
  gint64 first, last;

  background.alpha = 0.1f;
  gtk_snapshot_append_color (snapshot, &background, &track);
  gtk_snapshot_push_clip (snapshot, &track);
  rk_timescale_get_cells (scale, cell_width, &first, &last);
  for (gint64 cell = first; cell <= last; cell++)
    {
      GdkTexture *texture;
      double x, width, shown;
      gint64 frame;

      rk_timescale_get_cell (scale, cell_width, cell, &x, &width, &frame);
      texture = rk_timeline_scene_get_thumbnail (self->thumbnailer, self->textures, frame);
      if (texture == NULL)
        continue;

      /* Fills its place in height; what is too wide is cut off at both sides. */
      shown = MAX ((double) RK_TIMELINE_TRACK_HEIGHT * gdk_texture_get_width (texture) / gdk_texture_get_height (texture), width);
      gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (x, RK_TIMELINE_RULER_HEIGHT, width, RK_TIMELINE_TRACK_HEIGHT));
      gtk_snapshot_append_texture (snapshot, texture,
                                   &GRAPHENE_RECT_INIT (x + width / 2 - shown / 2, RK_TIMELINE_RULER_HEIGHT, shown, RK_TIMELINE_TRACK_HEIGHT));
      gtk_snapshot_pop (snapshot);
    }
  gtk_snapshot_pop (snapshot);
}

/* Where scenes begin. */
static void
snapshot_cuts (const RkTimelineScene *self,
               GtkSnapshot           *snapshot,
               const GdkRGBA         *accent)
{
  const RkTimescale *scale = &self->scale;
  gsize n_cuts;
  const gint64 *cuts = rk_clip_get_cuts (scale->clip, &n_cuts);

  for (gsize i = 0; i < n_cuts; i++)
    {
      const double x = rk_timescale_x_of_frame (scale, cuts[i]);

      if (x >= scale->left && x <= scale->left + scale->width)
        gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT (floor (x), RK_TIMELINE_RULER_HEIGHT - 4, 2, 10));
    }
}

/* How far labels are from each other, whatever the size of text. */
static double
get_label_distance (const RkTimelineScene *self)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (self->widget, "0:00:00.000");
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);

  return MAX (LABEL_DISTANCE, width + 12);
}

static void
snapshot_ruler (const RkTimelineScene *self,
                GtkSnapshot           *snapshot,
                const GdkRGBA         *color)
{
  const RkTimescale *scale = &self->scale;
  const RkTimespan *span = &scale->span;
  const gint64 step = rk_time_round_step ((gint64) (span->span * get_label_distance (self) / scale->width));
  const gboolean milliseconds = step < 1000000000;
  GdkRGBA mark = *color;

  mark.alpha *= 0.5f;
  for (gint64 time = (span->first + step - 1) / step * step; time <= span->first + span->span; time += step)
    {
      g_autofree char *text = rk_time_format (time, milliseconds);
      g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (self->widget, text);
      const double x = rk_timescale_x_of_time (scale, time);
      int width;

      gtk_snapshot_append_color (snapshot, &mark, &GRAPHENE_RECT_INIT (floor (x), RK_TIMELINE_RULER_HEIGHT - 5, 1, 5));
      pango_layout_get_pixel_size (layout, &width, NULL);
      if (x + 4 + width > gtk_widget_get_width (self->widget))
        break;

      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x + 4, 0));
      gtk_snapshot_append_layout (snapshot, layout, color);
      gtk_snapshot_restore (snapshot);
    }
}

static void
snapshot_restored (const RkTimelineScene *self,
                   GtkSnapshot           *snapshot,
                   const GdkRGBA         *color,
                   const GdkRGBA         *accent)
{
  const RkTimescale *scale = &self->scale;
  const double y = RK_TIMELINE_RULER_HEIGHT + RK_TIMELINE_TRACK_HEIGHT + GAP;
  GdkRGBA empty = *color;
  gint64 first, end;

  empty.alpha = 0.12f;
  gtk_snapshot_append_color (snapshot, &empty, &GRAPHENE_RECT_INIT (scale->left, y, scale->width, BAR_HEIGHT));
  if (self->preview == NULL)
    return;

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (scale->left, y, scale->width, BAR_HEIGHT));
  for (gint64 from = 0; rk_preview_find_run (self->preview, from, &first, &end); from = end)
    gtk_snapshot_append_color (snapshot, accent,
                               &GRAPHENE_RECT_INIT (rk_timescale_x_of_frame (scale, first), y,
                                                    MAX (rk_timescale_x_of_frame (scale, end) - rk_timescale_x_of_frame (scale, first), 1),
                                                    BAR_HEIGHT));
  gtk_snapshot_pop (snapshot);
}

static void
append_handle (GtkSnapshot   *snapshot,
               const GdkRGBA *accent,
               double         x)
{
  gtk_snapshot_push_rounded_clip (snapshot, &(GskRoundedRect) {
    .bounds = GRAPHENE_RECT_INIT (x, RK_TIMELINE_RULER_HEIGHT, HANDLE_WIDTH, RK_TIMELINE_TRACK_HEIGHT),
    .corner = { { 4, 4 }, { 4, 4 }, { 4, 4 }, { 4, 4 } },
  });
  gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT (x, RK_TIMELINE_RULER_HEIGHT, HANDLE_WIDTH, RK_TIMELINE_TRACK_HEIGHT));
  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 1, 1, 1, 0.9f },
                             &GRAPHENE_RECT_INIT (x + HANDLE_WIDTH / 2.0 - 1, RK_TIMELINE_RULER_HEIGHT + RK_TIMELINE_TRACK_HEIGHT / 2.0 - 8, 2, 16));
  gtk_snapshot_pop (snapshot);
}

static void
snapshot_range (const RkTimelineScene *self,
                GtkSnapshot           *snapshot,
                const GdkRGBA         *accent)
{
  const RkTimescale *scale = &self->scale;
  const double right = scale->left + scale->width;
  const double x_first = rk_timescale_x_of_frame (scale, self->range_first);
  const double x_end = rk_timescale_x_of_frame (scale, self->range_end);
  const double first = CLAMP (x_first, scale->left, right);
  const double end = CLAMP (x_end, scale->left, right);
  const GdkRGBA veil = { 0, 0, 0, 0.5f };

  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (scale->left, RK_TIMELINE_RULER_HEIGHT, first - scale->left, RK_TIMELINE_TRACK_HEIGHT));
  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (end, RK_TIMELINE_RULER_HEIGHT, right - end, RK_TIMELINE_TRACK_HEIGHT));
  gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT (first, RK_TIMELINE_RULER_HEIGHT, end - first, 2));
  gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT (first, RK_TIMELINE_RULER_HEIGHT + RK_TIMELINE_TRACK_HEIGHT - 2, end - first, 2));
  append_handle (snapshot, accent, x_first - HANDLE_WIDTH);
  append_handle (snapshot, accent, x_end);
}

static void
snapshot_playhead (const RkTimelineScene *self,
                   GtkSnapshot           *snapshot,
                   const GdkRGBA         *color)
{
  const double x = rk_timescale_x_of_frame (&self->scale, self->position);
  g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr (GskPath) path = NULL;

  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 0, 0, 0, 0.5f },
                             &GRAPHENE_RECT_INIT (x - 2, RK_TIMELINE_RULER_HEIGHT, 4, RK_TIMELINE_TRACK_HEIGHT + GAP + BAR_HEIGHT));
  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 1, 1, 1, 1 },
                             &GRAPHENE_RECT_INIT (x - 1, RK_TIMELINE_RULER_HEIGHT, 2, RK_TIMELINE_TRACK_HEIGHT + GAP + BAR_HEIGHT));

  gsk_path_builder_move_to (builder, x - 7, RK_TIMELINE_RULER_HEIGHT - 8);
  gsk_path_builder_line_to (builder, x + 7, RK_TIMELINE_RULER_HEIGHT - 8);
  gsk_path_builder_line_to (builder, x, RK_TIMELINE_RULER_HEIGHT + 2);
  gsk_path_builder_close (builder);
  path = gsk_path_builder_to_path (builder);
  gtk_snapshot_append_fill (snapshot, path, GSK_FILL_RULE_WINDING, color);
}

void
rk_timeline_scene_snapshot (const RkTimelineScene *self,
                            GtkSnapshot           *snapshot)
{
  AdwStyleManager *style = adw_style_manager_get_for_display (gtk_widget_get_display (self->widget));
  g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (style);
  GdkRGBA color;

  gtk_widget_get_color (self->widget, &color);
  snapshot_ruler (self, snapshot, &color);
  snapshot_thumbnails (self, snapshot, &color);
  snapshot_cuts (self, snapshot, accent);
  snapshot_restored (self, snapshot, &color, accent);
  snapshot_range (self, snapshot, accent);
  snapshot_playhead (self, snapshot, &color);
}

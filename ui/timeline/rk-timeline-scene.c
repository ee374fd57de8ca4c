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

static GdkTexture *
get_texture (const RkTimelineScene *self,
             RkPicture             *picture)
{
  GdkTexture *texture = g_hash_table_lookup (self->textures, picture);

  if (texture == NULL)
    {
      texture = gdk_memory_texture_new (picture->width, picture->height, GDK_MEMORY_R8G8B8A8, picture->rgba, picture->stride);
      g_hash_table_insert (self->textures, rk_picture_ref (picture), texture);
    }

  return texture;
}

int
rk_timeline_scene_count_thumbnails (const RkTimescale *scale)
{
  double width, height;

  rk_clip_get_display_size (scale->clip, &width, &height);

  return CLAMP ((int) ceil (scale->width / CLAMP (RK_TIMELINE_TRACK_HEIGHT * width / height, 20, 200)), 1, 200);
}

static void
snapshot_thumbnails (const RkTimelineScene *self,
                     GtkSnapshot           *snapshot,
                     const GdkRGBA         *color)
{
  const RkTimescale *scale = &self->scale;
  const int n = rk_timeline_scene_count_thumbnails (scale);
  const double width = scale->width / n;
  const graphene_rect_t track = GRAPHENE_RECT_INIT (scale->left, RK_TIMELINE_RULER_HEIGHT, scale->width, RK_TIMELINE_TRACK_HEIGHT);
  GdkRGBA background = *color;

  background.alpha = 0.1f;
  gtk_snapshot_append_color (snapshot, &background, &track);
  for (int i = 0; i < n; i++)
    {
      g_autoptr (RkPicture) picture = rk_thumbnailer_dup (self->thumbnailer, i);
      const graphene_rect_t place = GRAPHENE_RECT_INIT (scale->left + i * width, RK_TIMELINE_RULER_HEIGHT, width, RK_TIMELINE_TRACK_HEIGHT);
      double shown;

      if (picture == NULL)
        continue;

      /* Fills its place in height; what is too wide is cut off at both sides. */
      shown = (double) RK_TIMELINE_TRACK_HEIGHT * picture->width / picture->height;
      gtk_snapshot_push_clip (snapshot, &place);
      gtk_snapshot_append_texture (snapshot, get_texture (self, picture),
                                   &GRAPHENE_RECT_INIT (scale->left + (i + 0.5) * width - MAX (shown, width) / 2, RK_TIMELINE_RULER_HEIGHT,
                                                        MAX (shown, width), RK_TIMELINE_TRACK_HEIGHT));
      gtk_snapshot_pop (snapshot);
    }
}

static void
snapshot_ruler (const RkTimelineScene *self,
                GtkSnapshot           *snapshot,
                const GdkRGBA         *color)
{
  const RkTimescale *scale = &self->scale;
  const gint64 duration = rk_timescale_get_duration (scale);
  const gint64 step = rk_time_round_step ((gint64) (duration * LABEL_DISTANCE / scale->width));
  const gboolean milliseconds = step < 1000000000;
  GdkRGBA mark = *color;

  mark.alpha *= 0.5f;
  for (gint64 time = 0; time <= duration; time += step)
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

  for (gint64 from = 0; rk_preview_find_run (self->preview, from, &first, &end); from = end)
    gtk_snapshot_append_color (snapshot, accent,
                               &GRAPHENE_RECT_INIT (rk_timescale_x_of_frame (scale, first), y,
                                                    MAX (rk_timescale_x_of_frame (scale, end) - rk_timescale_x_of_frame (scale, first), 1),
                                                    BAR_HEIGHT));
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
  const double first = rk_timescale_x_of_frame (scale, self->range_first);
  const double end = rk_timescale_x_of_frame (scale, self->range_end);
  const double right = scale->left + scale->width;
  const GdkRGBA veil = { 0, 0, 0, 0.5f };

  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (scale->left, RK_TIMELINE_RULER_HEIGHT, first - scale->left, RK_TIMELINE_TRACK_HEIGHT));
  gtk_snapshot_append_color (snapshot, &veil, &GRAPHENE_RECT_INIT (end, RK_TIMELINE_RULER_HEIGHT, right - end, RK_TIMELINE_TRACK_HEIGHT));
  gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT (first, RK_TIMELINE_RULER_HEIGHT, end - first, 2));
  gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT (first, RK_TIMELINE_RULER_HEIGHT + RK_TIMELINE_TRACK_HEIGHT - 2, end - first, 2));
  append_handle (snapshot, accent, first - HANDLE_WIDTH);
  append_handle (snapshot, accent, end);
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
  snapshot_restored (self, snapshot, &color, accent);
  snapshot_range (self, snapshot, accent);
  snapshot_playhead (self, snapshot, &color);
}

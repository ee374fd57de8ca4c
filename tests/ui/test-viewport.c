/* What lies under the pointer stays there when it zooms, a picture leaves no margin that it could
 * fill, and two sides lie as they show most: on random sizes; --seed repeats a run
 * SPDX-License-Identifier: Apache-2.0 */
#include "rk-viewport.h"

#include <math.h>

#define N_ROUNDS 2000

static double
random_length (void)
{
  return exp (g_test_rand_double_range (log (20), log (4000)));
}

static RkViewport
random_viewport (gboolean two_sides)
{
  RkViewport viewport = { 0 };

  rk_viewport_reset (&viewport);
  rk_viewport_set_size (&viewport, random_length (), random_length (), random_length (), random_length (), two_sides);

  return viewport;
}

/* Along one axis: centred where it is smaller than the view, else without a margin. */
static void
assert_kept_inside (double from,
                    double length,
                    double view)
{
  const double slack = 1e-3 * MAX (length, view);

  if (length <= view)
    {
      g_assert_cmpfloat_with_epsilon (from, view - from - length, slack);
      return;
    }

  g_assert_cmpfloat (from, <=, slack);
  g_assert_cmpfloat (from + length, >=, view - slack);
}

static void
assert_inside (const RkViewport *viewport)
{
  const graphene_rect_t rect = rk_viewport_get_rect (viewport);

  assert_kept_inside (rect.origin.x, rect.size.width, viewport->view_width);
  assert_kept_inside (rect.origin.y, rect.size.height, viewport->view_height);
}

static void
test_fit (void)
{
  for (int i = 0; i < N_ROUNDS; i++)
    {
      const RkViewport viewport = random_viewport (g_test_rand_bit ());
      const graphene_rect_t rect = rk_viewport_get_rect (&viewport);
      const double filled = MAX (rect.size.width / viewport.view_width, rect.size.height / viewport.view_height);

      assert_inside (&viewport);
      g_assert_cmpfloat_with_epsilon (filled, 1, 1e-4);
    }
}

static void
test_zoom_and_pan (void)
{
  for (int i = 0; i < N_ROUNDS; i++)
    {
      const gboolean two_sides = g_test_rand_bit ();
      RkViewport viewport = random_viewport (two_sides);

      for (int step = 0; step < 10; step++)
        {
          const double x = g_test_rand_double_range (0, viewport.view_width), y = g_test_rand_double_range (0, viewport.view_height);
          const graphene_rect_t before = rk_viewport_get_rect (&viewport);
          const gboolean other = two_sides && g_test_rand_bit ();
          graphene_rect_t after;

          rk_viewport_zoom_at (&viewport, g_test_rand_double_range (0.1, 10),
                               x + (other ? viewport.other_x : 0), y + (other ? viewport.other_y : 0));
          g_assert_cmpfloat (viewport.zoom, >=, RK_ZOOM_MIN);
          g_assert_cmpfloat (viewport.zoom, <=, RK_ZOOM_MAX);
          assert_inside (&viewport);

          /* Away from where a margin has to be avoided, the picture's point has stayed. */
          after = rk_viewport_get_rect (&viewport);
          if (after.size.width > viewport.view_width && after.origin.x < -1 &&
              after.origin.x + after.size.width > viewport.view_width + 1)
            g_assert_cmpfloat_with_epsilon ((x - before.origin.x) / before.size.width, (x - after.origin.x) / after.size.width, 1e-3);

          rk_viewport_pan (&viewport, g_test_rand_double_range (-500, 500), g_test_rand_double_range (-500, 500));
          assert_inside (&viewport);
        }
    }
}

static void
test_sides (void)
{
  RkViewport viewport = { 0 };

  /* A wide picture: beside each other in a wide window, above each other in a narrow one. */
  rk_viewport_set_size (&viewport, 1280, 720, 1001, 500, TRUE);
  g_assert_cmpfloat (viewport.view_width, ==, 500);
  g_assert_cmpfloat (viewport.view_height, ==, 500);
  g_assert_cmpfloat (viewport.other_x, ==, 501);
  g_assert_cmpfloat (viewport.other_y, ==, 0);

  rk_viewport_set_size (&viewport, 1280, 720, 360, 501, TRUE);
  g_assert_cmpfloat (viewport.view_width, ==, 360);
  g_assert_cmpfloat (viewport.view_height, ==, 250);
  g_assert_cmpfloat (viewport.other_x, ==, 0);
  g_assert_cmpfloat (viewport.other_y, ==, 251);

  rk_viewport_set_size (&viewport, 1280, 720, 360, 501, FALSE);
  g_assert_cmpfloat (viewport.view_height, ==, 501);
  g_assert_cmpfloat (viewport.other_y, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/viewport/fit", test_fit);
  g_test_add_func ("/viewport/zoom-and-pan", test_zoom_and_pan);
  g_test_add_func ("/viewport/sides", test_sides);

  return g_test_run ();
}

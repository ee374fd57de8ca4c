/* A recipe's properties: defaults, notifications, what makes another result.
 * SPDX-License-Identifier: Apache-2.0 */
#include "app-test.h"

static const char *const names[] = {
  "deinterlace", "scale", "height", "model", "device", "strength", "rotate", "flip", "crop", "square", "grain",
};

/* Counts notifications by property. */
static void
notify_cb (RkRecipe   *recipe,
           GParamSpec *pspec,
           gpointer    data)
{
  int *counts = data;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (pspec->name, names[i]))
      counts[i]++;
}

#define assert_notified(counts, ...)                                       \
  G_STMT_START {                                                           \
    const int expected_[G_N_ELEMENTS (names)] = { __VA_ARGS__ };           \
    g_assert_cmpmem (counts, sizeof counts, expected_, sizeof expected_);  \
    memset (counts, 0, sizeof counts);                                     \
  } G_STMT_END

static void
test_defaults (void)
{
  RkRecipe *recipe = rk_recipe_new ();

  g_assert_cmpint (rk_recipe_get_deinterlace (recipe), ==, RK_DEINTERLACE_AUTO);
  g_assert_cmpfloat (rk_recipe_get_scale (recipe), ==, 2);
  g_assert_cmpint (rk_recipe_get_height (recipe), ==, 0);
  g_assert_null (rk_recipe_get_model (recipe));
  g_assert_null (rk_recipe_get_device (recipe));
  g_assert_cmpfloat (rk_recipe_get_strength (recipe), ==, 1);
  g_assert_cmpfloat (rk_recipe_get_grain (recipe), ==, 0);

  /* What the properties' specifications promise is what a new recipe has. */
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (recipe), names[i]);
      g_auto (GValue) value = G_VALUE_INIT;

      g_value_init (&value, pspec->value_type);
      g_object_get_property (G_OBJECT (recipe), names[i], &value);
      g_assert_true (g_param_value_defaults (pspec, &value));
    }

  g_assert_finalize_object (recipe);
}

static void
test_notify (void)
{
  RkRecipe *recipe = rk_recipe_new ();
  int counts[G_N_ELEMENTS (names)] = { 0 };

  g_signal_connect (recipe, "notify", G_CALLBACK (notify_cb), counts);

  rk_recipe_set_deinterlace (recipe, RK_DEINTERLACE_ON);
  assert_notified (counts, 1);
  rk_recipe_set_deinterlace (recipe, RK_DEINTERLACE_ON);
  assert_notified (counts, 0);

  rk_recipe_set_scale (recipe, 3);
  assert_notified (counts, 0, 1);
  rk_recipe_set_scale (recipe, 3);
  assert_notified (counts, 0);

  /* One of scale and height rules. */
  rk_recipe_set_height (recipe, 720);
  assert_notified (counts, 0, 1, 1);
  g_assert_cmpfloat (rk_recipe_get_scale (recipe), ==, 0);
  rk_recipe_set_height (recipe, 1080);
  assert_notified (counts, 0, 0, 1);
  rk_recipe_set_scale (recipe, 2);
  assert_notified (counts, 0, 1, 1);
  g_assert_cmpint (rk_recipe_get_height (recipe), ==, 0);

  /* Neither can be taken away without the other. */
  rk_recipe_set_scale (recipe, 0);
  rk_recipe_set_height (recipe, 0);
  assert_notified (counts, 0);
  g_assert_cmpfloat (rk_recipe_get_scale (recipe), ==, 2);

  rk_recipe_set_model (recipe, "model");
  rk_recipe_set_device (recipe, "cpu");
  assert_notified (counts, 0, 0, 0, 1, 1);
  rk_recipe_set_model (recipe, "model");
  rk_recipe_set_device (recipe, "cpu");
  assert_notified (counts, 0);

  rk_recipe_set_strength (recipe, 0.25);
  assert_notified (counts, 0, 0, 0, 0, 0, 1);
  rk_recipe_set_strength (recipe, -3);
  g_assert_cmpfloat (rk_recipe_get_strength (recipe), ==, 0);
  rk_recipe_set_strength (recipe, 7);
  g_assert_cmpfloat (rk_recipe_get_strength (recipe), ==, 1);
  assert_notified (counts, 0, 0, 0, 0, 0, 2);
  rk_recipe_set_strength (recipe, 1);
  assert_notified (counts, 0);

  rk_recipe_set_grain (recipe, 7);
  g_assert_cmpfloat (rk_recipe_get_grain (recipe), ==, 1);
  rk_recipe_set_grain (recipe, 1);
  assert_notified (counts, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

  for (int i = 0; i < 2; i++)
    {
      rk_recipe_set_rotate (recipe, 90);
      rk_recipe_set_flip (recipe, RK_FLIP_VERTICAL);
      rk_recipe_set_crop (recipe, TRUE);
      rk_recipe_set_square (recipe, TRUE);
    }
  assert_notified (counts, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1);
  g_assert_true (rk_recipe_get_size (recipe).square);
  g_assert_cmpint (rk_recipe_get_media (recipe).rotate, ==, 90);
  g_assert_cmpint (rk_recipe_get_media (recipe).flip, ==, OASIS_FLIP_VERTICAL);

  g_assert_finalize_object (recipe);
}

/* A copy is equal and stays so when the other one changes. */
static void
test_copy (void)
{
  g_autoptr (RkRecipe) recipe = rk_recipe_new ();
  RkRecipe *copy;

  rk_recipe_set_model (recipe, "model");
  rk_recipe_set_device (recipe, "cpu");
  rk_recipe_set_deinterlace (recipe, RK_DEINTERLACE_OFF);
  rk_recipe_set_height (recipe, 720);
  rk_recipe_set_rotate (recipe, 180);
  rk_recipe_set_flip (recipe, RK_FLIP_HORIZONTAL);
  rk_recipe_set_crop (recipe, TRUE);
  rk_recipe_set_square (recipe, TRUE);
  rk_recipe_set_strength (recipe, 0.5);
  rk_recipe_set_grain (recipe, 0.25);
  copy = rk_recipe_copy (recipe);

  rk_recipe_set_model (recipe, NULL);
  rk_recipe_set_device (recipe, NULL);
  rk_recipe_set_deinterlace (recipe, RK_DEINTERLACE_ON);
  rk_recipe_set_scale (recipe, 1.5);
  rk_recipe_set_rotate (recipe, 0);
  rk_recipe_set_flip (recipe, RK_FLIP_NONE);
  rk_recipe_set_crop (recipe, FALSE);
  rk_recipe_set_square (recipe, FALSE);
  rk_recipe_set_strength (recipe, 0.75);

  g_assert_cmpstr (rk_recipe_get_model (copy), ==, "model");
  g_assert_cmpstr (rk_recipe_get_device (copy), ==, "cpu");
  g_assert_cmpint (rk_recipe_get_deinterlace (copy), ==, RK_DEINTERLACE_OFF);
  g_assert_cmpint (rk_recipe_get_height (copy), ==, 720);
  g_assert_cmpfloat (rk_recipe_get_scale (copy), ==, 0);
  g_assert_cmpfloat (rk_recipe_get_strength (copy), ==, 0.5);
  g_assert_cmpfloat (rk_recipe_get_grain (copy), ==, 0.25);
  g_assert_cmpint (rk_recipe_get_rotate (copy), ==, 180);
  g_assert_cmpint (rk_recipe_get_flip (copy), ==, RK_FLIP_HORIZONTAL);
  g_assert_true (rk_recipe_get_crop (copy));
  g_assert_true (rk_recipe_get_square (copy));
  g_assert_finalize_object (copy);
}

/* What a queue keeps of it is all of it. */
static void
test_describe (void)
{
  g_autoptr (RkRecipe) recipe = rk_recipe_new ();
  g_autoptr (RkRecipe) restored = NULL;
  g_autoptr (RkRecipe) old = NULL;
  g_autoptr (JsonObject) description = NULL;

  rk_recipe_set_strength (recipe, 0.5);
  rk_recipe_set_grain (recipe, 0.25);
  description = rk_recipe_describe (recipe);
  restored = rk_recipe_restore (description);
  g_assert_cmpfloat (rk_recipe_get_strength (restored), ==, 0.5);
  g_assert_cmpfloat (rk_recipe_get_grain (restored), ==, 0.25);

  json_object_remove_member (description, "grain");
  old = rk_recipe_restore (description);
  g_assert_cmpfloat (rk_recipe_get_grain (old), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  app_test_init (&argc, &argv);

  g_test_add_func ("/recipe/defaults", test_defaults);
  g_test_add_func ("/recipe/notify", test_notify);
  g_test_add_func ("/recipe/copy", test_copy);
  g_test_add_func ("/recipe/describe", test_describe);

  return app_test_run ();
}

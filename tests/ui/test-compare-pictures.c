/* What the two sides of a comparison show while their pictures arrive one by one.
 * SPDX-License-Identifier: Apache-2.0 */
#include "rk-compare-pictures.h"

typedef enum {
  NOTHING, /* has arrived yet */
  EXACT,
  STAND_IN,
  UNRESTORED,
} Kind;

static RkPicture *
make_picture (gint64 frame,
              Kind   kind)
{
  g_autoptr (RkPicture) picture = NULL;

  if (kind == NOTHING)
    return NULL;

  picture = rk_picture_new (frame, 2, 2, 8, kind == UNRESTORED ? NULL : g_bytes_new_take (g_malloc0 (16), 16));

  return kind == STAND_IN ? rk_picture_stand_in (picture, frame + 1) : g_steal_pointer (&picture);
}

static gboolean
take (RkComparePictures *self,
      Kind               before,
      Kind               after)
{
  const gint64 frame = g_test_rand_int_range (0, 1000);
  g_autoptr (RkPicture) left = make_picture (frame, before);
  g_autoptr (RkPicture) right = make_picture (frame, after);

  return rk_compare_pictures_take (self, left, right);
}

/* A stand-in beside an exact frame would be a comparison of two different frames. */
static void
assert_pair (const RkComparePictures *self)
{
  g_assert_true (self->before_picture != NULL || self->after_picture == NULL);
  g_assert_true ((self->before != NULL) == (self->before_picture != NULL));
  g_assert_true ((self->after != NULL) == (self->after_picture != NULL));
  if (self->after_picture != NULL)
    {
      g_assert_true (rk_picture_is_exact (self->before_picture));
      g_assert_cmpint (self->before_picture->shows, ==, self->after_picture->shows);
      g_assert_false (self->unrestored);
    }
}

/* Both at once, or none. */
static void
test_together (void)
{
  RkComparePictures pictures = { 0 };
  RkPicture *shown;

  g_assert_false (take (&pictures, NOTHING, NOTHING));
  g_assert_false (take (&pictures, NOTHING, EXACT));
  g_assert_false (take (&pictures, EXACT, NOTHING));
  g_assert_null (pictures.before);

  g_assert_true (take (&pictures, EXACT, EXACT));
  assert_pair (&pictures);
  g_assert_nonnull (pictures.after);

  /* The next frame, whose sides come one after the other. */
  shown = pictures.before_picture;
  g_assert_false (take (&pictures, EXACT, NOTHING));
  g_assert_false (take (&pictures, NOTHING, EXACT));
  g_assert_true (pictures.before_picture == shown);
  g_assert_nonnull (pictures.after);

  g_assert_true (take (&pictures, EXACT, UNRESTORED));
  assert_pair (&pictures);
  g_assert_null (pictures.after);
  g_assert_true (pictures.unrestored);

  rk_compare_pictures_clear (&pictures);
  g_assert_null (pictures.before);
  g_assert_false (pictures.unrestored);
}

/* The same pictures once more change nothing. */
static void
test_again (void)
{
  RkComparePictures pictures = { 0 };
  g_autoptr (RkPicture) before = make_picture (7, EXACT);
  g_autoptr (RkPicture) after = make_picture (7, EXACT);
  g_autoptr (RkPicture) unrestored = make_picture (7, UNRESTORED);

  g_assert_true (rk_compare_pictures_take (&pictures, before, after));
  g_assert_false (rk_compare_pictures_take (&pictures, before, after));
  g_assert_true (rk_compare_pictures_take (&pictures, before, unrestored));
  g_assert_false (rk_compare_pictures_take (&pictures, before, unrestored));
  rk_compare_pictures_clear (&pictures);
}

/* While the playhead is dragged over restored frames, what stands in is on both sides, without the
 * veil of what is not restored; over others the veil stays. */
static void
test_stand_in (void)
{
  RkComparePictures pictures = { 0 };

  g_assert_true (take (&pictures, EXACT, EXACT));
  g_assert_true (take (&pictures, STAND_IN, NOTHING));
  assert_pair (&pictures);
  g_assert_false (pictures.unrestored);
  g_assert_true (take (&pictures, STAND_IN, EXACT));
  assert_pair (&pictures);
  g_assert_null (pictures.after);
  g_assert_false (pictures.unrestored);

  g_assert_true (take (&pictures, STAND_IN, UNRESTORED));
  g_assert_true (pictures.unrestored);
  g_assert_true (take (&pictures, STAND_IN, NOTHING));
  g_assert_true (pictures.unrestored);

  g_assert_true (take (&pictures, EXACT, EXACT));
  assert_pair (&pictures);
  g_assert_nonnull (pictures.after);
  rk_compare_pictures_clear (&pictures);
}

/* Whatever arrives in whatever order. */
static void
test_any_order (void)
{
  RkComparePictures pictures = { 0 };

  for (int i = 0; i < 1000; i++)
    {
      const Kind before = g_test_rand_int_range (NOTHING, UNRESTORED);
      const Kind after = (Kind[]) { NOTHING, EXACT, UNRESTORED }[g_test_rand_int_range (0, 3)];

      take (&pictures, before, after);
      assert_pair (&pictures);
    }
  rk_compare_pictures_clear (&pictures);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compare-pictures/together", test_together);
  g_test_add_func ("/compare-pictures/again", test_again);
  g_test_add_func ("/compare-pictures/stand-in", test_stand_in);
  g_test_add_func ("/compare-pictures/any-order", test_any_order);

  return g_test_run ();
}

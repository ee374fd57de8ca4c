/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-recent.h"

#define MOST 8

static int
compare_visited (gconstpointer a,
                 gconstpointer b)
{
  return g_date_time_compare (gtk_recent_info_get_visited ((GtkRecentInfo *) b),
                              gtk_recent_info_get_visited ((GtkRecentInfo *) a));
}

/* Calls `add` for our own videos that still exist, latest first. */
static void
foreach_video (void    (*add) (GtkRecentInfo *info,
                               gpointer       user_data),
               gpointer  user_data)
{
  GList *items = g_list_sort (gtk_recent_manager_get_items (gtk_recent_manager_get_default ()), compare_visited);
  int n = 0;

  for (GList *item = items; item != NULL && n < MOST; item = item->next)
    if (gtk_recent_info_has_application (item->data, g_get_application_name ()) &&
        gtk_recent_info_is_local (item->data) && gtk_recent_info_exists (item->data))
      {
        add (item->data, user_data);
        n++;
      }

  g_list_free_full (items, (GDestroyNotify) gtk_recent_info_unref);
}

void
rk_recent_add (GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);

  gtk_recent_manager_add_item (gtk_recent_manager_get_default (), uri);
}

static void
add_item_cb (GtkRecentInfo *info,
             gpointer       user_data)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (gtk_recent_info_get_display_name (info), NULL);

  g_menu_item_set_action_and_target (item, "win.open-uri", "s", gtk_recent_info_get_uri (info));
  g_menu_append_item (user_data, item);
}

static void
fill_menu_cb (AdwSplitButton *button)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  foreach_video (add_item_cb, menu);
  adw_split_button_set_menu_model (button, G_MENU_MODEL (menu));
}

void
rk_recent_fill_menu (AdwSplitButton *button)
{
  g_signal_connect_object (gtk_recent_manager_get_default (), "changed", G_CALLBACK (fill_menu_cb), button, G_CONNECT_SWAPPED);
  fill_menu_cb (button);
}

static void
add_row_cb (GtkRecentInfo *info,
            gpointer       user_data)
{
  GtkWidget *row = adw_action_row_new ();
  g_autoptr (GFile) file = g_file_new_for_uri (gtk_recent_info_get_uri (info));
  g_autoptr (GFile) parent = g_file_get_parent (file);
  g_autofree char *folder = parent != NULL ? g_file_get_parse_name (parent) : NULL;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), gtk_recent_info_get_display_name (info));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), folder);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.open-uri");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", gtk_recent_info_get_uri (info));
  gtk_list_box_append (user_data, row);
}

static void
fill_list_cb (GtkListBox *list)
{
  gtk_list_box_remove_all (list);
  foreach_video (add_row_cb, list);
  gtk_widget_set_visible (GTK_WIDGET (list), gtk_list_box_get_row_at_index (list, 0) != NULL);
}

void
rk_recent_fill_list (GtkListBox *list)
{
  g_signal_connect_object (gtk_recent_manager_get_default (), "changed", G_CALLBACK (fill_list_cb), list, G_CONNECT_SWAPPED);
  fill_list_cb (list);
}

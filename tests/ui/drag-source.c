/* Usage: drag-source FILE...
 *
 * Shows a small window from which these files can be dragged. Says on standard output how the drag
 * goes: "taken" once what lies under the pointer would take them, "dropped" or "refused" at its end.
 * SPDX-License-Identifier: Apache-2.0 */
#include <gtk/gtk.h>
#include <stdio.h>

static void
say (const char *word)
{
  puts (word);
  fflush (stdout);
}

static void
action_cb (GdkDrag *drag)
{
  if (gdk_drag_get_selected_action (drag) == GDK_ACTION_COPY)
    say ("taken");
}

static void
begin_cb (GtkDragSource *source,
          GdkDrag       *drag)
{
  g_signal_connect (drag, "notify::selected-action", G_CALLBACK (action_cb), NULL);
  g_signal_connect_swapped (drag, "dnd-finished", G_CALLBACK (say), (gpointer) "dropped");
  g_signal_connect_swapped (drag, "cancel", G_CALLBACK (say), (gpointer) "refused");
}

static GdkContentProvider *
new_content (char **paths)
{
  GSList *files = NULL;
  GdkFileList *list;
  GdkContentProvider *content;

  for (guint i = 0; paths[i] != NULL; i++)
    files = g_slist_append (files, g_file_new_for_path (paths[i]));
  list = gdk_file_list_new_from_list (files);
  content = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, list);
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  g_slist_free_full (files, g_object_unref);

  return content;
}

int
main (int   argc,
      char *argv[])
{
  GtkDragSource *source = gtk_drag_source_new ();
  g_autoptr (GdkContentProvider) content = new_content (argv + 1);
  GtkWidget *window, *label;

  gtk_init ();
  window = gtk_window_new ();
  label = gtk_label_new ("Drag from here");

  gtk_drag_source_set_content (source, content);
  g_signal_connect (source, "drag-begin", G_CALLBACK (begin_cb), NULL);
  gtk_widget_add_controller (label, GTK_EVENT_CONTROLLER (source));
  gtk_widget_set_size_request (label, 200, 200);
  gtk_window_set_title (GTK_WINDOW (window), "Drag source");
  gtk_window_set_child (GTK_WINDOW (window), label);
  gtk_window_present (GTK_WINDOW (window));
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

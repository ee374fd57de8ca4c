/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-queue-dialog.h"


#include "rk-job-row.h"

struct _RkQueueDialog
{
  AdwDialog parent_instance;

  /* Owned. */
  RkQueue *queue;

  /* Template. */
  GtkStack *stack;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (RkQueueDialog, rk_queue_dialog, ADW_TYPE_DIALOG)

static gboolean
is_empty (RkQueueDialog *self)
{
  return g_list_model_get_n_items (rk_queue_get_jobs (self->queue)) == 0;
}

/* With the last job there is nothing left to see, and nothing that could have the focus. */
static void
items_changed_cb (RkQueueDialog *self)
{
  if (is_empty (self))
    adw_dialog_close (ADW_DIALOG (self));
}

/* The row that was moved is another one now; the focus goes with the job. */
static void
moved_cb (RkQueueDialog *self,
          RkJobRow      *row)
{
  GtkListBoxRow *other;

  for (int i = 0; (other = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (rk_job_row_get_job (RK_JOB_ROW (other)) == rk_job_row_get_job (row))
      rk_job_row_focus (RK_JOB_ROW (other));
}

static GtkWidget *
create_row (gpointer job,
            gpointer user_data)
{
  RkQueueDialog *self = user_data;
  GtkWidget *row = rk_job_row_new (self->queue, job);

  g_signal_connect_object (row, "moved", G_CALLBACK (moved_cb), self, G_CONNECT_SWAPPED);

  return row;
}

static void
rk_queue_dialog_dispose (GObject *object)
{
  RkQueueDialog *self = RK_QUEUE_DIALOG (object);

  g_clear_object (&self->queue);
  gtk_widget_dispose_template (GTK_WIDGET (self), RK_TYPE_QUEUE_DIALOG);

  G_OBJECT_CLASS (rk_queue_dialog_parent_class)->dispose (object);
}

static void
rk_queue_dialog_class_init (RkQueueDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = rk_queue_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/rekindle/Rekindle/ui/rk-queue-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, RkQueueDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, RkQueueDialog, list);
}

static void
rk_queue_dialog_init (RkQueueDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

RkQueueDialog *
rk_queue_dialog_new (RkQueue *queue)
{
  RkQueueDialog *self = g_object_new (RK_TYPE_QUEUE_DIALOG, NULL);

  self->queue = g_object_ref (queue);
  gtk_list_box_bind_model (self->list, rk_queue_get_jobs (queue), create_row, self, NULL);
  g_signal_connect_object (rk_queue_get_jobs (queue), "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_stack_set_visible_child_name (self->stack, is_empty (self) ? "empty" : "jobs");

  return self;
}

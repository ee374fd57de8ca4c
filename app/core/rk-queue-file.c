/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-queue-file.h"

#include <glib/gstdio.h>

#include "folders/folders.h"

#define VERSION 1

struct _RkQueueFile
{
  char *path; /* NULL: there is no folder for it */
  GThread *thread;
  GAsyncQueue *texts; /* to write, owned; the queue itself means: end */
};

typedef struct {
  char *path;
  GAsyncQueue *texts;
} Writing;

static void
write_text (const char *path,
            const char *text)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  if (g_mkdir_with_parents (folder, 0700) != 0 ||
      !g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &error))
    g_info ("%s: %s", path, error != NULL ? error->message : g_strerror (errno));
}

static gpointer
write_thread (gpointer data)
{
  g_autofree Writing *writing = data;
  gpointer text;

  while ((text = g_async_queue_pop (writing->texts)) != writing->texts)
    {
      write_text (writing->path, text);
      g_free (text);
    }

  g_async_queue_unref (writing->texts);
  g_free (writing->path);

  return NULL;
}

RkQueueFile *
rk_queue_file_new (const char *path)
{
  RkQueueFile *self = g_new0 (RkQueueFile, 1);
  char folder[4096];
  Writing *writing;

  self->path = g_strdup (path != NULL ? path : folders_state ("queue.json", folder, sizeof folder));
  if (self->path == NULL)
    return self;

  writing = g_new (Writing, 1);
  self->texts = g_async_queue_new_full (g_free);
  writing->path = g_strdup (self->path);
  writing->texts = g_async_queue_ref (self->texts);
  self->thread = g_thread_new ("rk-queue-file", write_thread, writing);

  return self;
}

void
rk_queue_file_free (RkQueueFile *self)
{
  if (self->thread != NULL)
    {
      g_async_queue_push (self->texts, self->texts);
      g_thread_join (self->thread);
      g_async_queue_unref (self->texts);
    }
  g_free (self->path);
  g_free (self);
}

JsonArray *
rk_queue_file_read (RkQueueFile *self)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;
  JsonObject *all;

  if (self->path == NULL || !json_parser_load_from_file (parser, self->path, NULL))
    return json_array_new ();

  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return json_array_new ();

  all = json_node_get_object (root);
  if (json_object_get_int_member_with_default (all, "version", 0) != VERSION ||
      !json_object_has_member (all, "jobs") || !JSON_NODE_HOLDS_ARRAY (json_object_get_member (all, "jobs")))
    return json_array_new ();

  return json_array_ref (json_object_get_array_member (all, "jobs"));
}

void
rk_queue_file_write (RkQueueFile *self,
                     JsonArray   *jobs)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *all = json_object_new ();

  json_object_set_int_member (all, "version", VERSION);
  json_object_set_array_member (all, "jobs", jobs);
  json_node_take_object (root, all);

  if (self->path != NULL)
    g_async_queue_push (self->texts, json_to_string (root, TRUE));
}

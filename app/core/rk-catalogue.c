/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-catalogue.h"

#include <glib/gi18n.h>
#include <string.h>

#include "folders/folders.h"
#include "oasis/model.h"
#include "oasis/media.h"
#include "rk-error.h"

/* More than one machine holds. */
#define MOST_DEVICES 32

/* In the cache folder: what was measured of devices. */
#define DEVICES_FOLDER "devices"

typedef struct {
  GPtrArray *models; /* of RkChoice */
  OasisDeviceInfo devices[MOST_DEVICES];
  gsize n_devices;
} Listed;

struct _RkCatalogue
{
  GObject parent_instance;

  GListStore *codecs;
  GListStore *models, *devices, *unusable; /* of RkChoice */

  GMutex mutex;
  GCond cond;
  Listed *listed; /* by mutex; NULL until filled */
};

G_DEFINE_FINAL_TYPE (RkCatalogue, rk_catalogue, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_FILLED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* --- listing, on a thread of its own ------------------------------------------------------------ */

static void
listed_free (gpointer data)
{
  Listed *listed = data;

  g_ptr_array_unref (listed->models);
  g_free (listed);
}

static void
found_model_cb (const char           *path,
                const OasisModelInfo *info,
                const OasisError     *error,
                void                 *models)
{
  if (info != NULL)
    g_ptr_array_add (models, rk_choice_new (path, info->name, info->description));
}

/* The default stands first, since that is what a recipe without a model means. */
static void
list_models (GPtrArray          *models,
             const char *const  *folders)
{
  char path[4096];

  oasis_model_list (folders, found_model_cb, models);
  if (oasis_model_find (NULL, folders, path, sizeof path, NULL) != OASIS_OK)
    return;

  for (guint i = 1; i < models->len; i++)
    if (g_str_equal (rk_choice_get_id (models->pdata[i]), path))
      g_ptr_array_insert (models, 0, g_ptr_array_steal_index (models, i));
}

static void
list_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Listed *listed = g_new0 (Listed, 1);
  g_autofree char **folders = folders_models ();
  char folder[4096];

  listed->models = g_ptr_array_new_with_free_func (g_object_unref);
  listed->n_devices = oasis_device_list (folders_cache (DEVICES_FOLDER, folder, sizeof folder), listed->devices,
                                         MOST_DEVICES);
  listed->n_devices = MIN (listed->n_devices, MOST_DEVICES);
  if (folders != NULL)
    list_models (listed->models, (const char *const *) folders);

  g_task_return_pointer (task, listed, listed_free);
}

static void
add (GListStore *choices,
     const char *id,
     const char *title,
     const char *note)
{
  g_autoptr (RkChoice) choice = rk_choice_new (id, title, note);

  g_list_store_append (choices, choice);
}

/* What the engine's table says of codecs, for translators. */
G_GNUC_UNUSED static const char *const purposes[] = {
  N_("plays everywhere"), N_("smaller files, for newer players"), N_("the smallest files, for the newest players"),
  N_("for web pages"), N_("large files for editing"), N_("loses nothing, for archives"),
};

/* Hardware is tried, which takes a moment each. */
static void
codecs_thread (GTask        *task,
               gpointer      source_object,
               gpointer      task_data,
               GCancellable *cancellable)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);
  const OasisVideoCodec *codecs;
  size_t n_codecs;

  codecs = oasis_video_codecs (&n_codecs);
  for (size_t i = 0; i < n_codecs; i++)
    if (oasis_video_codec_works (&codecs[i]))
      {
        /* Translators: a codec, and what it is for. */
        g_autofree char *title = g_strdup_printf (_("%s, %s"), codecs[i].label, _(codecs[i].purpose));

        g_ptr_array_add (found, rk_choice_new (codecs[i].name, title, NULL));
      }

  g_task_return_pointer (task, found, (GDestroyNotify) g_ptr_array_unref);
}

static void
codecs_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (RkCatalogue) self = user_data;
  g_autoptr (GPtrArray) found = g_task_propagate_pointer (G_TASK (result), NULL);

  g_list_store_splice (self->codecs, 0, 0, found->pdata, found->len);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (RkCatalogue) self = user_data;
  Listed *listed = g_task_propagate_pointer (G_TASK (result), NULL);

  g_list_store_splice (self->models, 0, 0, listed->models->pdata, listed->models->len);
  for (gsize i = 0; i < listed->n_devices; i++)
    {
      const OasisDeviceInfo *info = &listed->devices[i];
      const char *title = info->description[0] != '\0' ? info->description : info->name;

      if (info->usable)
        add (self->devices, info->name, title, NULL);
      else
        add (self->unusable, info->name, title, info->reason);
    }

  g_mutex_lock (&self->mutex);
  self->listed = listed;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FILLED]);
}

/* Finds out what a device computes in fastest, the first time that somebody wants it. One that cannot
 * be opened says so when it is. */
static void
measure (OasisDeviceInfo *info)
{
  char folder[4096];
  const OasisDeviceParams params = {
    .name = info->name,
    .folder = folders_cache (DEVICES_FOLDER, folder, sizeof folder),
  };
  OasisDevice *device = NULL;

  if (!info->usable || !info->measurable || oasis_device_is_measured (info))
    return;

  if (oasis_device_open (&params, &device, NULL) == OASIS_OK)
    *info = *oasis_device_info (device);
  oasis_device_close (&device);
}

/* --- the object --------------------------------------------------------------------------------- */

static void
rk_catalogue_finalize (GObject *object)
{
  RkCatalogue *self = RK_CATALOGUE (object);

  g_clear_object (&self->models);
  g_clear_object (&self->devices);
  g_clear_object (&self->unusable);
  g_clear_object (&self->codecs);
  g_clear_pointer (&self->listed, listed_free);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (rk_catalogue_parent_class)->finalize (object);
}

static void
rk_catalogue_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_FILLED:
      g_value_set_boolean (value, rk_catalogue_get_filled (RK_CATALOGUE (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
rk_catalogue_class_init (RkCatalogueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = rk_catalogue_finalize;
  object_class->get_property = rk_catalogue_get_property;

  properties[PROP_FILLED] =
    g_param_spec_boolean ("filled", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rk_catalogue_init (RkCatalogue *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->models = g_list_store_new (RK_TYPE_CHOICE);
  self->devices = g_list_store_new (RK_TYPE_CHOICE);
  self->unusable = g_list_store_new (RK_TYPE_CHOICE);
  self->codecs = g_list_store_new (RK_TYPE_CHOICE);
  add (self->devices, NULL, _("Automatic"), NULL);
}

RkCatalogue *
rk_catalogue_new (void)
{
  RkCatalogue *self = g_object_new (RK_TYPE_CATALOGUE, NULL);
  /* The thread holds no reference, which it might be the last to drop. */
  g_autoptr (GTask) task = g_task_new (NULL, NULL, listed_cb, g_object_ref (self));
  g_autoptr (GTask) codecs = NULL;

  g_task_set_source_tag (task, rk_catalogue_new);
  g_task_run_in_thread (task, list_thread);
  codecs = g_task_new (NULL, NULL, codecs_cb, g_object_ref (self));
  g_task_run_in_thread (codecs, codecs_thread);

  return self;
}

gboolean
rk_catalogue_get_filled (RkCatalogue *self)
{
  return self->listed != NULL;
}

GListModel *
rk_catalogue_get_models (RkCatalogue *self)
{
  return G_LIST_MODEL (self->models);
}

GListModel *
rk_catalogue_get_devices (RkCatalogue *self)
{
  return G_LIST_MODEL (self->devices);
}

GListModel *
rk_catalogue_get_unusable_devices (RkCatalogue *self)
{
  return G_LIST_MODEL (self->unusable);
}

GListModel *
rk_catalogue_get_codecs (RkCatalogue *self)
{
  return G_LIST_MODEL (self->codecs);
}

gboolean
rk_catalogue_find_device (RkCatalogue      *self,
                          const char       *name,
                          OasisDeviceInfo  *info,
                          GError          **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  OasisError engine_error;

  while (self->listed == NULL)
    g_cond_wait (&self->cond, &self->mutex);

  for (gsize i = 0; i < self->listed->n_devices; i++)
    {
      OasisDeviceInfo *device = &self->listed->devices[i];

      if (name == NULL ? device->usable : strcmp (device->name, name) == 0)
        {
          measure (device);
          *info = *device;
          return TRUE;
        }
    }

  oasis_fail (&engine_error, OASIS_ERR_DEVICE, name != NULL ? name : "auto", "is gone; choose another device");
  rk_set_engine_error (error, &engine_error);
  return FALSE;
}

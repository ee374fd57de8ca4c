/* What the tests of app/core share: folders of their own, clips, and waiting without sleeping.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-session.h"

G_BEGIN_DECLS

/* Begins a test program: XDG folders of its own, empty; the model is $REKINDLE_MODEL. Comes before
 * anything else of GLib's. */
void        app_test_init       (int          *argc,
                                 char       ***argv);
/* Runs the tests and removes the folders. */
int         app_test_run        (void);

/* A path in the program's folder, in the caller's hands. */
char       *app_path            (const char   *name) G_GNUC_WARN_UNUSED_RESULT;
const char *app_model           (void);

/* Runs the main context until the condition holds. */
#define app_wait_until(condition)                                           \
  G_STMT_START {                                                            \
    while (!(condition))                                                    \
      app_iterate (__FILE__ ":" G_STRINGIFY (__LINE__) ": " #condition);    \
  } G_STMT_END
/* Runs the main context once, or looks for a moment whether anything comes. At Meson's time limit
 * the program says what it was that it waited for. */
void        app_iterate         (const char   *awaited);
/* Runs what is pending in the main context. */
void        app_settle          (void);

/* Drops the last reference: the object must be finalized, at the latest by what is pending. */
#define app_assert_finalized(object)                              \
  G_STMT_START {                                                  \
    GObject *app_object_ = G_OBJECT (object);                     \
    GWeakRef app_weak_;                                           \
    g_weak_ref_init (&app_weak_, app_object_);                    \
    g_object_unref (app_object_);                                 \
    app_wait_until (app_is_gone (&app_weak_));                    \
    g_weak_ref_clear (&app_weak_);                                \
  } G_STMT_END
gboolean    app_is_gone         (GWeakRef     *weak);

/* Counts a signal's emissions for as long as the object lives. */
int        *app_count           (gpointer      object,
                                 const char   *signal);

/* Writes a moving picture: H.264, 48 × 32, 25 frames a second, a keyframe only at its beginning. */
void        app_write_clip      (const char   *path,
                                 int           n_frames);
/* The same in FFV1 with 4:2:2 colour. */
void        app_write_fine_clip (const char   *path,
                                 int           n_frames);
/* From a frame on it is another scene. */
void        app_write_scenes    (const char   *path,
                                 int           n_frames,
                                 int           cut);
/* Reads it through, so that it is known once it is opened again. */
void        app_analyse_clip    (const char   *path);
/* Opens it. */
RkClip     *app_open_clip       (const char   *path) G_GNUC_WARN_UNUSED_RESULT;

/* A recipe for the reference device and the tiny model, at the source's own size. */
void        app_set_recipe      (RkRecipe     *recipe);
RkPreview  *app_open_preview    (RkPreviewStore *store,
                                 RkCatalogue  *catalogue,
                                 RkClip       *clip) G_GNUC_WARN_UNUSED_RESULT;

/* A queue, a store in a folder of its own, and a session. */
typedef struct {
  RkQueue *queue;
  RkPreviewStore *store;
  RkCatalogue *catalogue;
  RkSession *session;
  char *folder; /* of the store */
  char *state;  /* folder of the queue */
  char *target; /* an export may go there */
  GPtrArray *errors; /* of GError: what "failed" has said, and why jobs have failed */
} App;

void        app_set_up          (App           *app,
                                 gconstpointer  data);
/* Drops everything, which must be finalized. */
void        app_tear_down       (App           *app,
                                 gconstpointer  data);
/* Opens a clip of so many frames and waits until its preview is there. */
void        app_open            (App           *app,
                                 const char    *name,
                                 int            n_frames);
/* Opens a clip that is there. */
void        app_open_path       (App           *app,
                                 const char    *path);
/* Waits until the session has no job. */
void        app_finish_jobs     (App           *app);
RkPlayhead *app_get_playhead    (App           *app);
/* The picture of a frame on the after side, in the caller's hands; NULL while it is on its way. */
RkPicture  *app_dup_after       (App           *app,
                                 gint64         frame) G_GNUC_WARN_UNUSED_RESULT;
#define app_add(path, function) g_test_add (path, App, NULL, app_set_up, function, app_tear_down)

/* FFV1, the chosen range; the target is borrowed. */
RkExportSettings app_export_settings (GFile *target);
/* Exports and waits for the end. */
RkJob      *app_export          (App                    *app,
                                 const RkExportSettings *settings) G_GNUC_WARN_UNUSED_RESULT;
/* The folder holds nothing but this name (may be NULL). */
void        app_assert_only     (const char   *folder,
                                 const char *name);

/* The planes of each frame, tightly packed, as engine/media reads them. */
GPtrArray  *app_read_frames     (const char   *path) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray  *app_read_source     (OasisSource  *source) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

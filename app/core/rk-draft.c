/* SPDX-License-Identifier: Apache-2.0 */
#include "rk-draft.h"

#include <math.h>

#include "folders/folders.h"
#include "rk-error.h"

/* The part is larger than what is seen by so many of the source's pixels, from which the model learns
 * what its edges belong to, and ends at multiples of them. */
#define MARGIN 16

struct _RkDraft
{
  RkJob parent_instance;

  RkPreview *preview;
  gint64 frame;
  RkPart part;
  int width;
  RkPicture *picture; /* made by the worker, before the job is over */
};

G_DEFINE_FINAL_TYPE (RkDraft, rk_draft, RK_TYPE_JOB)

/* The fast model's path; else that of the preview's own. */
static char *
find_model (RkDraft *self)
{
  g_autofree char **folders = folders_models ();
  char path[4096];

  if (folders != NULL &&
      oasis_model_find ("fast", (const char *const *) folders, path, sizeof path, NULL) == OASIS_OK)
    return g_strdup (path);

  return g_strdup (rk_recipe_get_model (rk_preview_get_recipe (self->preview)));
}

/* The pixels from *first to *end of one side, of `size` pixels, that hold a part of it. */
static void
widen (double  part_first,
       double  part_end,
       int     size,
       int    *first,
       int    *end)
{
  *first = CLAMP ((int) floor (part_first * size / MARGIN - 1) * MARGIN, 0, size);
  *end = CLAMP ((int) ceil (part_end * size / MARGIN + 1) * MARGIN, 0, size);
}

static int
scale_even (int pixels,
            int from,
            int to)
{
  return MAX ((int) round (pixels * (double) to / from / 2) * 2, 2);
}

/* What is left out of the source's frame, and what becomes of the rest; sets the part to that. */
static void
plan (RkDraft          *self,
      OasisCrop        *crop,
      OasisFrameFormat *output)
{
  RkClip *clip = rk_preview_get_clip (self->preview);
  const OasisFrameFormat *source = &rk_clip_get_source_info (clip)->format;
  const OasisCrop *borders = rk_clip_get_crop (clip);
  const int width = source->width - borders->left - borders->right;
  const int height = source->height - borders->top - borders->bottom;
  int left, top, right, bottom;

  widen (self->part.left, self->part.right, width, &left, &right);
  widen (self->part.top, self->part.bottom, height, &top, &bottom);
  *crop = (OasisCrop) {
    .left = borders->left + left,
    .top = borders->top + top,
    .right = borders->right + width - right,
    .bottom = borders->bottom + height - bottom,
  };
  *output = *rk_preview_get_format (self->preview);
  output->width = scale_even (right - left, width, output->width);
  output->height = scale_even (bottom - top, height, output->height);
  self->part = (RkPart) {
    .left = (double) left / width,
    .top = (double) top / height,
    .right = (double) right / width,
    .bottom = (double) bottom / height,
  };
}

static OasisStatus
read_frame (RkDraft      *self,
            OasisSource  *source,
            OasisFrame  **frame,
            OasisError   *engine_error)
{
  OASIS_TRY (oasis_source_seek (source, self->frame, rk_job_get_cancel (RK_JOB (self)), engine_error));
  OASIS_TRY (oasis_source_read (source, frame, engine_error));

  return *frame != NULL ? OASIS_OK : oasis_fail (engine_error, OASIS_ERR_INPUT, source->name, "ends early");
}

static RkPicture *
convert (RkDraft          *self,
         const OasisFrame *frame,
         OasisError       *engine_error)
{
  OasisScreenConverter *converter = oasis_screen_converter_new ();
  double whole_width, whole_height;
  RkPicture *picture;
  int width, height;

  rk_clip_get_display_size (rk_preview_get_clip (self->preview), &whole_width, &whole_height);
  width = MAX ((int) round ((self->part.right - self->part.left) * self->width), 1);
  height = MAX ((int) round ((self->part.bottom - self->part.top) * self->width * whole_height / whole_width), 1);
  picture = rk_picture_convert (converter, frame, NULL, self->frame, width, height, engine_error);
  oasis_screen_converter_free (&converter);

  return picture;
}

static OasisStatus
make (RkDraft       *self,
      OasisRestorer *restorer,
      OasisSource   *source,
      OasisError    *engine_error)
{
  OasisFrame *frame = NULL, *draft = NULL;
  OasisFrameFormat output;
  OasisStatus status;
  OasisCrop crop;

  plan (self, &crop, &output);
  OASIS_TRY (read_frame (self, source, &frame, engine_error));
  status = oasis_draft_frame (restorer, frame, &crop, &output, rk_job_get_cancel (RK_JOB (self)), &draft, engine_error);
  oasis_frame_unref (&frame);
  OASIS_TRY (status);

  self->picture = convert (self, draft, engine_error);
  oasis_frame_unref (&draft);

  return self->picture != NULL ? OASIS_OK : engine_error->status;
}

static gboolean
rk_draft_run (RkJob     *job,
              RkEngine  *engine,
              GError   **error)
{
  RkDraft *self = RK_DRAFT (job);
  RkRecipe *recipe = rk_preview_get_recipe (self->preview);
  g_autofree char *model = find_model (self);
  OasisRestorer *restorer;
  OasisSource *source = NULL;
  OasisError engine_error;
  OasisStatus status;

  if (!rk_engine_get_restorer (engine, model, rk_recipe_get_device (recipe), &restorer, error) ||
      !rk_clip_open_source (rk_preview_get_clip (self->preview), &source, error))
    return FALSE;

  status = make (self, restorer, source, &engine_error);
  oasis_source_close (&source);
  if (status == OASIS_OK)
    return TRUE;

  rk_set_engine_error (error, &engine_error);
  return FALSE;
}

static void
rk_draft_finalize (GObject *object)
{
  RkDraft *self = RK_DRAFT (object);

  g_clear_object (&self->preview);
  g_clear_pointer (&self->picture, rk_picture_unref);

  G_OBJECT_CLASS (rk_draft_parent_class)->finalize (object);
}

static void
rk_draft_class_init (RkDraftClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rk_draft_finalize;
  RK_JOB_CLASS (klass)->run = rk_draft_run;
}

static void
rk_draft_init (RkDraft *self)
{
}

RkDraft *
rk_draft_new (RkPreview    *preview,
              gint64        frame,
              const RkPart *part,
              int           width)
{
  RkDraft *self = g_object_new (RK_TYPE_DRAFT, "file", rk_clip_get_file (rk_preview_get_clip (preview)), NULL);

  self->preview = g_object_ref (preview);
  self->frame = frame;
  self->part = *part;
  self->width = width;

  return self;
}

RkPreview *
rk_draft_get_preview (RkDraft *self)
{
  return self->preview;
}

gint64
rk_draft_get_frame (RkDraft *self)
{
  return self->frame;
}

const RkPart *
rk_draft_get_part (RkDraft *self)
{
  return &self->part;
}

RkPicture *
rk_draft_get_picture (RkDraft *self)
{
  return self->picture;
}

/* The place at which a clip is looked at, and the pictures there.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rk-frame-reader.h"

G_BEGIN_DECLS

#define RK_PLAYHEAD_SLOWEST 0.25
#define RK_PLAYHEAD_FASTEST 4.0

/* Main thread. Properties, all notified:
 *   position   frame under the playhead
 *   playing    whether it runs
 *   looping    whether playing stays within what is restored, once it has begun there
 *   speed      of playing, 1 = the clip's own
 * Signals: "pictures-ready": either reader has news; "failed" (GError): a frame cannot be read. */
#define RK_TYPE_PLAYHEAD (rk_playhead_get_type ())
G_DECLARE_FINAL_TYPE (RkPlayhead, rk_playhead, RK, PLAYHEAD, GObject)

RkPlayhead    *rk_playhead_new              (void);

/* Stops, and stays where it is as far as the clip reaches; NULL closes the reader of the clip. */
void           rk_playhead_set_clip         (RkPlayhead *self,
                                             RkClip     *clip);
/* What the after side shows of the clip; NULL = no such side. */
void           rk_playhead_set_preview      (RkPlayhead *self,
                                             RkPreview  *preview);
/* The share of the clip's grain that the after side has. */
void           rk_playhead_set_grain        (RkPlayhead *self,
                                             double      grain);
/* Where playing begins anew from the clip's end. */
void           rk_playhead_set_start        (RkPlayhead *self,
                                             gint64      frame);
/* What both readers are asked for from now on: the size in pixels at which frames are shown. */
void           rk_playhead_set_picture_size (RkPlayhead *self,
                                             int         width,
                                             int         height);

/* The two sides of the comparison; NULL where there is none. */
RkFrameReader *rk_playhead_get_before       (RkPlayhead *self);
RkFrameReader *rk_playhead_get_after        (RkPlayhead *self);

gint64         rk_playhead_get_position     (RkPlayhead *self);
void           rk_playhead_set_position     (RkPlayhead *self,
                                             gint64      frame);
/* Stops and moves by a number of frames. */
void           rk_playhead_step             (RkPlayhead *self,
                                             gint64      frames);

gboolean       rk_playhead_get_playing      (RkPlayhead *self);
void           rk_playhead_set_playing      (RkPlayhead *self,
                                             gboolean    playing);
gboolean       rk_playhead_get_looping      (RkPlayhead *self);
void           rk_playhead_set_looping      (RkPlayhead *self,
                                             gboolean    looping);
double         rk_playhead_get_speed        (RkPlayhead *self);
void           rk_playhead_set_speed        (RkPlayhead *self,
                                             double      speed);
/* Moves a running playhead on, at a time on any steady clock, in microseconds; a frame whose pictures
 * are late is waited for, and none is left out because of it. */
void           rk_playhead_tick             (RkPlayhead *self,
                                             gint64      time_us);

G_END_DECLS

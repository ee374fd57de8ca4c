/* Where the program keeps its files and looks for models, for the command line and the window.
 * Folders follow the XDG base directory rules. Any thread.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

/* Writes the path of `name` in the program's cache folder and returns it; NULL if there is no cache
 * folder, or `path` (size bytes) is too short. Nothing is made. */
const char *folders_cache(const char *name, char *path, size_t size);

/* So, in the state folder, which nobody clears away: what the program was at, and what it has
 * learned. */
const char *folders_state(const char *name, char *path, size_t size);

/* Every folder that may hold models, best first, up to NULL: those of $OASIS_MODEL_PATH, then
 * rekindle/models of $XDG_DATA_HOME and $XDG_DATA_DIRS, then the build's. NULL without memory. The
 * caller frees the list in one piece, by free. */
char **folders_models(void);

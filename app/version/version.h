/* What --version says, for the command line and the window. Any thread.
 * SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Prints the program's name and version, and below them the engine, FFmpeg and the back ends of
 * this installation, each that cannot be used here with its reason. */
void version_print(const char *program);

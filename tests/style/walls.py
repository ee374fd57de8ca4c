# SPDX-License-Identifier: Apache-2.0
"""The walls of the house: which room's headers, and which libraries', a room may include. They are
drawn in engine/README.md."""

import re

# A room's own headers are always allowed, and C's and POSIX's. "oasis" is engine/include; a name
# with a suffix is that header alone. A folder that is no room of its own belongs to that above it.
ALLOWED = {
    "engine/include": ["oasis"],
    "engine/core": ["oasis"],
    "engine/ops": ["oasis", "core"],
    "engine/backends": ["oasis", "core", "ops", "oneapi", "omp", "config"],
    "engine/model": ["oasis", "core", "ops", "yyjson"],
    "engine/pipeline": ["oasis", "core", "model/restorer.h"],
    "engine/media": ["oasis", "core", "media/base", "media/encode", "media/sink"],
    "engine/media/base": ["oasis", "core", "libav"],
    "engine/media/formats": ["oasis", "core", "libav", "media/base"],
    "engine/media/input": ["oasis", "core", "libav", "media/base", "media/formats"],
    "engine/media/index": ["oasis", "core", "libav", "media/base", "media/input"],
    "engine/media/info": ["oasis", "core", "libav", "media/base", "media/input", "media/index"],
    "engine/media/analysis": ["oasis", "core", "libav", "media/base", "media/input", "media/index",
                              "media/info"],
    "engine/media/frames": ["oasis", "core", "libav", "media/base", "media/input", "media/index",
                            "media/info", "media/analysis/making.h"],
    "engine/media/plan": ["oasis", "core", "libav", "media/base", "media/formats"],
    "engine/media/tracks": ["oasis", "core", "libav", "media/base", "media/formats", "media/input",
                            "media/index", "media/info"],
    "engine/media/encode": ["oasis", "core", "libav", "media/base", "media/formats"],
    "engine/media/sink": ["oasis", "core", "libav", "media/base", "media/formats", "media/info",
                          "media/tracks", "media/encode"],
    "engine/export": ["oasis", "core", "model/restorer.h", "media/base/announce.h",
                      "media/encode/piece-writer.h", "media/sink/joiner.h"],
    "app/folders": [],
    "app/version": ["oasis", "config"],
    "app/cli": ["folders", "version", "oasis", "config"],
    "app/core": ["folders", "oasis", "config", "glib"],
    "ui": ["app/core", "version", "config", "glib", "gtk"],
}
LIBRARIES = {
    "glib": r"(glib|gio|gobject|json-glib)",
    "gtk": r"(gtk|gdk|gsk|graphene|pango|adwaita|atk)",
    "libav": r"lib(av|sw)\w+/",
    "oneapi": r"oneapi/",
    "omp": r"omp\.h",
    "yyjson": r"yyjson\.h",
}


def room_of(name):
    """The innermost room that a path lies in; None for those whose includes are not restricted."""
    return max((room for room in ALLOWED if name.startswith(room + "/")), key=len, default=None)


def origin(room, quote, included):
    """Where an included header comes from: a room or library as ALLOWED names it, None for C's."""
    if quote == "<":
        found = [name for name, pattern in LIBRARIES.items() if re.match(pattern, included)]
        return found[0] if found else "oasis" if included.startswith("oasis/") else None
    if included == "config.h":
        return "config"
    if room.startswith("engine/"):
        if included.startswith("oasis/"):
            return "oasis"
        return (room_of("engine/" + included) or "no room").removeprefix("engine/")
    return included.rpartition("/")[0] or room


def faults(name, text):
    room = room_of(name)
    if not room:
        return
    own = room.removeprefix("engine/")
    for number, line in enumerate(text.split("\n"), 1):
        found = re.match(r'#\s*include ([<"])([^>"]+)', line)
        if not found:
            continue
        source = origin(room, *found.groups())
        if source == "no room":
            yield number, f'"{found[2]}" does not say its room'
        elif not {source, found[2]} & {None, own, room, *ALLOWED[room]}:
            yield number, f"{room} may not include {found[2]}"

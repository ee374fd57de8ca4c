# SPDX-License-Identifier: Apache-2.0
"""The walls of the house: which room's headers, and which libraries', a room may include. They are
drawn in engine/README.md."""

import re

ENGINE = ["core", "ops", "backends", "model", "pipeline", "media", "export"]

# A room's own headers are always allowed, and C's and POSIX's. "oasis" is engine/include; a name
# with a suffix is that header alone.
ALLOWED = {
    "engine/include": ["oasis"],
    "engine/core": ["oasis"],
    "engine/ops": ["oasis", "core"],
    "engine/backends": ["oasis", "core", "ops", "oneapi", "omp", "config"],
    "engine/model": ["oasis", "core", "ops", "yyjson"],
    "engine/pipeline": ["oasis", "core", "model/restorer.h"],
    "engine/media": ["oasis", "core", "libav"],
    "engine/export": ["oasis", "core", "model/restorer.h", "media/announce.h", "media/joiner.h",
                      "media/piece-writer.h"],
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
    """The room that a file's path lies in; None for those whose includes are not restricted."""
    return next((room for room in ALLOWED if name.startswith(room + "/")), None)


def origin(room, quote, included):
    """Where an included header comes from: a room or library as ALLOWED names it, None for C's."""
    if quote == "<":
        found = [name for name, pattern in LIBRARIES.items() if re.match(pattern, included)]
        return found[0] if found else "oasis" if included.startswith("oasis/") else None
    if included == "config.h":
        return "config"
    top = included.split("/")[0] if "/" in included else None
    if room.startswith("engine/"):
        return top if top in ENGINE or top == "oasis" else "no room"
    if top:
        return included.rpartition("/")[0]
    return room


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

"""The credits of a model's card, from the list of its training material.

    python -m training.credits MANIFEST.tsv > credits.md

The list has the columns file, source, licence, notes; a note may name the author.
SPDX-License-Identifier: Apache-2.0"""
import collections
import csv
import re
import sys

AUTHOR = re.compile(r"\bauthor ([^;|]+)")


def origin(source):
    """The repository or package that a file comes from, without its path."""
    parts = source.split(":")
    return ":".join(parts[:2]) if parts[0].startswith(("Debian", "npm")) else parts[0]


def table(rows):
    groups = collections.defaultdict(list)
    for row in rows:
        groups[origin(row["source"]), row["licence"]].append(row)
    lines = ["| source | licence as stated there | clips | photos | authors named |",
             "|---|---|---|---|---|"]
    for (source, licence), files in sorted(groups.items(), key=lambda g: (-len(g[1]), g[0])):
        clips = sum(f["file"].startswith("clips/") for f in files)
        notes = " ".join(f["notes"] or "" for f in files)
        authors = dict.fromkeys(a.split(",")[0].strip() for a in AUTHOR.findall(notes))
        if "Blender Foundation" in notes:
            authors["Blender Foundation"] = None
        lines.append("| " + " | ".join(
            text.replace("|", "/") for text in (
                source, licence, str(clips), str(len(files) - clips), ", ".join(authors))) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        print(table(csv.DictReader(file, delimiter="\t")))

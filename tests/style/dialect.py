# SPDX-License-Identifier: Apache-2.0
"""The engine's dialect of C, as far as a script can read it."""

import re

ROOMS = ("engine/", "app/cli/", "app/folders/", "tests/cli/", "tests/cuda/", "tests/fuzz/",
         "tests/golden/", "tests/headers/", "tests/kernels/", "tests/media/", "tests/tools/",
         "tests/unit/")

PURPOSE = re.compile(r"/\* [\w`].*?SPDX-License-Identifier: Apache-2\.0 \*/\n", re.S)
CONTROL = re.compile(r"\b(if|for|while|else|do|switch)\b")
STATUS = r"(?:\w+(?:->|\.))*\bstatus\b"
BARE_STATUS = re.compile(rf"!{STATUS}(?!\s*\()|\b(?:if|while) \({STATUS}\)|(?:&&|\|\|) {STATUS}\)")
DECLARATION = re.compile(r"^(?:OASIS_API )?OasisStatus (\w+)\([^;{]*\)[^;{]*;", re.M)
CONSTANT = re.compile(r"^#define (?!\w+_VERSION )[A-Z_0-9]+ +\(?[-0-9.]+[fuUlL]*\)?( |$)", re.M)


def code_of(text):
    """The text, as long as it was, with comments, literals and preprocessor lines blanked out."""
    token = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
                       r"|^[ ]*#(?:[^\n]*\\\n)*[^\n]*", re.S | re.M)
    return token.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def closing(code, at):
    """Where the bracket that opens at `at` is closed, one past it."""
    depth = 0
    for end in range(at, len(code)):
        depth += {"(": 1, ")": -1}.get(code[end], 0)
        if depth == 0:
            return end + 1
    return len(code)


def unbraced(code):
    for found in CONTROL.finditer(code):
        word, at = found[1], found.end()
        if word not in ("else", "do"):
            at = closing(code, code.index("(", at))
        rest = code[at:].lstrip()
        after_do = word == "while" and code[:found.start()].rstrip().endswith("}")
        if not rest.startswith("{") and not (word == "else" and re.match(r"if\b", rest)) \
                and not (after_do and rest.startswith(";")):
            yield found.start(), f"no braces after {word}"


def own_header_last(name, text):
    """A file's own header stands first, so that it is known to compile alone."""
    stem = name.rpartition("/")[2].removesuffix(".c")
    includes = list(re.finditer(r'^#include [<"]([^>"]+)', text, re.M))
    for found in includes[1:]:
        if name == f"engine/{found[1].removesuffix('.h')}.c":
            yield found.start(), f"{stem}.h is not the first include"


def faults(name, text):
    code = code_of(text)
    found = [] if PURPOSE.match(text) else [(0, "does not begin with what it is for")]
    found += unbraced(code)
    found += own_header_last(name, text)
    found += [(bare.start(), "a status is compared with OASIS_OK") for bare in
              BARE_STATUS.finditer(code)]
    found += [(constant.start(), "a number's name is an enum or a static const") for constant in
              CONSTANT.finditer(text)]
    if name.endswith(".h"):
        if "#pragma once\n\n" not in text:
            found.append((0, "no blank line behind #pragma once"))
        found += [(declared.start(), f"{declared[1]} lacks OASIS_MUST_USE")
                  for declared in DECLARATION.finditer(code)
                  if "OASIS_MUST_USE" not in declared[0] and "fail" not in declared[1]]
    for at, fault in found:
        yield text.count("\n", 0, at) + 1, fault

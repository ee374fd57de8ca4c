#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""embed.py VERSION OUTPUT IMAGE...: writes the C file of images.h's constants, with each image
(NAME.CAPABILITY.cubin or .ptx) as data. VERSION is that of the compiler ("13.0")."""

import pathlib
import sys


def main(version, output, *images):
    major, minor = map(int, version.split("."))
    lines = ["/* Written by embed.py. */", '#include "backends/cuda/images.h"', "",
             f"const int oasis_cuda_compiler = {1000 * major + 10 * minor};", ""]
    rows = []
    for image in map(pathlib.Path, images):
        capability = image.suffixes[0].strip(".a")  # "90a": 9.0 and its own instructions
        name = image.name.replace(".", "_").replace("-", "_")
        lines += [f'__asm__(".pushsection .rodata\\n.balign 64\\n{name}:\\n'
                  f'.incbin \\"{image.resolve()}\\"\\n.popsection\\n");',
                  f'extern const char {name}[] __attribute__((visibility("hidden")));']
        ptx = "true" if image.suffix == ".ptx" else "false"
        rows.append(f"    {{{capability}, {ptx}, {name}}},")
    lines += ["", "const OasisCudaImage oasis_cuda_images[] = {", *rows, "    {0, false, 0},", "};"]
    pathlib.Path(output).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

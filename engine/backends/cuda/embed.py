#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""embed.py TOOLKIT OUTPUT [FATBIN...]: writes the C file of images.h, with each fat binary as data.
TOOLKIT is the version of the compiler that made them ("13.0")."""

import pathlib
import sys


def main(toolkit, output, *images):
    major, minor = toolkit.split(".")[:2]
    lines = ["/* Written by embed.py. */", '#include "backends/cuda/images.h"', "",
             "#include <stddef.h>", "",
             f"const int oasis_cuda_toolkit = {1000 * int(major) + 10 * int(minor)};", ""]
    names = [pathlib.Path(image).stem for image in images]
    for name, image in zip(names, images):
        path = pathlib.Path(image).resolve()
        lines += [f'__asm__(".pushsection .rodata\\n.balign 64\\nimage_{name}:\\n'
                  f'.incbin \\"{path}\\"\\n.popsection\\n");',
                  f'extern const char image_{name}[] __attribute__((visibility("hidden")));']
    lines += ["", "const OasisCudaImage oasis_cuda_images[] = {",
              *(f'    {{"{name}", image_{name}}},' for name in names),
              "    {NULL, NULL},", "};"]
    pathlib.Path(output).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compile.py LIBRARY SOURCE OUTPUT DEPFILE: compiles a file of kernels with NVRTC, the compiler
that comes as a library. The output is NAME.CAPABILITY.cubin, machine code for cards of that
compute capability ("80", or "90a" with what that one alone has), or NAME.CAPABILITY.ptx, which the
driver of a later card compiles.

compile.py LIBRARY: prints path and version of the library, which is looked for in the usual places
where LIBRARY is empty; exits with 1 where there is none."""

import ctypes
import pathlib
import sys

# What device.cuh includes of the C library, whose headers NVRTC does not have.
HEADERS = {
    "stddef.h": "typedef decltype(sizeof 0) size_t;\n",
    "stdint.h": """
typedef signed char int8_t;
typedef short int16_t;
typedef int int32_t;
typedef long int64_t;
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef unsigned int uint32_t;
typedef unsigned long uint64_t;
typedef unsigned long uintptr_t;
""",
    "math.h": "",
}


KERNELS = pathlib.Path(__file__).resolve().parent / "kernels"
PLACES = ["/usr/local/cuda/lib64/libnvrtc.so", "libnvrtc.so", "libnvrtc.so.13", "libnvrtc.so.12"]


def find():
    for place in PLACES:
        try:
            ctypes.CDLL(place)
            return place
        except OSError:
            pass
    sys.exit(1)


class Compiler:
    def __init__(self, path):
        # NVRTC opens it by its bare name, which is found once it is loaded.
        for builtins in pathlib.Path(path).parent.glob("libnvrtc-builtins.so.*"):
            ctypes.CDLL(str(builtins))
        self.library = ctypes.CDLL(path)
        self.library.nvrtcGetErrorString.restype = ctypes.c_char_p

    def call(self, name, *arguments):
        result = getattr(self.library, "nvrtc" + name)(*arguments)
        if result:
            text = self.library.nvrtcGetErrorString(result).decode()
            raise RuntimeError(f"nvrtc{name}: {text}")

    def version(self):
        major, minor = ctypes.c_int(), ctypes.c_int()
        self.call("Version", ctypes.byref(major), ctypes.byref(minor))
        return f"{major.value}.{minor.value}"

    def get(self, program, what):
        """A result of a program: its size is one function's answer, its bytes another's."""
        size = ctypes.c_size_t()
        self.call(f"Get{what}Size", program, ctypes.byref(size))
        data = ctypes.create_string_buffer(size.value)
        self.call(f"Get{what}", program, data)
        return data.raw[:size.value]

    def compile(self, source, architecture, what):
        options = [f"--gpu-architecture={architecture}", "--std=c++17",
                   f"--include-path={source.parent}", f"--include-path={KERNELS}"]
        program = ctypes.c_void_p()
        names = (ctypes.c_char_p * len(HEADERS))(*(name.encode() for name in HEADERS))
        texts = (ctypes.c_char_p * len(HEADERS))(*(text.encode() for text in HEADERS.values()))
        self.call("CreateProgram", ctypes.byref(program), source.read_bytes(),
                  str(source).encode(), len(HEADERS), texts, names)
        try:
            self.call("CompileProgram", program, len(options),
                      (ctypes.c_char_p * len(options))(*(option.encode() for option in options)))
        except RuntimeError:
            sys.exit(self.get(program, "ProgramLog").rstrip(b"\0").decode())
        return self.get(program, what)


def main(library, *files):
    library = library or find()
    compiler = Compiler(library)
    if not files:
        print(library, compiler.version())
        return
    source, output, depfile = map(pathlib.Path, files)
    capability, form = output.suffixes
    if form == ".cubin":
        data = compiler.compile(source, "sm_" + capability[1:], "CUBIN")
    else:
        data = compiler.compile(source, "compute_" + capability[1:], "PTX")
    output.write_bytes(data)
    # Whatever a kernel may include, since NVRTC does not say what it did.
    included = [str(path) for folder in {source.parent.resolve(), KERNELS}
                for path in folder.iterdir() if path.suffix in (".h", ".cuh")]
    depfile.write_text(f"{output}: {' '.join(included)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

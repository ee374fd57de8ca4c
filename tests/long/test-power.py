# SPDX-License-Identifier: Apache-2.0
"""The power fails: whatever an export has done up to some call is there, but of what was written
only what was brought to the disk; then also without the names that were not. It goes on from each
such moment. An argument says how many moments are tried (8)."""

import os
import shutil
import sys

import long

MOMENTS = int(sys.argv.pop(1)) if len(sys.argv) > 1 else 8


class Disk:
    """The files of a folder as the record of calls makes them, and as they would be found."""

    def __init__(self, data):
        self.data = data
        self.written, self.synced = {}, {}  # bytes of each file, by its number
        self.names, self.synced_names = {}, {}  # number of each file, by its path
        self.folders = set()

    def apply(self, call):
        number = call.file
        if call.kind == "create":
            self.names[call.path] = number
            self.written[number] = bytearray()
            self.synced[number] = b""
        elif call.kind == "truncate":
            del self.written[number][call.at:]
        elif call.kind == "write":
            content = self.written[number]
            content.extend(bytes(max(0, call.at - len(content))))
            content[call.at:call.at + call.size] = self.data[call.start:call.start + call.size]
        elif call.kind == "sync" and number in self.written:
            self.synced[number] = bytes(self.written[number])
        elif call.kind == "sync":  # a folder
            folder = call.path.rstrip("/") + "/"
            def is_in(path):
                return path.startswith(folder) and "/" not in path[len(folder):].rstrip("/")
            self.synced_names = {path: n for path, n in self.synced_names.items()
                                 if not is_in(path)}
            self.synced_names.update((p, n) for p, n in self.names.items() if is_in(p))
        elif call.kind == "rename":
            self.names[call.to] = self.names.pop(call.path)
        elif call.kind == "folder":
            self.names[call.path + "/"] = None
        elif call.kind == "remove":
            self.names.pop(call.path, None)
            self.names.pop(call.path + "/", None)

    def restore(self, folder, with_names):
        names = self.names if with_names else self.synced_names
        for path in sorted(names):
            if path.endswith("/"):
                os.makedirs(path, exist_ok=True)
        for path, number in names.items():
            if number is not None and os.path.isdir(os.path.dirname(path)):
                with open(path, "wb") as file:
                    file.write(self.synced[number])


class Power(long.LongTest):
    def check_moment(self, calls, data, count, with_names):
        work = self.path("work")
        shutil.rmtree(work)
        os.mkdir(work)
        disk = Disk(data)
        for call in calls[:count]:
            disk.apply(call)
        disk.restore(work, with_names)
        self.check_no_half_film()
        part = os.path.join(work, ".out.mkv.part")
        joined = os.path.exists(self.target)
        done = self.pieces_done()
        log = self.path(f"log{count}{with_names}")
        self.run_with({"LOG": log}, code=None if joined else 0)
        if joined:  # a copy has another number: it is not known for the film, which is there
            shutil.rmtree(part, ignore_errors=True)
        else:
            made = {os.path.basename(call.path)[:6] for call in long.read_log(log)
                    if call.kind == "create" and os.path.basename(call.path).startswith("0")}
            self.assertLessEqual(len(made), long.PIECES - done)
        self.check_result()

    def test_every_prefix(self):
        calls = self.count_calls()
        os.remove(self.target)
        with open(self.path("log.data"), "rb") as file:
            data = file.read()
        step = max(1, len(calls) // MOMENTS)
        moments = range(len(calls), -1, -step)
        # In no order, so that a long run that is ended early has seen all moments.
        for done, count in enumerate(long.cli.rng.sample(moments, len(moments))):
            for with_names in True, False:
                with self.subTest(calls=count, of=len(calls), with_names=with_names):
                    self.check_moment(calls, data, count, with_names)
            if (done + 1) % 10 == 0 or done + 1 == len(moments):
                print(f"{done + 1} of {len(moments)} moments tried twice", flush=True)


long.main()

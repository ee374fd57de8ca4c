# SPDX-License-Identifier: Apache-2.0
"""Calls that fail: each write, rename and sync of an export in turn has no space, meets a broken or
a read-only disk, or a file that grows too large. Nothing is lost: the same command goes on later,
or at once where there is room again. An argument says how many calls are tried (12)."""

import errno
import os
import sys

import cli
import long

CALLS = int(sys.argv.pop(1)) if len(sys.argv) > 1 else 12


class FaultsTest(long.LongTest):
    def setUp(self):
        super().setUp()
        self.calls = self.count_calls()
        os.remove(self.target)

    def pick(self, count):
        """Calls spread over the whole run."""
        step = max(len(self.calls) / count, 1)
        for i in range(min(count, len(self.calls))):
            yield self.calls[min(int((i + cli.rng.random()) * step), len(self.calls) - 1)]

    def finish(self):
        """What was not finished is, and the film is right."""
        if not os.path.exists(self.target):
            self.run_with({})
        elif os.path.exists(self.path("work/.out.mkv.part")):
            # Tidying up failed: the film is whole, and the next run removes what is left.
            folder = self.path("work/.out.mkv.part")
            if os.listdir(folder):
                self.run_with({})
            else:
                os.rmdir(folder)
        self.check_result()


class Faults(FaultsTest):
    def test_once(self):
        """A call that fails once ends the run with a sentence, or is got over."""
        for number in errno.EIO, errno.EROFS, errno.EFBIG:
            for call in self.pick(CALLS // 3):
                code, errors = self.run_with({"AT": call.number, "WHAT": number}, code=None)
                what = f"{call.kind} {call.path} {os.strerror(number)}: {code} {errors}"
                self.assertIn(code, (0, 5), what)
                if code:
                    self.assertRegex(errors, r"\Arekindle-cli: [^\n]*out\.mkv: [^\n]+\n"
                                             r"(rekindle-cli: not finished[^\n]+\n)?\Z", what)
                self.check_no_half_film()
                self.check_source()
                self.finish()

    def test_for_good(self):
        """A disk that breaks for good keeps what is done."""
        for call in self.pick(CALLS // 3):
            code, _ = self.run_with({"AT": call.number, "UNTIL": 1 << 40, "WHAT": errno.EIO},
                                    code=None)
            self.assertIn(code, (0, 5))
            self.check_no_half_film()
            self.finish()

    def test_no_space(self):
        """A full disk is waited for while pieces are written; before, the run says so and ends."""
        for call in self.pick(max(CALLS // 4, 4)):
            code, errors = self.run_with({"AT": call.number, "WHAT": errno.ENOSPC}, code=None)
            self.assertIn(code, (0, 5), errors)
            if call.kind == "write" and call.path.startswith(self.path("work/.out.mkv.part/0")):
                self.assertEqual(code, 0, errors)
            self.check_no_half_film()
            self.finish()


class FullDisk(FaultsTest):
    def test_says_what_is_missing(self):
        self.command.remove("--quiet")
        call = next(call for call in self.calls if call.path.endswith("/journal") and
                    call.kind == "write" and call.number > len(self.calls) / 2)
        _, errors = self.run_with({"AT": call.number, "WHAT": errno.ENOSPC})
        self.assertRegex(errors, r"The disk is full: waiting until [\d.]+ \w+ more are free\n")
        self.check_result()


long.main()

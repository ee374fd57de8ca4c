# SPDX-License-Identifier: Apache-2.0
"""What all tests in Python share: a folder for each test, waits, and a word on what was skipped.

A wait has no deadline of its own: on a busy machine anything may take its time. What never comes
true is ended by Meson's time limit; the test then says where it stood and what it waited for."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

LOOK_AGAIN = 0.02  # seconds
NEVER = 2**31 - 1  # milliseconds: a call over a bus may take any time
SKIPPED = 77  # the exit status by which Meson knows a skipped test


def at_time_limit(number, frame):
    """Meson ends a test by this signal, and half a second later for good."""
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt("at Meson's time limit")


signal.signal(signal.SIGTERM, at_time_limit)


def wait(condition, what, otherwise=lambda: ""):
    """Looks again and again, and returns the condition's first result that is true. Where there is
    none, what comes of `otherwise` is told, too: it must not take long."""
    try:
        while not (result := condition()):
            time.sleep(LOOK_AGAIN)
    except KeyboardInterrupt as ended:
        ended.add_note(f"there is no {what}; {otherwise()}")
        raise
    return result


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def need(*programs):
    """Skips the test where one of these programs is not there."""
    for program in programs:
        if not shutil.which(program):
            skip(f"there is no {program}")


def ffmpeg(*arguments):
    """Runs ffmpeg, which must succeed and say nothing, and returns its output."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)],
                          text=True, stdout=subprocess.PIPE, check=True)
    return done.stdout


class TestCase(unittest.TestCase):
    """Gives each test a folder of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)


class Result(unittest.TextTestResult):
    """Names what is skipped as tests/run looks for it."""

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"ok {test.id().rpartition('.')[2]} # SKIP {reason}")


def main():
    unittest.main(testRunner=unittest.TextTestRunner(resultclass=Result, verbosity=2))

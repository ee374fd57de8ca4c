# SPDX-License-Identifier: Apache-2.0
"""What goes wrong beside the disk's own faults: disks that cannot hold the film or are unplugged,
encoders, clocks, a lack of memory, being stopped like any program. An argument says how many lacks
of memory are tried (12)."""

import os
import re
import signal
import subprocess
import sys
import time

import cli
import long
import testing

LACKS = int(sys.argv.pop(1)) if len(sys.argv) > 1 else 12


class Trouble(long.LongTest):
    def start(self, faults):
        return subprocess.Popen([cli.CLI, *self.command], env=self.faulty(faults), text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def pieces_made(self, log):
        return [os.path.basename(call.path)[:6] for call in long.read_log(log)
                if call.kind == "create" and os.path.basename(call.path).startswith("0")]


class Disks(Trouble):
    def test_fat(self):
        """A disk whose files cannot be so large is known before the work."""
        self.command[-2:-2] = ["--bitrate", "4G"]
        _, errors = self.run_with({"FAT": 1}, code=5)
        self.assertRegex(errors, r"\Arekindle-cli: [^\n]*out\.mkv: will have about \d\.\d GB, but "
                                 r"files on this disk \(FAT\) end at 4\.3 GB; [^\n]+\n\Z")
        self.assertEqual(os.listdir(self.path("work")), [])

    def test_read_only(self):
        for number in 13, 30:  # EACCES, EROFS
            _, errors = self.run_with({"AT": 1, "UNTIL": 1 << 40, "WHAT": number}, code=5)
            self.assertIn("the folder does not allow writing; choose another", errors)
            self.assertEqual(os.listdir(self.path("work")), [])

    def check_unplugged(self, folder, name):
        """Once two pieces are there the disk is gone, until the run has said so."""
        self.command.remove("--quiet")
        flag = self.path("unplugged")
        process = self.start({"GONE": flag, "GONE_FOLDER": folder})
        testing.wait(lambda: self.pieces_done() >= 2 or process.poll() is not None, "pieces")
        open(flag, "w", encoding="utf-8").close()
        said = ""
        while not re.search(rf"{name}[^\n]* is gone: waiting until it is there again", said):
            line = process.stderr.readline()
            self.assertTrue(line, f"ended without a word: {said}")
            said += line
        self.assertIsNone(process.poll())
        os.remove(flag)
        _, errors = process.communicate()
        self.assertEqual(process.returncode, 0, said + errors)
        self.check_result()

    def test_target_unplugged(self):
        self.check_unplugged(self.path("work/"), r"\.out\.mkv\.part")

    def test_source_unplugged(self):
        self.check_unplugged(self.source, r"in\.mkv")


class Encoder(Trouble):
    def test_once(self):
        """An error in one piece: that is made again, and no other."""
        log = self.path("log")
        self.run_with({"ENCODE": 100, "LOG": log})
        made = self.pieces_made(log)
        self.assertEqual(len(made), long.PIECES + 1)
        self.assertEqual(len(set(made)), long.PIECES)
        self.check_result()

    def test_always(self):
        """One that stays ends the run with a sentence; what is done is kept."""
        _, errors = self.run_with({"ENCODE": 100, "ENCODE_UNTIL": 1 << 40}, code=5)
        self.assertRegex(errors, r"\Arekindle-cli: [^\n]*out\.mkv: [^\n]+\nrekindle-cli: not "
                                 r"finished; \d+ of 300 frames are kept[^\n]+\n\Z")
        self.assertGreater(self.pieces_done(), 3)
        self.run_with({})
        self.check_result()


class Time(Trouble):
    def test_clock(self):
        """The time of day means nothing to the work."""
        self.run_with({"CLOCK": 1})
        self.check_result()

    def test_cores(self):
        """All threads of the program are held to the cores that it may use."""
        self.command[-2:-2] = ["--cores", "1"]
        process = self.start({})
        testing.wait(lambda: self.pieces_done() >= 2 or process.poll() is not None, "pieces")
        threads = [os.sched_getaffinity(int(thread))
                   for thread in os.listdir(f"/proc/{process.pid}/task")]
        self.assertGreater(len(threads), 3)
        self.assertEqual({len(cores) for cores in threads}, {1})
        _, errors = process.communicate()
        self.assertEqual(process.returncode, 0, errors)
        self.check_result()

    def test_stopped(self):
        """Ctrl+Z, and fg."""
        process = self.start({})
        testing.wait(lambda: self.pieces_done() >= 2 or process.poll() is not None, "pieces")
        process.send_signal(signal.SIGTSTP)

        def state():
            with open(f"/proc/{process.pid}/stat", encoding="utf-8") as file:
                return file.read().rpartition(")")[2].split()[0]

        testing.wait(lambda: state() in "TZ", "halt")
        done = self.pieces_done()
        if state() == "T":
            time.sleep(0.3)
            self.assertEqual(self.pieces_done(), done)
        process.send_signal(signal.SIGCONT)
        _, errors = process.communicate()
        self.assertEqual(process.returncode, 0, errors)
        self.check_result()


class Memory(Trouble):
    def test_lacks(self):
        """Whatever cannot be allocated: the run ends with a sentence, or is none the worse."""
        counted = self.path("count")
        self.run_with({"MALLOC_COUNT": counted})
        os.remove(self.target)
        with open(counted, encoding="utf-8") as file:
            count = int(file.read())
        codes = {}
        for i in range(LACKS):
            # Half of them among the first, where all is opened.
            most = count if i % 2 else min(count, 3000)
            at = 1 + int((i + cli.rng.random()) * most / LACKS)
            code, errors = self.run_with({"MALLOC": at}, code=None)
            what = f"allocation {at} of {count}: {code} {errors}"
            self.assertIn(code, (0, 3, 4, 5, 6), what)
            if code:
                self.assertRegex(errors, r"\A(rekindle-cli: [^\n]+\n){1,3}\Z", what)
            codes[code] = codes.get(code, 0) + 1
            self.check_no_half_film()
            if not os.path.exists(self.target) or os.path.exists(self.path("work/.out.mkv.part")):
                self.run_with({})
            self.check_result()
        print(f"exit codes of {LACKS} lacks among {count} allocations: {codes}", flush=True)


long.main()

# SPDX-License-Identifier: Apache-2.0
"""Killed at any moment, an export goes on: its film is that of a run that nothing disturbed, and at
most one piece is made again. An argument says how often it is killed (12)."""

import collections
import os
import sys

import cli
import long

KILLS = int(sys.argv.pop(1)) if len(sys.argv) > 1 else 12


class Killed(long.LongTest):
    def check_goes_on(self, log):
        """Goes on to the end, and makes no piece that was there."""
        folder = self.path("work/.out.mkv.part")
        if os.path.exists(self.target) and not os.path.exists(folder):
            pass  # all was done
        elif os.path.exists(self.target) and not os.listdir(folder):
            os.rmdir(folder)  # all that it lacked
        else:
            done = self.pieces_done()
            self.run_with({"LOG": log})
            made = {os.path.basename(call.path)[:6] for call in long.read_log(log)
                    if call.kind == "create" and os.path.basename(call.path).startswith("0")}
            self.assertLessEqual(len(made), long.PIECES - done)
        self.check_result()

    def test_at_calls(self):
        calls = self.count_calls()
        os.remove(self.target)
        counts = collections.Counter()
        # In no order, so that a long run that is ended early has seen all moments.
        for done, i in enumerate(cli.rng.sample(range(KILLS), KILLS)):
            call = calls[int((i + cli.rng.random()) * len(calls) / KILLS)]
            self.run_with({"AT": call.number, "WHAT": "kill"}, code=long.KILLED)
            self.check_no_half_film()
            self.check_source()
            self.check_goes_on(self.path(f"log{i}"))
            counts[call.moment()] += 1
            if (done + 1) % 25 == 0 or done + 1 == KILLS:
                print("killed at calls:", done + 1, dict(counts), flush=True)

    def test_at_times(self):
        counts = collections.Counter()
        for i in range(KILLS // 2):
            code, _ = self.run_with({}, code=None, seconds=cli.rng.uniform(0, self.seconds))
            self.assertIn(code, (0, long.KILLED))
            self.check_no_half_film()
            if code == 0:
                self.check_result()
            else:
                self.check_goes_on(self.path(f"time{i}"))
            counts["ended before" if code == 0 else "killed"] += 1
        print("killed at times:", dict(counts), flush=True)

    def test_twice_in_a_row(self):
        calls = self.count_calls()
        os.remove(self.target)
        for i in range(max(KILLS // 10, 2)):
            for _ in range(3):
                self.run_with({"AT": cli.rng.randrange(1, len(calls)), "WHAT": "kill"}, code=None)
            if os.path.exists(self.path("work/.out.mkv.part")):
                self.check_goes_on(self.path(f"row{i}"))
            else:
                self.run_with({}, code=None)
                self.check_result()


long.main()

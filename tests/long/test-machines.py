# SPDX-License-Identifier: Apache-2.0
"""One film on many machines: pieces made by several programs at once, in any order and twice, are
those of one run, byte for byte; and the recipes of engine/export/README.md do what they say. Where
GNU parallel and Slurm are missing, stand-ins take their arguments."""

import os
import re
import shutil
import stat
import subprocess
import sys

import cli
import testing

README = sys.argv.pop(1)
OPTIONS = [*cli.RESTORE[1:], "--scale", "1", "--strength", "0.5", "--piece-seconds", "1"]
PARALLEL = '#!/bin/sh\nexec xargs -P 2 -I {} "$@"\n'
SRUN = '#!/bin/sh\nexec "$@"\n'
SBATCH = r"""#!/bin/sh
for word do
    case $word in
    --array=*) array=${word#--array=};;
    --wrap=*) wrap=${word#--wrap=};;
    --dependency=afterok:7) ;;
    --parsable) ;;
    *) exit 2;;
    esac
done
for SLURM_ARRAY_TASK_ID in $(seq $(echo ${array:-0-0} | tr - ' ')); do
    export SLURM_ARRAY_TASK_ID
    sh -c "$wrap" >&2 || exit 1
done
echo '7;cluster'
"""


class Machines(cli.CliTest):
    def setUp(self):
        super().setUp()
        testing.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x48:r=25:d=6", "-f", "lavfi", "-i",
                       "sine=d=6", "-c:a", "aac", self.path("in.mp4"))
        self.cli("restore", *OPTIONS, self.path("in.mp4"), self.path("alone.mp4"))
        with open(self.path("alone.mp4"), "rb") as file:
            self.alone = file.read()

    def check_film(self):
        with open(self.path("out.mp4"), "rb") as file:
            self.assertTrue(file.read() == self.alone, "other bytes than one run's")
        self.assertEqual(self.files(), ["alone.mp4", "in.mp4", "out.mp4"])
        os.remove(self.path("out.mp4"))

    def plan(self):
        count = int(self.cli("plan", *OPTIONS, self.path("in.mp4"), self.path("out.mp4")).stdout)
        self.assertGreater(count, 5)
        return count

    def test_any_order_at_once_and_twice(self):
        count = self.plan()
        self.refused(3, "join", self.path("out.mp4"), says=["piece 0 of"])
        self.refused(2, "piece", self.path("out.mp4"), count, says=["pieces 0 to"])
        order = [*range(count), *range(count)]
        cli.rng.shuffle(order)
        while order:
            running = [subprocess.Popen([cli.CLI, "piece", "--quiet", self.path("out.mp4"),
                                         str(piece)], env=self.environment)
                       for piece in [order.pop() for _ in range(min(3, len(order)))]]
            self.assertEqual([process.wait() for process in running], [0] * len(running))
        state = self.cli("status", "--json", self.path("out.mp4")).stdout
        self.assertRegex(state, rf'"pieces": {count},\s+"pieces_done": {count},')
        self.assertRegex(state, r'"running": false')
        self.cli("join", "--quiet", self.path("out.mp4"))
        self.check_film()

    def test_another_device(self):
        self.plan()
        self.refused(5, "piece", "--device", "reference", self.path("out.mp4"), 1,
                     says=["another device", "reference"])
        self.cli("piece", "--quiet", "--device", "reference", "--any-device",
                 self.path("out.mp4"), 1)
        self.assertRegex(self.cli("status", "--json", self.path("out.mp4")).stdout,
                         r'"pieces_done": 1,')

    def test_damaged_piece(self):
        """What was damaged meanwhile is found, named and made again."""
        count = self.plan()
        for piece in range(count):
            self.cli("piece", "--quiet", self.path("out.mp4"), piece)
        with open(self.path(".out.mp4.part/000002.piece"), "r+b") as file:
            file.seek(-200, os.SEEK_END)
            byte = file.read(1)
            file.seek(-200, os.SEEK_END)
            file.write(bytes([byte[0] ^ 1]))
        self.refused(3, "join", self.path("out.mp4"), says=["damaged"])
        self.refused(3, "join", self.path("out.mp4"), says=["piece 2 of"])
        self.cli("piece", "--quiet", self.path("out.mp4"), 2)
        self.cli("join", self.path("out.mp4"))
        self.check_film()

    def run_recipe(self, word):
        with open(README, encoding="utf-8") as file:
            blocks = re.findall(r"(?:^    .*\n)+", file.read(), re.MULTILINE)
        recipe = next(block for block in blocks if f"{word} " in block)
        os.mkdir(self.path("bin"))
        os.symlink(cli.CLI, self.path("bin/rekindle-cli"))
        for name, text in ("parallel", PARALLEL), ("srun", SRUN), ("sbatch", SBATCH):
            if not shutil.which(name):
                with open(self.path(f"bin/{name}"), "w", encoding="utf-8") as file:
                    file.write(text)
                os.chmod(self.path(f"bin/{name}"), stat.S_IRWXU)
        recipe = recipe.replace("IN", "in.mp4").replace("OUT", "out.mp4")
        done = subprocess.run(["sh", "-e", "-c", recipe], cwd=self.folder, text=True,
                              capture_output=True,
                              env={**self.environment, "OPTIONS": " ".join(OPTIONS),
                                   "PATH": f"{self.path('bin')}:{os.environ['PATH']}"})
        self.assertEqual(done.returncode, 0, done.stderr)
        shutil.rmtree(self.path("bin"))
        testing.wait(lambda: os.path.exists(self.path("out.mp4")), "film")
        testing.wait(lambda: not os.path.exists(self.path(".out.mp4.part")), "end of the join")
        self.check_film()

    def test_gnu_parallel(self):
        self.run_recipe("parallel")

    def test_slurm(self):
        self.run_recipe("sbatch")


cli.main()

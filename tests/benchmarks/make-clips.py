# SPDX-License-Identifier: Apache-2.0
"""make-clips.py SAMPLE FOLDER STAMP: the clips that the benchmarks of the window read, made by the
ffmpeg program from the sample clip: 20 seconds in 1080p with grain, a keyframe every 25 or every
250 frames, and a long small one."""

import pathlib
import subprocess
import sys

SAMPLE, FOLDER, STAMP = map(pathlib.Path, sys.argv[1:])

FULL_HD = "scale=1920:1080:flags=bicubic,setsar=1,fps=25,noise=alls=6:allf=t"


def encode(name, filters, frames, keyframes):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-stream_loop", "-1", "-i", SAMPLE,
                    "-vf", filters, "-frames:v", str(frames), "-an", "-c:v", "libx264",
                    "-preset", "veryfast", "-crf", "21", "-bf", "3", "-g", str(keyframes),
                    "-keyint_min", str(keyframes), "-sc_threshold", "0", FOLDER / name],
                   check=True)


FOLDER.mkdir(exist_ok=True)
encode("keyframe-25.mp4", FULL_HD, 500, 25)
encode("keyframe-250.mp4", FULL_HD, 500, 250)
encode("long.mp4", "scale=96:64,setsar=1,fps=25", 6000, 25)
STAMP.touch()

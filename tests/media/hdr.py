# SPDX-License-Identifier: Apache-2.0
"""Rows of the table for HDR: kept as it is, told as it was, or made SDR by the curve that is
stated."""

import json
import struct
import subprocess

import testing
from table import SOURCES, flag, path, picture, row, simple

TAGS = ["-vf", "setparams=range=tv:color_primaries=bt2020:colorspace=bt2020nc:color_trc="]
PQ, HLG = [TAGS[0], TAGS[1] + "smpte2084"], [TAGS[0], TAGS[1] + "arib-std-b67"]
SCREEN = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
LOSSLESS = "-c:v ffv1 -pix_fmt yuv420p10le".split()


def x265(curve, more=""):
    return ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1",
            "-x265-params", f"log-level=none:qp=4{more}", *curve]


def patches(curve, size="96x64"):
    """Four quarters of code values in ten bits: dark, skin, white and a light."""
    values = [quarter[0] for quarter in QUARTERS], [quarter[1] for quarter in QUARTERS], \
             [quarter[2] for quarter in QUARTERS]

    def of(plane):
        a, b, c, d = values[plane]
        return f"if(lt(Y\\,H/2)\\,if(lt(X\\,W/2)\\,{a}\\,{b})\\,if(lt(X\\,W/2)\\,{c}\\,{d}))"
    return ["-f", "lavfi", "-t", "0.2", "-i",
            f"color=black:s={size}:r=25,format=yuv420p10le,geq=lum='{of(0)}':cb='{of(1)}':"
            f"cr='{of(2)}',setparams=range=tv:color_primaries=bt2020:colorspace=bt2020nc:"
            f"color_trc={curve}"]


QUARTERS = [(200, 520, 505), (420, 480, 560), (573, 512, 512), (800, 500, 530)]

simple("pq.mp4", video=x265(PQ, f":hdr10=1:master-display={SCREEN}:max-cll=900,300"),
       inputs=picture(0.4))
simple("pq.mkv", video=[*LOSSLESS, *PQ], inputs=picture(0.2))
simple("hlg.mkv", video=[*LOSSLESS, *HLG], inputs=picture(0.2))
simple("hlg.mov", video=x265(HLG), inputs=flag(matrix="bt2020", pixels="yuv420p10le"))
simple("hlg-8.mp4", video=["-c:v", "libx264", "-qp", "4", "-pix_fmt", "yuv420p", *HLG],
       inputs=flag(matrix="bt2020"))
simple("pq-patches.mkv", video=LOSSLESS, inputs=patches("smpte2084"))
simple("hlg-patches.mkv", video=LOSSLESS, inputs=patches("arib-std-b67"))


def dolby(name, profile, compatible):
    """An HLG film that says in its header that it is Dolby Vision: as phones write it, or else of a
    profile that nobody else can show."""
    def make():
        plain = path("plain-" + name)
        testing.ffmpeg(*picture(0.2), *x265(HLG), plain)
        with open(plain, "rb") as file:
            data = bytearray(file.read())
        flags = profile << 9 | 1 << 3 | 0b101
        box = struct.pack(">I4sBBHB19x", 32, b"dvvC" if profile > 7 else b"dvcC", 1, 0, flags,
                          compatible << 4)
        box = box[:32]
        end = data.index(b"hvcC") - 4
        end += struct.unpack(">I", data[end:end + 4])[0]
        assert data.index(b"mdat") < data.index(b"moov"), "offsets would change"
        data[end:end] = box
        for kind in b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"hvc1":
            at = data.index(kind) - 4
            data[at:at + 4] = struct.pack(">I", struct.unpack(">I", data[at:at + 4])[0] + len(box))
        with open(path(name), "wb") as file:
            file.write(data)
    SOURCES[name] = make


dolby("dolby-8.mp4", 8, 4)
dolby("dolby-5.mp4", 5, 0)

TOLD = {"color_primaries": "bt2020", "color_space": "bt2020nc"}
IS_PQ, IS_HLG = {**TOLD, "color_transfer": "smpte2084"}, {**TOLD, "color_transfer": "arib-std-b67"}
SDR = {"color_primaries": "bt709", "color_space": "bt709", "color_transfer": "bt709"}
for target in "mp4", "mkv", "mov":
    row("pq.mp4", target, video="hevc", pixels="yuv420p10le", told=IS_PQ, screen=(1000, 900),
        notes=())
row("pq.mp4", "webm", video="vp9", pixels="yuv420p10le", told=IS_PQ)
row("pq.mp4", "mp4", "--codec", "svt-av1", told=IS_PQ, screen=(1000, 900))
row("pq.mp4", "mp4", "--codec", "x264", told=IS_PQ, notes=["x265 suits it"])
row("pq.mkv", "mkv", "--codec", "ffv1", told=IS_PQ, within=1)
row("hlg.mkv", "mkv", "--codec", "ffv1", told=IS_HLG, within=1)
row("pq-patches.mkv", "mkv", "--codec", "ffv1", told=IS_PQ, chroma_within=1)
row("hlg-patches.mkv", "mkv", "--codec", "ffv1", told=IS_HLG, chroma_within=1)
row("hlg.mov", "mov", video="hevc", tag="hvc1", told=IS_HLG, notes=())
row("hlg.mov", "mp4", "--rotate", 90, told=IS_HLG, size=(64, 96))
row("hlg-8.mp4", "mp4", pixels="yuv420p10le", told=IS_HLG)
row("hlg.mov", "out/%05d.png", notes=["do not say that they are HLG"])
row("pq-patches.mkv", "mkv", "--tonemap", "--codec", "ffv1", told=SDR, pixels="yuv420p",
    mapped="pq")
row("hlg-patches.mkv", "mp4", "--tonemap", "--quality", 4, told=SDR, video="h264", mapped="hlg")
row("flag.mkv", "mkv", "--tonemap", "--codec", "ffv1", pixels="yuv420p", notes=())
row("dolby-8.mp4", "mp4", told=IS_HLG, notes=["Dolby Vision's own layer left out"])
row("dolby-5.mp4", "mp4", code=3, says="Dolby Vision of profile 5")


# --- looking ----------------------------------------------------------------------------------

def planes(film, name):
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", film, "-map", "0:v:0", "-vf",
                           f"extractplanes={name}", "-frames:v", "3", "-f", "rawvideo", "-pix_fmt",
                           "gray10le", "-"], capture_output=True, check=True)
    return struct.unpack(f"<{len(done.stdout) // 2}H", done.stdout)


def check_within(exported, original, most, name="y"):
    a, b = planes(exported.path, name), planes(original, name)
    assert len(a) == len(b) > 0, (len(a), len(b))
    worst = max(abs(x - y) for x, y in zip(a, b))
    assert worst <= most, f"{worst} code values away"


def inner(values, width=48, height=32):
    """Of the quarters of frames what lies off their edges."""
    return [v for n, v in enumerate(values)
            if abs(n % width - width // 2) > 2 and abs(n // width % height - height // 2) > 2]


def check_chroma_within(exported, original, most):
    for name in "u", "v":
        a, b = (inner(planes(film, name)) for film in (exported.path, original))
        assert len(a) == len(b) > 0
        assert max(abs(x - y) for x, y in zip(a, b)) <= most
    check_within(exported, original, most)


def check_told(exported, wanted):
    video = exported.streams("video")[0]
    assert {name: video.get(name) for name in wanted} == wanted, video


def check_screen(exported, wanted):
    """The brightest that the screen and a pixel have, as the container and the packets tell."""
    for entries in "stream_side_data_list", "frame_side_data_list":
        done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_frames",
                               "-show_streams", "-read_intervals", "%+#1", "-of", "json",
                               exported.path], text=True, capture_output=True, check=True)
        told = json.loads(done.stdout)
        of = told["streams"][0] if entries[0] == "s" else told["frames"][0]
        data = {d["side_data_type"]: d for d in of.get("side_data_list", [])}
        screen, light = (data.get(name) for name in ("Mastering display metadata",
                                                     "Content light level metadata"))
        assert screen and light, f"{entries}: {list(data)}"
        top, bottom = map(int, screen["max_luminance"].split("/"))
        assert (round(top / bottom), light["max_content"]) == wanted, (screen, light)


M1, M2, C1, C2, C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128


def pq_light(v):
    power = v ** (1 / M2)
    return 10000 * (max(power - C1, 0) / (C2 - C3 * power)) ** (1 / M1)


def light_pq(light):
    power = (light / 10000) ** M1
    return ((C1 + C2 * power) / (1 + C3 * power)) ** M2


def mapped(code, curve):
    """What BT.2100, BT.2390, BT.2087 and BT.1886 make of Y'CbCr of ten bits: R, G and B of 8."""
    y, cb, cr = (code[0] - 64) / 876, (code[1] - 512) / 896, (code[2] - 512) / 896
    rgb = [y + 1.4746 * cr, y - 0.16455 * cb - 0.57135 * cr, y + 1.8814 * cb]
    rgb = [min(max(v, 0), 1) for v in rgb]
    if curve == "pq":
        light = [pq_light(v) for v in rgb]
    else:
        scene = [v * v / 3 if v <= 0.5 else (2.718281828 ** ((v - 0.55991073) / 0.17883277)
                                             + 0.28466892) / 12 for v in rgb]
        luminance = 0.2627 * scene[0] + 0.678 * scene[1] + 0.0593 * scene[2]
        light = [1000 * luminance ** 0.2 * v for v in scene]
    most = max(light)
    peak, white = light_pq(1000), light_pq(203) / light_pq(1000)
    e, knee = light_pq(min(most, 1000)) / peak, 1.5 * white - 0.5
    if e > knee:
        t = (e - knee) / (1 - knee)
        e = ((2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee)
             + (-2 * t**3 + 3 * t**2) * white)
    r, g, b = (v * pq_light(e * peak) / most / 203 for v in light)
    narrow = (1.6605 * r - 0.5876 * g - 0.0728 * b, -0.1246 * r + 1.1329 * g - 0.0083 * b,
              -0.0182 * r - 0.1006 * g + 1.1187 * b)
    return tuple(round(255 * min(max(v, 0), 1) ** (1 / 2.4)) for v in narrow)


def check_mapped(exported, curve):
    found, wanted = exported.quarters(), [mapped(code, curve) for code in QUARTERS]
    assert all(abs(a - b) <= 3 for x, y in zip(found, wanted) for a, b in zip(x, y)), \
        f"{found}, expected {wanted}"


CHECKS = {"told": check_told, "screen": check_screen, "mapped": check_mapped}
BESIDE = {"within": check_within, "chroma_within": check_chroma_within} # with the original

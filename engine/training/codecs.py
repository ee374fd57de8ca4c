"""Real encoders and decoders (PyAV), because only they make what real files have.

Clips are uint8 [T, h, w, 3], h and w even, and come back in the same shape.
SPDX-License-Identifier: Apache-2.0"""
from fractions import Fraction

import av
import numpy as np

av.logging.set_level(av.logging.PANIC)

DECODERS = {"libx264": "h264", "libx265": "hevc", "libvpx": "vp8", "libvpx-vp9": "vp9"}
DV_WIDTH, DV_HEIGHT = 720, 576

# Which codecs a family meets, with their weights, and the range of badness u that it draws from:
# 0 is fair, 1 is bad, below 0 is good.
FAMILIES = {
    "web": ({"x264": 50, "x265": 10, "vp8": 8, "mpeg4": 16, "flv": 10, "mpeg2": 6}, (0.0, 1.0)),
    "good": ({"x264": 8, "mpeg4": 3, "mjpeg": 3, "mpeg2": 2, "x265": 1}, (-0.35, 0.25)),
    "tape": ({"mpeg2": 3, "mpeg4": 3, "mjpeg": 3, "x264": 4, "mpeg1": 1, "dv": 2}, (-0.2, 0.6)),
}
SECOND_GENERATION = 0.15
# Base and slope over u of the fixed quantiser of the older codecs.
QUANTISER = {"mpeg4": (7, 12), "flv": (7, 12), "mpeg2": (7, 14), "mpeg1": (7, 14), "mjpeg": (6, 12)}
ENCODERS = {"mpeg4": "mpeg4", "flv": "flv", "mpeg2": "mpeg2video", "mpeg1": "mpeg1video",
            "mjpeg": "mjpeg"}


def transcode(clip, encoder, options, pixel_format="yuv420p"):
    """Through an encoder and its decoder. Raises ValueError where frames are lost."""
    frames, height, width, _ = clip.shape
    enc = av.CodecContext.create(encoder, "w")
    enc.width, enc.height, enc.pix_fmt = width, height, pixel_format
    enc.time_base, enc.framerate = Fraction(1, 25), Fraction(25, 1)
    enc.thread_count = 1
    enc.options = {key: str(value) for key, value in options.items()}
    packets = []
    for i in range(frames):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(clip[i]), format="rgb24")
        frame = frame.reformat(format=pixel_format)
        frame.pts, frame.time_base = i, Fraction(1, 25)
        packets += enc.encode(frame)
    packets += enc.encode(None)

    dec = av.CodecContext.create(DECODERS.get(encoder, encoder), "r")
    dec.thread_count, dec.width, dec.height = 1, width, height
    if enc.extradata:
        dec.extradata = enc.extradata
    decoded = [frame for packet in packets for frame in dec.decode(packet)] + dec.decode(None)
    if len(decoded) != frames:
        raise ValueError(f"{encoder} gave {len(decoded)} frames of {frames}")
    return np.stack([frame.to_ndarray(format="rgb24") for frame in decoded])


def dv(clip):
    """DV knows one size: the clip lies in a corner of a PAL frame, its edge repeated."""
    _, height, width, _ = clip.shape
    if height > DV_HEIGHT or width > DV_WIDTH:
        raise ValueError(f"{width}x{height} does not fit a DV frame")
    around = ((0, 0), (0, DV_HEIGHT - height), (0, DV_WIDTH - width), (0, 0))
    return transcode(np.pad(clip, around, mode="edge"), "dvvideo", {})[:, :height, :width]


def draw(family, size, random):
    """A codec of the family with its options, as a function of a clip of `size` (h, w)."""
    weights, bounds = FAMILIES[family]
    names = dict(weights)
    # libx265 corrupts the heap below 64x64 and at sizes that are no multiple of 16.
    if size[0] % 16 or size[1] % 16 or min(size) < 64:
        names.pop("x265", None)
    name = random.choices(list(names), list(names.values()))[0]
    u = random.uniform(*bounds)
    if name == "dv":
        return dv
    if name == "x264":
        options = {"crf": int(23 + 13 * u), "g": random.choice([1, 12, 50, 250]),
                   "preset": random.choice(["ultrafast", "superfast", "veryfast", "fast"]),
                   "bf": random.choice([0, 0, 2]),
                   "tune": random.choice(["film", "fastdecode", "zerolatency"])}
        return lambda clip: transcode(clip, "libx264", options)
    if name == "x265":
        parameters = f"crf={int(25 + 12 * u)}:log-level=none:pools=none:frame-threads=1"
        return lambda clip: transcode(clip, "libx265", {"preset": "ultrafast",
                                                        "x265-params": parameters})
    if name == "vp8":
        u = max(0.0, u)
        options = {"deadline": "realtime", "cpu-used": 8, "crf": int(22 + 26 * u), "b": "20M",
                   "qmin": int(16 + 24 * u), "qmax": int(24 + 30 * u)}
        return lambda clip: transcode(clip, "libvpx", options)
    base, slope = QUANTISER[name]
    quantiser = max(2, int(base + slope * u))
    options = {"qmin": quantiser, "qmax": quantiser, "b": "8M"}
    if name == "mjpeg":
        return lambda clip: transcode(clip, "mjpeg", options, "yuvj420p")
    options["g"] = random.choice([1, 12, 12, 50])
    if name in ("mpeg4", "mpeg2") and random.random() < 0.4:
        options["bf"] = 2
    return lambda clip: transcode(clip, ENCODERS[name], options)


def degrade(clip, family, random):
    """One generation, sometimes two."""
    for _ in range(2 if random.random() < SECOND_GENERATION else 1):
        clip = draw(family, clip.shape[1:3], random)(clip)
    return clip


def write_lossless(path, clip, rate=25):
    """FFV1 in Matroska, RGB."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream("ffv1", rate=rate)
        stream.height, stream.width = clip.shape[1:3]
        stream.pix_fmt = "bgr0"
        for picture in clip:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            file.mux(stream.encode(frame.reformat(format="bgr0")))
        file.mux(stream.encode(None))


def read(path, most=None):
    """Up to `most` frames of a file as uint8 [T, h, w, 3]."""
    frames = []
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            frames.append(frame.to_ndarray(format="rgb24"))
            if len(frames) == most:
                break
    return np.stack(frames)

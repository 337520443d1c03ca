"""The ffmpeg program that imageio-ffmpeg carries, run whole: its exit status is looked at, its words are kept.

`probe` tells what is in a film; `frames` moves the pictures in and out.
"""

import contextlib
import functools
import io
import os
import re
import subprocess
import threading
from fractions import Fraction
from typing import NamedTuple

import imageio_ffmpeg

# Only films, and only this one file: a playlist or another list of files is not followed.
DEMUXERS = "mov,matroska,webm,avi,mpegts,mpeg,mpegvideo,ogg,asf,flv,dv,mxf"
SHOWN = re.compile(
    r"\[Parsed_showinfo_\S+ @ \S+\] \[info\] n: *\d+ pts: *(?P<start>\S+) .*? duration: *(?P<duration>-?\d+) .*?"
    r" fmt:(?P<pixels>\S+) .*?sar:(?P<aspect>\d+/\d+) s:(?P<width>\d+)x(?P<height>\d+) i:(?P<fields>\w)"
)
TICK = re.compile(r"config in time_base: (?P<tick>\d+/\d+), frame_rate: (?P<rate>\d+/\d+)")


class Track(NamedTuple):
    """One track of a film: its number in the file, its kind (Video, Audio, ...), its codec, ffmpeg's line on it."""

    index: int
    kind: str
    codec: str
    line: str

    @property
    def moving(self):
        return self.kind == "Video" and "(attached pic)" not in self.line


class Film(NamedTuple):
    """What `probe` finds. `colours` are the tags range, matrix, primaries and transfer; 0 is unknown."""

    width: int
    height: int
    aspect: Fraction  # of a pixel, width by height
    pixels: str  # ffmpeg's name of the pixel format
    interlaced: bool
    colours: dict
    tick: Fraction  # in seconds: all times are multiples of it
    rate: Fraction  # pictures a second, on average
    seconds: Fraction
    tracks: list
    words: str  # all that ffmpeg said


def probe(path):
    """Returns the `Film` at `path`, from its headers and its first picture; raises ValueError for what is no film."""
    words = said([*source(path), "-map", "0:V:0", "-frames:v", "1", "-vf", "showinfo=checksum=0", "-f", "null", "-"])
    words = words.partition("Stream mapping:")
    line = re.compile(r"^(\[info\]   Stream #0:(\d+)\S*: (\w+): (\w+).*)", re.MULTILINE)
    tracks = [Track(int(number), kind, codec, text) for text, number, kind, codec in line.findall(words[0])]
    shown, tick = SHOWN.search(words[2]), TICK.search(words[2])
    if not shown:
        if tracks and not any(track.moving for track in tracks):
            raise ValueError(f"{path}: has no moving pictures, only {tracks[0].kind.lower()}")
        raise ValueError(f"{path}: cannot be read as a film (it is damaged, or of a kind that ffmpeg does not know)")
    tags = dict(re.findall(r"color_(range|space|primaries|trc):(\S+)", words[2][shown.end() :]))
    length = re.search(r"Duration: (\d+):(\d+):([\d.]+)", words[0])
    width, height = int(shown["width"]), int(shown["height"])
    return Film(
        width,
        height,
        _fraction(shown["aspect"]),
        shown["pixels"],
        shown["fields"] != "P",
        _colours(tags, width, height),
        Fraction(tick["tick"]),
        _rate(words[0], _fraction(tick["rate"])),
        _seconds(length.groups()) if length else Fraction(0),
        tracks,
        words[0],
    )


def count(path, track="0:V:0"):
    """(packets, seconds): how much of a track there is, by reading the file through without decoding."""
    words = said(["-loglevel", "verbose", *source(path), "-map", track, "-c", "copy", "-f", "null", "-"])
    packets, ends = re.findall(r": (\d+) packets read", words), re.findall(r"time=(\d+):(\d+):([\d.]+)", words)
    return int(packets[-1]) if packets else 0, _seconds(ends[-1]) if ends else Fraction(0)


def depth_and_alpha(pixels):
    """(bits, whether there is transparency) of a pixel format, as yuva420p10le."""
    row = re.search(rf"^\S+ +{re.escape(pixels)} +(\d) +\d+ +([\d-]+)", _pixel_formats(), re.MULTILINE)
    return max(map(int, row[2].split("-"))), row[1] in "24"


@functools.cache
def _pixel_formats():
    return said(["-pix_fmts"])


def source(path):
    """The arguments that open the film `path`, whatever its name, and nothing else that it may point to."""
    return ["-protocol_whitelist", "file,pipe", "-format_whitelist", DEMUXERS, "-i", f"file:{path}"]


def said(arguments):
    """Run ffmpeg to its end; returns all that it says."""
    lines = []
    with running(arguments, lines.append, "stdout") as (process, finish):
        answer = process.stdout.read().decode()
        finish()
    return answer + "".join(lines)


@contextlib.contextmanager
def running(arguments, listen, *pipes):
    """Start ffmpeg; yields (process, finish), and nothing of it outlives the block.

    `listen` gets every line of its stderr; of `pipes`, "stdin" and "stdout", those not named lead nowhere.
    `finish()` waits until ffmpeg has ended and all is heard; returns the exit status.
    """
    ends = {name: subprocess.PIPE if name in pipes else subprocess.DEVNULL for name in ("stdin", "stdout")}
    process = subprocess.Popen(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostats", "-loglevel", "repeat+level+info", *arguments],
        **ends,
        stderr=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for us alone: ffmpeg would make a whole file of half a film
        env=os.environ | {"GCONV_PATH": os.devnull},  # the static ffmpeg 7 crashes on the station's name in a .ts else
    )
    listener = threading.Thread(target=_listen, args=(process.stderr, listen), daemon=True)
    listener.start()

    def finish():
        listener.join()
        return process.wait()

    try:
        yield process, finish
    finally:
        process.kill()
        finish()
        for end in filter(None, (process.stdin, process.stdout)):
            with contextlib.suppress(OSError):  # what the pipe still holds has no reader any more
                end.close()


def _listen(pipe, listen):
    with io.TextIOWrapper(pipe, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            listen(line)


def _colours(tags, width, height):
    """The four tags of a film; where there are none, those that players assume for its size."""
    colours = {"range": tags.get("range"), "matrix": tags.get("space", "unknown")}
    colours |= {"primaries": tags.get("primaries", "unknown"), "transfer": tags.get("trc", "unknown")}
    if colours["matrix"] == "gbr":  # RGB, which becomes YUV in the new film
        colours |= {"range": "tv", "matrix": "unknown"}
    if colours["range"] != "pc":
        colours["range"] = "tv"
    usual = "bt709" if width >= 1280 or height > 576 else "smpte170m"
    if colours["matrix"] in ("unknown", "reserved"):
        colours["matrix"] = usual
        if colours["primaries"] == colours["transfer"] == "unknown":
            colours |= {"primaries": usual, "transfer": usual}
    return colours


def _rate(words, exact):
    """Pictures a second: the exact fraction, or where their steps are unequal the mean that ffmpeg prints."""
    printed = re.search(r"Video: .*?, ([\d.]+)(k?) fps", words)
    mean = Fraction(printed[1]) * (1000 if printed[2] else 1) if printed else 0
    if exact and (not mean or abs(exact / mean - 1) < Fraction(1, 100)):
        return exact
    return mean or Fraction(25)


def _fraction(text):
    over, under = map(int, text.split("/"))
    return Fraction(over, under or 1)


def _seconds(parts):
    hours, minutes, seconds = map(Fraction, parts)
    return hours * 3600 + minutes * 60 + seconds

"""The pictures of a film, out of it and into a new one: each with the exact time at which it is shown, and how long."""

import contextlib
import queue
import re
import signal
from fractions import Fraction

import numpy as np

from sr_helpers import ffmpeg

EXACT = "flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"  # colours right to half a grey value
MATRICES = {  # the name on a frame: the name for the scaler
    "bt709": "bt709",
    "smpte170m": "smpte170m",
    "bt470bg": "bt470",
    "fcc": "fcc",
    "smpte240m": "smpte240m",
    "bt2020nc": "bt2020",
}
MUXERS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska"}
DAMAGE = re.compile(r"corrupt|partial file|ended prematurely|Error submitting|Error during demuxing|exit status")


@contextlib.contextmanager
def reading(path, film, tracks):
    """Yields (pictures, log): a generator of (picture (H, W, 3), start, duration), and ffmpeg's complaints so far.

    Times are fractions of seconds from the film's beginning. `tracks` as in `writing`: both sides must find the same
    beginning.
    """
    times, log, tick = queue.SimpleQueue(), [], film.tick

    def listen(line):
        nonlocal tick
        if shown := ffmpeg.SHOWN.match(line):
            start = None if shown["start"] == "NOPTS" else int(shown["start"]) * tick
            times.put((start, int(shown["duration"]) * tick))
        elif config := ffmpeg.TICK.search(line):
            tick = Fraction(config["tick"])
        elif "[info]" not in line:
            log.append(line)

    matrix = MATRICES[film.colours["matrix"]]
    convert = f"scale={film.width}:{film.height}:in_color_matrix={matrix}:out_range=pc:{EXACT}"
    arguments = ["-map", "0:V:0", "-vf", f"showinfo=checksum=0,{convert},format=rgb24", "-fps_mode", "passthrough"]
    arguments += ["-f", "rawvideo", "pipe:1", *_beginning(0, tracks)]
    with ffmpeg.running([*ffmpeg.source(path), *arguments], listen, "stdout") as (process, finish):
        yield _pictures(process.stdout, film, times, finish, log), log


def _pictures(pipe, film, times, finish, log):
    """A picture is handed out when the next one is known, which says how long it stands; ffmpeg says it of the last."""
    held, soonest = None, Fraction(0)
    while True:
        picture = np.empty((film.height, film.width, 3), np.uint8)
        if pipe.readinto(picture) < picture.nbytes:
            break
        start, duration = times.get()
        start = max(start or soonest, soonest)  # no encoder takes two pictures at one time
        if held:
            yield held[0], held[1], start - held[1]
        held, soonest = (picture, start, duration), start + film.tick
    if status := finish():
        log.append(f"exit status {status}")
    if held:
        picture, start, duration = held
        step = 1 / film.rate
        rest = 0 if damage(log) else film.seconds - start
        yield picture, start, duration if duration > 0 else rest if rest > 2 * step else step


def damage(log):
    """Those of the complaints that tell of lost pictures or sound."""
    return [line for line in log if DAMAGE.search(line)]


@contextlib.contextmanager
def writing(part, target, path, film, size, begin, tracks):
    """Yields a function that adds (picture, start, duration) to the file `part`, which is to become the film `target`.

    The pictures have the `size` (width, height), the first is shown at `begin`. Sound and all else come from
    the film `path`: `tracks` are pairs of a track that goes along, and "copy" or the codec
    to turn it into. Raises ValueError or OSError, with the fix, when ffmpeg fails.
    """
    (width, height), colours = size, film.colours
    chroma = "yuv420p" if width % 2 == height % 2 == 0 else "yuv444p"  # the usual one halves both sides
    convert = f"scale=out_color_matrix={MATRICES[colours['matrix']]}:out_range={colours['range']}:{EXACT}"
    convert += f",format={chroma},setparams=range={colours['range']}:colorspace={colours['matrix']}"
    convert += f":color_primaries={colours['primaries']}:color_trc={colours['transfer']}"
    if film.aspect:
        convert += f",setsar={film.aspect}:max=65535"
    main = next(track for track in film.tracks if track.moving)
    arguments = ["-itsoffset", f"{float(begin):.6f}", "-f", "matroska", "-fpsprobesize", "0", "-i", "pipe:0"]
    arguments += [*ffmpeg.source(path), "-map", "0:v:0"]
    for number, (track, codec) in enumerate(tracks, start=1):
        arguments += ["-map", f"1:{track.index}", f"-c:{number}", codec]
        arguments += [f"-map_metadata:s:{number}", f"1:s:{track.index}"]
    arguments += ["-map_chapters", "1", "-map_metadata", "1", "-map_metadata:s:0", f"1:s:{main.index}"]
    arguments += ["-metadata:s:v:0", "BPS=", "-metadata:s:v:0", "NUMBER_OF_BYTES="]  # true of the small film only
    # without B-frames, or .mp4 and .mov lose how long the last picture stands
    arguments += ["-c:v:0", "libx264", "-crf", "18", "-bf", "0", "-filter:v:0", convert, "-fps_mode", "passthrough"]
    arguments += ["-enc_time_base", f"{film.tick.numerator}:{film.tick.denominator}", "-strict", "experimental"]
    arguments += ["-f", MUXERS[target.suffix.lower()], "-y", f"file:{part}", *_beginning(1, tracks)]
    log = []
    with ffmpeg.running(arguments, log.append, "stdin") as (process, finish):

        def add(picture, start, duration):
            before, after = _matroska_frame(picture.nbytes, start - begin, duration)
            for piece in (before, np.ascontiguousarray(picture), after):
                process.stdin.write(piece)

        whole = False
        with contextlib.suppress(BrokenPipeError):  # ffmpeg has given up: its words say why
            process.stdin.write(_matroska_header(width, height, film.rate))
            yield add
            process.stdin.close()
            whole = True
        if finish() or not whole or not part.stat().st_size:
            raise _failure(target, process.returncode, log, [track for track, _ in tracks])


def _failure(target, status, log, tracks):
    words, ending = "".join(log), target.suffix.lower()
    if "No space left" in words or "File too large" in words or status == -getattr(signal, "SIGXFSZ", 0):
        return OSError(f"{target}: cannot be written: the disk is full; make room, or write to another one")
    if tracks and re.search(r"Could not write header|codec tag|tag for codec", words):
        codecs = ", ".join(dict.fromkeys(track.codec for track in tracks))
        fix = "convert it first" if ending == ".mkv" else "use .mkv"
        return ValueError(f"{target}: this sound ({codecs}) does not fit {ending}: {fix}")
    errors = [re.sub(r"\[.*?\] ", "", line).strip() for line in log if "[error]" in line or "[fatal]" in line]
    return OSError(f"{target}: cannot be written (ffmpeg: {(errors or [f'exit status {status}'])[0]})")


def _beginning(number, tracks):
    """Arguments that make ffmpeg use all tracks of input `number`, and write nothing.

    MPEG counts from any time: ffmpeg calls 0 where the first of the tracks *in use* begins. So the process that reads
    the pictures and the one that copies the sound have to use the same ones.
    """
    maps = [word for track, _ in tracks for word in ("-map", f"{number}:{track.index}")]
    return ["-map", f"{number}:V:0", *maps, "-c", "copy", "-f", "null", "-"]


# To ffmpeg the pictures go as Matroska, the smallest container that gives each a time and a duration to the nanosecond.


def _matroska_header(width, height, rate):
    video = _element("B0", _number(width)) + _element("BA", _number(height)) + _element("2EB524", b"RGB\x18")
    track = _element("D7", _number(1)) + _element("73C5", _number(1)) + _element("83", _number(1))  # number, uid, video
    track += _element("86", b"V_UNCOMPRESSED") + _element("23E383", _number(1 / rate * 10**9)) + _element("E0", video)
    endless = bytes.fromhex("18538067") + b"\x01" + b"\xff" * 7
    nanoseconds = _element("1549A966", _element("2AD7B1", _number(1)))
    begin = _element("1A45DFA3", _element("4282", b"matroska")) + endless + nanoseconds
    return begin + _element("1654AE6B", _element("AE", track))


def _matroska_frame(size, start, duration):
    """(before, after): the bytes around a picture of `size` bytes: a cluster of one block."""
    after = _element("9B", _number(duration * 10**9))
    block = _head("A1", 4 + size) + b"\x81\0\0\0"  # track 1, at the cluster's own time
    group = _head("A0", len(block) + size + len(after)) + block
    time = _element("E7", _number(start * 10**9))
    return _head("1F43B675", len(time) + len(group) + size + len(after)) + time + group, after


def _element(name, payload):
    return _head(name, len(payload)) + payload


def _head(name, size):
    return bytes.fromhex(name) + (1 << 56 | size).to_bytes(8, "big")


def _number(value):
    return round(value).to_bytes(8, "big")

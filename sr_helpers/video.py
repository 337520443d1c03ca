"""Upscale a film, picture by picture: streamed, so memory stays that of a few pictures; all but the size is kept."""

import os
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from sr_helpers import ffmpeg, files, frames, models
from sr_helpers.progress import progress_bar
from sr_helpers.upscale import upscale

SUFFIXES = (
    *(".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".mkv", ".webm", ".avi", ".divx", ".wmv", ".asf", ".flv", ".f4v"),
    *(".ogv", ".ogm", ".mpg", ".mpeg", ".mpe", ".m2v", ".vob", ".ts", ".mts", ".m2ts", ".m2t", ".dv", ".mxf"),
)
WRITTEN = tuple(frames.MUXERS)
TEXT = ("subrip", "ass", "ssa", "webvtt", "mov_text", "text")
IN_MATROSKA = ("subrip", "ass", "ssa", "webvtt", "dvd_subtitle", "dvb_subtitle", "hdmv_pgs_subtitle")
HDR = {"smpte2084": "PQ", "arib-std-b67": "HLG"}


class Upscaled(NamedTuple):
    """What was written: the number of pictures, and a sentence on what of the film could not be read, or ""."""

    frames: int
    damage: str


def upscale_video(source, target, model, *, overwrite=False, max_megapixels=100, progress=True):
    """Upscale the film `source` into `target` (.mp4, .mov or .mkv, H.264) by the model's scale; returns `Upscaled`.

    Every picture keeps its time; sound, subtitles, chapters, colour tags and the shape of a pixel are kept. What cannot
    be (HDR's and other depth beyond 8 bits, transparency) is told in a warning. `target` appears whole or, after an
    error or an interrupt, not at all. Raises FileNotFoundError, FileExistsError unless `overwrite`, OSError for a full
    disk, and ValueError for what is no film, does not fit, or has more than `max_megapixels` a picture when enlarged.
    """
    source, target = Path(source), Path(target)
    if not source.is_file():
        raise FileNotFoundError(f"{source}: no such file")
    if target.suffix.lower() not in WRITTEN:
        raise ValueError(f"{target}: films are written as {', '.join(WRITTEN)}")
    if target.exists() and os.path.samefile(source, target):
        raise ValueError(f"{target}: is the film itself; the result needs a name of its own")
    with files.whole_path(target, overwrite) as part:
        film = ffmpeg.probe(source)
        size = _size(source, film, models.scale_of(model), max_megapixels)
        tracks, left = _tracks(film, target.suffix.lower())
        for note in _notes(film, left):
            warnings.warn(f"{source}: {note}", stacklevel=2)
        expected = round(film.seconds * film.rate) or ffmpeg.count(source)[0]
        with ThreadPoolExecutor(2) as pool, frames.reading(source, film, tracks) as (pictures, log):
            coming, going, written = pool.submit(next, pictures, None), None, 0
            if not coming.result():
                raise ValueError(f"{source}: not one picture of it can be read")
            begin = coming.result()[1]
            with (
                frames.writing(part, target, source, film, size, begin, tracks) as add,
                progress_bar(total=expected or None, unit="frame", shown=progress) as bar,
            ):
                while following := coming.result():
                    coming = pool.submit(next, pictures, None)  # read and written while the network works
                    picture, start, duration = following
                    large = upscale(picture, model)
                    if going:
                        going.result()
                    going = pool.submit(add, large, start, duration)
                    written, end = written + 1, start + duration
                    bar.total = max(expected, written)
                    bar.update()
                going.result()
    return Upscaled(written, _damage(source, film, log, written, expected, end))


def _size(source, film, scale, max_megapixels):
    width, height = film.width * scale, film.height * scale
    if width * height > max_megapixels * 1e6:
        raise ValueError(
            f"{source}: a picture of the result would have {width * height / 1e6:.0f} megapixels; the limit is "
            f"{max_megapixels:g} (raise it: max_megapixels=..., or --max-megapixels in the shell)"
        )
    if film.colours["matrix"] not in frames.MATRICES:
        raise ValueError(f"{source}: its colours ({film.colours['matrix']}) are of a rare kind: convert it first")
    return width, height


def _tracks(film, ending):
    """([(track, "copy" or a codec), ...] that go along, [words on what does not])."""
    along, left, main = [], [], True
    for track in film.tracks:
        codec = _codec(track, ending)
        if track.moving and main:
            main = False
        elif codec:
            along.append((track, codec))
        elif not any(kind in track.line for kind in ("(text / ", "(tmcd / ")):  # chapters, time code: written anew
            left.append("another picture track" if track.moving else f"{track.kind.lower()} ({track.codec})")
    return along, left


def _codec(track, ending):
    """How a track goes into a film of that `ending`: "copy", the codec to turn it into, or None."""
    if track.codec in ("none", "unknown") or " 0 channels" in track.line or track.moving:
        return None
    if track.kind in ("Audio", "Video"):  # a video track that does not move is the cover
        return "copy"
    if track.kind == "Attachment":
        return "copy" if ending == ".mkv" else None
    if track.kind != "Subtitle":
        return None
    if ending == ".mkv":
        return "copy" if track.codec in IN_MATROSKA else "subrip" if track.codec in TEXT else None
    return "mov_text" if track.codec in TEXT else None


def _notes(film, left):
    """One sentence for everything that the new film will lack."""
    bits, transparent = ffmpeg.depth_and_alpha(film.pixels)
    if film.colours["transfer"] in HDR:
        kind = HDR[film.colours["transfer"]]
        yield f"is HDR ({kind}): its colours are kept, in 8 bits, where soft gradients may show steps"
    elif bits > 8:
        yield f"its {bits} bits are reduced to 8"
    if transparent or "alpha_mode" in film.words:
        yield "its transparency is left out"
    if film.interlaced:
        yield "is interlaced: both fields of a picture are enlarged as they lie; deinterlace it first for smooth motion"
    if left:
        yield f"left out, since they do not fit: {', '.join(dict.fromkeys(left))}"


def _damage(source, film, log, written, expected, end):
    """A sentence when not all of the film could be read, else ""."""
    if not frames.damage(log) and not _cut(source, film, end):
        return ""
    of = f" of about {expected}" if expected > written else ""
    return f"{source}: is damaged: {written}{of} pictures could be read, up to {float(end):.1f} s, and were written"


def _cut(source, film, end):
    """Whether pictures and sound both end before the film says that it does."""
    kinds = {track.kind: track.index for track in film.tracks}
    if film.seconds - end > 0.5 and "Audio" in kinds:
        end = max(end, ffmpeg.count(source, f"0:{kinds['Audio']}")[1])
    return film.seconds - end > 0.5 and "Subtitle" not in kinds  # a last line may stand longer than the film

"""Upscale a film, frame by frame: streamed, so memory stays that of one frame; sound and frame rate are kept."""

from fractions import Fraction
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from sr_helpers import models
from sr_helpers.progress import progress_bar
from sr_helpers.upscale import upscale

SUFFIXES = (".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v")
WRITTEN = (".mp4", ".mov", ".mkv")


def upscale_video(source, target, model, overwrite=False, progress=True):
    """Upscale the film `source` into `target` (.mp4, .mov or .mkv, H.264) by the model's scale; returns the frames.

    The sound track is copied as it is. `target` appears whole or, after an error or an interrupt, not at all.
    Raises FileNotFoundError, FileExistsError unless `overwrite`, and ValueError for what is no film.
    """
    source, target = Path(source), Path(target)
    if not source.is_file():
        raise FileNotFoundError(f"{source}: no such file")
    if target.suffix.lower() not in WRITTEN:
        raise ValueError(f"{target}: films are written as {', '.join(WRITTEN)}")
    if target.exists() and not overwrite:
        raise FileExistsError(f"{target}: exists already; pass overwrite (--overwrite in the shell) to replace it")
    if not target.parent.is_dir():
        raise FileNotFoundError(f"{target}: the folder {target.parent} does not exist")
    frames = imageio_ffmpeg.read_frames(str(source), pix_fmt="rgb24")
    try:
        meta = next(frames)
    except (OSError, RuntimeError, StopIteration, KeyError, IndexError):
        raise ValueError(f"{source}: cannot be read as a film") from None
    width, height = meta["size"]
    scale, rate = models.scale_of(model), _exact_rate(meta["fps"])
    partial = target.with_name(f".{target.stem}.part{target.suffix}")
    writer = imageio_ffmpeg.write_frames(
        str(partial),
        (width * scale, height * scale),
        fps=float(rate),
        input_params=["-r", str(rate)],  # the library rounds its own -r to two decimals; the last one counts
        codec="libx264",
        quality=None,
        output_params=["-crf", "18"],
        pix_fmt_out="yuv420p" if width * scale % 2 == height * scale % 2 == 0 else "yuv444p",
        macro_block_size=1,
        ffmpeg_log_level="error",
        audio_path=str(source) if meta.get("audio_codec") else None,
        audio_codec="copy" if meta.get("audio_codec") else None,
    )
    count = 0
    try:
        writer.send(None)
        for frame in progress_bar(frames, total=round(meta["duration"] * meta["fps"]), unit="frame", shown=progress):
            picture = np.frombuffer(frame, np.uint8).reshape(height, width, 3)
            writer.send(upscale(picture, model))
            count += 1
        writer.close()  # waits until ffmpeg has written the end of the file
        partial.replace(target)
    finally:
        writer.close()
        frames.close()
        partial.unlink(missing_ok=True)
    return count


def _exact_rate(fps):
    """29.97 is 30000/1001: ffmpeg prints two decimals of what is a fraction."""
    for exact in (Fraction(round(fps)), Fraction(round(fps) * 1000, 1001)):
        if abs(float(exact) - fps) < 0.006:
            return exact
    return Fraction(fps).limit_denominator(1001)

"""Films: every frame, the frame rate and the sound are kept, and nothing half-written is left behind."""

import os
import re
import subprocess

import imageio_ffmpeg
import numpy as np
import pytest

from sr_helpers import datasets, images, video
from sr_helpers import models

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


@pytest.fixture(scope="module")
def network():
    return models.espcn(2, initializer="zeros")  # nearest neighbour: quick, and easy to check


def make_film(path, frames=6, rate="30000/1001", sound=True):
    """A small film: a bright square that moves, and a tone."""
    inputs = ["-f", "lavfi", "-i", f"testsrc=size=32x20:rate={rate}:duration=1"]
    inputs += ["-f", "lavfi", "-i", "sine=frequency=440:duration=1", "-c:a", "aac"] if sound else []
    subprocess.run([FFMPEG, "-v", "error", *inputs, "-frames:v", str(frames), str(path)], check=True)
    return path


def facts(path):
    """What ffmpeg says of a film: (frames, rate, has sound, size)."""
    text = subprocess.run([FFMPEG, "-i", str(path), "-map", "0:v:0", "-f", "null", "-"], capture_output=True, text=True).stderr
    frames = int(re.findall(r"frame= *(\d+)", text)[-1])
    size = re.search(r"Video:.*?, (\d+x\d+)", text)[1]
    return frames, re.search(r"([\d.]+) fps", text)[1], "Audio:" in text.split("Output")[0], size


def test_frames_rate_size_and_sound_are_kept(network, tmp_path):
    source = make_film(tmp_path / "in.mp4")
    assert video.upscale_video(source, tmp_path / "out.mp4", network, progress=False) == 6
    assert facts(tmp_path / "out.mp4") == (6, "29.97", True, "64x40")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.mp4", "out.mp4"]


def test_a_silent_film_and_an_odd_size(tmp_path):
    source = tmp_path / "in.mkv"
    inputs = ["-f", "lavfi", "-i", "testsrc=size=33x21:rate=25:duration=1", "-pix_fmt", "yuv444p"]
    subprocess.run([FFMPEG, "-v", "error", *inputs, "-frames:v", "3", str(source)], check=True)
    video.upscale_video(source, tmp_path / "out.mp4", models.espcn(3, initializer="zeros"), progress=False)
    assert facts(tmp_path / "out.mp4") == (3, "25", False, "99x63")


def test_the_pictures_are_the_upscaled_ones(network, tmp_path):
    source = make_film(tmp_path / "in.mp4", frames=2, sound=False)
    video.upscale_video(source, tmp_path / "out.mp4", network, progress=False)

    def first(path):
        reader = imageio_ffmpeg.read_frames(str(path))
        width, height = next(reader)["size"]
        return 255 * images.luma(np.frombuffer(next(reader), np.uint8).reshape(height, width, 3) / 255)

    small, large = first(source), first(tmp_path / "out.mp4")
    right, wrong = (np.abs(large[::2, ::2] - other).mean() for other in (small, small[::-1]))
    assert right < 4 < wrong  # H.264 loses a little, most of it in the chroma


@pytest.mark.parametrize("rate, exact", [(29.97, "30000/1001"), (23.98, "24000/1001"), (25, "25"), (59.94, "60000/1001")])
def test_rates_are_fractions(rate, exact):
    assert str(video._exact_rate(rate)) == exact


def test_an_interrupt_leaves_nothing_half_written(network, tmp_path, monkeypatch):
    source = make_film(tmp_path / "in.mp4")
    calls = []

    def interrupted(picture, model):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return picture.repeat(2, axis=0).repeat(2, axis=1)

    monkeypatch.setattr(video, "upscale", interrupted)
    with pytest.raises(KeyboardInterrupt):
        video.upscale_video(source, tmp_path / "out.mp4", network, progress=False)
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


def test_what_is_refused(network, tmp_path):
    source = make_film(tmp_path / "in.mp4")
    (tmp_path / "text.mp4").write_text("not a film")
    (tmp_path / "out.mp4").write_bytes(b"precious")
    for arguments, error, sentence in (
        (("nothing.mp4", "new.mp4"), FileNotFoundError, "no such file"),
        (("text.mp4", "new.mp4"), ValueError, "cannot be read as a film"),
        (("in.mp4", "out.mp4"), FileExistsError, "overwrite"),
        (("in.mp4", "new.gif"), ValueError, ".mp4"),
        (("in.mp4", "missing/new.mp4"), FileNotFoundError, "does not exist"),
    ):
        with pytest.raises(error, match=sentence) as caught:
            video.upscale_video(*(tmp_path / name for name in arguments), network, progress=False)
        assert "\n" not in str(caught.value)
    assert (tmp_path / "out.mp4").read_bytes() == b"precious" and source.exists()
    video.upscale_video(source, tmp_path / "out.mp4", network, overwrite=True, progress=False)
    assert facts(tmp_path / "out.mp4")[0] == 6


def test_a_real_film(network, tmp_path):
    film = datasets.data_folder() / "video/nasa_13013.mp4"
    if not film.exists():
        if os.environ.get("CI"):
            raise FileNotFoundError(film)
        pytest.skip("needs the demo film")
    subprocess.run([FFMPEG, "-v", "error", "-i", str(film), "-t", "0.5", str(tmp_path / "short.mp4")], check=True)
    frames = video.upscale_video(tmp_path / "short.mp4", tmp_path / "out.mp4", network, progress=False)
    before, after = facts(tmp_path / "short.mp4"), facts(tmp_path / "out.mp4")
    assert frames == before[0] == after[0] and before[1:3] == after[1:3] and before[2]

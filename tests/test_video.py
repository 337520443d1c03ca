"""Films: every picture at its time, all tracks and tags kept, and nothing half-written is left behind.

What was written is looked at with ffmpeg by itself.
"""

import os
import re
import resource
import signal
import subprocess
import threading
import warnings

import imageio_ffmpeg
import numpy as np
import pytest

from sr_helpers import __main__, commands, datasets, ffmpeg, images, models, video
from sr_helpers.upscale import upscale

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
ENVIRONMENT = os.environ | {"GCONV_PATH": os.devnull}


@pytest.fixture(scope="module")
def network():
    return models.espcn(2, initializer="zeros")  # nearest neighbour


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """What that network does, without compiling it anew for every size."""
    monkeypatch.setattr(video, "upscale", lambda picture, model: nearest(picture))


def nearest(picture):
    return picture.repeat(2, axis=0).repeat(2, axis=1)


@pytest.fixture
def shell(network, monkeypatch):
    """The shell command, with the network at hand: a function of (source, target, options) -> exit status."""
    monkeypatch.setattr(commands, "_load", lambda options: (network, {}, "zeros"))

    def upscale(source, target, *options):
        with warnings.catch_warnings():
            return __main__.main(["upscale", "--scale", "2", f"--output={target}", *options, "--", str(source)])

    return upscale


@pytest.fixture
def processes(monkeypatch):
    """The ffmpeg processes that the package starts, in their order."""
    started, popen = [], subprocess.Popen

    def start(*arguments, **options):
        started.append(popen(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(ffmpeg.subprocess, "Popen", start)
    return started


def run(*arguments):
    """Run ffmpeg; returns what it says."""
    command = [FFMPEG, "-hide_banner", "-nostdin", "-y", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, env=ENVIRONMENT).stderr.decode(errors="replace")


def make(path, *arguments, picture="testsrc=size=32x20:rate=25:duration=0.4", sound="sine=frequency=440:duration=0.4"):
    """A small film: a moving test card, and a tone unless `sound` is ""."""
    inputs = ["-f", "lavfi", "-i", picture, *(["-f", "lavfi", "-i", sound] if sound else [])]
    run(*inputs, "-pix_fmt", "yuv420p", *arguments, f"file:{path}")
    return path


def upscaled(source, network, ending=".mp4", **options):
    """The path of the film, enlarged; no warning is expected."""
    target = source.with_name("out" + ending)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = video.upscale_video(source, target, network, progress=False, **options)
    assert not result.damage
    return target


def shown(path):
    """[(time, duration), ...] of the pictures, and the words of ffmpeg on them."""
    words = run(
        "-i",
        f"file:{path}",
        "-map",
        "0:v:0",
        "-vf",
        "showinfo=checksum=0",
        "-fps_mode",
        "passthrough",
        "-f",
        "null",
        "-",
    )
    times = re.findall(r" pts_time:(\S+) +duration: *\S+ duration_time:(\S+)", words)
    return [(float(start), float(duration)) for start, duration in times], words


def packets(path, track):
    """[(time, checksum), ...] of the packets of a track, as they lie in the file."""
    arguments = ["-i", f"file:{path}", "-map", "0:v:0", "-map", f"0:{track}", "-c", "copy", "-f", "framecrc", "-"]
    command = [FFMPEG, "-v", "error", "-copyts", *arguments]
    lines = subprocess.run(command, capture_output=True, check=True, text=True, env=ENVIRONMENT).stdout.splitlines()
    tick = next(line for line in lines if line.startswith("#tb 1:")).split()[-1].split("/")
    rows = [line.replace(",", "").split() for line in lines if line.startswith("1,")]
    return [(int(row[2]) * int(tick[0]) / int(tick[1]), row[5]) for row in rows]


def first_picture(path):
    """The first picture, uint8 (H, W, 3), by ffmpeg's own understanding of its colours."""
    width, height = map(int, re.search(r" s:(\d+)x(\d+) ", shown(path)[1]).groups())
    scale = "scale=flags=accurate_rnd+full_chroma_int,format=rgb24"
    command = [
        FFMPEG,
        "-v",
        "error",
        "-i",
        f"file:{path}",
        "-map",
        "0:v:0",
        "-frames:v",
        "1",
        "-vf",
        scale,
        "-f",
        "rawvideo",
        "-",
    ]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(height, width, 3)


def only(folder, *names):
    return sorted(path.name for path in folder.iterdir()) == sorted(names)


# What is kept


def test_pictures_rate_size_and_sound(network, tmp_path):
    source = make(tmp_path / "in.mp4", "-c:a", "aac", picture="testsrc=size=32x20:rate=30000/1001:duration=0.4")
    result = video.upscale_video(source, tmp_path / "out.mp4", network, progress=False)
    times, words = shown(tmp_path / "out.mp4")
    assert result == (12, "") and len(times) == 12
    assert "29.97 fps" in words and "s:64x40" in words
    assert packets(source, "a") == packets(tmp_path / "out.mp4", "a")
    assert only(tmp_path, "in.mp4", "out.mp4")


@pytest.mark.parametrize(
    "rate, ending", [("24000/1001", ".mp4"), ("24000/1001", ".mkv"), ("12.5", ".mp4"), ("60000/1001", ".mov")]
)
def test_rates(network, tmp_path, rate, ending):
    source = make(tmp_path / "in.mp4", picture=f"testsrc=size=32x20:rate={rate}:duration=0.4", sound="")
    assert np.allclose(shown(source)[0], shown(upscaled(source, network, ending))[0], atol=0.002)


def test_a_silent_film_of_an_odd_size(tmp_path, monkeypatch):
    monkeypatch.setattr(video, "upscale", lambda picture, model: picture.repeat(3, axis=0).repeat(3, axis=1))
    source = make(
        tmp_path / "in.mkv", "-pix_fmt", "yuv444p", picture="testsrc=size=33x21:rate=25:duration=0.12", sound=""
    )
    target = upscaled(source, models.espcn_paper(3))
    assert len(shown(target)[0]) == 3 and "s:99x63" in shown(target)[1]


def test_the_pictures_are_the_upscaled_ones(network, tmp_path, monkeypatch):
    monkeypatch.setattr(video, "upscale", upscale)
    source = make(tmp_path / "in.mp4", sound="")
    small, large = (255 * images.luma(first_picture(path) / 255) for path in (source, upscaled(source, network)))
    right, wrong = (np.abs(large[::2, ::2] - other).mean() for other in (small, small[::-1]))
    assert right < 2 < wrong  # H.264 loses a little


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("come_as", [".mp4", ".mkv"])
def test_every_picture_at_its_time(network, tmp_path, come_as, ending):
    uneven = "settb=1/1000,setpts=60*N*N"  # steps from 60 to 900 ms
    source = make(
        tmp_path / f"in{come_as}",
        "-vf",
        uneven,
        "-fps_mode",
        "passthrough",
        "-enc_time_base",
        "1:1000",
        "-bf",
        "0",
        picture="testsrc=size=32x20:rate=25:duration=0.36",
        sound="sine=duration=5",
    )
    target = upscaled(source, network, ending)
    before, after = shown(source)[0], shown(target)[0]
    assert len(before) == len(after) > 7
    assert np.allclose(*([start - pictures[0][0] for start, _ in pictures] for pictures in (before, after)), atol=0.002)
    sound = [[time - packets(path, "v")[0][0] for time, _ in packets(path, "a")] for path in (source, target)]
    assert np.allclose(*sound, atol=0.003)


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".mkv"])
def test_a_last_picture_that_stands_long(network, tmp_path, ending):
    make(tmp_path / "a.mp4", "-bf", "0", sound="")
    source = tmp_path / "in.mkv"
    stand = "setts=duration='if(eq(N,9),3/TB,DURATION)'"
    run("-i", tmp_path / "a.mp4", "-c", "copy", "-bsf:v", stand, source)
    assert "00:00:03.36" in shown(source)[1]
    target = upscaled(source, network, ending)
    assert "Duration: 00:00:03.36" in shown(target)[1] and shown(target)[0][-1] == pytest.approx((0.36, 3), abs=0.002)


@pytest.mark.parametrize("come_as", [".mp4", ".mkv", ".ts"])
@pytest.mark.parametrize("late, sign", [("a", 1), ("v", -1)])
def test_delayed_sound_or_pictures_stay_in_step(network, tmp_path, come_as, late, sign):
    whole, source = make(tmp_path / "a.mp4", "-c:a", "aac"), tmp_path / f"in{come_as}"
    maps = ["-map", "0:v", "-map", "1:a"] if late == "a" else ["-map", "1:v", "-map", "0:a"]
    run("-i", whole, "-itsoffset", "0.3", "-i", whole, *maps, "-c", "copy", source)
    target = upscaled(source, network)
    lag = [packets(path, "a")[0][0] - packets(path, "v")[0][0] for path in (source, target)]
    assert lag[0] == pytest.approx(lag[1], abs=0.003) and lag[0] * sign > 0.2
    assert min(packets(target, track)[0][0] for track in "av") < 0.01  # MPEG's own beginning, 1.4 s, is no black


def test_rotation(network, tmp_path):
    upright = make(tmp_path / "a.mp4")
    source = tmp_path / "in.mp4"
    run("-display_rotation", "90", "-i", upright, "-c", "copy", source)
    target = upscaled(source, network)
    assert "s:40x64" in shown(target)[1] and "isplay" not in shown(target)[1]


def test_the_shape_of_a_pixel(network, tmp_path):
    source = make(tmp_path / "in.mp4", "-vf", "setsar=64/45")
    for ending in (".mp4", ".mkv"):
        assert "sar:64/45 s:64x40" in shown(upscaled(source, network, ending))[1]


@pytest.mark.parametrize(
    "size, tags",
    [
        ("1280x20", "range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"),
        ("32x20", "range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"),
        ("32x20", "range=tv:colorspace=smpte170m:color_primaries=smpte170m:color_trc=smpte170m"),
        ("32x20", "range=pc:colorspace=bt470bg:color_primaries=bt470bg:color_trc=bt709"),
        ("32x20", "range=tv:colorspace=bt2020nc:color_primaries=bt2020:color_trc=bt2020-10"),
        ("1280x20", None),
        ("32x20", None),
    ],
)
def test_colours(network, tmp_path, size, tags):
    matrix = "bt709" if size == "1280x20" else "smpte170m"
    written = tags or f"range=tv:colorspace={matrix}:color_primaries={matrix}:color_trc={matrix}"
    scale_name = re.search("colorspace=(\\w+)", written)[1].replace("bt470bg", "bt470").replace("nc", "")
    convert = f"format=rgb24,scale=out_color_matrix={scale_name}:out_range={written[6:8]},format=yuv420p"
    convert += f",setparams={tags}" if tags else ",setparams=colorspace=unknown:range=unknown"
    source = make(
        tmp_path / "in.mkv",
        "-vf",
        convert,
        "-crf",
        "1",
        picture=f"color=0xFB0030:size={size}:rate=25:duration=0.08",
        sound="",
    )
    target = upscaled(source, network)
    found = re.search(
        r"color_range:(\S+) color_space:(\S+) color_primaries:(\S+) color_trc:(\S+)", shown(target)[1]
    ).groups()
    assert found == tuple(part.split("=")[1] for part in written.split(":"))
    assert np.abs(first_picture(target).astype(int) - (0xFB, 0, 0x30)).max() <= 4


def test_all_sounds_subtitles_chapters_and_names(network, tmp_path):
    (tmp_path / "words.srt").write_text("1\n00:00:00,100 --> 00:00:00,300\nGuten Tag\n", encoding="utf-8")
    (tmp_path / "chapters").write_text(
        ";FFMETADATA1\ntitle=A trip\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=200\ntitle=Out\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=200\nEND=400\ntitle=Back\n",
        encoding="utf-8",
    )
    source = tmp_path / "in.mkv"
    languages = [f"-metadata:s:{track}" for track in ("v:0", "a:0", "a:1", "s:0")]
    languages = [
        word
        for pair in zip(languages, ("language=fra", "language=deu", "language=eng", "language=ger"), strict=False)
        for word in pair
    ]
    run(
        "-i",
        make(tmp_path / "a.mp4"),
        "-i",
        tmp_path / "words.srt",
        "-i",
        tmp_path / "chapters",
        "-map",
        "0:v",
        "-map",
        "0:a",
        "-map",
        "0:a",
        "-map",
        "1",
        "-map_metadata",
        "2",
        "-map_chapters",
        "2",
        "-c:a:0",
        "aac",
        "-c:a:1",
        "ac3",
        *languages,
        source,
    )
    middle = upscaled(source, network, ".mp4")
    for target in (middle, upscaled(middle, network, ".mkv")):
        text = run("-i", target, "-map", "0:s:0", "-f", "srt", tmp_path / "read.srt")
        for track in (
            r"\(fra\): Video: h264",
            r"\(deu\): Audio: aac",
            r"\(eng\): Audio: ac3",
            r"\((ger|deu)\): Subtitle: ",
        ):
            assert re.search(track, text), (track, text)
        assert "Guten Tag" in (tmp_path / "read.srt").read_text(encoding="utf-8")
        assert re.search(r"title +: A trip", text)
        chapters = re.findall(
            r"Chapter #0:\d: start (\S+), end (\S+)\s+Metadata:\s+title +: (\w+)", text.partition("Output")[0]
        )
        assert [name for *_, name in chapters] == ["Out", "Back"]
        assert np.allclose([list(map(float, times)) for *times, _ in chapters], [[0, 0.2], [0.2, 0.4]], atol=0.03)


def test_the_cover_is_kept(network, tmp_path):
    run("-f", "lavfi", "-i", "color=red:size=16x16", "-frames:v", "1", tmp_path / "cover.jpg")
    source = tmp_path / "in.mp4"
    run(
        "-i",
        tmp_path / "cover.jpg",
        "-i",
        make(tmp_path / "a.mp4"),
        "-map",
        "0",
        "-map",
        "1",
        "-c",
        "copy",
        "-disposition:v:0",
        "attached_pic",
        source,
    )
    assert "attached pic" in shown(upscaled(source, network))[1].partition("Output")[0]


def test_a_webm_without_duration(network, tmp_path):
    source = tmp_path / "in.webm"
    command = [
        FFMPEG,
        "-v",
        "error",
        "-i",
        make(tmp_path / "a.mp4"),
        "-f",
        "webm",
        "-deadline",
        "realtime",
        "-cpu-used",
        "8",
        "-",
    ]
    source.write_bytes(subprocess.run(command, capture_output=True, check=True).stdout)
    assert ffmpeg.probe(source).seconds == 0
    assert ffmpeg.count(source)[0] == 10  # from which the progress bar knows the time left
    assert len(shown(upscaled(source, network))[0]) == 10


@pytest.mark.parametrize(
    "ending", [".mpg", ".ts", ".mts", ".m2ts", ".3gp", ".flv", ".wmv", ".ogv", ".avi", ".mov", ".webm", ".m4v"]
)
def test_films_of_all_kinds(shell, tmp_path, ending):
    extra = (
        ["-c:v", "libx264", "-c:a", "aac"]
        if ending == ".3gp"
        else ["-deadline", "realtime"]
        if ending == ".webm"
        else []
    )
    source = make(tmp_path / f"in{ending}", *extra)
    count = len(shown(source)[0])
    assert shell(source, tmp_path / "out.mkv") == 0
    assert 9 <= len(shown(tmp_path / "out.mkv")[0]) == count


# What cannot be kept is told


@pytest.mark.parametrize(
    "arguments, note",
    [
        (["-vf", "format=yuv420p10le", "-pix_fmt", "yuv420p10le"], "its 10 bits are reduced to 8"),
        (["-vf", "setparams=color_trc=smpte2084:colorspace=bt2020nc", "-pix_fmt", "yuv420p10le"], r"is HDR \(PQ\)"),
        (["-vf", "setparams=color_trc=arib-std-b67:colorspace=bt2020nc", "-pix_fmt", "yuv420p10le"], r"is HDR \(HLG\)"),
        (["-c:v", "qtrle", "-pix_fmt", "argb"], "its transparency is left out"),
        (["-c:v", "libvpx", "-pix_fmt", "yuva420p", "-auto-alt-ref", "0", "-deadline", "realtime"], "transparency"),
        (["-vf", "setfield=tff", "-c:v", "mpeg2video", "-flags", "+ildct+ilme"], "is interlaced"),
        (["-attach", __file__, "-metadata:s:t", "mimetype=text/plain"], "left out, since they do not fit: attachment"),
    ],
)
def test_notes(network, tmp_path, arguments, note):
    source = make(tmp_path / f"in{'.mov' if 'qtrle' in arguments else '.mkv'}", *arguments)
    with pytest.warns(UserWarning, match=note) as caught:
        video.upscale_video(source, tmp_path / "out.mp4", network, progress=False)
    assert len(caught) == 1 and str(source) in str(caught[0].message)
    transfer = re.search(r"color_trc=([\w-]+)", " ".join(arguments))
    assert not transfer or f"color_trc:{transfer[1]}" in shown(tmp_path / "out.mp4")[1]


@pytest.mark.parametrize("ending", [".mp4", ".mkv", ".ts", ".avi", ".flv", ".webm", ".mov"])
def test_a_film_that_is_cut_off(shell, tmp_path, capsys, ending):
    extra = {".webm": ["-deadline", "realtime"], ".mp4": ["-movflags", "faststart"], ".mov": ["-movflags", "faststart"]}
    source = make(
        tmp_path / f"in{ending}",
        *extra.get(ending, []),
        picture="testsrc=size=32x20:rate=25:duration=2",
        sound="sine=duration=2",
    )
    data = source.read_bytes()
    source.write_bytes(data[: len(data) * 6 // 10])
    assert shell(source, tmp_path / "out.mkv") == 1
    pictures = int(re.search(r"is damaged: (\d+) ", capsys.readouterr().err)[1])
    assert 10 < pictures < 40 and len(shown(tmp_path / "out.mkv")[0]) == pictures


def test_a_film_damaged_in_the_middle(shell, tmp_path, capsys):
    source = make(tmp_path / "in.ts", picture="testsrc=size=64x40:rate=25:duration=2", sound="")
    data = bytearray(source.read_bytes())
    for k in range(len(data) // 3, len(data) // 2, 50):
        data[k] ^= 0x55
    source.write_bytes(data)
    assert shell(source, tmp_path / "out.mp4") == 1
    assert "in.ts: is damaged: " in capsys.readouterr().err


def test_sound_longer_than_the_pictures_is_no_damage(network, tmp_path):
    source = make(tmp_path / "in.mp4", sound="sine=duration=2")
    assert upscaled(source, network).exists()


# What is refused


def test_sound_that_does_not_fit(shell, tmp_path, capsys):
    source = make(tmp_path / "in.avi", "-c:a", "adpcm_ms", "-frames:v", "2")
    (tmp_path / "out.mp4").write_bytes(b"precious")
    assert shell(source, tmp_path / "out.mp4", "--overwrite") == 2
    error = capsys.readouterr().err
    assert "this sound (adpcm_ms) does not fit .mp4: use .mkv" in error and error.rstrip().count("\n") <= 1
    assert (tmp_path / "out.mp4").read_bytes() == b"precious" and only(tmp_path, "in.avi", "out.mp4")
    assert shell(source, tmp_path / "out.mkv") == 0


@pytest.mark.parametrize("ending", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("limit", [1, 3000])
def test_a_full_disk(shell, tmp_path, capsys, ending, limit):
    source = make(tmp_path / "in.mp4", picture="testsrc=size=64x40:rate=25:duration=1")
    target = tmp_path / f"out{ending}"
    target.write_bytes(b"precious")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        status = shell(source, target, "--overwrite")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert status == 2 and f"{target}: cannot be written: the disk is full" in capsys.readouterr().err
    assert target.read_bytes() == b"precious" and only(tmp_path, "in.mp4", target.name)


def test_a_writer_that_dies(network, tmp_path, processes, monkeypatch):
    source = make(tmp_path / "in.mp4")
    (tmp_path / "out.mp4").write_bytes(b"precious")
    monkeypatch.setattr(video, "upscale", lambda picture, model: processes[-1].kill() or nearest(picture))
    with pytest.raises(OSError, match="cannot be written .*exit status"):
        video.upscale_video(source, tmp_path / "out.mp4", network, overwrite=True, progress=False)
    assert (tmp_path / "out.mp4").read_bytes() == b"precious" and only(tmp_path, "in.mp4", "out.mp4")


def test_a_reader_that_dies(network, tmp_path, processes, monkeypatch):
    source = make(tmp_path / "in.mp4", picture="testsrc=size=320x200:rate=25:duration=2")
    monkeypatch.setattr(video, "upscale", lambda picture, model: processes[-2].kill() or nearest(picture))
    result = video.upscale_video(source, tmp_path / "out.mp4", network, progress=False)
    assert 0 < result.frames < 50 and "is damaged" in result.damage


def test_what_is_no_film(network, tmp_path):
    make(tmp_path / "in.mp4")
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "text.mp4").write_text("not a film", encoding="utf-8")
    (tmp_path / "list.mp4").write_text("ffconcat version 1.0\nfile in.mp4\n", encoding="utf-8")
    (tmp_path / "list.ts").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nin.mp4\n#EXT-X-ENDLIST\n", encoding="utf-8"
    )
    (tmp_path / "list.mov").write_text(
        "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n", encoding="utf-8"
    )
    run("-f", "lavfi", "-i", "sine=duration=0.2", tmp_path / "sound.mp4")
    (tmp_path / "folder.mp4").mkdir()
    os.symlink("in.mp4", tmp_path / "link.mp4")
    os.link(tmp_path / "in.mp4", tmp_path / "hard.mp4")
    (tmp_path / "old.mp4").write_bytes(b"precious")
    names = {path.name for path in tmp_path.iterdir()}
    for source, target, error, sentence in (
        ("nothing.mp4", "new.mp4", FileNotFoundError, "no such file"),
        ("folder.mp4", "new.mp4", FileNotFoundError, "no such file"),
        ("empty.mp4", "new.mp4", ValueError, "cannot be read as a film"),
        ("text.mp4", "new.mp4", ValueError, "cannot be read as a film"),
        ("list.mp4", "new.mp4", ValueError, "cannot be read as a film"),
        ("list.ts", "new.mp4", ValueError, "cannot be read as a film"),
        ("list.mov", "new.mp4", ValueError, "cannot be read as a film"),
        ("sound.mp4", "new.mp4", ValueError, "has no moving pictures"),
        ("in.mp4", "old.mp4", FileExistsError, "overwrite"),
        ("in.mp4", "new.gif", ValueError, ".mp4, .mov, .mkv"),
        ("in.mp4", "missing/new.mp4", FileNotFoundError, "does not exist"),
    ):
        with pytest.raises(error, match=sentence) as caught:
            video.upscale_video(tmp_path / source, tmp_path / target, network, progress=False)
        assert "\n" not in str(caught.value)
    for target, sentence in (
        ("in.mp4", "itself"),
        ("link.mp4", "itself"),
        ("hard.mp4", "itself"),
        ("folder.mp4", "is a folder"),
    ):
        with pytest.raises((ValueError, OSError), match=sentence):
            video.upscale_video(tmp_path / "in.mp4", tmp_path / target, network, overwrite=True, progress=False)
    with pytest.raises(ValueError, match="max_megapixels"):
        video.upscale_video(tmp_path / "in.mp4", tmp_path / "new.mp4", network, max_megapixels=0.001, progress=False)
    assert (tmp_path / "old.mp4").read_bytes() == b"precious" and {path.name for path in tmp_path.iterdir()} == names


def test_an_unwritable_folder(network, tmp_path):
    source = make(tmp_path / "in.mp4")
    with pytest.raises(OSError, match="cannot be written"):
        video.upscale_video(source, "/proc/out.mp4", network, progress=False)


# Names, neighbours, interrupts


@pytest.mark.parametrize(
    "name", ["12:30.mp4", "50%03d.mp4", "-y.mp4", " a b .mp4", "two\nlines.mp4", "für 猫.mp4", "a" * 240 + ".mp4"]
)
def test_names(shell, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "in.mp4").rename(tmp_path / name)
    (tmp_path / "out").mkdir()
    assert shell(name, f"out/{name}") == 0
    monkeypatch.chdir(tmp_path / "out")
    assert len(shown(name)[0]) == 10 and only(tmp_path / "out", name)


def test_a_file_of_a_stranger_stays(network, tmp_path):
    (tmp_path / ".out.part.mp4").write_bytes(b"not yours")
    upscaled(make(tmp_path / "in.mp4"), network)
    assert (tmp_path / ".out.part.mp4").read_bytes() == b"not yours"
    assert only(tmp_path, ".out.part.mp4", "in.mp4", "out.mp4")


def test_two_at_once_do_not_disturb_each_other(network, tmp_path):
    source, results = make(tmp_path / "in.mp4"), []

    def work():
        results.append(video.upscale_video(source, tmp_path / "out.mp4", network, overwrite=True, progress=False))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [(10, "")] * 2 and len(shown(tmp_path / "out.mp4")[0]) == 10
    assert only(tmp_path, "in.mp4", "out.mp4")


def test_an_interrupt_leaves_nothing(network, tmp_path, processes, monkeypatch):
    source = make(tmp_path / "in.mp4")
    (tmp_path / "out.mp4").write_bytes(b"precious")

    monkeypatch.setattr(
        video, "upscale", lambda picture, model: os.kill(os.getpid(), signal.SIGINT) or nearest(picture)
    )
    with pytest.raises(KeyboardInterrupt):
        video.upscale_video(source, tmp_path / "out.mp4", network, overwrite=True, progress=False)
    assert (tmp_path / "out.mp4").read_bytes() == b"precious" and only(tmp_path, "in.mp4", "out.mp4")
    assert len(processes) > 2 and all(process.poll() is not None for process in processes)


def test_a_real_film(network, tmp_path):
    film = datasets.data_folder() / "video/nasa_13013.mp4"
    if not film.exists():
        if os.environ.get("CI"):
            raise FileNotFoundError(film)
        pytest.skip("needs the demo film")
    source = tmp_path / "short.mp4"
    run("-i", film, "-map", "0:v:0", "-map", "0:a", "-t", "0.5", source)
    target = upscaled(source, network)
    (before, _), (after, _) = shown(source), shown(target)
    assert len(before) > 10 and np.allclose(before, after, atol=0.002)
    assert [time for time, _ in packets(target, "a:1")] == pytest.approx(
        [time for time, _ in packets(source, "a:1")], abs=0.002
    )

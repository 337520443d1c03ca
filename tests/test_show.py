"""The notebooks' pictures, as they stand in the page: alt text, whole zoom, equal pixels; the slider stands alone."""

import base64
import html
import io
import json
import re
import urllib.parse
from html.parser import HTMLParser

import imageio_ffmpeg
import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from sr_helpers import images, metrics, show

PICTURE = np.random.default_rng(0).integers(0, 256, (30, 36, 3)) / 255


@pytest.fixture
def shown(monkeypatch):
    """What was displayed: a list of (data, metadata); a shown thing can be replaced."""
    calls = []

    class Place:
        def update(self, data, metadata=None, **_):
            calls.append((data, metadata))

    def display(data, metadata=None, **_):
        calls.append((data, metadata))
        return Place()

    monkeypatch.setattr(show, "display", display)
    return calls


class Page(HTMLParser):
    """The pictures (their attributes) and the text of a piece of HTML."""

    def __init__(self, source):
        super().__init__()
        self.pictures, self.text = [], []
        self.feed(source)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.pictures.append(dict(attributes))

    def handle_data(self, data):
        self.text.append(data)


def page(shown):
    return Page(shown[-1][0]["text/html"])


def pixels(picture):
    """The pixels that a browser decodes from an `<img>`."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(picture["src"].split(",")[1]))))


def drawing(picture):
    """The SVG that a browser reads from an `<img>`."""
    assert picture["src"].startswith("data:image/svg+xml,")
    return urllib.parse.unquote(picture["src"].split(",", 1)[1])


DRAWN = {
    "figure": lambda alt: show.figure(plt.subplots()[0], alt),
    "compare": lambda alt: show.compare({"a": PICTURE, "b": PICTURE}, alt),
    "exact": lambda alt: show.exact({"a": PICTURE}, alt),
    "filters": lambda alt: show.filters({"a": np.eye(5)}, alt),
    "animation": lambda alt: show.animation([Image.new("RGB", (9, 9)), Image.new("RGB", (9, 9), "red")], alt),
    "whole": lambda alt: show.whole(PICTURE, (3, 4, 10), alt),
    "training_curve": lambda alt: show.training_curve({"run": [{"step": 1, "psnr": 2.0, "bicubic": 1.0}]}, alt),
    "slider": lambda alt: show.slider(PICTURE, PICTURE, alt),
}


@pytest.mark.parametrize("name", DRAWN)
def test_alt_text_reaches_the_page_however_it_is_shown(shown, name):
    alt = 'a "quoted" <line> & more'
    DRAWN[name](alt)
    ((data, metadata),) = shown
    assert page(shown).pictures[0]["alt"] == alt
    assert all(picture["alt"] for picture in page(shown).pictures)
    assert data["text/plain"] == alt and metadata["text/html"]["alt"] == alt
    assert (
        set(data) == {"text/html", "text/plain"} and "<svg" not in data["text/html"]
    )  # which JupyterLab would take out


def test_a_figure_is_a_drawing_with_its_words_as_text_as_large_as_the_page_s(shown):
    fig, axis = plt.subplots(figsize=(3, 2))
    axis.set_xlabel("a <label> & a minus")
    axis.plot([-1, 1])
    show.figure(fig, "a line")
    assert not plt.fignum_exists(fig.number)
    (picture,) = page(shown).pictures
    svg = drawing(picture)
    assert ">a &lt;label&gt; &amp; a minus</text>" in svg and "font-size: 10.5px" in svg
    points = float(re.search(r'<svg[^>]* width="([\d.]+)pt"', svg)[1])
    assert int(picture["width"]) == round(points * 4 / 3)  # so 10.5 points are 14 CSS pixels
    assert "max-width:100%" in picture["style"]


def test_the_same_drawing_is_the_same_text(shown):
    for _ in range(2):
        DRAWN["training_curve"]("alt")
    assert shown[0][0] == shown[1][0]


@pytest.mark.parametrize(
    "shape, columns", [((48, 48), 4), ((75, 75, 3), 4), ((70, 90), 3), ((180, 198, 3), 2), ((400, 500), 1)]
)
def test_every_pixel_is_as_wide_as_the_next_at_device_scales_1_and_2(shown, shape, columns):
    picture = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    show.compare({"a": picture / 255, "b": picture / 255}, "alt", columns=columns)
    first, _ = page(shown).pictures
    zoom = int(first["width"]) / shape[1]
    assert zoom == int(zoom) >= 1 and int(first["height"]) == zoom * shape[0]
    assert zoom == 1 or int(first["width"]) <= 300
    assert np.array_equal(pixels(first), picture.repeat(2 * int(zoom), 0).repeat(2 * int(zoom), 1))
    assert "image-rendering:pixelated" in first["style"] and "max-width:none" in first["style"]


def test_compare_crops_the_same_place_and_titles_with_psnr(shown):
    estimate = np.clip(PICTURE + 0.1, 0, 1)
    show.compare({"HR": PICTURE, "SR": estimate, "LR": PICTURE[::3, ::3]}, "alt", crop=(6, 9, 12), reference=PICTURE)
    psnr = metrics.psnr(images.luma(PICTURE), images.luma(estimate))
    assert page(shown).text == ["HR", f"SR, {psnr:.2f} dB", "LR"]
    large, _, small = page(shown).pictures
    zoom = int(large["width"]) // 12
    assert np.array_equal(pixels(large)[:: 2 * zoom, :: 2 * zoom], images.to_uint8(PICTURE)[6:18, 9:21])
    assert small["width"] == large["width"]
    assert np.array_equal(pixels(small)[:: 6 * zoom, :: 6 * zoom], images.to_uint8(PICTURE)[::3, ::3][2:6, 3:7])


def test_a_title_may_have_two_lines(shown):
    show.exact({"noise\n26 dB": PICTURE}, "alt")
    assert "noise<br>26 dB" in shown[0][0]["text/html"]


def test_a_picture_has_a_hairline_around_it(shown):
    DRAWN["exact"]("alt")
    assert "border:1px solid" in page(shown).pictures[0]["style"]


def test_whole_marks_the_crop(shown):
    show.whole(np.full((40, 50), 0.5), (3, 4, 10), alt="a marked square")
    marked = pixels(page(shown).pictures[0])
    zoom = marked.shape[1] // 50
    marked = marked[::zoom, ::zoom]
    assert (marked[3, 4:14] == 255).all() and (marked[12, 4:14] == 255).all() and (marked[4, 5:13] == 0).all()
    assert (marked[14:] == 128).all() and (marked[:3] == 128).all()


def test_the_curve_shows_gains_over_bicubic(shown, monkeypatch):
    monkeypatch.setattr(show.plt, "close", lambda *_: None)
    history = [{"step": 10, "psnr": 29.0, "bicubic": 30.0}, {"step": 20, "psnr": 31.5, "bicubic": 30.0}]
    show.training_curve({"run": history, "other": history}, "alt")
    lines = plt.gcf().axes[0].lines
    assert lines[0].get_ydata().tolist() == [-1.0, 1.5]
    assert lines[0].get_linestyle() != lines[1].get_linestyle()  # told apart without colour
    plt.clf()


def test_strip_reads_files(shown, tmp_path):
    images.write(tmp_path / "a.png", PICTURE)
    show.strip([tmp_path / "a.png"], ["step 1"], "alt")
    picture = page(shown).pictures[0]
    times = 2 * int(picture["width"]) // 36
    assert np.array_equal(pixels(picture)[::times, ::times], images.to_uint8(PICTURE))


def test_the_slider_is_self_contained_and_has_two_still_pictures(shown):
    show.slider(PICTURE, 1 - PICTURE, alt="left and right", labels=("one", "<two>"))
    source = shown[0][0]["text/html"]
    still, script = source.split("<script>")
    before, after = Page(still).pictures
    assert not re.search(r'(src|href)="(?!data:)|http', source)
    assert np.array_equal(pixels(before), images.to_uint8(PICTURE))
    assert np.array_equal(pixels(after), images.to_uint8(1 - PICTURE))
    assert Page(still).text == ["one", "<two>"]  # true without a script: nothing to drag is promised
    assert " id=" not in source and "getElementById" not in script  # the same output may stand twice on a page
    with pytest.raises(ValueError, match="differ in shape"):
        show.slider(PICTURE, PICTURE[1:], alt="x")


def test_an_image_is_not_changed_by_being_shown(shown):
    before = PICTURE.copy()
    for name in ("slider", "compare", "exact", "whole"):
        DRAWN[name]("same")
    assert np.array_equal(PICTURE, before)


def test_an_animation_stands_still_until_it_is_opened(shown):
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "green", "blue")]
    show.animation(frames, "red, green, blue", seconds=0.1, pause=1.5)
    still, moving = page(shown).pictures
    before, inside = shown[0][0]["text/html"].split("<details>")  # closed: nothing moves until the reader opens it
    assert html.escape(still["src"]) in before and html.escape(moving["src"]) in inside and "<summary>" in inside
    with Image.open(io.BytesIO(base64.b64decode(moving["src"].split(",")[1]))) as film:
        colours, durations = [], []
        for k in range(film.n_frames):
            film.seek(k)
            film.load()
            colours.append(film.convert("RGB").getpixel((0, 0)))
            durations.append(film.info["duration"])
    assert colours == [(255, 0, 0), (0, 128, 0), (0, 0, 255)] and durations == [1500, 100, 1500]


def test_a_film_plays_when_asked_and_says_below_what_is_seen(shown, tmp_path):
    frames = [np.full((31, 40, 3), level) for level in (0.2, 0.5, 0.8)]
    show.film(frames, "grey & lighter", fps=12)
    source = shown[0][0]["text/html"]
    assert " controls " in source and "autoplay" not in source and page(shown).text == ["grey & lighter"]
    (tmp_path / "film.mp4").write_bytes(base64.b64decode(re.search(r'src="data:video/mp4;base64,([^"]+)"', source)[1]))
    reader = imageio_ffmpeg.read_frames(str(tmp_path / "film.mp4"))
    meta = next(reader)
    levels = [np.frombuffer(frame, np.uint8).mean() for frame in reader]
    assert meta["size"] == (40, 30) and meta["fps"] == 12 and meta["codec"] == "h264"
    assert np.allclose(levels, [51, 128, 204], atol=4)


def test_filters_lie_in_the_order_of_their_channels_in_one_colour_range(shown):
    bank = np.zeros((3, 3, 1, 4))
    bank[0, 0, 0] = [2, -2, 1, 0]
    show.filters({"bank": bank, "kernel": np.eye(6)}, "alt")
    tiles, kernel, _ = page(shown).pictures
    seen = pixels(tiles).astype(int)
    half = len(seen) // 2 + 2  # behind the line between the tiles
    red, blue, pale, white = seen[0, 0], seen[0, half], seen[half, 0], seen[half, half]
    assert red[0] > red[2] + 60 and blue[2] > blue[0] + 60  # red above zero, blue below
    assert red[2] < pale[2] < white[2] and white.min() > 240
    assert (seen[:, half - 3] == 0).all()
    assert page(shown).text == ["bank", "kernel", "-2.00", "+2.00"]
    assert np.array_equal(pixels(kernel)[0, 0], pale)  # 1 has the same colour in both


def test_live_redraws_one_picture_in_place(shown, tmp_path):
    callback = show.live(tmp_path, "the curve rises")
    records = [
        {"step": step, "psnr": 27 + step, "bicubic": 27.5, "loss": 0.02, "learning_rate": 1e-3, "seconds": step}
        for step in (1, 2)
    ]
    for number in (1, 2):
        (tmp_path / "history.jsonl").write_text(
            "".join(json.dumps(record) + "\n" for record in records[:number]), encoding="utf-8"
        )
        images.write(tmp_path / f"crop-{number:08d}.png", PICTURE)
        callback.on_epoch_end(number - 1)
    assert callback.place is not None and len(shown) == 2
    curve, *crops = page(shown).pictures
    assert curve["alt"] == "the curve rises" and ">validation PSNR, dB</text>" in drawing(curve)
    assert [crop["alt"] for crop in crops] == ["bicubic", "step 2", "original"] and shown[0][0] != shown[1][0]

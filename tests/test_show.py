"""The notebooks' pictures: alt text is stored, comparisons are honest, the slider stands alone."""

import io
import json
import re

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from sr_helpers import images, metrics, show


@pytest.fixture
def shown(monkeypatch):
    """What was displayed: a list of (data, metadata)."""
    calls = []
    monkeypatch.setattr(show, "display", lambda data, metadata=None, **_: calls.append((data, metadata)))
    return calls




PICTURE = np.random.default_rng(0).random((30, 36, 3))


def test_a_figure_carries_its_alt_text_and_is_closed(shown):
    fig, _ = plt.subplots()
    show.figure(fig, "a flat line")
    ((data, metadata),) = shown
    assert data["image/png"].startswith(b"\x89PNG") and metadata == {"image/png": {"alt": "a flat line"}}
    assert not plt.fignum_exists(fig.number)


def test_compare_crops_the_same_place_without_smoothing_and_titles_with_psnr(shown, monkeypatch):
    monkeypatch.setattr(show.plt, "close", lambda *_: None)
    estimate = np.clip(PICTURE + 0.1, 0, 1)
    show.compare({"HR": PICTURE, "SR": estimate, "LR": PICTURE[::3, ::3]}, "alt", crop=(6, 9, 12), reference=PICTURE)
    axes = plt.gcf().axes
    psnr = metrics.psnr(images.luma(PICTURE), images.luma(estimate))
    assert [axis.get_title() for axis in axes] == ["HR", f"SR, {psnr:.2f} dB", "LR"]
    shapes = [axis.images[0].get_array().shape for axis in axes]
    assert shapes == [(12, 12, 3), (12, 12, 3), (4, 4, 3)]
    assert np.array_equal(axes[0].images[0].get_array(), PICTURE[6:18, 9:21])
    assert all(axis.images[0].get_interpolation() == "nearest" and axis.images[0].get_clim() == (0, 1) for axis in axes)
    plt.clf()


def test_whole_marks_the_crop(shown):
    show.whole(PICTURE[..., 0], (3, 4, 10), alt="a marked square")
    assert shown[0][1]["image/png"]["alt"] == "a marked square"


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
    assert len(shown) == 1


def test_the_slider_is_self_contained_and_has_a_still_picture(shown):
    show.slider(PICTURE, 1 - PICTURE, alt="left and right", labels=("one", "two"))
    html = shown[0][0].data
    assert not re.search(r'(src|href)="(?!data:)', html) and "http" not in html
    assert '<img src="data:image/png;base64,' in html and 'alt="left and right"' in html
    assert html.index("<img") < html.index("<script>")  # without scripts the still picture stays
    with pytest.raises(ValueError, match="differ in shape"):
        show.slider(PICTURE, PICTURE[1:], alt="x")


def test_two_sliders_do_not_share_a_name(shown):
    for _ in range(2):
        show.slider(PICTURE, PICTURE, alt="same")
    names = [re.search(r'id="(slider-[^"]+)"', call[0].data)[1] for call in shown]
    assert names[0] != names[1]


def test_an_image_is_not_changed_by_being_shown(shown):
    before = PICTURE.copy()
    show.slider(PICTURE, PICTURE, alt="same")
    assert np.array_equal(PICTURE, before)


def test_an_animation_is_one_moving_png_whose_first_frame_stands_longest(shown):
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "green", "blue")]
    show.animation(frames, "red, green, blue", seconds=0.1, pause=1.5)
    ((data, metadata),) = shown
    assert metadata == {"image/png": {"alt": "red, green, blue"}}
    with Image.open(io.BytesIO(data["image/png"])) as film:
        colours, durations = [], []
        for k in range(film.n_frames):
            film.seek(k)
            colours.append(film.convert("RGB").getpixel((0, 0)))
            durations.append(film.info["duration"])
    assert colours == [(255, 0, 0), (0, 128, 0), (0, 0, 255)] and durations == [1500, 100, 1500]


def test_exact_shows_every_number_as_a_block_of_screen_pixels(shown):
    picture = np.random.default_rng(1).integers(0, 256, (12, 15)).astype(np.uint8)
    show.exact({"a": picture / 255, "b": picture / 255, "c": picture / 255}, "alt", zoom=3, columns=2)
    with Image.open(io.BytesIO(shown[0][0]["image/png"])) as file:
        page = np.asarray(file.convert("L")).astype(int)
    block = np.kron(picture, np.ones((3, 3), int))
    for top, left in ((18, 0), (18, 49), (76, 0)):
        assert np.abs(page[top : top + 36, left : left + 45] - block).max() <= 1  # matplotlib's grey rounds down at times


def test_filters_lie_in_the_order_of_their_channels_in_one_colour_range(shown, monkeypatch):
    monkeypatch.setattr(show.plt, "close", lambda *_: None)
    bank = np.arange(4 * 9.0).reshape(3, 3, 1, 4) - 10
    show.filters({"bank": bank, "kernel": np.eye(6)}, "alt")
    tiles, kernel = (axis.images[0] for axis in plt.gcf().axes[:2])
    assert np.array_equal(tiles.get_array()[:3, 4:], bank[:, :, 0, 1]) and np.array_equal(tiles.get_array()[4:, :3], bank[:, :, 0, 2])
    assert np.array_equal(kernel.get_array(), np.eye(6)) and tiles.get_clim() == kernel.get_clim() == (-25, 25)
    plt.clf()


def test_live_redraws_one_picture_in_place(monkeypatch, tmp_path):
    shown = []

    class Page:
        def update(self, data, metadata=None, **_):
            shown.append(("update", data, metadata))

    def display(data, metadata=None, display_id=None, **_):
        shown.append(("display", data, metadata))
        return Page() if display_id else None

    monkeypatch.setattr(show, "display", display)
    callback = show.live(tmp_path, "the curve rises")
    records = [{"step": step, "psnr": 27 + step, "bicubic": 27.5, "loss": 0.02, "learning_rate": 1e-3, "seconds": step} for step in (1, 2)]
    for number in (1, 2):
        (tmp_path / "history.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records[:number]))
        images.write(tmp_path / f"crop-{number:08d}.png", PICTURE)
        callback.on_epoch_end(number - 1)
    assert [kind for kind, *_ in shown] == ["display", "update"]
    assert all(metadata == {"image/png": {"alt": "the curve rises"}} for *_, metadata in shown)
    assert shown[0][1]["image/png"] != shown[1][1]["image/png"]

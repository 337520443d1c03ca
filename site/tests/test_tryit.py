"""The try-it page in a real browser, against the pixels of `python -m sr_helpers upscale`."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import SITE
from PIL import Image, ImageCms
from skimage import data

from sr_helpers import models
from sr_helpers.upscale import upscale

QUARTER_TURN = 6  # EXIF: "turn me a quarter clockwise"
SOON = 300_000  # milliseconds; the machine may be busy


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """A folder of pictures as people have them, and one with what the package's own command makes of them at x3."""
    folder, results = tmp_path_factory.mktemp("pictures"), tmp_path_factory.mktemp("results")
    cat = Image.fromarray(data.chelsea())
    cat.save(folder / "photo.jpg", quality=90)
    exif = Image.Exif()
    exif[0x0112] = QUARTER_TURN
    cat.crop((100, 20, 400, 220)).save(folder / "turned.jpg", exif=exif, quality=95)
    Image.fromarray(data.camera()).resize((151, 131)).save(folder / "grey.png")
    see_through = np.dstack(
        [data.astronaut()[:150, 100:290], np.tile(np.linspace(0, 255, 190), (150, 1)).astype(np.uint8)]
    )
    Image.fromarray(see_through).save(folder / "alpha.png")
    Image.fromarray(logo()).save(folder / "logo.png")
    Image.fromarray(data.coffee()[:120, :1]).save(folder / "one_pixel_wide.png")
    cat.resize((150, 100)).convert("P").save(folder / "palette.png")
    Image.fromarray(data.coffee()).resize((333, 270)).save(folder / "tiles.webp", lossless=True)
    run_upscale(folder, results, scale=3)
    return folder, results


def logo():
    """A disc and a bar on nothing: hard edges, and red hidden under what cannot be seen."""
    y, x = np.mgrid[:90, :130]
    shown = ((x - 40) ** 2 + (y - 45) ** 2 < 900) | ((x > 84) & (x < 120) & (y > 20) & (y < 70))
    colours = np.where(shown[..., None], data.astronaut()[:90, 150:280], [255, 0, 0])
    return np.dstack([colours, 255 * shown]).astype(np.uint8)


def run_upscale(source, target, scale):
    command = [sys.executable, "-m", "sr_helpers", "upscale", source, "-o", target, "--scale", str(scale)]
    subprocess.run(command, check=True, capture_output=True)


def opened(page, address, file):
    page.goto(address)
    page.set_input_files("#file", file)
    page.wait_for_selector("#result:not([hidden]), #status.error", timeout=SOON)
    page.wait_for_selector("body:not(.busy)", timeout=SOON)
    assert page.get_attribute("#status", "class") == "", page.text_content("#status")


def enlarged(page, folder, scale=3, patience=SOON):
    """What the page saves."""
    page.check(f"[name=scale][value='{scale}']")
    page.wait_for_selector("body:not(.busy)", timeout=SOON)
    page.click("#enlarge")
    page.wait_for_selector("#download:not([hidden]), #status.error", timeout=patience)
    with page.expect_download() as download:
        page.click("#download")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def assert_same(path, expected):
    """The same picture, to one grey value in every sample that shows."""
    with Image.open(path) as mine, Image.open(expected) as theirs:
        assert mine.size == theirs.size
        mine, theirs = (np.asarray(picture.convert("RGBA")).astype(int) for picture in (mine, theirs))
    shown = np.maximum(mine[..., 3:], theirs[..., 3:]) > 0
    assert np.abs((mine - theirs) * shown).max() <= 1


@pytest.mark.parametrize(
    "name",
    ["photo.jpg", "turned.jpg", "grey.png", "alpha.png", "logo.png", "one_pixel_wide.png", "palette.png", "tiles.webp"],
)
def test_the_page_makes_the_picture_that_the_package_makes(page, address, pictures, tmp_path, name):
    folder, results = pictures
    opened(page, address + "try-it.html", folder / name)
    path = enlarged(page, tmp_path)
    assert path.name == f"{folder.joinpath(name).stem}_x3.png"
    assert_same(path, results / f"{folder.joinpath(name).stem}.png")


@pytest.mark.parametrize("scale", [2, 4])
def test_the_other_scales(page, address, pictures, tmp_path, scale):
    source = tmp_path / "source"
    source.mkdir()
    Image.fromarray(data.chelsea()[100:220, 100:260]).save(source / "cat.png")
    run_upscale(source / "cat.png", tmp_path / "expected.png", scale)
    opened(page, address + "try-it.html", source / "cat.png")
    assert_same(enlarged(page, tmp_path, scale), tmp_path / "expected.png")


def test_the_one_file_page_opened_from_a_disk(page, pictures, tmp_path):
    folder, results = pictures
    page.context.set_offline(True)
    opened(page, (SITE / "one-file.html").as_uri(), folder / "photo.jpg")
    assert_same(enlarged(page, tmp_path), results / "photo.png")
    page.click("[data-sample=coffee]")
    page.wait_for_function(
        "document.getElementById('status').textContent.startsWith('coffee.png: 200 x 133')", timeout=SOON
    )


@pytest.mark.parametrize(
    "name, content, reason",
    [
        ("notes.jpg", b"Dear diary,\n" * 50, "cannot be read"),
        ("empty.png", b"", "is empty"),
        ("cut.jpg", None, "cannot be read"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(page, address, pictures, tmp_path, name, content, reason):
    photo = (pictures[0] / "photo.jpg").read_bytes()
    (tmp_path / name).write_bytes(photo[: len(photo) // 2] if content is None else content)
    page.goto(address + "try-it.html")
    page.set_input_files("#file", tmp_path / name)
    page.wait_for_selector("#status.error", timeout=SOON)
    sentence = page.text_content("#status")
    assert sentence.startswith(f"{name} {reason}") and sentence.count(".") == 2 and sentence.endswith(".")
    assert page.is_hidden("#result")
    page.set_input_files("#file", pictures[0] / "photo.jpg")  # and the next one is taken
    page.wait_for_selector("#result:not([hidden])", timeout=SOON)


def test_twelve_megapixels_in_tiles(page, address, tmp_path):
    """Compared in three places, since the package too needs its time for 48 megapixels."""
    Image.fromarray(data.coffee()).resize((4032, 3024), Image.Resampling.BICUBIC).save(
        tmp_path / "large.jpg", quality=90
    )
    opened(page, address + "try-it.html", tmp_path / "large.jpg")
    path = enlarged(page, tmp_path, scale=2, patience=20 * 60_000)
    Image.MAX_IMAGE_PIXELS = None
    lr, sr = np.asarray(Image.open(tmp_path / "large.jpg")), np.asarray(Image.open(path))
    assert sr.shape == (6048, 8064, 3)
    network, margin = models.pretrained(2), 16
    for top, left in ((0, 0), (1200, 2000), (3024 - 200, 4032 - 300)):
        y, x = max(0, top - margin), max(0, left - margin)
        expected = upscale(lr[y : top + 200 + margin, x : left + 300 + margin], network)
        expected = expected[2 * (top - y) :, 2 * (left - x) :][:400, :600]
        assert np.abs(sr[2 * top :, 2 * left :][:400, :600].astype(int) - expected).max() <= 1


def test_a_run_can_be_cancelled_and_the_page_goes_on(page, address, tmp_path):
    Image.fromarray(data.coffee()).resize((1500, 1000)).save(tmp_path / "large.png")
    opened(page, address + "try-it.html", tmp_path / "large.png")
    page.click("#enlarge")
    page.wait_for_function("document.getElementById('progress').value > 0", timeout=SOON)
    page.click("#cancel")
    page.wait_for_function(
        "document.getElementById('status').textContent == 'Cancelled. Nothing was saved.'", timeout=SOON
    )
    assert page.is_hidden("#download") and page.is_hidden("#cancel")
    page.click("[data-sample=rocket]")
    page.wait_for_function("document.getElementById('status').textContent.startsWith('rocket.png:')", timeout=SOON)


def test_nothing_is_sent_anywhere(page, address, pictures):
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    opened(page, address + "try-it.html", pictures[0] / "photo.jpg")
    assert "never leaves this machine" in page.text_content("main")
    assert asked and all(method == "GET" and url.removeprefix("blob:").startswith(address) for method, url in asked)


def test_the_piece_is_shown_by_both_methods_and_the_line_moves(page, address, pictures):
    opened(page, address + "try-it.html", pictures[0] / "photo.jpg")
    for name in ("plain", "sr"):
        assert page.evaluate(f"document.getElementById('{name}').naturalWidth") == 720
        assert page.get_attribute(f"#{name}", "alt")
    before = page.locator("#stage").screenshot()
    page.fill("#slider", "90")
    assert page.locator("#stage").screenshot() != before
    where = page.get_attribute("#frame", "style")
    page.press("#elsewhere", "ArrowLeft")
    page.wait_for_function(
        "where => document.getElementById('frame').getAttribute('style') != where", arg=where, timeout=SOON
    )
    page.wait_for_selector("body:not(.busy)", timeout=SOON)
    assert page.evaluate("document.activeElement.id") == "elsewhere", "the keyboard stays where it was"


def test_a_profile_is_kept(page, address, tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for name in ("profile.jpg", "profile.png", "profile.webp"):
        Image.fromarray(data.chelsea()[100:140, 100:150]).save(tmp_path / name, icc_profile=profile)
        opened(page, address + "try-it.html", tmp_path / name)
        with Image.open(enlarged(page, tmp_path)) as picture:
            assert picture.info["icc_profile"] == profile

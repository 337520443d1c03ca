"""The try-it page in a real browser, against the pixels of `python -m sr_helpers upscale`."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import SITE
from PIL import Image
from skimage import data

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
    see_through = np.dstack([data.astronaut()[:150, 100:290], np.tile(np.linspace(0, 255, 190), (150, 1)).astype(np.uint8)])
    Image.fromarray(see_through).save(folder / "alpha.png")
    Image.fromarray(data.coffee()[:120, :1]).save(folder / "one_pixel_wide.png")
    cat.resize((150, 100)).convert("P").save(folder / "palette.png")
    Image.fromarray(data.coffee()).resize((333, 270)).save(folder / "tiles.webp", lossless=True)
    run_upscale(folder, results, scale=3)
    return folder, results


def run_upscale(source, target, scale):
    command = [sys.executable, "-m", "sr_helpers", "upscale", source, "-o", target, "--scale", str(scale)]
    subprocess.run(command, check=True, capture_output=True)


def opened(page, address, file):
    page.goto(address)
    page.set_input_files("#file", file)
    page.wait_for_selector("#result:not([hidden])", timeout=SOON)
    page.wait_for_selector("body:not(.busy)", timeout=SOON)
    return page


def enlarged(page, folder, scale=3):
    """What the page saves."""
    page.check(f"[name=scale][value='{scale}']")
    page.wait_for_selector("body:not(.busy)", timeout=SOON)
    page.click("#enlarge")
    page.wait_for_selector("#download:not([hidden])", timeout=SOON)
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
    assert np.abs(mine - theirs).max() <= 1


@pytest.mark.parametrize("name", ["photo.jpg", "turned.jpg", "grey.png", "alpha.png", "one_pixel_wide.png", "palette.png", "tiles.webp"])
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
    page.wait_for_function("document.getElementById('status').textContent.startsWith('coffee.png: 200 x 133')", timeout=SOON)


@pytest.mark.parametrize(
    "name, content, reason", [("notes.jpg", b"Dear diary,\n" * 50, "cannot be read"), ("empty.png", b"", "is empty"), ("cut.jpg", None, "cannot be read")]
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

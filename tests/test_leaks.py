"""The leak guard: copies are found however they were altered, and different pictures are not confused."""

import io
import shutil

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from sr_helpers import datasets, leaks, models, training
from sr_helpers.settings import Settings


def blobs(seed, shape=(90, 120)):
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).standard_normal(shape), 5)
    return (127 + 120 * np.tanh(noise / noise.std())).astype(np.uint8)


def recompressed(picture):
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=40)
    return np.asarray(Image.open(buffer))


COPIES = {
    "same pixels": lambda p: p,
    "same pixels, as colour": lambda p: np.dstack([p] * 3),
    "flipped or turned": lambda p: p[:, ::-1],
    "flipped or turned, a quarter": lambda p: np.rot90(p),
    "flipped or turned, both": lambda p: np.rot90(p[:, ::-1], 3),
    "scaled or altered copy": lambda p: np.asarray(Image.fromarray(p).resize((85, 64), Image.Resampling.BICUBIC)),
    "scaled or altered copy, larger": lambda p: np.asarray(Image.fromarray(p).resize((300, 225))),
    "scaled or altered copy, jpeg": recompressed,
    "scaled or altered copy, darker": lambda p: (p * 0.7).astype(np.uint8),
}


@pytest.mark.parametrize("kind", COPIES)
def test_a_planted_copy_is_found_and_named(kind):
    test = {"a": blobs(1), "b": blobs(2)}
    train = {f"t{k}": blobs(k) for k in range(10, 20)} | {"copy": COPIES[kind](test["b"])}
    assert leaks.find(train, test) == [("copy", "b", kind.split(",")[0])]


def test_different_pictures_are_no_leak():
    assert leaks.find({f"t{k}": blobs(k) for k in range(40)}, {f"e{k}": blobs(100 + k) for k in range(40)}) == []


def test_flat_pictures_resemble_nothing():
    assert leaks.find({"flat": np.full((50, 50), 7, np.uint8)}, {"flat too": np.full((60, 60), 9, np.uint8)}) == []


@pytest.mark.parametrize(
    "picture, sentence",
    [
        (np.zeros((40, 40)), "uint8"),
        (np.zeros((40, 40, 1), np.uint8), "axis 2 has one channel"),
        (np.zeros((3, 40, 40), np.uint8), "axis 0 holds the colours"),
        (np.zeros((0, 40), np.uint8), "empty"),
    ],
)
def test_a_picture_of_another_form_is_named(picture, sentence):
    with pytest.raises(ValueError, match=f"the picture odd .*{sentence}"):
        leaks.find({"good": blobs(1)}, {"odd": picture})


def test_lists_are_named_by_number_and_an_array_is_refused():
    assert leaks.find([blobs(1), blobs(2)], [blobs(2)]) == [("1", "0", "same pixels")]
    with pytest.raises(ValueError, match="put it into a list"):
        leaks.find(blobs(1), {"a": blobs(1)})


def test_nothing_to_compare():
    assert leaks.find({}, {"a": blobs(1)}) == leaks.find({"a": blobs(1)}, {}) == []


def test_the_known_overlap_is_found_and_no_other(benchmark):
    train = {"302003": benchmark("BSDS500/train")["302003"]} | benchmark("T91")
    assert leaks.find(train, benchmark("Set5") | benchmark("Set14")) == [("302003", "woman", "scaled or altered copy")]
    assert leaks.find({"t36": train["t36"]}, {"t65": train["t65"]}) == [("t36", "t65", "same pixels")]


def test_training_leaves_out_what_the_catalogue_says(benchmark):
    assert "302003" in benchmark("BSDS500/train")
    assert "302003" not in datasets.load_for_training("BSDS500/train") and "t65" not in datasets.load_for_training(
        "T91"
    )
    with pytest.raises(ValueError, match="test set"):
        datasets.load_for_training("Set5")


def test_a_test_image_is_known_by_its_pixels_under_any_name(benchmark):
    assert leaks.known_test_picture(benchmark("Set5")["baby"]) == "Set5 baby"
    assert leaks.known_test_picture(benchmark("Set14")["bridge"]) == "Set14 bridge"  # grey
    assert leaks.known_test_picture(blobs(1)) is None


def test_every_bsd100_image_is_known_by_its_bytes(tmp_path, monkeypatch):
    import hashlib

    files = datasets.catalogue()["BSD100"]["files"]
    assert len(files) == 100
    picture = tmp_path / "holiday.png"
    Image.fromarray(blobs(1)).save(picture)
    listed = list(files.values())[0][:2] + [hashlib.sha256(picture.read_bytes()).hexdigest(), None]
    name = list(files)[0]
    monkeypatch.setitem(files, name, listed)
    shutil.copy(picture, tmp_path / "beach.png")
    assert leaks.known_test_file(picture) == f"BSD100 {name}"
    with pytest.raises(ValueError, match=f"beach.png is the test image BSD100 {name}"):
        leaks.check_files(tmp_path)


def test_train_knows_published_test_images_without_being_told(benchmark):
    pictures = {"mine": blobs(1), "yours": benchmark("Set5")["bird"]}
    with pytest.raises(ValueError, match="yours is the test image Set5 bird"):
        training.train(models.espcn_paper(2), pictures, Settings(steps=2), progress=False)

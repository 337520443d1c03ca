"""Preparation: pictures of sets and folders, never a test picture among them, split and compared by their pixels."""

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from sr_helpers import datasets, preparation


def blobs(seed, shape=(90, 120)):
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).standard_normal(shape), 5)
    return (127 + 120 * np.tanh(noise / noise.std())).astype(np.uint8)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of three photographs, and a data folder without any set."""
    monkeypatch.setenv("SR_DATA", str(tmp_path / "data"))
    photos = tmp_path / "photos"
    photos.mkdir()
    for k in range(3):
        Image.fromarray(blobs(k)).save(photos / f"p{k}.png")
    return photos


def test_pictures_are_named_after_set_or_folder(folder):
    pictures = preparation.prepare("starter", folder)
    assert list(pictures)[:2] == ["starter/train/astronaut", "starter/train/chelsea"] and len(pictures) == 10
    assert np.array_equal(pictures["photos/p1"], blobs(1))


def test_an_empty_folder_of_a_test_set_is_no_set(folder):
    """As a fetch without a network once left it."""
    (folder.parent / "data/Set5").mkdir(parents=True)
    assert datasets.test_sets() == [] and len(preparation.prepare(folders=folder)) == 3
    with pytest.raises(FileNotFoundError, match="run `python -m sr_helpers fetch Set5`"):
        datasets.load("Set5")


def test_a_folder_has_one_name_however_it_is_spelled(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    names = {tuple(preparation.prepare(folders=[spelling])) for spelling in ("photos", "photos/", "./photos", folder)}
    assert names == {("photos/p0", "photos/p1", "photos/p2")}
    monkeypatch.chdir(folder)
    assert list(preparation.prepare(folders=".")) == ["photos/p0", "photos/p1", "photos/p2"]


def test_two_folders_of_one_name_lose_no_picture(folder, tmp_path):
    other = tmp_path / "other" / "photos"
    other.mkdir(parents=True)
    Image.fromarray(blobs(9)).save(other / "p0.png")
    pictures = preparation.prepare(folders=[folder, other])
    assert len(pictures) == 4 and np.array_equal(pictures["photos-2/p0"], blobs(9))


def test_jpegs_are_shrunk_and_other_files_are_not(tmp_path, monkeypatch):
    monkeypatch.setenv("SR_DATA", str(tmp_path / "data"))
    Image.fromarray(blobs(1)).save(tmp_path / "lossy.jpg")
    Image.fromarray(blobs(2)).save(tmp_path / "whole.png")
    shrunk, whole = preparation.prepare(folders=tmp_path, shrink_jpegs=0.5).values()
    assert shrunk.shape == (45, 60) and shrunk.dtype == np.uint8
    assert np.array_equal(whole, blobs(2))


def test_a_shrinking_that_enlarges_is_refused():
    with pytest.raises(ValueError, match="between 0.1 and 1, got 2"):
        preparation.prepare(shrink_jpegs=2)


def test_a_test_set_is_refused():
    with pytest.raises(ValueError, match="is a test set"):
        preparation.prepare("starter/test")


@pytest.mark.parametrize(
    "alter", [lambda p: p, lambda p: np.rot90(p), lambda p: p[::2, ::2]], ids=["same", "turned", "scaled"]
)
def test_a_copy_of_a_test_picture_is_refused_by_name(folder, alter):
    Image.fromarray(alter(datasets.load("starter/test")["coins"])).save(folder / "holiday.png")
    with pytest.raises(ValueError, match="photos/holiday shows the test picture starter/test/coins"):
        preparation.prepare(folders=folder)


def test_a_copy_of_a_picture_in_a_local_test_set_is_refused_by_name(folder):
    test_set = datasets.data_folder() / "Set14"
    test_set.mkdir(parents=True)
    Image.fromarray(blobs(7)).save(test_set / "mine.png")
    Image.fromarray(blobs(7)[:, ::-1]).save(folder / "beach.png")
    with pytest.raises(ValueError, match="photos/beach shows the test picture Set14/mine .flipped or turned"):
        preparation.prepare(folders=folder)


@pytest.mark.parametrize(
    "picture, sentence",
    [
        (np.zeros((3, 40, 50), np.uint8), "colours on the first axis"),
        (np.zeros((40, 50, 4), np.uint8), "alpha channel on its last axis"),
        (np.zeros((40, 50, 1), np.uint8), "drop its last axis"),
        (np.zeros((40, 50), np.float32), "uint8, got float32"),
        (np.zeros((2, 40, 50, 3), np.uint8), "is .H, W. or"),
        (np.zeros((0, 50), np.uint8), "empty"),
        ([[1, 2]], "NumPy array"),
    ],
)
def test_an_array_that_is_no_picture_is_refused_by_name(picture, sentence):
    with pytest.raises(ValueError, match=f"odd: .*{sentence}"):
        preparation.check({"fine": blobs(1), "odd": picture})


def test_a_list_for_a_dict_is_refused():
    with pytest.raises(ValueError, match="dict name -> picture, got a list"):
        preparation.check([blobs(1)])


def test_the_split_is_seeded_disjoint_and_free_of_duplicates():
    pictures = {f"p{k}": blobs(k) for k in range(5)}
    learn, validation = preparation.split(pictures | {"twin": pictures["p1"]}, seed=0)
    assert not set(learn) & set(validation) and len(learn) + len(validation) == 5
    many = {str(k): np.full((2, 2), k, np.uint8) for k in range(100)}
    first, second = (set(preparation.split(many, seed)[1]) for seed in (0, 1))
    assert len(first) == len(second) == 5 and first != second and set(preparation.split(many, 0)[1]) == first


def test_one_picture_is_too_few():
    with pytest.raises(ValueError, match="two different"):
        preparation.split({"a": blobs(0), "b": blobs(0)})


def test_the_digest_is_of_pixels_in_their_order():
    a, b = blobs(0), blobs(1)
    assert preparation.digest({"x/a": a, "x/b": b}) == preparation.digest({"y/b": b, "y/a": a})
    assert preparation.digest({"a": a, "b": b}) != preparation.digest({"a": b, "b": a})
    assert preparation.digest({"a": a}) != preparation.digest({"a": a.reshape(120, 90)})

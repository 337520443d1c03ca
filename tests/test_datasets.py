"""Sets on disk: the starter set, folders, the catalogue, and checking what is there."""

import json
import os
import shutil

import numpy as np
import pytest
from PIL import Image

from sr_helpers import datasets, images


def test_the_starter_set_needs_no_network_and_its_halves_are_apart():
    train, test = datasets.load("starter/train"), datasets.load("starter/test")
    assert len(train) == 7 and len(test) == 3 and not set(train) & set(test)
    assert all(picture.dtype == np.uint8 for picture in (train | test).values())


def test_the_data_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SR_DATA", str(tmp_path))
    assert datasets.data_folder() == tmp_path
    monkeypatch.delenv("SR_DATA")
    assert datasets.data_folder().name == "data"


def test_a_missing_set_says_how_to_get_it(tmp_path):
    with pytest.raises(FileNotFoundError, match="fetch Set5"):
        datasets.load("Set5", tmp_path)
    with pytest.raises(ValueError, match="there are Set5, Set14"):
        datasets.entry_of("Set6")


def test_a_folder_of_pictures(tmp_path):
    images.write(tmp_path / "a.png", np.full((3, 4, 3), 0.5))
    images.write(tmp_path / "b.tif", np.full((3, 4), 65535, np.uint16))
    (tmp_path / "notes.txt").write_text("not a picture")
    pictures = datasets.load_folder(tmp_path)
    assert {name: picture.shape for name, picture in pictures.items()} == {"a": (3, 4, 3), "b": (3, 4)}
    assert pictures["b"].dtype == np.uint8 and pictures["b"].min() == 255


def test_the_catalogue_is_whole_pinned_and_small():
    catalogue = datasets.catalogue()
    counts = {name: len(entry["files"]) for name, entry in catalogue.items() if "files" in entry}
    assert counts == {
        "Set5": 5, "Set14": 14, "T91": 91, "General100": 100,
        "BSDS500/train": 200, "BSDS500/test": 200, "BSD100": 100, "Urban100": 100,
    }  # fmt: skip
    for entry in catalogue.values():
        source = entry.get("archive", entry)
        assert entry["role"] in ("train", "test") and entry["licence"] and entry["citation"]
        assert all(address.startswith("https://") for address in source["addresses"])
        for _, size, sha256, pixels in entry.get("files", {}).values():
            assert size > 0 and len(sha256) == 64 and (pixels is None or len(pixels) == 64)
    assert (datasets.Path(datasets.__file__).parent / "catalogue.json").stat().st_size < 150_000
    held_back = catalogue["BSDS500/train"]["not_for_training"] | catalogue["T91"]["not_for_training"]
    assert set(held_back) == {"302003", "t65"}


@pytest.mark.parametrize("name", ["Set5", "Set14", "T91", "General100", "BSDS500/train", "BSDS500/test"])
def test_the_public_sets_check_out(name, benchmark):
    benchmark(name)
    assert datasets.check(name) == []


@pytest.fixture
def set5(benchmark, tmp_path):
    """A copy of Set5 to spoil."""
    benchmark("Set5")
    shutil.copytree(datasets.data_folder() / "Set5", tmp_path / "Set5", copy_function=shutil.copyfile)
    os.chmod(tmp_path / "Set5", 0o755)
    return tmp_path


def test_another_lossless_encoding_counts(set5):
    with Image.open(set5 / "Set5/baby.png") as picture:
        picture.save(set5 / "Set5/baby_GT.bmp")
    (set5 / "Set5/baby.png").unlink()
    assert datasets.check("Set5", set5) == []


def test_missing_altered_and_foreign_files_are_named(set5):
    pixels = images.read_photo(set5 / "Set5/bird.png").pixels.copy()
    pixels[0, 0, 0] ^= 1  # one bit of one pixel
    images.write(set5 / "Set5/bird.png", pixels, overwrite=True)
    (set5 / "Set5/woman.png").rename(set5 / "Set5/lady.png")
    (set5 / "Set5/head.png").write_bytes(b"torn")
    findings = dict(datasets.check("Set5", set5))
    assert set(findings) == {"bird.png", "woman", "lady.png", "head.png"}
    assert "altered" in findings["bird.png"] and "missing" in findings["woman"]
    assert "belong" in findings["lady.png"] and "altered" in findings["head.png"]


def test_a_set_that_is_not_there_or_empty(tmp_path):
    ((name, problem),) = datasets.check("Set5", tmp_path)
    assert name == "Set5" and "is not in" in problem
    (tmp_path / "Set5").mkdir()
    assert [problem for _, problem in datasets.check("Set5", tmp_path)] == ["is missing"] * 5


def test_an_archive_set_is_checked_by_names_and_sizes(tmp_path):
    folder = tmp_path / "DIV2K/valid"
    folder.mkdir(parents=True)
    assert "never fetched" in datasets.check("DIV2K/valid", tmp_path)[0][1]
    (folder / "0801.png").write_bytes(b"1234")
    (folder / ".complete.json").write_text(json.dumps({"0801.png": 4, "0802.png": 9}))
    assert datasets.check("DIV2K/valid", tmp_path) == [("0802.png", "is missing")]
    (folder / "0801.png").write_bytes(b"12")
    assert ("0801.png", "is altered") in datasets.check("DIV2K/valid", tmp_path)

"""Sets on disk: the starter set, folders, the catalogue, and checking what is there."""

import hashlib
import json
import os
import shutil

import numpy as np
import pytest
from PIL import Image

from sr_helpers import datasets, images, runtime


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
    (tmp_path / "notes.txt").write_text("not a picture", encoding="utf-8")
    pictures = datasets.load_folder(tmp_path)
    assert {name: picture.shape for name, picture in pictures.items()} == {"a": (3, 4, 3), "b": (3, 4)}
    assert pictures["b"].dtype == np.uint8 and pictures["b"].min() == 255


def test_two_files_of_one_stem_are_two_photographs(tmp_path):
    for number, name in enumerate(("a.png", "a.bmp", "b.png", "a.png.tif")):
        images.write(tmp_path / name, np.full((3, 4), number, np.uint8))
    pictures = datasets.load_folder(tmp_path)
    assert list(pictures) == ["a.bmp", "a.png", "a.png.tif", "b"]
    assert [picture[0, 0] for picture in pictures.values()] == [1, 0, 3, 2]
    assert {name: path.name for name, path in datasets.files_of(tmp_path).items()}["b"] == "b.png"


def test_what_is_kept_out_of_training_is_kept_out_in_any_file(tmp_path):
    (tmp_path / "T91").mkdir()
    for number, name in enumerate(("t1.png", "t65.png", "t65.bmp")):
        images.write(tmp_path / "T91" / name, np.full((3, 4), number, np.uint8))
    assert list(datasets.load("T91", tmp_path)) == ["t1", "t65.bmp", "t65.png"]
    assert list(datasets.load_for_training("T91", tmp_path)) == ["t1"]


def test_a_set_that_nobody_knows_is_not_said_to_be_fetchable(tmp_path):
    with pytest.raises(FileNotFoundError, match="there are starter/train, starter/test, Set5") as caught:
        datasets.load("Set6", tmp_path)
    assert "fetch Set6" not in str(caught.value)


def test_an_installed_package_keeps_data_in_the_user_s_cache_and_runs_here(tmp_path, monkeypatch):
    monkeypatch.setattr(runtime, "course_folder", lambda: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for variable in ("SR_DATA", "SR_RUNS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    assert "sr_helpers" in datasets.data_folder().parts and ".venv" not in datasets.data_folder().parts
    assert runtime.run_folder("mine") == tmp_path / "runs" / "mine"


def test_a_data_folder_below_home(monkeypatch):
    monkeypatch.setenv("SR_DATA", "~/pictures")
    assert datasets.data_folder() == datasets.Path.home() / "pictures"


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


@pytest.fixture
def small_set(tmp_path, monkeypatch):
    """A set of two tiny pictures in the catalogue, complete in `tmp_path`."""
    listed = {}
    (tmp_path / "Mine").mkdir()
    for number, name in enumerate("ab"):
        file = tmp_path / "Mine" / f"{name}.png"
        images.write(file, np.full((3, 4), number, np.uint8))
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        pixels = datasets.pixels_sha256(np.full((3, 4), number, np.uint8))
        listed[name] = [f"{name}_source.bmp", file.stat().st_size, digest, pixels]
    monkeypatch.setitem(datasets.catalogue(), "Mine", {"role": "train", "files": listed})
    return tmp_path


def test_a_second_file_of_a_picture_s_name_does_not_belong(small_set):
    assert datasets.check("Mine", small_set) == []
    images.write(small_set / "Mine/a.bmp", np.full((3, 4), 77, np.uint8))
    assert datasets.check("Mine", small_set) == [("a.bmp", "does not belong to the set")]
    (small_set / "Mine/a.png").rename(small_set / "Mine/a_source.png")
    assert datasets.check("Mine", small_set) == [("a.bmp", "does not belong to the set")]


def test_a_set_with_other_files_only(small_set):
    for name in "ab":
        (small_set / "Mine" / f"{name}.png").unlink()
    (small_set / "Mine/notes.txt").write_text("nothing here", encoding="utf-8")
    assert datasets.check("Mine", small_set) == [("a", "is missing"), ("b", "is missing")]


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
    (folder / ".complete.json").write_text(json.dumps({"0801.png": 4, "0802.png": 9}), encoding="utf-8")
    assert datasets.check("DIV2K/valid", tmp_path) == [("0802.png", "is missing")]
    (folder / "0801.png").write_bytes(b"12")
    assert ("0801.png", "is altered") in datasets.check("DIV2K/valid", tmp_path)


@pytest.mark.parametrize("marker", ["", "[]", "{}", "null", "{torn", "3"])
def test_a_damaged_marker_counts_as_not_fetched(marker, tmp_path):
    (tmp_path / "DIV2K/valid").mkdir(parents=True)
    (tmp_path / "DIV2K/valid/.complete.json").write_text(marker, encoding="utf-8")
    assert datasets.check("DIV2K/valid", tmp_path) == [("valid", "was never fetched to its end")]
